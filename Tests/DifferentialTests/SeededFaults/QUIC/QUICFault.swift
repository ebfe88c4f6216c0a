import QUIC
import Wire

/// One fault that a QUIC parser of ours could have.
enum QUICFault: String, SeededFault {
    /// A fixed bit of 0 is accepted, whatever the policy.
    case fixedBitUnchecked
    /// A connection ID may have 21 bytes.
    case connectionIDReaches21
    /// The packet types of version 2 are those of version 1.
    case version2HasTypesOfVersion1
    /// A client's Initial may stand in a datagram of 1199 bytes.
    case initialMinimumOffByOne
    /// Coalesced packets are ours where their DCID is as long as the first.
    case coalescedComparesLengthOnly
    /// A Version Negotiation that lists the version in use is accepted.
    case ownVersionUnseen
    /// A server's Initial may have a token.
    case serverMaySendToken
    /// The DCID of a client's first Initial may have 7 bytes.
    case shortFirstConnectionIDAccepted
    /// The integrity tag of a Retry is not looked at.
    case retryTagUnchecked
    /// A server reads Retry packets.
    case retryUnderstoodByServer
    /// The reserved bits may have any value.
    case reservedBitsUnchecked
    /// A packet may hold no frame.
    case emptyPayloadAccepted
    /// A packet number at the lower edge of the window is decoded one window too low.
    case numberWindowOffByOne
    /// A packet number at the upper edge of the window is decoded one window too low.
    case numberWindowUpperEdge
    /// A packet that was opened does not help to decode the next number.
    case numberNotRaised
    /// Packets of both key phases are opened with the first keys.
    case keyPhaseIgnored
    /// A frame type may take more bytes than it needs, whatever the policy.
    case nonMinimalTypeAccepted
    /// Integers that take more bytes than they need are not counted.
    case nonMinimalUncounted
    /// CONNECTION_CLOSE of the application may stand in Initials.
    case closeOfApplicationEverywhere
    /// A client may send HANDSHAKE_DONE.
    case clientMaySendDone
    /// Each byte of PADDING is a frame of its own.
    case paddingRunOfOne
    /// A gap of an ACK frame is one packet smaller.
    case ackGapOneTooSmall
    /// An ACK range may reach below packet 0.
    case ackUnderflowAccepted
    /// An ACK frame may have one more range.
    case ackRangeLimitOffByOne
    /// MAX_STREAMS of 2^60 is refused.
    case streamCountEdge
    /// Directions are judged as if the other side read.
    case streamDirectionReversed
    /// Retire Prior To may exceed Sequence Number.
    case retirePriorToUnchecked
    /// Data may end beyond 2^62 − 1.
    case offsetOverflowAccepted
    /// NEW_CONNECTION_ID refuses a connection ID of 20 bytes.
    case newConnectionID20Refused
    /// Only the frame right before is compared with.
    case repeatedIDUnseen
    /// A ClientHello starts wherever CRYPTO data starts with 01.
    case helloAtAnyOffset
    /// A transport parameter may stand twice.
    case duplicateParameterAccepted
    /// A client may send preferred_address.
    case serverParameterFromClient
    /// max_udp_payload_size may be 1199.
    case udpPayloadSizeEdge
    /// An integer parameter may be shorter than its length.
    case parameterLengthUnchecked
    /// The parameters that authenticate connection IDs may lack.
    case missingParameterUnseen

    static var protocols: [ProtocolDescription] { QUICProtocols.all }

    static func parser(
        _ description: ProtocolDescription, _ configuration: Configuration, _ fault: QUICFault?
    ) -> any Parser {
        FaultyQUICPacket(configuration, fault: fault)
    }
}
