public import Differential
internal import Personas
public import Wire

/// What one execution showed.
public struct Execution: Sendable {
    /// The broken laws, the worst first; empty where all hold.
    public var violations: [Violation]
    /// Small numbers that stand for what the parsers made of the input. One that was not there before is a reason to
    /// keep the input: a new combination of outcomes is new behaviour even where no new line of code ran.
    public var features: [UInt32]

    /// Makes what an execution showed.
    public init(violations: [Violation], features: [UInt32]) {
        self.violations = violations
        self.features = features
    }
}

/// What a fuzzer runs on inputs.
public protocol FuzzSubject: AnyObject {
    /// Its name in reports.
    var name: String { get }
    /// Whether a broken law is a find; else finding one is the aim.
    var isHeldToLaws: Bool { get }
    /// Runs everything on one input.
    func execute(_ input: FuzzInput) -> Execution
}

/// Runs every variant of a protocol on inputs and holds them to every law, execution by execution.
///
/// Parsers are kept from one execution to the next, so that each is also a test of reuse.
public final class FuzzTarget: FuzzSubject {
    /// The protocol.
    public let description: ProtocolDescription
    private let opponent: Opponent?
    private let isContextOfLength: Bool
    private var settings: [Key: Prepared] = [:]
    /// Settings whose parsers are kept (chosen: some MiB of parsers and tapes).
    private static let settingCountMax = 256

    private struct Key: Hashable {
        let setting: String
        let length: Int
    }

    /// The parsers for one setting.
    private struct Prepared {
        let examination: Examination
        /// What the opponent's next reader is held to, where it sends messages on.
        let chain: ChainLaw?
        /// The reference under the opposite policy: what it makes of an input tells inputs apart.
        let contrast: Harness?
    }

    /// A target that holds all variants of a protocol that can run here to all laws; or, with an opponent, one that looks for
    /// an input on which the opponent and the reference differ under the strict policy.
    public init(_ description: ProtocolDescription, against opponent: Opponent? = nil) {
        self.description = description
        self.opponent = opponent
        let contexts: [any ParseContext] = [[], [0]].map { description.defaultContext(for: $0) }
        isContextOfLength = String(describing: contexts[0]) != String(describing: contexts[1])
    }

    /// The protocol's name.
    public var name: String { description.name }

    /// Whether the target holds variants to laws, and not an opponent to the reference.
    public var isHeldToLaws: Bool { opponent == nil }

    /// Runs everything on one input.
    public func execute(_ input: FuzzInput) -> Execution {
        let prepared = prepared(for: input)
        let plan =
            isHeldToLaws
            ? LawPlan(input.bytes, cuts: input.cuts, turn: input.turn) : .wholeOnly
        let result = prepared.examination.examine(input.bytes, plan: plan)
        var features = OutcomeFeatures()
        for answer in result.answers { features.add(answer.answer) }
        if let contrast = prepared.contrast {
            features.add(.outcome(contrast.whole(input.bytes)))
        }
        if case .outcome(let outcome) = result.answers.first?.answer { features.add(outcome.tape) }
        var violations = result.violations.filter { $0.law == .agreement || isHeldToLaws }
        violations += chainViolations(prepared, result, input)
        return Execution(violations: violations, features: features.all)
    }

    /// Law 9 for an opponent that sends messages on.
    private func chainViolations(
        _ prepared: Prepared, _ result: ExaminationResult, _ input: FuzzInput
    ) -> [Violation] {
        guard let chain = prepared.chain, let forwarder = opponent?.forwarder,
            case .outcome(let outcome) = result.answers.last?.answer,
            let found = chain.violation(of: forwarder, outcome, input.bytes)
        else { return [] }
        return [
            Violation(
                law: .chain, variant: forwarder.name, against: "the next reader",
                rank: found.rank, detail: found.detail)
        ]
    }

    /// Every law on every cut: what a find is looked at with.
    public func examine(_ input: FuzzInput) -> ExaminationResult {
        prepared(for: input).examination.examine(
            input.bytes, plan: isHeldToLaws ? nil : .wholeOnly)
    }

    private func prepared(for input: FuzzInput) -> Prepared {
        let key = Key(
            setting: input.setting, length: isContextOfLength ? input.bytes.count : 0)
        if let known = settings[key] { return known }
        let made = prepare(input)
        if settings.count >= Self.settingCountMax { settings.removeAll(keepingCapacity: true) }
        settings[key] = made
        return made
    }

    private func prepare(_ input: FuzzInput) -> Prepared {
        var configuration = configuration(of: input)
        let variants: [Variant]
        if let opponent {
            configuration.policy = .strict
            configuration.limits = Limits(defaultsOf: description.limits)
            variants = [description.variants[0], opponent.variant]
        } else {
            variants = description.variants.filter { $0.unavailability() == nil }
        }
        var opposite = configuration
        opposite.policy = configuration.policy == .strict ? description.allLeniencies : .strict
        return Prepared(
            examination: Examination(
                description, configuration, variants: variants, splits: .edges),
            chain: opponent?.forwarder == nil ? nil : ChainLaw(description, configuration),
            contrast: Harness(description.variants[0], opposite))
    }

    /// The setting's configuration, or the strict one where it names what nobody knows.
    private func configuration(of input: FuzzInput) -> Configuration {
        do throws(UnknownName) {
            return try FuzzSetting(input.setting).configuration(description, bytes: input.bytes)
        } catch {
            return description.strictConfiguration(for: input.bytes)
        }
    }
}

extension LawPlan {
    /// The whole input once, by each participant.
    fileprivate static var wholeOnly: LawPlan {
        var plan = LawPlan([], cuts: [], turn: 3)
        plan.tails = []
        plan.isResetHeld = false
        return plan
    }
}

/// Folds outcomes into small numbers.
private struct OutcomeFeatures {
    private var tuple: UInt64 = 0xCBF2_9CE4_8422_2325
    private var pairs: Set<UInt32> = []

    /// Adds a participant's answer to the tuple of all answers.
    mutating func add(_ answer: Answer) {
        switch answer {
        case .unsupported: mix(1)
        case .outcome(let outcome):
            switch outcome.verdict {
            case .complete: mix(2)
            case .incomplete: mix(3)
            case .rejected(let rejection): mix(4 + UInt64(rejection.code))
            }
        }
    }

    /// Adds which kinds of tokens follow each other.
    mutating func add(_ tape: TapeSnapshot) {
        var before: UInt32 = 0
        // What follows the first messages and frames repeats itself.
        for token in tape.tokens.prefix(64) {
            let kind = UInt32(token.kind) + 1
            pairs.insert(before << 8 | kind)
            pairs.insert(1 << 20 | kind << 8 | UInt32(token.detail & 0xFF))
            before = kind
        }
    }

    private mutating func mix(_ value: UInt64) {
        tuple = (tuple ^ value) &* 0x100_0000_01B3
    }

    var all: [UInt32] { pairs.sorted() + [UInt32(truncatingIfNeeded: tuple ^ tuple >> 32)] }
}

extension ProtocolDescription {
    /// Every leniency at once.
    var allLeniencies: Policy {
        Policy(rawValue: leniencies.reduce(0) { $0 | $1.policy.rawValue })
    }
}
