public import Wire

/// The limits of QUIC, typed.
public struct QUICLimits: Hashable, Sendable, BitwiseCopyable {
    public var datagramBytesMax = 65_527
    public var initialDatagramBytesMin = 1_200
    public var packetCountMax = 16
    public var tokenBytesMax = 2_048
    public var frameCountMax = 4_096
    public var ackRangeCountMax = 1_024
    public var newConnectionIDCountMax = 16
    public var parameterCountMax = 64

    /// The defaults.
    public init() {}

    /// Reads the values of `limits`, which must be QUIC's.
    public init(_ limits: Limits) {
        for (index, entry) in Self.entries.enumerated() where index < limits.values.count {
            self[keyPath: entry.key] = max(limits.values[index], entry.minimum)
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
        let defaults = QUICLimits()
        return entries.map { entry in
            LimitDescription(
                name: entry.name, defaultValue: defaults[keyPath: entry.key],
                minimum: entry.minimum, summary: entry.summary, source: entry.source)
        }
    }

    private struct Entry {
        let name: String
        let key: WritableKeyPath<QUICLimits, Int>
        let minimum: Int
        let summary: String
        let source: String
    }

    private static var entries: [Entry] {
        [
            Entry(
                name: "datagramBytesMax", key: \.datagramBytesMax, minimum: 0,
                summary: "bytes of a datagram, a payload, or an extension",
                source: "RFC 9000 §18.2: the largest permitted UDP payload is 65527"),
            Entry(
                name: "initialDatagramBytesMin", key: \.initialDatagramBytesMin, minimum: 0,
                summary: "the fewest bytes of a client's datagram with an Initial",
                source: "RFC 9000 §14.1: 1200"),
            Entry(
                name: "packetCountMax", key: \.packetCountMax, minimum: 1,
                summary: "packets of a datagram",
                source:
                    "chosen: one of each kind is 4, and a handshake coalesces at most a few more"),
            Entry(
                name: "tokenBytesMax", key: \.tokenBytesMax, minimum: 0,
                summary: "bytes of the token of an Initial or a Retry",
                source: "chosen: more than a packet of 1500 bytes can hold, for tokens with tickets"
            ),
            Entry(
                name: "frameCountMax", key: \.frameCountMax, minimum: 1,
                summary: "frames of a packet, a run of PADDING being one",
                source: "chosen: one for each byte of a packet of 1500, and not of jumbo datagrams"),
            Entry(
                name: "ackRangeCountMax", key: \.ackRangeCountMax, minimum: 0,
                summary: "ranges of an ACK frame behind its first",
                source:
                    "chosen: more than fit into 1500 bytes at two bytes each, and not in jumbo datagrams"
            ),
            Entry(
                name: "newConnectionIDCountMax", key: \.newConnectionIDCountMax, minimum: 0,
                summary: "NEW_CONNECTION_ID frames of a packet",
                source: "chosen: twice the usual active_connection_id_limit of 8"),
            Entry(
                name: "parameterCountMax", key: \.parameterCountMax, minimum: 1,
                summary: "transport parameters of an extension",
                source: "chosen: three times the registered ones, with room for greased ones"),
        ]
    }
}
