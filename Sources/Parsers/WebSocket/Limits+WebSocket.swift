public import Wire

/// The limits of WebSocket, typed.
public struct WebSocketLimits: Hashable, Sendable, BitwiseCopyable {
    public var frameBytesMax = 16 << 20
    public var messageBytesMax = 64 << 20
    public var fragmentCountMax = 65_536
    public var inflatedBytesMax = 16 << 20

    /// The defaults.
    public init() {}

    /// No limit is larger: sums of offsets and lengths then always fit (a tape's offsets end there too).
    private static let ceiling = Token.offsetMax

    /// Reads the values of `limits`, which must be WebSocket's.
    public init(_ limits: Limits) {
        for (index, entry) in Self.entries.enumerated() where index < limits.values.count {
            self[keyPath: entry.key] = min(
                max(limits.values[index], entry.minimum), Self.ceiling)
        }
    }

    /// The same values without their types.
    public var untyped: Limits {
        var limits = Limits(defaultsOf: Self.descriptions)
        for (index, entry) in Self.entries.enumerated() {
            limits.values[index] = self[keyPath: entry.key]
        }
        return limits
    }

    /// The limits in order, as data.
    public static var descriptions: [LimitDescription] {
        let defaults = WebSocketLimits()
        return entries.map { entry in
            LimitDescription(
                name: entry.name, defaultValue: defaults[keyPath: entry.key],
                minimum: entry.minimum, summary: entry.summary, source: entry.source)
        }
    }

    private struct Entry {
        let name: String
        let key: WritableKeyPath<WebSocketLimits, Int>
        let minimum: Int
        let summary: String
        let source: String
    }

    private static var entries: [Entry] {
        [
            Entry(
                name: "frameBytesMax", key: \.frameBytesMax, minimum: 125,
                summary: "bytes of a frame's payload", source: "chosen: tungstenite's"),
            Entry(
                name: "messageBytesMax", key: \.messageBytesMax, minimum: 0,
                summary: "bytes of all payloads of a message, as sent",
                source: "chosen: tungstenite's"),
            Entry(
                name: "fragmentCountMax", key: \.fragmentCountMax, minimum: 1,
                summary: "frames of a message",
                source: "chosen: a frame costs its reader more than its bytes (CVE-2026-12151)"),
            Entry(
                name: "inflatedBytesMax", key: \.inflatedBytesMax, minimum: 0,
                summary: "bytes of a compressed message, inflated",
                source: "chosen: DEFLATE can grow 1032-fold, so that 16 KiB reach it"),
        ]
    }
}
