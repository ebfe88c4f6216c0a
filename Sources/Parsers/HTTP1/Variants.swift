internal import Kernels
public import Wire

/// The protocols of this module, as the workbench sees them.
public enum HTTP1 {
    /// `http1.request`, `http1.response`, `http1.chunked`, `http1.stream`.
    public static let protocols: [ProtocolDescription] = [request, response, chunked, stream]

    /// Request heads.
    public static let request = describe(
        "http1.request", "one request head", winner: "simd",
        context: HTTP1Context(role: .request), isStream: false, heads)

    /// Response heads.
    public static let response = describe(
        "http1.response", "one response head", winner: "simd",
        context: HTTP1Context(role: .response), isStream: false, heads)

    /// Chunked bodies.
    public static let chunked = describe(
        "http1.chunked", "one chunked body with its trailers", winner: "simd",
        context: HTTP1Context(role: .request), isStream: false, chunkedBodies)

    /// All messages of one direction of a connection.
    public static let stream = describe(
        "http1.stream", "the messages of one direction of a connection", winner: "simd",
        context: HTTP1Context(role: .request), isStream: true, streams)

    /// One sentence for each technique, by variant name.
    private static let techniques: KeyValuePairs = [
        "reference": "the specification made executable: one function for each rule",
        "scalar": "a state machine that looks at one byte at a time",
        "table": "a DFA compiled from ABNF and driven by its table",
        "simd": "bitmaps from vector kernels, walked by set bits",
    ]

    private typealias Maker = @Sendable (Configuration) -> any Parser

    private static let heads: [(String, Maker)] = [
        ("reference", { ReferenceHead($0) }),
        ("scalar", { ScalarHead($0) }),
        ("table", { TableHead($0) }),
        ("simd", { SIMDHead($0) }),
    ]

    private static let chunkedBodies: [(String, Maker)] = [
        ("reference", { ReferenceChunked($0) }),
        ("scalar", { ScalarChunked($0) }),
        ("table", { TableChunked($0) }),
        ("simd", { SIMDChunked($0) }),
    ]

    private static let streams: [(String, Maker)] = [
        ("reference", { ReferenceStream($0) }),
        ("scalar", { ScalarStream($0) }),
        ("table", { TableStream($0) }),
        ("simd", { SIMDStream($0) }),
    ]

    private static func describe(
        _ name: String, _ summary: String, winner: String, context: HTTP1Context, isStream: Bool,
        _ makers: [(String, Maker)]
    ) -> ProtocolDescription {
        let variants = makers.map { entry in
            let technique = techniques.first { $0.key == entry.0 }?.value ?? ""
            return Variant(
                name: entry.0, technique: technique,
                unavailability: { entry.0 == "simd" ? KernelSelection.problem : nil }, make: entry.1
            )
        }
        return ProtocolDescription(
            name: name, summary: summary, reasons: HTTP1Reason.allCases.map(\.description),
            leniencies: HTTP1Leniency.all, limits: HTTP1Limits.descriptions, variants: variants,
            winner: winner, isStream: isStream,
            notation: HTTP1Notation(protocolName: name, context: context, isStream: isStream))
    }
}
