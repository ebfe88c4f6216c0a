public import Differential
internal import Personas
public import Wire

/// Whom a fuzzer hunts instead of our own variants: a parser that is known to differ from the reference.
public struct Opponent: Sendable {
    /// What reads the input beside the reference.
    let variant: Variant
    /// The persona whose messages, as it sends them on, a next reader must read as it did; nil where only readings are
    /// compared.
    let forwarder: Persona?

    /// The name of the opponent that must be found: it tests engine, mutators, comparison and report in one go.
    public static let canaryName = "canary"

    /// The opponent of that name for a protocol: the canary, a quirk, or a persona.
    public init(
        named name: String, _ description: ProtocolDescription
    ) throws(UnknownName) {
        guard name != Self.canaryName else {
            variant = Self.canary(description)
            forwarder = nil
            return
        }
        let persona: Persona
        do throws(UnknownPersona) {
            persona = try Personas.named(name)
        } catch {
            throw UnknownName(description: error.description)
        }
        guard let variant = persona.variant(of: description) else {
            throw UnknownName(description: "\(name) says nothing about \(description.name)")
        }
        self.variant = variant
        let isForwarding = persona.quirks.contains { Personas.quirk($0)?.kind == .forwarding }
        forwarder = isForwarding ? persona : nil
    }

    /// The reference with the protocol's last leniency on, though the policy is strict. HTTP/1's lets any two bytes follow
    /// chunk data: far enough from an empty corpus that only mutators which know chunks get there soon.
    private static func canary(_ description: ProtocolDescription) -> Variant {
        let reference = description.variants[0]
        let extra = description.leniencies.last?.policy ?? .strict
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
