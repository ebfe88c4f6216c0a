import Differential
import HTTP1
import Testing
import Wire

/// The oracle's self-test: a parser with one known fault must be caught, by the corpus or on generated inputs.
///
/// A corpus and laws that find nothing prove something only if they find what is known to be there.
@Suite struct SeededFaultTests {
    /// Longer inputs are looked at whole only (chosen: all their cuts cost their square).
    static let examinedBytesMax = 512

    @Test func unfaultedParserKeepsAllLaws() throws {
        let inputs = try SeededInputs()
        var harnesses = SeededHarnesses(fault: nil)
        for (index, input) in inputs.all.enumerated() {
            let outcome = harnesses.outcome(input)
            #expect(outcome == inputs.outcomes[index], "\(input.id)")
            // Every tenth is held to all laws: the variants' own tests do that with every input.
            guard index % 10 == 0, input.bytes.count <= Self.examinedBytesMax else { continue }
            let found = input.examine(nil)
            #expect(found.isEmpty, "\(input.id): \(found.map(\.detail).joined(separator: "; "))")
        }
    }

    @Test func everyFaultIsCaught() async throws {
        let inputs = try SeededInputs()
        let catches = await withTaskGroup(of: SeededCatch?.self) { group in
            for fault in SeededFault.allCases {
                group.addTask { SeededCatch.first(of: fault, inputs) }
            }
            return await group.reduce(into: [SeededFault: SeededCatch]()) { catches, found in
                if let found { catches[found.fault] = found }
            }
        }
        for fault in SeededFault.allCases {
            guard let found = catches[fault] else {
                Issue.record("\(fault.rawValue) is not caught by any of \(inputs.all.count) inputs")
                continue
            }
            print("\(fault.rawValue): \(found.laws.joined(separator: ", ")) on \(found.input)")
        }
        let byCorpus = catches.values.filter(\.isInCorpus).count
        print(
            "caught \(catches.count) of \(SeededFault.allCases.count) seeded faults:",
            "\(byCorpus) by the corpus, the others on generated inputs")
    }
}

/// The first input that shows a fault, and the laws that it breaks there, in the laws' order.
struct SeededCatch: Sendable {
    let fault: SeededFault
    let laws: [String]
    let input: String
    let isInCorpus: Bool

    /// Looks at whole inputs first, as that is cheap; what only cuts, prefixes and resets show is left to the
    /// other laws.
    static func first(of fault: SeededFault, _ inputs: SeededInputs) -> SeededCatch? {
        var harnesses = SeededHarnesses(fault: fault)
        for (index, input) in inputs.all.enumerated() {
            guard harnesses.outcome(input) != inputs.outcomes[index] else { continue }
            guard input.bytes.count <= SeededFaultTests.examinedBytesMax else {
                return SeededCatch(fault: fault, laws: [.agreement], input)
            }
            // What differs only behind the inputs before it breaks no law by itself.
            let laws = input.brokenLaws(fault)
            if !laws.isEmpty { return SeededCatch(fault: fault, laws: laws, input) }
        }
        for input in inputs.all where input.bytes.count <= SeededFaultTests.examinedBytesMax {
            let laws = input.brokenLaws(fault)
            if !laws.isEmpty { return SeededCatch(fault: fault, laws: laws, input) }
        }
        return nil
    }

    private init(fault: SeededFault, laws: [Law], _ input: SeededInput) {
        self.fault = fault
        self.laws = laws.map(\.rawValue)
        self.input = input.id
        isInCorpus = input.isInCorpus
    }
}
