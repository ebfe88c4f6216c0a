internal import Wire

/// A frame's header, whole.
struct SIMDFrame: BitwiseCopyable {
    var start = 0
    var payload = 0
    var length = 0
    /// The key, its first octet lowest; 0 where there is none.
    var key: UInt32 = 0
    var first: UInt8 = 0
    var isMasked = false

    @inline(__always) var isFinal: Bool { first & 0x80 != 0 }
    @inline(__always) var opcode: UInt8 { first & 0x0F }
    @inline(__always) var isMessageFrame: Bool { opcode <= 2 }
    @inline(__always) var isClose: Bool { opcode == 8 }
    @inline(__always) var end: Int { payload &+ length }
    /// The detail of its token.
    @inline(__always) var detail: UInt16 { UInt16(first) | (isMasked ? WebSocketToken.flag : 0) }

    /// The key as it stands for the payload's byte at `index`.
    @inline(__always)
    func key(at index: Int) -> UInt32 {
        let shift = UInt32(truncatingIfNeeded: (index & 3) &* 8)
        return key &>> shift | key &<< (0 &- shift & 31)
    }
}

/// The open message, or none.
struct SIMDMessage: BitwiseCopyable {
    /// 1 or 2, or 0 where no message is open.
    var opcode: UInt8 = 0
    var isCompressed = false
    var frameCount = 0
    var byteCount = 0
    var inflatedCount = 0
}

/// What stands at the start of a frame.
enum SIMDHeader {
    case starved
    case rejected(WebSocketReason, at: Int)
    case whole(SIMDFrame)
}

/// The rules of headers, as masks that a word is held against; and octet by octet where the masks do not settle it.
struct SIMDRules: BitwiseCopyable {
    /// The longest header: two octets, a length of 64 bits, a key.
    static let headerBytesMax = 14

    private let policy: Policy
    let limits: WebSocketLimits
    let isClient: Bool
    /// The largest message of one frame.
    let wholeBytesMax: Int
    let isNegotiated: Bool
    /// First octets that need no further look, as bits (octet >> 6) × 16 + opcode: where no message is open, and where one
    /// is. Close is not among them.
    private let plainFirst: (closed: UInt64, open: UInt64)

    init(_ policy: Policy, _ limits: WebSocketLimits, _ context: WebSocketContext) {
        self.policy = policy
        self.limits = limits
        isClient = context.sender == .client
        wholeBytesMax = min(limits.frameBytesMax, limits.messageBytesMax)
        isNegotiated = context.permessageDeflate != nil
        let starts: UInt64 = 0b0110
        let control: UInt64 = 0b0110 << 8
        // From the lowest: neither bit, RSV1, FIN, FIN and RSV1.
        let compressed = isNegotiated ? starts << 16 | starts << 48 : 0
        plainFirst = (starts | (starts | control) << 32 | compressed, 1 | (1 | control) << 32)
    }

    /// Reads the header at `start` where it is a plain one that is there as a whole; else nil.
    @inline(__always)
    func plain(_ input: Span<UInt8>, at start: Int, _ message: SIMDMessage) -> SIMDFrame? {
        guard input.count &- start >= Self.headerBytesMax else { return nil }
        let word = Self.load(input, start, UInt64.self)
        let first = UInt8(truncatingIfNeeded: word)
        let second = UInt8(truncatingIfNeeded: word &>> 8)
        let known = message.opcode == 0 ? plainFirst.closed : plainFirst.open
        let bit = UInt64((first &>> 6) &* 16 &+ (first & 15))
        guard first & 0x30 == 0, known &>> bit & 1 != 0, (second >= 0x80) == isClient else {
            return nil
        }
        var frame = SIMDFrame()
        frame.start = start
        frame.first = first
        frame.isMasked = isClient
        let short = second & 0x7F
        var header = 2
        if short < 126 {
            frame.length = Int(short)
            frame.key = UInt32(truncatingIfNeeded: word &>> 16)
        } else {
            guard frame.isMessageFrame else { return nil }
            if short == 126 {
                let length = UInt16(truncatingIfNeeded: word &>> 16).byteSwapped
                guard length >= 126 else { return nil }
                frame.length = Int(length)
                frame.key = UInt32(truncatingIfNeeded: word &>> 32)
                header = 4
            } else {
                let length = Self.load(input, start &+ 2, UInt64.self).byteSwapped
                guard length > 0xFFFF, length <= UInt64(limits.frameBytesMax) else { return nil }
                frame.length = Int(truncatingIfNeeded: length)
                frame.key = Self.load(input, start &+ 10, UInt32.self)
                header = 10
            }
        }
        guard frame.length <= limits.frameBytesMax, isWithin(frame, message) else { return nil }
        frame.payload = start &+ header &+ (isClient ? 4 : 0)
        if !isClient { frame.key = 0 }
        return frame
    }

