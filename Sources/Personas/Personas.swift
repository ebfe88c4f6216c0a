internal import Wire

/// A name that is neither a preset's nor made of quirk ids.
public struct UnknownPersona: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name, or the id in it, that nobody knows.
    public let name: String
    /// What is wrong with it.
    public var description: String { "unknown persona or quirk '\(name)'" }
}

/// All quirks, and the presets made of them.
public enum Personas {
    /// Every quirk, protocol family by protocol family.
    public static let quirks: [Quirk] = models.flatMap(\.quirks)

    /// Combinations that a product might have; each summary names its quirks.
    public static let presets: [Persona] = presetList

    /// The preset called `name`, or the persona of the quirks whose ids `name` joins by `+`.
    ///
    /// - Throws: `UnknownPersona` for the first part that is no quirk's id.
    public static func named(_ name: String) throws(UnknownPersona) -> Persona {
        if name == Persona.plain.name { return .plain }
        if let preset = presets.first(where: { $0.name == name }) { return preset }
        let ids = name.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
        var effects: [String] = []
        for id in ids {
            guard let quirk = quirk(id) else { throw UnknownPersona(name: id) }
            effects.append("\(quirk.id): \(quirk.effect)")
        }
        return Persona(
            name: name, summary: "Model: " + effects.joined(separator: " "), quirks: ids)
    }

    /// The quirk with that id, or nil.
    public static func quirk(_ id: String) -> Quirk? { quirksByID[id] }

    /// Each family's model, in the order of reports.
    static let models: [any QuirkModel] = [
        HTTP1Quirks(), HPACKQuirks(), HTTP2Quirks(), WebSocketQuirks(), QUICQuirks(), UTF8Quirks(),
    ]

    /// The model that serves the protocol, or nil.
    static func model(of protocolName: String) -> (any QuirkModel)? {
        models.first { $0.protocols.contains(protocolName) }
    }

    private static let quirksByID: [String: Quirk] = Dictionary(
        quirks.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
}
