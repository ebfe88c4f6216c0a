public import Differential
public import Wire

/// Whom a fuzzer hunts instead of our own variants: a parser that is known to differ from the reference.
public enum Opponent {
    /// The name of the opponent that must be found: it tests engine, mutators, comparison and report in one go.
    public static let canaryName = "canary"

    /// The opponent of that name for a protocol.
    public static func named(
        _ name: String, _ description: ProtocolDescription
    ) throws(UnknownName) -> Variant {
        guard name == canaryName else {
            throw UnknownName(description: "unknown opponent '\(name)'; known: \(canaryName)")
        }
        return canary(description)
    }

    /// The reference with the protocol's first leniency on, though the policy is strict.
    private static func canary(_ description: ProtocolDescription) -> Variant {
        let reference = description.variants[0]
        let extra = description.leniencies.first?.policy ?? .strict
        return Variant(
            name: canaryName, technique: "the reference with one leniency too many",
            unsupported: reference.unsupported
        ) { configuration in
            var lenient = configuration
            lenient.policy.formUnion(extra)
            guard let parser = reference.makeParser(lenient) else {
                preconditionFailure("the reference implements every leniency")
            }
            return parser
        }
    }
}