    /// Whether the message's limits let the frame pass.
    @inline(__always)
    private func isWithin(_ frame: SIMDFrame, _ message: SIMDMessage) -> Bool {
        !frame.isMessageFrame
            || (frame.length <= limits.messageBytesMax &- message.byteCount
                && message.frameCount < limits.fragmentCountMax)
    }

    /// A word in the order of a little-endian machine; its bytes must be there.
    @inline(__always)
    static func load<Word: FixedWidthInteger & BitwiseCopyable>(
        _ input: Span<UInt8>, _ offset: Int, _ type: Word.Type
    ) -> Word {
        // SAFETY: the load is checked against the span's bounds; every bit pattern is a number.
        Word(
            littleEndian: unsafe input.bytes.unsafeLoadUnaligned(
                fromByteOffset: offset, as: Word.self))
    }
}

// MARK: Octet by octet

extension SIMDRules {
    /// Reads the header at `start` from as many octets as are there.
    @inline(never)
    func exact(_ input: Span<UInt8>, at start: Int, _ message: SIMDMessage) -> SIMDHeader {
        let count = input.count &- start
        guard count > 0 else { return .starved }
        var frame = SIMDFrame()
        frame.start = start
        frame.first = input[start]
        if let reason = firstReason(frame, message) { return .rejected(reason, at: start) }
        guard count > 1 else { return .starved }
        let second = input[start &+ 1]
        if let reason = secondReason(frame, second) {
            return .rejected(reason, at: start &+ 1)
        }
        frame.isMasked = second >= 0x80
        frame.length = Int(second & 0x7F)
        var header = 2
        if frame.length >= 126 {
            header = frame.length == 126 ? 4 : 10
            if let stop = longLength(input, start, header, &frame) { return stop }
        }
        if let reason = limitReason(frame, message) {
            return .rejected(reason, at: start &+ header &- 1)
        }
        if frame.isMasked {
            guard count >= header &+ 4 else { return .starved }
            frame.key = Self.load(input, start &+ header, UInt32.self)
            header &+= 4
        }
        frame.payload = start &+ header
        return .whole(frame)
    }

    private func firstReason(_ frame: SIMDFrame, _ message: SIMDMessage) -> WebSocketReason? {
        let opcode = frame.opcode
        let reserved = frame.first & 0x70
        if reserved != 0, !policy.contains(.reservedBits) {
            let admitted: UInt8 = isNegotiated ? 0x40 : 0
            if reserved & ~admitted != 0 { return .reservedBits }
            if opcode == 0 || opcode > 2 { return .misplacedCompressionBit }
        }
        // 3 to 7 and 11 to 15, as bits.
        if 0xF8F8 &>> UInt16(opcode) & 1 != 0, !policy.contains(.reservedOpcodes) {
            return .reservedOpcode
        }
        if opcode >= 8 { return frame.isFinal ? nil : .fragmentedControl }
        guard opcode <= 2 else { return nil }
        if (opcode == 0) == (message.opcode == 0) {
            return opcode == 0 ? .unexpectedContinuation : .unfinishedMessage
        }
        return message.frameCount < limits.fragmentCountMax ? nil : .tooManyFragments
    }

    private func secondReason(_ frame: SIMDFrame, _ second: UInt8) -> WebSocketReason? {
        if (second >= 0x80) != isClient {
            if isClient, !policy.contains(.unmaskedClient) { return .missingMask }
            if !isClient, !policy.contains(.maskedServer) { return .unexpectedMask }
        }
        guard frame.opcode >= 8 else { return nil }
        if second & 0x7F > 125 { return .controlTooLong }
        return frame.isClose && second & 0x7F == 1 ? .closePayloadOfOneByte : nil
    }

    /// Reads a length of 16 or 64 bits, which ends before octet `header` of the frame.
    private func longLength(
        _ input: Span<UInt8>, _ start: Int, _ header: Int, _ frame: inout SIMDFrame
    ) -> SIMDHeader? {
        let there = min(input.count, start &+ header)
        var length: UInt64 = 0
        var offset = start &+ 2
        while offset < there {
            length = length &<< 8 | UInt64(input[offset])
            let index = offset &- start
            if header == 10, index == 2, length >= 0x80 {
                return .rejected(.lengthHighBit, at: offset)
            }
            // What can no longer exceed the shorter form: behind all of 16 bits, behind six of 64.
            let isShort = header == 4 ? index == 3 && length < 126 : index == 7 && length == 0
            if isShort, !policy.contains(.nonMinimalLength) {
                return .rejected(.nonMinimalLength, at: offset)
            }
            offset &+= 1
        }
        frame.length = Int(truncatingIfNeeded: length)
        return there == start &+ header ? nil : .starved
    }

    private func limitReason(_ frame: SIMDFrame, _ message: SIMDMessage) -> WebSocketReason? {
        if frame.length > limits.frameBytesMax { return .frameTooLarge }
        guard frame.isMessageFrame else { return nil }
        return frame.length > limits.messageBytesMax &- message.byteCount ? .messageTooLarge : nil
    }
}
