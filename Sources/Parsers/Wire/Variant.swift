/// One implementation of a protocol.
public struct Variant: Sendable {
    /// The technique's name: `reference`, `scalar`, `table` or `simd`.
    public let name: String
    /// One sentence: how it works.
    public let technique: String
    /// Leniencies that it does not implement. With one of them it answers *unsupported*.
    public let unsupported: Policy
    /// Why it cannot run on this machine, or nil where it can.
    public let unavailability: @Sendable () -> String?
    private let construct: @Sendable (Configuration) -> any Parser

    /// Makes a variant.
    public init(
        name: String, technique: String, unsupported: Policy = .strict,
        unavailability: @escaping @Sendable () -> String? = { nil },
        make: @escaping @Sendable (Configuration) -> any Parser
    ) {
        self.name = name
        self.technique = technique
        self.unsupported = unsupported
        self.unavailability = unavailability
        construct = make
    }

    /// A parser for `configuration`, or nil where this variant does not implement one of its leniencies.
    public func makeParser(_ configuration: Configuration) -> (any Parser)? {
        guard configuration.policy.isDisjoint(with: unsupported) else { return nil }
        return construct(configuration)
    }
}

/// A protocol as the workbench sees it: its names, its rules as data, its variants.
public struct ProtocolDescription: Sendable {
    /// Its name, such as `http1.request`.
    public let name: String
    /// One sentence: what one input is.
    public let summary: String
    /// All reasons for which an input can be refused, indexed by `Rejection.code`.
    public let reasons: [ReasonDescription]
    /// All leniencies.
    public let leniencies: [Leniency]
    /// All limits.
    public let limits: [LimitDescription]
    /// All variants, the reference first.
    public let variants: [Variant]
    /// The name of the variant that other code gets by default: the winner of `zyparse bench`.
    public let winner: String
    /// Whether an input is a sequence of messages, so that a prefix of an accepted one can be complete.
    public let isStream: Bool
    /// How its contexts and tapes are written down.
    public let notation: any Notation

    /// Makes a description.
    public init(
        name: String, summary: String, reasons: [ReasonDescription], leniencies: [Leniency],
        limits: [LimitDescription], variants: [Variant], winner: String, isStream: Bool,
        notation: any Notation
    ) {
        self.name = name
        self.summary = summary
        self.reasons = reasons
        self.leniencies = leniencies
        self.limits = limits
        self.variants = variants
        self.winner = winner
        self.isStream = isStream
        self.notation = notation
    }

    /// The strict configuration with default limits, and the context of an input about which nothing else is known.
    public func strictConfiguration(for input: [UInt8]? = nil) -> Configuration {
        Configuration(
            policy: .strict, limits: Limits(defaultsOf: limits),
            context: defaultContext(for: input))
    }

    /// The context in force where nobody gives one.
    public func defaultContext(for input: [UInt8]?) -> any ParseContext {
        do {
            return try notation.context([:], input: input)
        } catch {
            preconditionFailure("\(name): every entry of a context has a default: \(error)")
        }
    }

    /// The reason behind a rejection, or nil for a code that the protocol does not have.
    public func reason(of rejection: Rejection) -> ReasonDescription? {
        let index = Int(rejection.code)
        return reasons.indices.contains(index) ? reasons[index] : nil
    }
}
