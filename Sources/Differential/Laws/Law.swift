public import Wire

/// The laws of `Documentation/Design.md`: each is an oracle of its own, with a name that reports use.
public enum Law: String, CaseIterable, Sendable {
    /// All variants give the same verdict, reason, offset, consumed count, tape and arena.
    case agreement
    /// Whole, byte by byte, in two pieces, in random pieces: one result.
    case splitInvariance = "split invariance"
    /// Each proper prefix of an accepted message is incomplete; each prefix of a rejected one is incomplete up to
    /// the offset, and rejected equally behind it.
    case prefix
    /// Bytes behind a complete message change nothing before them.
    case independence
    /// A parser that was reset behaves like a new one.
    case reuse
    /// parse(serialise(parse(x))) = parse(x), and the serialiser writes nothing that strict parsing refuses.
    case roundTrip = "round trip"
    /// A case that states a verdict gets it.
    case expectation
    /// What a persona sends on is read as the messages that it read itself. Held for personas only.
    case chain
    /// What whoever drives a server's connection may rely on, and what nobody behind a refusal may get. Held for
    /// connections only.
    case conduct
}

/// One broken law.
public struct Violation: Hashable, Sendable {
    /// The law.
    public let law: Law
    /// The variant that broke it.
    public let variant: String
    /// What it was held against: another variant, `itself`, or the case.
    public let against: String
    /// How bad it is.
    public let rank: DifferenceRank
    /// What was seen, in one line.
    public let detail: String

    /// Makes a violation.
    public init(law: Law, variant: String, against: String, rank: DifferenceRank, detail: String) {
        self.law = law
        self.variant = variant
        self.against = against
        self.rank = rank
        self.detail = detail
    }
}
