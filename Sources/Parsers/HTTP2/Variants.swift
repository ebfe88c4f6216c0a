public import Wire

/// The protocols of this module, as the workbench sees them.
public enum HTTP2Protocols {
    /// `http2.frame`
    public static let all: [ProtocolDescription] = [frame]

    /// The frames that one end of a connection sends.
    public static let frame = ProtocolDescription(
        name: "http2.frame", summary: "the frames of one direction of a connection",
        reasons: HTTP2Reason.allCases.map(\.description), leniencies: HTTP2Leniency.all,
        limits: HTTP2Limits.descriptions, variants: variants, winner: "simd", isStream: true,
        notation: HTTP2Notation())

    private static let variants = [
        Variant(
            name: "reference",
            technique: "the specification made executable: one function for each rule",
            make: { ReferenceFrames($0) }),
        Variant(
            name: "scalar", technique: "a state machine that looks at one octet at a time",
            make: { ScalarFrames($0) }),
        Variant(
            name: "table",
            technique: "one row of rules for each type, and field programs that a loop runs",
            make: { TableFrames($0) }),
        Variant(
            name: "simd",
            technique:
                "the header in one word, its rules as sets of types; settings and padding by words",
            make: { SIMDFrames($0) }),
    ]
}
