extension Personas {
    /// The presets, fronts before backs.
    static let presetList: [Persona] = [
        preset("lf-tolerant", "an old server that takes LF for a line end everywhere", [
            "bareLF", "bareLFInChunkLine", "bareLFAfterChunkData",
        ]),
    ]

    private static func preset(_ name: String, _ what: String, _ quirks: [String]) -> Persona {
        Persona(
            name: name, summary: "Model: \(what) (\(quirks.joined(separator: ", ")))",
            quirks: quirks)
    }
}
