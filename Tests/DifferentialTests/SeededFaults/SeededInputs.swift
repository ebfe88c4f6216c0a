import Differential
import Foundation
import Generation
import Wire

/// One input with its configuration: a case of the corpus, or one that the generator makes.
struct SeededInput: Sendable {
    let id: String
    let isInCorpus: Bool
    let description: ProtocolDescription
    let configuration: Configuration
    let bytes: [UInt8]
    let expectation: Differential.Expectation?

    /// What a parser with `fault` does against the laws, the reference beside it.
    func examine<Fault: SeededFault>(_ fault: Fault?) -> [Violation] {
        let faulty = Fault.variant(description, fault)
        let examination = Examination(
            description, configuration, variants: [description.variants[0], faulty],
            splits: .edges)
        return examination.examine(bytes, expectation: expectation).violations
            .filter { $0.variant == faulty.name }
    }

    /// The laws that a parser with `fault` breaks here, in their order.
    func brokenLaws(_ fault: some SeededFault) -> [Law] {
        let violations = examine(fault)
        return Law.allCases.filter { law in violations.contains { $0.law == law } }
    }
}

/// The whole corpus, then generated inputs; and what the reference makes of them.
struct SeededInputs: Sendable {
    let all: [SeededInput]
    let outcomes: [Outcome?]

    init(_ protocols: [ProtocolDescription]) throws {
        all = try Self.corpus(protocols) + Self.generated(protocols)
        var reference = SeededHarnesses { $0.variants[0] }
        outcomes = all.map { reference.outcome($0) }
    }

    private static func corpus(
        _ protocols: [ProtocolDescription]
    ) throws -> [SeededInput] {
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { package.deleteLastPathComponent() }
        let folder = package.appendingPathComponent("Corpus").path
        return try Corpus().cases(in: [folder]).compactMap { one in
            guard let description = protocols.first(where: { $0.name == one.protocolName })
            else { return nil }
            return SeededInput(
                id: one.id, isInCorpus: true, description: description,
                configuration: one.configuration(description), bytes: one.bytes,
                expectation: one.expectation)
        }
    }

    /// Ten inputs for each of thirty seeds and each protocol (chosen: one for each four of the corpus).
    private static func generated(
        _ protocols: [ProtocolDescription]
    ) throws -> [SeededInput] {
        try (1...30).flatMap { seed in
            try protocols.flatMap { try generated(UInt64(seed), $0) }
        }
    }

    private static func generated(
        _ seed: UInt64, _ description: ProtocolDescription
    ) throws -> [SeededInput] {
        var generator = InputGenerator(seed: seed)
        let entries = generator.context(description)
        let policy = generator.policy(description)
        let limits = generator.limits(description)
        return try (0..<10).map { index in
            let made = try generator.input(description, entries)
            return SeededInput(
                id: "\(description.name) seed \(seed) input \(index)", isInCorpus: false,
                description: description,
                configuration: Configuration(
                    policy: policy, limits: limits, context: made.context),
                bytes: made.bytes, expectation: nil)
        }
    }
}

/// A parser of one kind for each configuration that inputs have: most share a few.
struct SeededHarnesses {
    private struct Key: Hashable {
        let protocolName: String
        let policy: Policy
        let limits: Limits
        let context: String
    }

    private let variant: (ProtocolDescription) -> Variant
    private var harnesses: [Key: Harness] = [:]

    /// Parsers of the variant that `variant` chooses.
    init(_ variant: @escaping (ProtocolDescription) -> Variant) { self.variant = variant }

    /// What the parser makes of the whole input.
    mutating func outcome(_ input: SeededInput) -> Outcome? {
        let configuration = input.configuration
        let key = Key(
            protocolName: input.description.name, policy: configuration.policy,
            limits: configuration.limits, context: String(describing: configuration.context))
        if harnesses[key] == nil {
            // Contexts with lengths are as many as inputs.
            if harnesses.count >= 64 { harnesses.removeAll() }
            harnesses[key] = Harness(variant(input.description), configuration)
        }
        return harnesses[key]?.whole(input.bytes)
    }
}
