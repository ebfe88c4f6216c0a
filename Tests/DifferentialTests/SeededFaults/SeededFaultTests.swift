import Differential
import Foundation
import HTTP1
import Testing
import Wire

/// The oracle's self-test: a parser with one known fault must be caught, by the corpus or on generated inputs.
///
/// A corpus and laws that find nothing prove something only if they find what is known to be there.
@Suite struct SeededFaultTests {
    @Test func unfaultedParserKeepsAllLaws() throws {
        for input in try SeededInput.all() {
            let caught = input.examine(nil)
            #expect(caught.isEmpty, "\(input.id): \(caught.map(\.detail).joined(separator: "; "))")
        }
    }

    @Test func everyFaultIsCaught() async throws {
        let inputs = try SeededInput.all()
        let catches = await withTaskGroup(of: Catch?.self) { group in
            for fault in SeededFault.allCases { group.addTask { Catch.first(of: fault, inputs) } }
            return await group.reduce(into: [SeededFault: Catch]()) { catches, found in
                if let found { catches[found.fault] = found }
            }
        }
        for fault in SeededFault.allCases {
            guard let found = catches[fault] else {
                Issue.record("\(fault.rawValue) is not caught by any of \(inputs.count) inputs")
                continue
            }
            print("\(fault.rawValue): \(found.laws.joined(separator: ", ")) on \(found.input)")
        }
        let byCorpus = catches.values.filter(\.isInCorpus).count
        print(
            "caught \(catches.count) of \(SeededFault.allCases.count) seeded faults,",
            "\(byCorpus) of them by the corpus")
    }
}

/// The first input that shows a fault, and the laws that it breaks there, in the laws' order.
private struct Catch: Sendable {
    let fault: SeededFault
    let laws: [String]
    let input: String
    let isInCorpus: Bool

    /// Looks at whole inputs against the reference first, as that is cheap; what only cuts, prefixes and resets show is
    /// left to the other laws.
    static func first(of fault: SeededFault, _ inputs: [SeededInput]) -> Catch? {
        let suspect = inputs.first { $0.differs(with: fault) }
        for input in suspect.map({ [$0] }) ?? inputs {
            let violations = input.examine(fault)
            guard !violations.isEmpty else { continue }
            let laws = Law.allCases.filter { law in violations.contains { $0.law == law } }
            return Catch(
                fault: fault, laws: laws.map(\.rawValue), input: input.id,
                isInCorpus: input.isInCorpus)
        }
        return nil
    }
}

/// One input with its configuration: a case of the corpus, or one that the generator makes.
struct SeededInput: Sendable {
    let id: String
    let isInCorpus: Bool
    let description: ProtocolDescription
    let configuration: Configuration
    let bytes: [UInt8]
    let expectation: Differential.Expectation?
    /// What the reference makes of it.
    let outcome: Outcome?

    init(
        id: String, isInCorpus: Bool, _ description: ProtocolDescription,
        _ configuration: Configuration, _ bytes: [UInt8],
        expectation: Differential.Expectation? = nil
    ) {
        self.id = id
        self.isInCorpus = isInCorpus
        self.description = description
        self.configuration = configuration
        self.bytes = bytes
        self.expectation = expectation
        outcome = Harness(description.variants[0], configuration)?.whole(bytes)
    }

    /// The whole corpus, then generated inputs.
    static func all() throws -> [SeededInput] { try corpus() + generated() }

    /// Whether a parser with `fault` makes something else of the whole input than the reference.
    func differs(with fault: SeededFault) -> Bool {
        Harness(faulty(fault), configuration)?.whole(bytes) != outcome
    }

    /// What a parser with `fault` does against the laws, the reference beside it.
    func examine(_ fault: SeededFault?) -> [Violation] {
        let examination = Examination(
            description, configuration,
            variants: [description.variants[0], faulty(fault)], splits: .edges)
        return examination.examine(bytes, expectation: expectation).violations
            .filter { $0.variant == Self.name }
    }

    private static let name = "faulty"

    private func faulty(_ fault: SeededFault?) -> Variant {
        Variant(name: Self.name, technique: "one seeded fault") { configuration in
            switch description.name {
            case "http1.chunked": FaultyChunked(configuration, fault: fault)
            case "http1.stream": FaultyStream(configuration, fault: fault)
            default: FaultyHead(configuration, fault: fault)
            }
        }
    }

    private static func corpus() throws -> [SeededInput] {
        let package = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = package.appendingPathComponent("Corpus").path
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        return try Corpus().cases(in: [folder]).compactMap { one in
            guard let description = HTTP1.protocols.first(where: { $0.name == one.protocolName })
            else { return nil }
            return SeededInput(
                id: one.id, isInCorpus: true, description, one.configuration(description),
                one.bytes, expectation: one.expectation)
        }
    }

    /// Ten inputs for each of sixty seeds and each protocol (chosen: enough to catch every fault twice over).
    private static func generated() -> [SeededInput] {
        (1...60).flatMap { seed in HTTP1.protocols.flatMap { generated(UInt64(seed), $0) } }
    }

    private static func generated(
        _ seed: UInt64, _ description: ProtocolDescription
    ) -> [SeededInput] {
        var generator = InputGenerator(seed: seed)
        var configuration = description.strictConfiguration
        let context = generator.context(description)
        configuration.context = context
        configuration.policy = generator.policy(description)
        configuration.limits = generator.limits(description)
        return (0..<10).map { index in
            SeededInput(
                id: "\(description.name) seed \(seed) input \(index)", isInCorpus: false,
                description,
                configuration, generator.input(description, context))
        }
    }
}
