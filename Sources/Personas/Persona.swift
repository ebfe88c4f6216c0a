public import Wire

/// A model of an implementation: the protocol's language with some quirks switched on.
///
/// A persona is never the product that its quirks were seen in. It reads what such a product might
/// read, without a network, deterministically, fast enough to be fuzzed against.
public struct Persona: Hashable, Sendable {
    /// Its name: a preset's, or quirk ids joined by `+`.
    public let name: String
    /// What it models; begins with `Model: `.
    public let summary: String
    /// The ids of its quirks.
    public let quirks: [String]

    /// Makes a persona of known quirks.
    init(name: String, summary: String, quirks: [String]) {
        self.name = name
        self.summary = summary
        self.quirks = quirks
    }

    /// A persona with nothing switched on: each protocol's model as it stands.
    public static let plain = Persona(
        name: "plain", summary: "Model: no quirk; reads what the reference reads", quirks: [])

    /// The model as a variant of the protocol, called `persona:` and the persona's name.
    ///
    /// Nil where the protocol has no model, or where the persona has quirks and none of them
    /// concerns it.
    public func variant(of description: ProtocolDescription) -> Variant? {
        guard let model = Personas.model(of: description.name) else { return nil }
        let concerned = quirks.compactMap(Personas.quirk)
            .filter { $0.protocols.contains(description.name) }
        guard quirks.isEmpty || !concerned.isEmpty else { return nil }
        guard let make = model.maker(description, quirks: concerned) else { return nil }
        return Variant(name: "persona:\(name)", technique: summary, make: make)
    }

    /// What a proxy of this persona sends on for the messages of `input` that it accepted.
    ///
    /// The protocol is the one of the configuration's context: the messages of an HTTP/1 stream, or
    /// the header blocks of HPACK. Without a quirk it is what the protocol's own serialiser would
    /// write; a message that cannot be written in the protocol's language ends what is sent. Nil
    /// where nothing is.
    public func forward(_ input: [UInt8], _ configuration: Configuration) -> [UInt8]? {
        let quirks = quirks.compactMap(Personas.quirk)
        for model in Personas.models {
            if let sent = model.forward(input, configuration, quirks: quirks) {
                return sent.isEmpty ? nil : sent
            }
        }
        return nil
    }
}
