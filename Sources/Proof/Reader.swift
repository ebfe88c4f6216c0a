public import Differential
public import Wire

/// What a variant reads of whole inputs of one protocol under one policy.
public final class Reader {
    /// The protocol.
    public let description: ProtocolDescription
    private let variant: Variant
    private let entries: [String: String]
    private let policy: Policy
    /// A parser for every input, where the context does not depend on the input.
    private let harness: Harness?

    /// A reader; the reference, unless told otherwise. Nil where the protocol is not known or lacks the variant.
    public convenience init?(
        _ protocolName: String, _ policy: Policy, _ entries: [String: String] = [:],
        variant: String = "reference"
    ) {
        guard let description = Registry.protocolNamed(protocolName),
            let found = try? description.variant(named: variant)
        else { return nil }
        self.init(description, found, policy, entries)
    }

    /// A reader by a variant that the registry need not know, such as a persona's model.
    public init(
        _ description: ProtocolDescription, _ variant: Variant, _ policy: Policy,
        _ entries: [String: String] = [:]
    ) {
        self.description = description
        self.variant = variant
        self.entries = entries
        self.policy = policy
        // A length that the context states is the input's: two inputs of different lengths show it.
        let contexts = ([[], [0x00]] as [[UInt8]]).map { input -> String in
            guard let context = try? description.notation.context(entries, input: input) else {
                return ""
            }
            return String(describing: context)
        }
        harness =
            contexts[0] == contexts[1]
            ? Self.harness(description, variant, policy, entries, []) : nil
    }

    private static func harness(
        _ description: ProtocolDescription, _ variant: Variant, _ policy: Policy,
        _ entries: [String: String], _ input: [UInt8]
    ) -> Harness? {
        guard let context = try? description.notation.context(entries, input: input) else {
            return nil
        }
        var configuration = description.strictConfiguration()
        configuration.policy = policy
        configuration.context = context
        return Harness(variant, configuration)
    }

    /// The outcome of `input`.
    public func outcome(_ input: [UInt8]) -> Outcome? {
        let harness = harness ?? Self.harness(description, variant, policy, entries, input)
        return harness?.whole(input)
    }

    /// The outcome in words: the verdict, and what is certain.
    public func words(_ input: [UInt8]) -> String {
        guard let outcome = outcome(input),
            let context = try? description.notation.context(entries, input: input)
        else { return "unsupported" }
        let verdict = outcome.verdict.text(in: description)
        let items = description.notation.items(outcome.tape, input: input, context: context)
        let summaries = items.map(\.summary).filter { !$0.isEmpty }
        return summaries.isEmpty ? verdict : "\(verdict): \(summaries.joined(separator: ", "))"
    }
}
