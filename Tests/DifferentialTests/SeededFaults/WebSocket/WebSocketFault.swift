import WebSocket
import Wire

/// One fault that a WebSocket parser could have; `FaultyWebSocket` has it.
enum WebSocketFault: String, CaseIterable, Sendable {
    // First octet
    /// RSV1 passes where nothing was negotiated.
    case rsv1Accepted
    /// RSV3 passes.
    case rsv3Accepted
    /// RSV1 passes on continuations where permessage-deflate was negotiated.
    case rsv1OnContinuationAccepted
    /// RSV1 passes on control frames where permessage-deflate was negotiated.
    case rsv1OnControlAccepted
    /// Opcode 3 passes as a frame of its own.
    case opcode3Accepted
    /// Opcode 15 passes as a control frame.
    case opcode15Accepted
    /// Opcodes 3 to 6 alone are reserved.
    case opcode7Unseen
    /// A pong without FIN passes.
    case fragmentedPongAccepted
    /// A continuation needs no open message.
    case continuationAlwaysAccepted
    /// A message may begin inside another.
    case secondMessageAccepted
    /// A control frame closes the open message.
    case pingEndsMessage

    // Second octet and length
    /// A client need not mask.
    case unmaskedAccepted
    /// A server may mask.
    case maskedServerAccepted
    /// A control frame may have 126 bytes in 16 bits.
    case controlOf126Accepted
    /// A Close frame may have one byte.
    case closeOfOneByteAccepted
    /// A control frame has at most 124 bytes.
    case length125Refused
    /// A length below 126 passes in 16 bits.
    case shortIn16Accepted
    /// 126 is too short for 16 bits.
    case shortIn16OffByOne
    /// A length below 65536 passes in 64 bits.
    case shortIn64Accepted
    /// The highest bit of 64 is dropped.
    case highBitAccepted
    /// A length of 16 bits has its low octet first.
    case lengthLittleEndian
    /// A length of 64 bits counts from its lowest 32.
    case lengthTruncated

    // Limits
    /// A frame may be one byte longer.
    case frameLimitOffByOne
    /// A message may be one byte longer.
    case messageLimitOffByOne
    /// The message's limit holds for each frame alone.
    case messageLimitPerFrame
    /// Control frames are held to the message's limit.
    case messageLimitCountsControl
    /// A message may have one more frame.
    case fragmentCountOffByOne
    /// Empty frames do not count.
    case fragmentCountForgetsEmpty
    /// A message may inflate to one byte more.
    case inflatedLimitOffByOne
    /// The limit of inflated bytes holds for each frame.
    case inflatedLimitPerFrame
    /// Limits are reported at the frame's first byte.
    case limitOffsetAtFrame

    // Payloads
    /// A cut starts the key anew.
    case maskPhaseLostAtCut
    /// The key's octets are taken in the other order.
    case keyReversed
    /// The last byte of a payload stays masked.
    case lastByteMasked
    /// Text is not judged.
    case textUnvalidated
    /// Each frame's text stands alone.
    case textValidatedPerFrame
    /// Binary is held to UTF-8 too.
    case binaryValidated
    /// A message may end inside a character.
    case openTextAccepted
    /// An empty last frame is not looked at.
    case openTextInLastEmptyFrameAccepted
    /// An ill-formed sequence is reported in the frame where it is broken.
    case textOffsetInFrame
    /// An ill-formed sequence is reported one byte late.
    case textOffsetOffByOne

    // Close
    /// 1005 passes.
    case closeCode1005Accepted
    /// 1012 passes, whatever the policy.
    case closeCode1012Accepted
    /// 2999 passes.
    case closeCode2999Accepted
    /// 5000 passes.
    case closeCode5000Accepted
    /// 1011 is refused.
    case closeCode1011Refused
    /// A reason is not judged.
    case closeReasonUnvalidated
    /// A reason may end inside a character.
    case closeReasonMayStayOpen
    /// A bad reason is reported at the payload.
    case closeReasonOffset
    /// Frames are read behind Close.
    case goesOnBehindClose
    /// Close ends the stream only where no message is open.
    case closeWaitsForMessage

    // Compression
    /// The four octets are not appended.
    case tailForgotten
    /// A message need not end a block.
    case cutShortAccepted
    /// The window goes on, whatever was negotiated.
    case windowAlwaysKept
    /// The window is emptied behind each message, whatever was negotiated.
    case windowAlwaysEmptied
    /// Inflated text is not judged.
    case inflatedTextUnvalidated
    /// Malformed data is reported before ill-formed text that came out before it.
    case malformedBeforeText
    /// An empty compressed payload is an empty message.
    case emptyPayloadAccepted
    /// What is inflated is reported at the payload.
    case inflatedOffsetAtPayload

    // Tokens and verdicts
    /// There is no token for the key.
    case maskKeyMissing
    /// A header becomes certain with its frame.
    case headerUncommitted
    /// A payload's token stands at the header.
    case payloadAtHeader
    /// There is no token for a message's end.
    case messageEndMissing
    /// A message's length is its last frame's.
    case messageLengthOfLastFrame
    /// A compressed message is not marked.
    case compressedFlagMissing
    /// The end of any frame is complete.
    case openMessageComplete
    /// The end of a header is complete.
    case headerIsComplete
    /// An input of no bytes waits.
    case emptyIsIncomplete

    // Resumption and reuse
    /// A cut in a length forgets it.
    case lengthForgottenAtCut
    /// A cut in a key forgets its first octet.
    case keyForgottenAtCut
    /// A new stream starts inside the message of the one before.
    case resetKeepsMessage
    /// A new stream starts inside the text of the one before.
    case resetKeepsText
    /// A stream behind a closed one is closed.
    case resetKeepsClosed
    /// A new stream is refused like the one before.
    case resetKeepsRejection
    /// A new stream reaches back into the window of the one before.
    case resetKeepsWindow
    /// A refused stream is read on when the parser is asked again.
    case rejectionForgotten
}

extension WebSocketFault: SeededFault {
    static var protocols: [ProtocolDescription] { WebSocketProtocols.all }

    static func parser(
        _ description: ProtocolDescription, _ configuration: Configuration,
        _ fault: WebSocketFault?
    ) -> any Parser {
        FaultyWebSocket(configuration, fault: fault)
    }
}
