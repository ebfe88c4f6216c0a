public import Wire

/// The limits of HTTP/1, typed. Sizes in bytes, line ends included.
public struct HTTP1Limits: NamedLimits, BitwiseCopyable {
    public var emptyLinesMax = 1
    public var methodBytesMax = 32
    public var targetBytesMax = 8_192
    public var startLineBytesMax = 16_384
    public var fieldLineBytesMax = 16_384
    public var fieldSectionBytesMax = 65_536
    public var fieldCountMax = 128
    public var chunkExtensionBytesMax = 4_096
    public var chunkCountMax = 131_072
    public var trailerSectionBytesMax = 8_192
    public var trailerCountMax = 32
    public var bodyBytesMax = 1 << 30
    public var informationalCountMax = 8

    /// The defaults.
    public init() {}

    public static let entries: [LimitEntry<HTTP1Limits>] = [
        LimitEntry(
            name: "emptyLinesMax", key: \.emptyLinesMax, minimum: 0,
            summary: "empty lines before a request line",
            source: "RFC 9112 §2.2: at least one SHOULD be ignored"),
        LimitEntry(
            name: "methodBytesMax", key: \.methodBytesMax, minimum: 1,
            summary: "bytes of a method",
            source: "chosen: the longest registered method has 17 (UPDATEREDIRECTREF)"),
        LimitEntry(
            name: "targetBytesMax", key: \.targetBytesMax, minimum: 1,
            summary: "bytes of a request target",
            source: "RFC 9112 §3: at least 8000 for a request line"),
        LimitEntry(
            name: "startLineBytesMax", key: \.startLineBytesMax, minimum: 4,
            summary: "bytes of a start line",
            source: "chosen: the longest target with room for the rest"),
        LimitEntry(
            name: "fieldLineBytesMax", key: \.fieldLineBytesMax, minimum: 4,
            summary: "bytes of one field line, its folds included",
            source: "chosen: twice what common servers allow, for long cookies and tokens"),
        LimitEntry(
            name: "fieldSectionBytesMax", key: \.fieldSectionBytesMax, minimum: 4,
            summary: "bytes of a header section",
            source: "chosen: four of the longest lines"),
        LimitEntry(
            name: "fieldCountMax", key: \.fieldCountMax, minimum: 0,
            summary: "field lines of a header section",
            source: "chosen: ten times what browsers send"),
        LimitEntry(
            name: "chunkExtensionBytesMax", key: \.chunkExtensionBytesMax, minimum: 0,
            summary: "bytes of all chunk extensions of a message",
            source: "RFC 9112 §7.1.1: a recipient MUST limit their total"),
        LimitEntry(
            name: "chunkCountMax", key: \.chunkCountMax, minimum: 1,
            summary: "chunk-size lines of a message, the last chunk's included",
            source: "chosen: the largest body in chunks of 8 KiB"),
        LimitEntry(
            name: "trailerSectionBytesMax", key: \.trailerSectionBytesMax, minimum: 2,
            summary: "bytes of a trailer section",
            source: "chosen: half of one field line; trailers carry digests and timings"),
        LimitEntry(
            name: "trailerCountMax", key: \.trailerCountMax, minimum: 0,
            summary: "field lines of a trailer section",
            source: "chosen: a quarter of the header's"),
        LimitEntry(
            name: "bodyBytesMax", key: \.bodyBytesMax, minimum: 0,
            summary: "bytes of a body, decoded",
            source: "chosen: 1 GiB; below 2^32, so that a 32-bit wrap is always refused"),
        LimitEntry(
            name: "informationalCountMax", key: \.informationalCountMax, minimum: 0,
            summary: "1xx responses before one final response",
            source: "chosen: 100 and 103 twice over, with room"),
    ]
}
