public import Wire

/// Why a QUIC input is refused. The clause of each is in its `description`; the order of judgement is the page's.
public enum QUICReason: UInt8, RejectionReason {
    // Datagrams and packets: the rest of the datagram is dropped
    /// A header ends behind the datagram's end.
    case truncatedPacket
    /// The fixed bit is 0.
    case fixedBitClear
    /// A client sent Version Negotiation.
    case versionNegotiationAtServer
    /// A client sent Retry, or a server sent 0-RTT.
    case misdirectedPacket
    /// A connection ID of more than 20 bytes.
    case connectionIDTooLong
    /// The list of versions is empty, or no multiple of four bytes.
    case malformedVersionNegotiation
    /// Version Negotiation lists the version that the client used.
    case ownVersionListed
    /// A Retry without a token.
    case emptyRetryToken
    /// A Retry whose SCID is the DCID of the client's Initial.
    case repeatedRetryConnectionID
    /// The integrity tag of a Retry is wrong.
    case retryIntegrity
    /// A client's Initial in a datagram of less than 1200 bytes (initialDatagramBytesMin).
    case initialDatagramTooSmall
    /// The DCID of a client's first Initial has fewer than 8 bytes.
    case initialConnectionIDTooShort
    /// A server's Initial with a token.
    case tokenFromServer
    /// A token ends behind the datagram's end.
    case tokenBeyondDatagram
    /// Length exceeds what the datagram holds.
    case lengthBeyondDatagram
    /// Too few bytes for a packet number and the sample of header protection.
    case packetTooShort

    // Packets that were opened: errors of the connection
    /// The reserved bits of an opened packet are not 0.
    case reservedBits
    /// An opened packet holds no frame.
    case emptyPayload

    // Frames
    /// A frame ends behind its packet's end.
    case truncatedFrame
    /// A frame type takes more bytes than it needs (hardened: the RFC lets a recipient accept
    /// it).
    case nonMinimalFrameType
    /// A frame type that no extension in use defines.
    case unknownFrameType
    /// A frame in a kind of packet that does not permit it.
    case frameNotAllowed
    /// A client sent NEW_TOKEN or HANDSHAKE_DONE.
    case frameFromClient
    /// The length of a frame's data exceeds its packet.
    case lengthBeyondPacket
    /// An ACK frame reaches below packet number 0.
    case ackRangeUnderflow
    /// A frame for the direction that a unidirectional stream does not have.
    case wrongStreamDirection
    /// CRYPTO data beyond 2^62 − 1.
    case cryptoOffsetOverflow
    /// NEW_TOKEN with an empty token.
    case emptyNewToken
    /// Stream data beyond 2^62 − 1.
    case streamOffsetOverflow
    /// MAX_STREAMS or STREAMS_BLOCKED above 2^60.
    case tooManyStreams
    /// Retire Prior To exceeds Sequence Number.
    case retirePriorToBeyondSequence
    /// NEW_CONNECTION_ID with a connection ID of no byte, or of more than 20.
    case newConnectionIDLength
    /// A connection ID with two sequence numbers, or the reverse (hardened: the RFC lets a
    /// recipient accept it).
    case repeatedConnectionID

    // Transport parameters
    /// A transport parameter ends behind its extension.
    case truncatedParameter
    /// A transport parameter's length exceeds its extension.
    case parameterBeyondExtension
    /// A transport parameter stands twice.
    case duplicateParameter
    /// A client sent a transport parameter that only servers send.
    case parameterFromClient
    /// A transport parameter's value does not have its length.
    case parameterLength
    /// A transport parameter's value is out of its range.
    case parameterRange
    /// A connection ID in a transport parameter is not the one that packets carried.
    case mismatchedParameter
    /// A transport parameter that authenticates connection IDs is missing.
    case missingParameter

    // Local limits
    /// A datagram of more than datagramBytesMax bytes.
    case datagramTooLarge
    /// A datagram of more than packetCountMax packets.
    case tooManyPackets
    /// The token of an Initial or a Retry has more than tokenBytesMax bytes.
    case tokenTooLong
    /// A packet of more than frameCountMax frames.
    case tooManyFrames
    /// An ACK frame of more than ackRangeCountMax ranges.
    case tooManyAckRanges
    /// A packet of more than newConnectionIDCountMax NEW_CONNECTION_ID frames.
    case tooManyNewConnectionIDs
    /// More than parameterCountMax transport parameters.
    case tooManyParameters
}

/// What the recipient answers.
private enum QUICAnswer {
    case discard
    case protocolViolation
    case frameEncoding
    case streamState
    case transportParameter
    case internalError

    var code: (Int, String) {
        switch self {
        case .discard: (0, "discard")
        case .internalError: (0x01, "INTERNAL_ERROR")
        case .streamState: (0x05, "STREAM_STATE_ERROR")
        case .frameEncoding: (0x07, "FRAME_ENCODING_ERROR")
        case .transportParameter: (0x08, "TRANSPORT_PARAMETER_ERROR")
        case .protocolViolation: (0x0a, "PROTOCOL_VIOLATION")
        }
    }
}

