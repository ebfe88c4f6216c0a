public import Crypto
public import Wire

/// What a QUIC parser knows of its connection: `Documentation/QUIC.md` §2.
public struct QUICContext: ParseContext, Hashable {
    /// Who reads.
    public enum Role: String, CaseIterable, Sendable {
        /// A server reads what a client sent.
        case server
        /// A client reads what a server sent.
        case client
    }

    /// What an input is.
    public enum Layer: Hashable, Sendable {
        /// A datagram; its packets are opened where keys are known.
        case datagram
        /// A datagram; nothing is opened.
        case headers
        /// The payload of an opened packet of this kind.
        case frames(QUICPacketKind)
        /// The contents of the TLS extension quic_transport_parameters.
        case transportParameters
    }

    public var role = Role.server
    public var layer = Layer.datagram
    /// The input's length in bytes, or nil: the bytes of each call are one whole input.
    public var datagramLength: Int?
    /// The length of the DCID of short headers, 0 … 20.
    public var connectionIDLength = 8
    /// The DCID of the client's first Initial, where it is known from elsewhere.
    public var originalDestinationConnectionID: [UInt8]?
    /// The SCID of the sender's first Initial, for the transport parameters.
    public var sourceConnectionID: [UInt8]?
    /// The version of the client's first Initial.
    public var version = QUICNumber.version1
    public var handshakeKey: TrafficSecret?
    public var zeroRTTKey: TrafficSecret?
    /// The secret of key phase 0.
    public var oneRTTKey: TrafficSecret?
    /// The largest packet numbers that were processed, at most 2^62 − 2; nil: none.
    public var largestInitial: UInt64?
    public var largestHandshake: UInt64?
    public var largestApplication: UInt64?

    /// A server that reads datagrams and was told nothing.
    public init() {}

    /// What keys are derived from.
    public var secrets: PacketProtection.Secrets {
        var secrets = PacketProtection.Secrets()
        secrets.version = version == QUICNumber.version2 ? .version2 : .version1
        secrets.handshake = handshakeKey
        secrets.zeroRTT = zeroRTTKey
        secrets.oneRTT = oneRTTKey
        return secrets
    }
}
