internal import CKernels
internal import UTF8Text
internal import Wire

/// Messages of one frame that are there as a whole, which most are: read without touching the parser's state.
///
/// What is not so plain (a fragment, a control frame, an RSV bit, a mistake in the header, the last few bytes of the
/// input) is left to the general path, and stands where it stood.
extension SIMDWebSocket {
    /// Reads such messages up to the first frame that is none.
    ///
    /// - Returns: false where text was refused; the verdict is then set.
    @inline(__always)
    mutating func readWholeMessages(_ input: Span<UInt8>, _ tape: inout Tape) -> Bool {
        var start = position
        while let frame = rules.wholeMessage(input, at: start) {
            let header = Token(
                .header, detail: frame.detail, offset: start, length: frame.payload &- start)
            if frame.isMasked {
                tape.append(header, Token(.maskKey, offset: frame.payload &- 4, length: 4))
            } else {
                tape.append(header)
            }
            let end = Token(
                .messageEnd, detail: UInt16(frame.opcode), offset: frame.end,
                length: frame.length)
            if isInPlace || !frame.isMasked {
                if !isInPlace, frame.opcode == 1, judgesText {
                    tape.commit()
                    let text = input.extracting(frame.payload..<frame.end)
                    guard admits(text, frame) else { return false }
                }
                tape.append(Token(.payload, offset: frame.payload, length: frame.length), end)
            } else {
                if frame.opcode == 1, judgesText { tape.commit() }
                guard unmaskWhole(frame, input, &tape) else { return false }
                let arena = tape.arenaAppendedCount &- frame.length
                tape.append(Token(.payloadInArena, offset: arena, length: frame.length), end)
            }
            tape.commit()
            start = frame.end
        }
        position = start
        return true
    }

    /// Unmasks a payload into the arena; where it is text, judges it there.
    @inline(__always)
    private mutating func unmaskWhole(
        _ frame: SIMDFrame, _ input: Span<UInt8>, _ tape: inout Tape
    ) -> Bool {
        let arena = tape.arenaAppendedCount
        let run = input.extracting(frame.payload..<frame.end)
        // SAFETY: `fill` is given `run.count` bytes; the kernel reads and writes that many, and the arena is the tape's own.
        unsafe tape.appendToArena(count: run.count) { to in
            unsafe run.withUnsafeBufferPointer { from in
                guard let base = from.baseAddress else { return }
                unsafe zy_unmask(to, base, from.count, frame.key)
            }
        }
        guard frame.opcode == 1, judgesText else { return true }
        // SAFETY: the run was appended to the arena, from `arena`; the tape is not changed meanwhile.
        return unsafe tape.withArena(arena, count: frame.length) { bytes in
            unsafe admits(bytes.span, frame)
        }
    }

    /// Whether a whole text is UTF-8; sets the verdict where it is not.
    private mutating func admits(_ text: Span<UInt8>, _ frame: SIMDFrame) -> Bool {
        var validator = SIMDUTF8Validator(.strict)
        let fault = validator.validate(text)
        let open = validator.openCount
        if fault == nil, open == 0 { return true }
        let start = fault?.start ?? text.count &- open
        refuse(.illFormedText, at: frame.payload &+ start)
        return false
    }
}

extension SIMDRules {
    /// The frame at `start` where it is a whole message, not compressed, of at least one byte, and there as a whole with
    /// as many bytes as the longest header has; else nil.
    @inline(__always)
    func wholeMessage(_ input: Span<UInt8>, at start: Int) -> SIMDFrame? {
        let there = input.count &- start
        guard there >= Self.headerBytesMax else { return nil }
        let word = Self.load(input, start, UInt64.self)
        let first = UInt8(truncatingIfNeeded: word)
        let second = UInt8(truncatingIfNeeded: word &>> 8)
        // 81 or 82; MASK as the sender's role asks.
        guard first &- 0x81 < 2, (second >= 0x80) == isClient else { return nil }
        var length = Int(second & 0x7F)
        var key = UInt32(truncatingIfNeeded: word &>> 16)
        var header = 2
        if length >= 126 {
            if length == 126 {
                length = Int(UInt16(truncatingIfNeeded: word &>> 16).byteSwapped)
                key = UInt32(truncatingIfNeeded: word &>> 32)
                header = 4
                guard length >= 126 else { return nil }
            } else {
                let long = Self.load(input, start &+ 2, UInt64.self).byteSwapped
                guard long > 0xFFFF, long < 1 &<< 62 else { return nil }
                length = Int(truncatingIfNeeded: long)
                key = Self.load(input, start &+ 10, UInt32.self)
                header = 10
            }
        }
        if isClient { header &+= 4 }
        guard length > 0, length <= wholeBytesMax, length <= there &- header else { return nil }
        var frame = SIMDFrame()
        frame.start = start
        frame.payload = start &+ header
        frame.length = length
        frame.key = key
        frame.first = first
        frame.isMasked = isClient
        return frame
    }
}
