internal import Wire

/// `http2.frame` by words: a header is one load of eight octets and one of one, its rules are sets of types held as bits,
/// settings are one load each, padding is looked at eight octets at a time.
struct SIMDFrames: Parser {
    let policy: Policy
    let limits: HTTP2Limits
    let maxFrameSize: Int
    let isFromClient: Bool
    let startsAtConnection: Bool

    /// The first octet of the frame that comes next.
    var start = 0
    /// The stream of the open field block, or −1.
    var blockStream = -1
    var blockFrames = 0
    var blockOctets = 0
    var blockArena = 0
    var isBehindPreface: Bool
    var isBehindFirst: Bool
    var rejection: Rejection?

    init(_ configuration: Configuration) {
        let context = configuration.context as? HTTP2Context ?? HTTP2Context()
        policy = configuration.policy
        limits = HTTP2Limits(configuration.limits)
        maxFrameSize = context.maxFrameSize
        isFromClient = context.role == .client
        startsAtConnection = context.start == .connection
        isBehindPreface = !(startsAtConnection && isFromClient)
        isBehindFirst = !startsAtConnection
    }

    mutating func reset() {
        start = 0
        blockStream = -1
        isBehindPreface = !(startsAtConnection && isFromClient)
        isBehindFirst = !startsAtConnection
        rejection = nil
    }

    var releasableCount: Int { blockStream < 0 && rejection == nil ? start : 0 }

    mutating func release(_ count: Int) {
        precondition(count >= 0 && count <= releasableCount, "more than is releasable")
        start -= count
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let rejection { return .rejected(rejection) }
        if !isBehindPreface {
            guard takePreface(input, &tape) else { return rejectedOrIncomplete(&tape) }
        }
        while input.count &- start >= 9 {
            let header = SIMDHeader(input, start)
            var streamError: HTTP2Reason?
            if let fault = fault(header, &streamError) {
                rejection = Rejection(fault.0, at: start &+ fault.1)
                return rejectedOrIncomplete(&tape)
            }
            guard input.count &- start &- 9 >= header.length else { return .incomplete }
            header.append(&tape)
            if let streamError {
                header.append(streamError, at: header.start, &tape)
                tape.append(Token(.unread, offset: header.payload, length: header.length))
            } else if let fault = takePayload(header, input, &tape) {
                rejection = fault
                return rejectedOrIncomplete(&tape)
            }
            tape.commit()
            start = header.end
            isBehindFirst = true
        }
        let isComplete = start == input.count && start > 0 && blockStream < 0 && isBehindFirst
        return isComplete ? .complete(consumed: start) : .incomplete
    }

    private func rejectedOrIncomplete(_ tape: inout Tape) -> Verdict {
        tape.rollback()
        return rejection.map { .rejected($0) } ?? .incomplete
    }

    /// Three compares of eight octets; the octet that differs is looked for only where one does.
    private mutating func takePreface(_ input: Span<UInt8>, _ tape: inout Tape) -> Bool {
        let words: InlineArray<3, UInt64> = [
            0x5052_4920_2A20_4854, 0x5450_2F32_2E30_0D0A, 0x0D0A_534D_0D0A_0D0A,
        ]
        for index in 0..<3 {
            let word = SIMDLoad.word(input, at: index &* 8)
            let missing = max(0, min(8, index &* 8 &+ 8 &- input.count))
            // What is not there yet is not compared.
            let mask: UInt64 = missing == 8 ? 0 : ~0 &<< UInt64(missing &* 8)
            let difference = (word ^ words[index]) & mask
            if difference != 0 {
                let octet = index &* 8 &+ difference.leadingZeroBitCount &>> 3
                rejection = Rejection(HTTP2Reason.badPreface, at: octet)
                return false
            }
        }
        guard input.count >= 24 else { return false }
        tape.append(Token(.preface, offset: 0, length: 24))
        tape.commit()
        isBehindPreface = true
        start = 24
        return true
    }
}

/// Loads of big-endian words that may reach behind the input's end: what is not there reads as 0.
enum SIMDLoad {
    @inline(__always)
    static func word(_ input: Span<UInt8>, at offset: Int) -> UInt64 {
        guard offset &+ 8 <= input.count else { return tail(input, offset) }
        // SAFETY: offset + 8 ≤ input.count was just checked, offset is not negative; every bit pattern is a UInt64.
        let word = unsafe input.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
        return UInt64(bigEndian: word)
    }

    @inline(never)
    private static func tail(_ input: Span<UInt8>, _ offset: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<8 where offset &+ index < input.count {
            word |= UInt64(input[offset &+ index]) &<< UInt64(56 &- index &* 8)
        }
        return word
    }
}

/// A frame header in one word and the octet behind it.
struct SIMDHeader: BitwiseCopyable {
    let start: Int
    /// Length, type, flags and the stream field's upper three octets.
    private let word: UInt64
    private let last: UInt8

    @inline(__always)
    init(_ input: Span<UInt8>, _ start: Int) {
        self.start = start
        word = SIMDLoad.word(input, at: start)
        last = input[start &+ 8]
    }

    var length: Int { Int(truncatingIfNeeded: word &>> 40) }
    var type: UInt8 { UInt8(truncatingIfNeeded: word &>> 32) }
    var flags: UInt8 { UInt8(truncatingIfNeeded: word &>> 24) }
    var stream: Int { Int(truncatingIfNeeded: (word & 0x7F_FFFF) &<< 8 | UInt64(last)) }
    var payload: Int { start &+ 9 }
    var end: Int { start &+ 9 &+ length }

    /// The type as a bit: the bit 63 stands for every type above 62.
    var typeBit: UInt64 { 1 &<< UInt64(min(type, 63)) }

    @inline(__always)
    func append(_ tape: inout Tape) {
        // Type and flags lie in the word in the order of the detail.
        let detail = UInt16(truncatingIfNeeded: word &>> 24)
        let reserved = UInt16(truncatingIfNeeded: word &>> 23 & 1)
        tape.append(
            Token(.frame, detail: detail, offset: start, length: length),
            Token(.stream, detail: reserved, offset: start &+ 5, length: stream))
    }

    func append(_ reason: HTTP2Reason, at offset: Int, _ tape: inout Tape) {
        tape.append(
            Token(.streamError, detail: UInt16(reason.rawValue), offset: offset, length: stream))
    }
}
