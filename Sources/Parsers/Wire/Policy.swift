/// A set of named leniencies, all off in `strict`.
///
/// The bits belong to a protocol: `Policy.bareLF` is declared beside HTTP/1's other leniencies, each with
/// the clause that it bends and the products that were seen to behave so.
@frozen
public struct Policy: OptionSet, Hashable, Sendable, BitwiseCopyable {
    /// One bit for each leniency.
    public var rawValue: UInt64

    /// Makes a policy from its bits.
    @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// A policy of one leniency, the one at `bit` (0 … 63).
    @inlinable public init(bit: UInt8) { rawValue = 1 &<< UInt64(bit) }

    /// No leniency: the RFCs to the letter, and the hardened choice where they leave one.
    @inlinable public static var strict: Policy { Policy(rawValue: 0) }
}

/// What a leniency does, and where it was seen.
public struct Leniency: Hashable, Sendable {
    /// Its name, as it is written on command lines and in cases.
    public let name: String
    /// Its bit.
    public let policy: Policy
    /// One sentence: what is accepted, and as what.
    public let effect: String
    /// The clause that it bends.
    public let clause: String
    /// Products that were seen to behave so.
    public let seenIn: String

    /// Makes a leniency.
    public init(name: String, policy: Policy, effect: String, clause: String, seenIn: String) {
        self.name = name
        self.policy = policy
        self.effect = effect
        self.clause = clause
        self.seenIn = seenIn
    }
}
