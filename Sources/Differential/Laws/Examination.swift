public import Wire

/// Which cuts the split and prefix laws try.
public enum SplitChoice: String, CaseIterable, Sendable {
    /// Every cut of a short input; of a long one those around line ends, chunk ends and both ends.
    case edges
    /// Every cut.
    case all
}

/// What an examination of one input found.
public struct ExaminationResult: Sendable {
    /// Each variant's answer to the whole input, in the order of the variants.
    public var answers: [(variant: String, answer: Answer)] = []
    /// The broken laws, the worst first.
    public var violations: [Violation] = []
    /// How often two results were held against each other.
    public var comparisons = 0
    /// How often a parser ran.
    public var parserRuns = 0
}

/// All variants of one protocol under one configuration, and the laws that they are held to.
public final class Examination {
    /// The protocol.
    public let description: ProtocolDescription
    /// The configuration.
    public let configuration: Configuration
    let splits: SplitChoice
    private let harnesses: [Harness]
    private let unsupported: [String]
    /// The same variants under the strict policy, for what the serialiser wrote.
    private var strict: [String: Harness] = [:]
    private let variants: [Variant]

    /// Makes an examination of `variants` (those that this machine can run).
    public init(
        _ description: ProtocolDescription, _ configuration: Configuration, variants: [Variant],
        splits: SplitChoice
    ) {
        self.description = description
        self.configuration = configuration
        self.splits = splits
        var harnesses: [Harness] = []
        var unsupported: [String] = []
        for variant in variants {
            if let harness = Harness(variant, configuration) {
                harnesses.append(harness)
            } else {
                unsupported.append(variant.name)
            }
        }
        self.harnesses = harnesses
        self.unsupported = unsupported
        self.variants = variants
    }

    /// The strict parser of a variant, made when it is first needed.
    private func strictHarness(_ name: String) -> Harness? {
        if let known = strict[name] { return known }
        var hardened = configuration
        hardened.policy = .strict
        let made = variants.first { $0.name == name }.flatMap { Harness($0, hardened) }
        strict[name] = made
        return made
    }

    /// Holds every variant to every law on `input`, with the runs that `plan` asks for; by default with all that its
    /// length bears.
    public func examine(
        _ input: [UInt8], expectation: Expectation? = nil, plan: LawPlan? = nil
    ) -> ExaminationResult {
        let plan = plan ?? LawPlan(input, splits)
        var result = ExaminationResult()
        let runsBefore = runCount
        let outcomes = harnesses.map { $0.whole(input) }
        result.answers = zip(harnesses, outcomes).map { ($0.name, .outcome($1)) }
        result.answers += unsupported.map { ($0, .unsupported) }
        agreement(input, outcomes, &result)
        for (harness, outcome) in zip(harnesses, outcomes) {
            splitAndPrefix(harness, input, outcome, plan, &result)
            independence(harness, input, outcome, plan, &result)
            reuse(harness, input, outcome, plan, &result)
            if plan.isRoundTripHeld { roundTrip(harness, input, outcome, &result) }
            if let expectation { expect(expectation, harness, input, outcome, &result) }
        }
        result.violations.sort { ($0.rank, $0.law.rawValue) < ($1.rank, $1.law.rawValue) }
        result.parserRuns = runCount - runsBefore
        return result
    }

    private var runCount: Int {
        harnesses.reduce(0) { $0 + $1.runCount } + strict.values.reduce(0) { $0 + $1.runCount }
    }
}

// MARK: Laws over all variants

extension Examination {
    /// Law 1: every variant against the first, the reference.
    private func agreement(
        _ input: [UInt8], _ outcomes: [Outcome], _ result: inout ExaminationResult
    ) {
        guard let reference = outcomes.first else { return }
        for (harness, outcome) in zip(harnesses, outcomes).dropFirst() {
            result.comparisons += 1
            guard outcome != reference else { continue }
            result.violations.append(
                Violation(
                    law: .agreement, variant: harness.name, against: harnesses[0].name,
                    rank: comparison.rank(reference, outcome, input),
                    detail: comparison.summary(reference, outcome, input)))
        }
    }

    /// Law 6, for every variant by itself.
    private func roundTrip(
        _ harness: Harness, _ input: [UInt8], _ outcome: Outcome,
        _ result: inout ExaminationResult
    ) {
        guard case .complete = outcome.verdict, let strict = strictHarness(harness.name) else {
            return
        }
        result.comparisons += 1
        let law = RoundTrip(
            description: description, configuration: configuration, strict: strict)
        let found = law.violation(of: outcome, input)
        guard let found else { return }
        result.violations.append(
            Violation(
                law: .roundTrip, variant: harness.name, against: "itself", rank: .otherFields,
                detail: found))
    }

    /// Law 7.
    private func expect(
        _ expectation: Expectation, _ harness: Harness, _ input: [UInt8], _ outcome: Outcome,
        _ result: inout ExaminationResult
    ) {
        result.comparisons += 1
        guard let found = expectation.mismatch(outcome, input, comparison) else { return }
        result.violations.append(
            Violation(
                law: .expectation, variant: harness.name, against: "the case",
                rank: found.rank, detail: found.detail))
    }

    /// How two outcomes of this protocol are compared.
    var comparison: Comparison {
        Comparison(description: description, context: configuration.context)
    }
}
