public import Wire

/// One way in which an implementation departs from the protocol's page: a switch of a model.
///
/// A quirk is data with a model behind it. Its data says what goes wrong, which clause that breaks
/// and where it was seen; the model does it. `zyparse kill` holds the corpus to it: a quirk that no
/// case separates from the reference shows a hole in the corpus.
public struct Quirk: Hashable, Sendable {
    /// Where a quirk shows, and so how it is killed.
    public enum Kind: String, CaseIterable, Sendable {
        /// A leniency of the protocol's own policy, or a published pattern that comes to one.
        case leniency
        /// A reading that no policy of the workbench gives.
        case parsing
        /// The reading may be right; what a proxy sends on is not what it read.
        case forwarding
    }

    /// Its id: `S23`, `T11`, a leniency's name, or a name of its own.
    public let id: String
    /// The protocols in which it can show.
    public let protocols: [String]
    /// Where it shows.
    public let kind: Kind
    /// One sentence: what the model does.
    public let effect: String
    /// The clause that it breaks.
    public let clause: String
    /// Products, or published lists, in which the pattern was seen.
    public let seenIn: String
    /// The leniencies that it turns on.
    public let policy: Policy

    /// Makes a quirk.
    public init(
        id: String, protocols: [String], kind: Kind, effect: String, clause: String,
        seenIn: String, policy: Policy = .strict
    ) {
        self.id = id
        self.protocols = protocols
        self.kind = kind
        self.effect = effect
        self.clause = clause
        self.seenIn = seenIn
        self.policy = policy
    }

    /// The quirk that a leniency is when it stands alone.
    init(_ leniency: Leniency, protocols: [String]) {
        self.init(
            id: leniency.name, protocols: protocols, kind: .leniency, effect: leniency.effect,
            clause: leniency.clause, seenIn: leniency.seenIn, policy: leniency.policy)
    }
}
