public import Wire

/// Why a WebSocket input is refused (`Documentation/WebSocket.md` §10).
public enum WebSocketReason: UInt8, RejectionReason, BitwiseCopyable {
    // Header, in the order in which it is judged
    /// An RSV bit is set that no negotiated extension gives a meaning.
    case reservedBits
    /// RSV1 is set on a frame that begins no message: compression is marked on the first frame alone.
    case misplacedCompressionBit
    /// Opcodes 3–7 and 11–15 are reserved.
    case reservedOpcode
    /// A control frame is not fragmented.
    case fragmentedControl
    /// A continuation frame follows a frame of its message.
    case unexpectedContinuation
    /// A message ends before the next one begins.
    case unfinishedMessage
    /// A client masks every frame.
    case missingMask
    /// A server masks no frame.
    case unexpectedMask
    /// A control frame has at most 125 bytes of payload.
    case controlTooLong
    /// A Close frame is empty or begins with a code of two bytes.
    case closePayloadOfOneByte
    /// A length takes as few bytes as it needs.
    case nonMinimalLength
    /// The most significant bit of a 64-bit length is 0.
    case lengthHighBit

    // Payload
    /// A text message is UTF-8 as a whole.
    case illFormedText
    /// A close code is one that may be sent: 1000–1003, 1007–1011, 3000–4999.
    case invalidCloseCode
    /// The reason of a Close frame is UTF-8.
    case illFormedCloseReason
    /// A compressed message is DEFLATE data, whole once 00 00 FF FF stands behind it.
    case malformedDeflate

    // Local limits
    /// A message in more frames than fragmentCountMax.
    case tooManyFragments
    /// A frame longer than frameBytesMax; judged with its length.
    case frameTooLarge
    /// A message longer than messageBytesMax; judged with the length of the frame that exceeds it.
    case messageTooLarge
    /// A compressed message that grows beyond inflatedBytesMax.
    case inflatedTooLarge
}

extension WebSocketReason {
    /// The rule, its clause, who is to blame, and the close code.
    public var description: ReasonDescription {
        switch self {
        case .reservedBits:
            make(
                "An RSV bit is set that no negotiated extension gives a meaning.", "RFC 6455 §5.2",
                .syntax, .peer, 1002)
        case .misplacedCompressionBit:
            make(
                "RSV1 is set on a frame that begins no message: compression is marked on the first frame alone.",
                "RFC 7692 §6.1, §6.2", .syntax, .peer, 1002)
        case .reservedOpcode:
            make("Opcodes 3–7 and 11–15 are reserved.", "RFC 6455 §5.2", .syntax, .peer, 1002)
        case .fragmentedControl:
            make("A control frame is not fragmented.", "RFC 6455 §5.4, §5.5", .syntax, .peer, 1002)
        case .unexpectedContinuation:
            make(
                "A continuation frame follows a frame of its message.", "RFC 6455 §5.4", .syntax,
                .peer, 1002)
        case .unfinishedMessage:
            make(
                "A message ends before the next one begins.", "RFC 6455 §5.4", .syntax, .peer, 1002)
        case .missingMask:
            make("A client masks every frame.", "RFC 6455 §5.1", .syntax, .peer, 1002)
        case .unexpectedMask:
            make("A server masks no frame.", "RFC 6455 §5.1", .syntax, .peer, 1002)
        case .controlTooLong:
            make(
                "A control frame has at most 125 bytes of payload.", "RFC 6455 §5.5", .syntax,
                .peer, 1002)
        case .closePayloadOfOneByte:
            make(
                "A Close frame is empty or begins with a code of two bytes.", "RFC 6455 §5.5.1",
                .syntax, .peer, 1002)
        case .nonMinimalLength:
            make("A length takes as few bytes as it needs.", "RFC 6455 §5.2", .syntax, .peer, 1002)
        case .lengthHighBit:
            make(
                "The most significant bit of a 64-bit length is 0.", "RFC 6455 §5.2", .syntax,
                .peer, 1002)
        case .illFormedText:
            make(
                "A text message is UTF-8 as a whole.", "RFC 6455 §5.6, §8.1", .meaning, .peer, 1007)
        case .invalidCloseCode:
            make(
                "A close code is one that may be sent: 1000–1003, 1007–1011, 3000–4999.",
                "RFC 6455 §7.4", .meaning, .peer, 1002)
        case .illFormedCloseReason:
            make(
                "The reason of a Close frame is UTF-8.", "RFC 6455 §5.5.1, §8.1", .meaning, .peer,
                1007)
        case .malformedDeflate:
            make(
                "A compressed message is DEFLATE data, whole once 00 00 FF FF stands behind it.",
                "RFC 7692 §7.2.2, RFC 1951", .meaning, .peer, 1007)
        case .tooManyFragments:
            make(
                "A message in more frames than fragmentCountMax.", "local limit, RFC 6455 §10.4",
                .limit, .limit, 1008)
        case .frameTooLarge:
            make(
                "A frame longer than frameBytesMax; judged with its length.",
                "local limit, RFC 6455 §10.4", .limit, .limit, 1009)
        case .messageTooLarge:
            make(
                "A message longer than messageBytesMax; judged with the length of the frame that exceeds it.",
                "local limit, RFC 6455 §10.4", .limit, .limit, 1009)
        case .inflatedTooLarge:
            make(
                "A compressed message that grows beyond inflatedBytesMax.",
                "local limit, RFC 6455 §10.4, RFC 7692 §8", .limit, .limit, 1009)
        }
    }

    private func make(
        _ rule: String, _ clause: String, _ judgement: ReasonDescription.Judgement,
        _ blame: ReasonDescription.Blame, _ status: Int
    ) -> ReasonDescription {
        ReasonDescription(
            name: String(describing: self), rule: rule, clause: clause, judgement: judgement,
            blame: blame, status: status, statusName: WebSocketCloseCode.name(status) ?? "")
    }
}