extension QUICReason {
    /// The rule, its clause, who is to blame, and the transport error code (RFC 9000 §20.1).
    public var description: ReasonDescription {
        switch self {
        case .truncatedPacket:
            make(
                "A header ends behind the datagram's end.",
                "RFC 9000 §17.2, §17.3.1; RFC 8999 §5",
                .meaning, .peer, .discard)
        case .fixedBitClear:
            make(
                "The fixed bit is 0.",
                "RFC 9000 §17.2, §17.3.1",
                .meaning, .peer, .discard)
        case .versionNegotiationAtServer:
            make(
                "A client sent Version Negotiation.",
                "RFC 9000 §6.1, §17.2.1",
                .meaning, .peer, .discard)
        case .misdirectedPacket:
            make(
                "A client sent Retry, or a server sent 0-RTT.",
                "RFC 9000 §17.2.3, §17.2.5",
                .meaning, .peer, .discard)
        case .connectionIDTooLong:
            make(
                "A connection ID of more than 20 bytes.",
                "RFC 9000 §17.2",
                .meaning, .peer, .discard)
        case .malformedVersionNegotiation:
            make(
                "The list of versions is empty, or no multiple of four bytes.",
                "RFC 9000 §17.2.1",
                .meaning, .peer, .discard)
        case .ownVersionListed:
            make(
                "Version Negotiation lists the version that the client used.",
                "RFC 9000 §6.2",
                .meaning, .peer, .discard)
        case .emptyRetryToken:
            make(
                "A Retry without a token.",
                "RFC 9000 §17.2.5.2",
                .meaning, .peer, .discard)
        case .repeatedRetryConnectionID:
            make(
                "A Retry whose SCID is the DCID of the client's Initial.",
                "RFC 9000 §17.2.5.1",
                .meaning, .peer, .discard)
        case .retryIntegrity:
            make(
                "The integrity tag of a Retry is wrong.",
                "RFC 9001 §5.8; RFC 9369 §3.3.3",
                .meaning, .peer, .discard)
        case .initialDatagramTooSmall:
            make(
                "A client's Initial in a datagram of less than 1200 bytes "
                    + "(initialDatagramBytesMin).",
                "RFC 9000 §14.1",
                .meaning, .peer, .discard)
        case .initialConnectionIDTooShort:
            make(
                "The DCID of a client's first Initial has fewer than 8 bytes.",
                "RFC 9000 §7.2",
                .meaning, .peer, .discard)
        case .tokenFromServer:
            make(
                "A server's Initial with a token.",
                "RFC 9000 §17.2.2",
                .meaning, .peer, .discard)
        case .tokenBeyondDatagram:
            make(
                "A token ends behind the datagram's end.",
                "RFC 9000 §17.2.2",
                .meaning, .peer, .discard)
        case .lengthBeyondDatagram:
            make(
                "Length exceeds what the datagram holds.",
                "RFC 9000 §12.2, §17.2",
                .meaning, .peer, .discard)
        case .packetTooShort:
            make(
                "Too few bytes for a packet number and the sample of header protection.",
                "RFC 9001 §5.4.2",
                .meaning, .peer, .discard)
        case .reservedBits:
            make(
                "The reserved bits of an opened packet are not 0.",
                "RFC 9000 §17.2, §17.3.1",
                .meaning, .peer, .protocolViolation)
        case .emptyPayload:
            make(
                "An opened packet holds no frame.",
                "RFC 9000 §12.4",
                .meaning, .peer, .protocolViolation)
        case .truncatedFrame:
            make(
                "A frame ends behind its packet's end.",
                "RFC 9000 §12.4, §19",
                .meaning, .peer, .frameEncoding)
        case .nonMinimalFrameType:
            make(
                "A frame type takes more bytes than it needs (hardened: the RFC lets a "
                    + "recipient accept it).",
                "RFC 9000 §12.4",
                .meaning, .hardening, .protocolViolation)
        case .unknownFrameType:
            make(
                "A frame type that no extension in use defines.",
                "RFC 9000 §12.4",
                .meaning, .peer, .frameEncoding)
        case .frameNotAllowed:
            make(
                "A frame in a kind of packet that does not permit it.",
                "RFC 9000 §12.4, §12.5, §17.2.2, §17.2.4; RFC 9221 §4",
                .meaning, .peer, .protocolViolation)
        case .frameFromClient:
            make(
                "A client sent NEW_TOKEN or HANDSHAKE_DONE.",
                "RFC 9000 §19.7, §19.20",
                .meaning, .peer, .protocolViolation)
        case .lengthBeyondPacket:
            make(
                "The length of a frame's data exceeds its packet.",
                "RFC 9000 §19",
                .meaning, .peer, .frameEncoding)
        case .ackRangeUnderflow:
            make(
                "An ACK frame reaches below packet number 0.",
                "RFC 9000 §19.3.1",
                .meaning, .peer, .frameEncoding)
        case .wrongStreamDirection:
            make(
                "A frame for the direction that a unidirectional stream does not have.",
                "RFC 9000 §19.4, §19.5, §19.8, §19.10, §19.13",
                .meaning, .peer, .streamState)
        case .cryptoOffsetOverflow:
            make(
                "CRYPTO data beyond 2^62 − 1.",
                "RFC 9000 §19.6",
                .meaning, .peer, .frameEncoding)
        case .emptyNewToken:
            make(
                "NEW_TOKEN with an empty token.",
                "RFC 9000 §19.7",
                .meaning, .peer, .frameEncoding)
        case .streamOffsetOverflow:
            make(
                "Stream data beyond 2^62 − 1.",
                "RFC 9000 §19.8",
                .meaning, .peer, .frameEncoding)
        case .tooManyStreams:
            make(
                "MAX_STREAMS or STREAMS_BLOCKED above 2^60.",
                "RFC 9000 §19.11, §19.14",
                .meaning, .peer, .frameEncoding)
        case .retirePriorToBeyondSequence:
            make(
                "Retire Prior To exceeds Sequence Number.",
                "RFC 9000 §19.15",
                .meaning, .peer, .frameEncoding)
        case .newConnectionIDLength:
            make(
                "NEW_CONNECTION_ID with a connection ID of no byte, or of more than 20.",
                "RFC 9000 §19.15",
                .meaning, .peer, .frameEncoding)
        case .repeatedConnectionID:
            make(
                "A connection ID with two sequence numbers, or the reverse (hardened: the "
                    + "RFC lets a recipient accept it).",
                "RFC 9000 §19.15",
                .meaning, .hardening, .protocolViolation)
        case .truncatedParameter:
            make(
                "A transport parameter ends behind its extension.",
                "RFC 9000 §18",
                .meaning, .peer, .transportParameter)
        case .parameterBeyondExtension:
            make(
                "A transport parameter's length exceeds its extension.",
                "RFC 9000 §18",
                .meaning, .peer, .transportParameter)
        case .duplicateParameter:
            make(
                "A transport parameter stands twice.",
                "RFC 9000 §7.4",
                .meaning, .peer, .transportParameter)
        case .parameterFromClient:
            make(
                "A client sent a transport parameter that only servers send.",
                "RFC 9000 §18.2",
                .meaning, .peer, .transportParameter)
        case .parameterLength:
            make(
                "A transport parameter's value does not have its length.",
                "RFC 9000 §18, §18.2",
                .meaning, .peer, .transportParameter)
        case .parameterRange:
            make(
                "A transport parameter's value is out of its range.",
                "RFC 9000 §18.2, §4.6",
                .meaning, .peer, .transportParameter)
        case .mismatchedParameter:
            make(
                "A connection ID in a transport parameter is not the one that packets carried.",
                "RFC 9000 §7.3",
                .meaning, .peer, .transportParameter)
        case .missingParameter:
            make(
                "A transport parameter that authenticates connection IDs is missing.",
                "RFC 9000 §7.3",
                .meaning, .peer, .transportParameter)
        case .datagramTooLarge:
            make(
                "A datagram of more than datagramBytesMax bytes.",
                "local limit",
                .limit, .limit, .discard)
        case .tooManyPackets:
            make(
                "A datagram of more than packetCountMax packets.",
                "local limit",
                .limit, .limit, .discard)
        case .tokenTooLong:
            make(
                "The token of an Initial or a Retry has more than tokenBytesMax bytes.",
                "local limit",
                .limit, .limit, .discard)
        case .tooManyFrames:
            make(
                "A packet of more than frameCountMax frames.",
                "local limit",
                .limit, .limit, .internalError)
        case .tooManyAckRanges:
            make(
                "An ACK frame of more than ackRangeCountMax ranges.",
                "local limit",
                .limit, .limit, .internalError)
        case .tooManyNewConnectionIDs:
            make(
                "A packet of more than newConnectionIDCountMax NEW_CONNECTION_ID frames.",
                "local limit",
                .limit, .limit, .internalError)
        case .tooManyParameters:
            make(
                "More than parameterCountMax transport parameters.",
                "local limit",
                .limit, .limit, .transportParameter)
        }
    }

    private func make(
        _ rule: String, _ clause: String, _ judgement: ReasonDescription.Judgement,
        _ blame: ReasonDescription.Blame, _ answer: QUICAnswer
    ) -> ReasonDescription {
        ReasonDescription(
            name: String(describing: self), rule: rule, clause: clause, judgement: judgement,
            blame: blame, status: answer.code.0, statusName: answer.code.1,
            closes: answer.code.0 != 0)
    }
}
