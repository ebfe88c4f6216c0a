public import Wire

/// The tokens of QUIC tapes. `Documentation/QUIC.md` §8 says which offsets, lengths and details each one carries.
public enum QUICToken {
    /// What a token stands for.
    public enum Kind: UInt8, CaseIterable, Sendable {
        /// A packet starts; detail: `QUICPacketKind` and its first byte.
        case packet = 1
        /// An integer; length: its value; detail: `QUICField` and its size in bytes.
        case integer
        /// A run of bytes; detail: `QUICField`.
        case bytes
        /// A packet number; length: the decoded number; detail: its size and the uncovered first byte.
        case packetNumber
        /// An opened packet's payload, in the arena.
        case plaintext
        /// A frame starts; detail: its type; length: the bytes of its type, or of a run of PADDING.
        case frame
        /// The ClientHello starts here; length: its bytes in this frame; detail: 1 where it is whole.
        case clientHello
        /// A payload that was not opened; detail: `QUICPacketFate`.
        case protectedPayload
        /// A packet that is ignored alone; detail: `QUICPacketFate`.
        case discarded
        /// A packet (a payload, an extension) has ended; length: its non-minimal varints.
        case packetEnd
    }
}

extension Token {
    /// Makes a QUIC token.
    @inlinable @inline(__always)
    public init(_ kind: QUICToken.Kind, detail: UInt16 = 0, offset: Int, length: Int) {
        self.init(kind: kind.rawValue, detail: detail, offset: offset, length: length)
    }

    /// Makes an `integer` token of `size` bytes.
    @inlinable @inline(__always)
    public init(_ field: QUICField, size: Int, offset: Int, value: UInt64) {
        self.init(
            kind: QUICToken.Kind.integer.rawValue,
            detail: UInt16(field.rawValue) | UInt16(truncatingIfNeeded: size) &<< 8,
            offset: offset, length: Int(truncatingIfNeeded: value))
    }

    /// Makes a `bytes` token.
    @inlinable @inline(__always)
    public init(_ field: QUICField, offset: Int, length: Int) {
        self.init(
            kind: QUICToken.Kind.bytes.rawValue, detail: UInt16(field.rawValue), offset: offset,
            length: length)
    }

    /// The token's kind on a QUIC tape, or nil where it is none.
    public var quicKind: QUICToken.Kind? { QUICToken.Kind(rawValue: kind) }

    /// The field that an `integer` or `bytes` token holds.
    public var quicField: QUICField? { QUICField(rawValue: UInt8(truncatingIfNeeded: detail)) }

    /// The high byte of the detail: an integer's size, a packet's first byte.
    public var quicDetailByte: UInt8 { UInt8(truncatingIfNeeded: detail >> 8) }
}

/// The kinds of packets, whatever bits a version gives them.
public enum QUICPacketKind: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case initial
    case zeroRTT
    case handshake
    case retry
    case oneRTT
    case versionNegotiation
    /// A version that we do not know: only the invariants of RFC 8999 hold.
    case unknownVersion

    /// The name as RFC 9000 writes it.
    public var name: String {
        switch self {
        case .initial: "Initial"
        case .zeroRTT: "0-RTT"
        case .handshake: "Handshake"
        case .retry: "Retry"
        case .oneRTT: "1-RTT"
        case .versionNegotiation: "Version Negotiation"
        case .unknownVersion: "Unknown version"
        }
    }
}

/// Why a payload was not opened, or a packet ignored.
public enum QUICPacketFate: UInt16, CaseIterable, Sendable {
    /// Nobody told the keys.
    case noKeys
    /// Only headers were asked for.
    case headersOnly
    /// Its DCID is not that of the datagram's first packet (RFC 9000 §12.2).
    case connectionID
    /// The AEAD tag is wrong (RFC 9001 §5.5).
    case authentication
}

/// The fields of headers, frames and transport parameters.
public enum QUICField: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    // Headers
    case version = 1
    case destinationConnectionID
    case sourceConnectionID
    case connectionID
    case tokenLength
    case token
    case length
    case retryToken
    case retryTag
    case retryTagUnverified
    case supportedVersion
    case versionSpecific
    case tag
    // Frames
    case streamID
    case errorCode
    case finalSize
    case offset
    case dataLength
    case maximum
    case sequenceNumber
    case retirePriorTo
    case connectionIDLength
    case newConnectionID
    case statelessResetToken
    case pathData
    case closedFrameType
    case reasonLength
    case reasonPhrase
    case newTokenLength
    case newToken
    case cryptoData
    case streamData
    case datagramData
    case largestAcknowledged
    case ackDelay
    case ackRangeCount
    case firstAckRange
    case gap
    case ackRangeLength
    case ect0
    case ect1
    case ecnCE
    // Transport parameters
    case parameterID
    case parameterLength
    case parameterValue
    case parameterBytes
    case preferredIPv4
    case preferredIPv6
    case preferredConnectionID
}

/// Numbers of the RFCs that every variant needs as they stand.
public enum QUICNumber {
    /// Version 1 (RFC 9000).
    public static let version1: UInt32 = 0x0000_0001
    /// Version 2 (RFC 9369 §3.1).
    public static let version2: UInt32 = 0x6b33_43cf
    /// The largest value of a varint (RFC 9000 §16).
    public static let varintMax: UInt64 = (1 << 62) - 1
}
