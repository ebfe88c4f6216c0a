public import Wire

/// The limits of QUIC, typed.
public struct QUICLimits: NamedLimits, BitwiseCopyable {
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

    public static let entries: [LimitEntry<QUICLimits>] = [
        LimitEntry(
            name: "datagramBytesMax", key: \.datagramBytesMax, minimum: 0,
            summary: "bytes of a datagram, a payload, or an extension",
            source: "RFC 9000 §18.2: the largest permitted UDP payload is 65527"),
        LimitEntry(
            name: "initialDatagramBytesMin", key: \.initialDatagramBytesMin, minimum: 0,
            summary: "the fewest bytes of a client's datagram with an Initial",
            source: "RFC 9000 §14.1: 1200"),
        LimitEntry(
            name: "packetCountMax", key: \.packetCountMax, minimum: 1,
            summary: "packets of a datagram",
            source:
                "chosen: one of each kind is 4, and a handshake coalesces at most a few more"),
        LimitEntry(
            name: "tokenBytesMax", key: \.tokenBytesMax, minimum: 0,
            summary: "bytes of the token of an Initial or a Retry",
            source: "chosen: more than a packet of 1500 bytes can hold, for tokens with tickets"
        ),
        LimitEntry(
            name: "frameCountMax", key: \.frameCountMax, minimum: 1,
            summary: "frames of a packet, a run of PADDING being one",
            source: "chosen: one for each byte of a packet of 1500, and not of jumbo datagrams"),
        LimitEntry(
            name: "ackRangeCountMax", key: \.ackRangeCountMax, minimum: 0,
            summary: "ranges of an ACK frame behind its first",
            source:
                "chosen: more than fit into 1500 bytes at two bytes each, and not in jumbo datagrams"
        ),
        LimitEntry(
            name: "newConnectionIDCountMax", key: \.newConnectionIDCountMax, minimum: 0,
            summary: "NEW_CONNECTION_ID frames of a packet",
            source: "chosen: twice the usual active_connection_id_limit of 8"),
        LimitEntry(
            name: "parameterCountMax", key: \.parameterCountMax, minimum: 1,
            summary: "transport parameters of an extension",
            source: "chosen: three times the registered ones, with room for greased ones"),
    ]
}
