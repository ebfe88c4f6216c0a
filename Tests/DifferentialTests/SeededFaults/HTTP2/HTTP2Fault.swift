import HTTP2
import Wire

/// One fault that a parser of HTTP/2 frames could have.
enum HTTP2Fault: String, CaseIterable, Sendable {
    /// The last octet of the preface may be any.
    case prefaceUnchecked
    /// The first frame may be of any type.
    case firstFrameUnchecked
    /// The first frame may be an acknowledgement.
    case firstFrameMayAcknowledge
    /// A frame may be one octet longer than was announced.
    case lengthOffByOne
    /// Too long a frame is always a stream error.
    case oversizeAlwaysStream
    /// The reserved bit is part of the stream identifier.
    case reservedBitIsStream
    /// CONTINUATION may change its stream.
    case continuationOfAnyStream
    /// Unknown types pass inside a field block.
    case unknownInsideBlock
    /// PING passes inside a field block.
    case pingInsideBlock
    /// CONTINUATION passes without an open block.
    case continuationUnasked
    /// DATA passes on stream 0.
    case dataOnZero
    /// SETTINGS passes on a stream.
    case settingsOnStream
    /// Clients may use even streams.
    case evenFromClient
    /// PRIORITY of another length is a connection error.
    case priorityLengthIsConnections
    /// SETTINGS need not be a multiple of 6.
    case settingsOfAnyLength
    /// An acknowledgement may have a payload.
    case acknowledgementMayCarry
    /// A client may push.
    case clientMayPush
    /// HEADERS with PRIORITY needs no room for it.
    case priorityForgottenInLength
    /// Entries are not counted.
    case settingsUncounted
    /// One more CONTINUATION passes.
    case continuationsOneMore
    /// Fragments before this one are not counted.
    case blockUnbounded
    /// Padding may reach into the fixed fields.
    case paddingReachesFixedFields
    /// Padding is not looked at.
    case paddingUnread
    /// The last padding octet is not looked at.
    case paddingLastUnread
    /// A dependency on the own stream is not marked.
    case ownDependencyUnmarked
    /// Exclusive is part of the stream.
    case exclusiveIsStream
    /// A promise may name an odd stream.
    case oddPromise
    /// A window enlarged by 0 is always a connection error.
    case zeroIncrementAlwaysFatal
    /// A window enlarged by 0 passes.
    case zeroIncrementPasses
    /// ENABLE_PUSH of 2 passes.
    case pushValueTwo
    /// A server may enable push.
    case serverMayEnablePush
    /// INITIAL_WINDOW_SIZE of 2^31 passes.
    case windowSigned
    /// MAX_FRAME_SIZE of 0 passes.
    case frameSizeZero
    /// Only the low octet of a setting's identifier counts.
    case identifierOfOneOctet
    /// PRIORITY_UPDATE may name stream 0.
    case prioritizedZero
    /// ORIGIN with flags is read.
    case originFlagsRead
    /// Entries of ORIGIN before a bad one count.
    case originKeptBeforeBadEntry
    /// Origin-Len has eight bits.
    case originLengthLow
    /// A field block counts one frame too few.
    case assembledFramesMiscounted
    /// An empty CONTINUATION that ends the block leaves it open.
    case emptyContinuationLost
    /// A reset leaves a field block open.
    case resetKeepsBlock
    /// A reset leaves half a header.
    case resetKeepsHeader
}

extension HTTP2Fault: SeededFault {
    static var protocols: [ProtocolDescription] { HTTP2Protocols.all }

    static func parser(
        _ description: ProtocolDescription, _ configuration: Configuration, _ fault: HTTP2Fault?
    ) -> any Parser {
        FaultyFrames(configuration, fault: fault)
    }
}
