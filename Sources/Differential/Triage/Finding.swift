public import Wire

/// What participants made of one input, and what a find it is, if it is one.
public struct Finding: Sendable {
    /// Participants that read the input alike.
    public struct Group: Sendable {
        /// Their names, in the participants' order.
        public var names: [String]
        /// Their common reading.
        public let outcome: Outcome
    }

    /// The input.
    public let input: TriageInput
    /// What it was read under.
    public let configuration: Configuration
    /// The groups, in the order of their first participants.
    public let groups: [Group]
    /// Participants that do not implement a leniency of the policy.
    public let unsupported: [String]
    /// The reference's reading, whether it takes part or not.
    public let reference: Outcome
    /// Laws that a participant breaks by itself, the worst first. Looked for only where all participants read alike.
    public let violations: [Violation]
    /// What the find is, or nil where nothing differs and no law is broken.
    public let signature: Signature?

    /// Participants whose reading is not the reference's, where participants differ.
    public var wrong: [String] {
        guard groups.count > 1 else { return [] }
        return groups.filter { $0.outcome != reference }.flatMap(\.names)
    }
}
