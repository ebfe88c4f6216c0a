internal import Wire

/// How reading ends before a frame does.
enum ReferenceStop: Error {
    /// The input ends here; nothing is wrong so far.
    case starved
    /// A rule is broken.
    case rejected(WebSocketReason, at: Int)
}

/// A frame's header (RFC 6455 §5.2), whole.
struct ReferenceFrameHeader {
    /// The frame's first byte.
    var offset: Int
    /// FIN, RSV1 to RSV3 and the opcode.
    var firstOctet: UInt8
    /// Whether a key follows.
    var isMasked: Bool
    /// The payload's bytes.
    var length: Int
    /// The masking key; 0 0 0 0 where there is none.
    var key: [4 of UInt8] = [0, 0, 0, 0]
    /// The first byte of the payload.
    var payloadOffset: Int

    var isFinal: Bool { firstOctet & 0x80 != 0 }
    var hasRSV1: Bool { firstOctet & 0x40 != 0 }
    var opcode: UInt8 { firstOctet & 0x0F }
    /// Opcodes from 8 (RFC 6455 §5.5).
    var isControl: Bool { opcode >= 8 }
    /// Whether the frame is part of a message.
    var isMessageFrame: Bool { opcode <= 2 }
}

/// What the frames before this one, and the connection, say of its header.
struct ReferenceHeaderRules {
    let policy: Policy
    let limits: WebSocketLimits
    let context: WebSocketContext
    /// Frames of the open message, or nil where none is open.
    let openFrames: Int?
    /// Bytes of the open message so far.
    let openBytes: Int

    /// Reads the header that starts at `offset`, octet by octet.
    func header(
        _ input: Span<UInt8>, at offset: Int
    ) throws(ReferenceStop) -> ReferenceFrameHeader {
        var header = ReferenceFrameHeader(
            offset: offset, firstOctet: try octet(input, offset), isMasked: false, length: 0,
            payloadOffset: 0)
        try reservedBits(header)
        try opcode(header)
        try fragmentation(header)
        let second = try octet(input, offset + 1)
        header.isMasked = second & 0x80 != 0
        try masking(header)
        let short = second & 0x7F
        try controlLength(header, short)
        var next = offset + 2
        header.length = try payloadLength(input, short, &next)
        try lengthLimits(header, at: next - 1)
        if header.isMasked {
            for index in 0..<4 { header.key[index] = try octet(input, next + index) }
            next += 4
        }
        header.payloadOffset = next
        return header
    }

    private func octet(_ input: Span<UInt8>, _ offset: Int) throws(ReferenceStop) -> UInt8 {
        guard offset < input.count else { throw .starved }
        return input[offset]
    }

    /// "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values." RFC 6455 §5.2; RFC 7692 §6.
    private func reservedBits(_ header: ReferenceFrameHeader) throws(ReferenceStop) {
        if policy.contains(.reservedBits) { return }
        let isNegotiated = context.permessageDeflate != nil
        if header.firstOctet & 0x30 != 0 || (header.hasRSV1 && !isNegotiated) {
            throw .rejected(.reservedBits, at: header.offset)
        }
        if header.hasRSV1, header.opcode != 1, header.opcode != 2 {
            throw .rejected(.misplacedCompressionBit, at: header.offset)
        }
    }

    /// RFC 6455 §5.2: 3–7 and B–F are reserved.
    private func opcode(_ header: ReferenceFrameHeader) throws(ReferenceStop) {
        if policy.contains(.reservedOpcodes) { return }
        if WebSocketOpcode(rawValue: header.opcode) == nil {
            throw .rejected(.reservedOpcode, at: header.offset)
        }
    }

    /// RFC 6455 §5.4.
    private func fragmentation(_ header: ReferenceFrameHeader) throws(ReferenceStop) {
        if header.isControl, !header.isFinal {
            throw .rejected(.fragmentedControl, at: header.offset)
        }
        guard header.isMessageFrame else { return }
        if header.opcode == 0, openFrames == nil {
            throw .rejected(.unexpectedContinuation, at: header.offset)
        }
        if header.opcode != 0, openFrames != nil {
            throw .rejected(.unfinishedMessage, at: header.offset)
        }
        if (openFrames ?? 0) >= limits.fragmentCountMax {
            throw .rejected(.tooManyFragments, at: header.offset)
        }
    }

    /// RFC 6455 §5.1.
    private func masking(_ header: ReferenceFrameHeader) throws(ReferenceStop) {
        switch context.sender {
        case .client:
            if !header.isMasked, !policy.contains(.unmaskedClient) {
                throw .rejected(.missingMask, at: header.offset + 1)
            }
        case .server:
            if header.isMasked, !policy.contains(.maskedServer) {
                throw .rejected(.unexpectedMask, at: header.offset + 1)
            }
        }
    }

    /// RFC 6455 §5.5, §5.5.1.
    private func controlLength(
        _ header: ReferenceFrameHeader, _ short: UInt8
    ) throws(ReferenceStop) {
        if header.isControl, short > 125 {
            throw .rejected(.controlTooLong, at: header.offset + 1)
        }
        if header.opcode == WebSocketOpcode.close.rawValue, short == 1 {
            throw .rejected(.closePayloadOfOneByte, at: header.offset + 1)
        }
    }

    /// `frame-payload-length`, RFC 6455 §5.2. `next` is behind the octets that were read.
    private func payloadLength(
        _ input: Span<UInt8>, _ short: UInt8, _ next: inout Int
    ) throws(ReferenceStop) -> Int {
        switch short {
        case 126: return try length16(input, &next)
        case 127: return try length64(input, &next)
        default: return Int(short)
        }
    }

    /// `frame-payload-length-16`: 0x7E to 0xFFFF.
    private func length16(_ input: Span<UInt8>, _ next: inout Int) throws(ReferenceStop) -> Int {
        let high = try octet(input, next)
        let low = try octet(input, next + 1)
        let length = Int(high) * 256 + Int(low)
        if length < 126, !policy.contains(.nonMinimalLength) {
            throw .rejected(.nonMinimalLength, at: next + 1)
        }
        next += 2
        return length
    }

    /// `frame-payload-length-63`: 0x10000 to 0x7FFFFFFFFFFFFFFF.
    private func length64(_ input: Span<UInt8>, _ next: inout Int) throws(ReferenceStop) -> Int {
        var length = 0
        for index in 0..<8 {
            let octet = try octet(input, next + index)
            if index == 0, octet & 0x80 != 0 { throw .rejected(.lengthHighBit, at: next) }
            length = length * 256 + Int(octet)
            if index == 5, length == 0, !policy.contains(.nonMinimalLength) {
                throw .rejected(.nonMinimalLength, at: next + 5)
            }
        }
        next += 8
        return length
    }

    /// RFC 6455 §10.4.
    private func lengthLimits(
        _ header: ReferenceFrameHeader, at offset: Int
    ) throws(ReferenceStop) {
        if header.length > limits.frameBytesMax { throw .rejected(.frameTooLarge, at: offset) }
        guard header.isMessageFrame else { return }
        // Each length was held against the limit, so that there is no overflow.
        if header.length > limits.messageBytesMax - openBytes {
            throw .rejected(.messageTooLarge, at: offset)
        }
    }
}
