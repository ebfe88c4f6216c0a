public import Wire

/// The limits of WebSocket, typed.
public struct WebSocketLimits: NamedLimits, BitwiseCopyable {
    public var frameBytesMax = 16 << 20
    public var messageBytesMax = 64 << 20
    public var fragmentCountMax = 65_536
    public var inflatedBytesMax = 16 << 20

    /// The defaults.
    public init() {}

    /// No limit is larger: sums of offsets and lengths then always fit (a tape's offsets end there too).
    private static let ceiling = Token.offsetMax

    public static let entries: [LimitEntry<WebSocketLimits>] = [
        LimitEntry(
            name: "frameBytesMax", key: \.frameBytesMax, minimum: 125, maximum: ceiling,
            summary: "bytes of a frame's payload", source: "chosen: tungstenite's"),
        LimitEntry(
            name: "messageBytesMax", key: \.messageBytesMax, minimum: 0, maximum: ceiling,
            summary: "bytes of all payloads of a message, as sent",
            source: "chosen: tungstenite's"),
        LimitEntry(
            name: "fragmentCountMax", key: \.fragmentCountMax, minimum: 1, maximum: ceiling,
            summary: "frames of a message",
            source: "chosen: a frame costs its reader more than its bytes (CVE-2026-12151)"),
        LimitEntry(
            name: "inflatedBytesMax", key: \.inflatedBytesMax, minimum: 0, maximum: ceiling,
            summary: "bytes of a compressed message, inflated",
            source: "chosen: DEFLATE can grow 1032-fold, so that 16 KiB reach it"),
    ]
}
