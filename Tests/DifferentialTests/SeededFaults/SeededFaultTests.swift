import Differential
import Testing
import Wire

/// The oracle's self-test: a parser with one known fault must be caught, by the corpus or on generated inputs.
///
/// A corpus and laws that find nothing prove something only if they find what is known to be there.
@Suite struct SeededFaultTests {
    /// Longer inputs are looked at whole only (chosen: all their cuts cost their square).
    static let examinedBytesMax = 512

    static let modules: [any SeededFault.Type] = [
        HTTP1Fault.self,
        HPACKFault.self,
        HTTP2Fault.self,
        QUICFault.self,
        UTF8SeededFault.self,
        WebSocketFault.self,
    ]

    @Test(arguments: modules.indices)
    func unfaultedParserKeepsAllLaws(module: Int) throws {
        try keepsAllLaws(Self.modules[module])
    }

    private func keepsAllLaws<Fault: SeededFault>(_ faults: Fault.Type) throws {
        let inputs = try SeededInputs(Fault.protocols)
        var harnesses = SeededHarnesses { Fault.variant($0, nil) }
        for (index, input) in inputs.all.enumerated() {
            let outcome = harnesses.outcome(input)
            #expect(outcome == inputs.outcomes[index], "\(input.id)")
            // Every tenth is held to all laws: the variants' own tests do that with every input.
            guard index % 10 == 0, input.bytes.count <= Self.examinedBytesMax else { continue }
            let found = input.examine(Fault?.none)
            #expect(found.isEmpty, "\(input.id): \(found.map(\.detail).joined(separator: "; "))")
        }
    }

    @Test(arguments: modules.indices)
    func everyFaultIsCaught(module: Int) async throws {
        try await areCaught(Self.modules[module])
    }

    private func areCaught<Fault: SeededFault>(_ faults: Fault.Type) async throws {
        let inputs = try SeededInputs(Fault.protocols)
        let catches = await withTaskGroup(of: SeededCatch<Fault>?.self) { group in
            for fault in Fault.allCases {
                group.addTask { SeededCatch.first(of: fault, inputs) }
            }
            return await group.reduce(into: [Fault: SeededCatch<Fault>]()) { catches, found in
                if let found { catches[found.fault] = found }
            }
        }
        for fault in Fault.allCases {
            guard let found = catches[fault] else {
                Issue.record("\(fault.rawValue) is not caught by any of \(inputs.all.count) inputs")
                continue
            }
            print("\(fault.rawValue): \(found.laws.joined(separator: ", ")) on \(found.input)")
        }
        let byCorpus = catches.values.filter(\.isInCorpus).count
        print(
            "caught \(catches.count) of \(Fault.allCases.count) of \(Fault.self):",
            "\(byCorpus) by the corpus, the others on generated inputs")
    }
}

/// The first input that shows a fault, and the laws that it breaks there, in the laws' order.
struct SeededCatch<Fault: SeededFault>: Sendable {
    let fault: Fault
    let laws: [String]
    let input: String
    let isInCorpus: Bool

    /// Looks at whole inputs first, as that is cheap; what only cuts, prefixes and resets show is left to the
    /// other laws.
    static func first(of fault: Fault, _ inputs: SeededInputs) -> SeededCatch? {
        var harnesses = SeededHarnesses { Fault.variant($0, fault) }
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

    private init(fault: Fault, laws: [Law], _ input: SeededInput) {
        self.fault = fault
        self.laws = laws.map(\.rawValue)
        self.input = input.id
        isInCorpus = input.isInCorpus
    }
}
