internal import CKernels
internal import Inflation
internal import UTF8Text
public import Wire

/// Headers read as words and held against masks; payloads unmasked and judged by vector kernels.
///
/// A header that is not whole leaves nothing behind: it is read again from its first octet, of which there are at most
/// fourteen.
public struct SIMDWebSocket: Parser {
    /// Bytes that are inflated at once (chosen: half of the first cache).
    private static let roomBytes = 16_384

    let rules: SIMDRules
    let isInPlace: Bool
    let judgesText: Bool
    private let forgetsWindow: Bool
    private let admitsRegisteredCodes: Bool

    /// The frame's first byte where its header is not whole; else the payload's next.
    var position = 0
    private var isInPayload = false
    private var isFinished = false
    private var isRejected = false
    private var frame = SIMDFrame()
    private var message = SIMDMessage()
    private var text = SIMDUTF8Validator(.strict)
    private var openOffset = 0
    private var verdict = Verdict.incomplete
    private var inflater = Inflater()
    private var piece: [UInt8] = []
    private var room: [UInt8] = []

    /// Makes a parser; the context is `WebSocketContext`, or its default.
    public init(_ configuration: Configuration) {
        let context = configuration.context as? WebSocketContext ?? WebSocketContext()
        let policy = configuration.policy
        rules = SIMDRules(policy, WebSocketLimits(configuration.limits), context)
        isInPlace = context.delivery == .inPlace
        judgesText = !policy.contains(.unvalidatedText)
        forgetsWindow = context.forgetsWindow
        admitsRegisteredCodes = policy.contains(.registeredCloseCodes)
        if context.permessageDeflate != nil {
            piece = [UInt8](repeating: 0, count: Self.roomBytes)
            room = piece
        }
    }

    public mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if isFinished { return verdict }
        while true {
            if !isInPayload {
                if message.opcode == 0, !readWholeMessages(input, &tape) { return verdict }
                guard position < input.count else { break }
                if let frame = rules.plain(input, at: position, message) {
                    begin(frame, &tape)
                } else {
                    switch rules.exact(input, at: position, message) {
                    case .whole(let frame): begin(frame, &tape)
                    case .starved: return .incomplete
                    case .rejected(let reason, let offset): return reject(reason, offset)
                    }
                }
            }
            if isInPlace {
                position = frame.end
            } else if let found = takePayload(input, &tape) {
                return reject(found.reason, found.offset)
            }
            guard frame.end <= input.count else { return .incomplete }
            if let found = end(input, &tape) { return reject(found.reason, found.offset) }
            if isFinished { return verdict }
        }
        return message.opcode == 0 ? .complete(consumed: position) : .incomplete
    }

    /// A rule that a payload breaks.
    private struct Fault {
        let reason: WebSocketReason
        let offset: Int
    }

    private mutating func reject(_ reason: WebSocketReason, _ offset: Int) -> Verdict {
        refuse(reason, at: offset)
        return verdict
    }

    /// Sets the verdict.
    mutating func refuse(_ reason: WebSocketReason, at offset: Int) {
        isFinished = true
        isRejected = true
        verdict = .rejected(Rejection(reason, at: offset))
    }

    public mutating func reset() {
        position = 0
        isInPayload = false
        isFinished = false
        isRejected = false
        message.opcode = 0
        message.frameCount = 0
        message.byteCount = 0
        if rules.isNegotiated { inflater.reset() }
    }

    public var releasableCount: Int {
        if isRejected { return 0 }
        guard isInPayload else { return position }
        return isInPlace ? frame.end : frame.start
    }

    public mutating func release(_ count: Int) {
        precondition(count <= releasableCount, "a frame that is read is not releasable")
        position &-= count
        frame.start &-= count
        frame.payload &-= count
        openOffset = max(0, openOffset &- count)
        if isFinished { verdict = .complete(consumed: position) }
    }
}

// MARK: Frames

extension SIMDWebSocket {
    /// The header is whole.
    @inline(__always)
    private mutating func begin(_ frame: SIMDFrame, _ tape: inout Tape) {
        self.frame = frame
        isInPayload = true
        position = frame.payload
        if frame.isMessageFrame {
            if frame.opcode != 0 {
                message = SIMDMessage()
                message.opcode = frame.opcode
                message.isCompressed = frame.first & 0x40 != 0 && rules.isNegotiated
                text.reset()
            }
            message.frameCount &+= 1
            message.byteCount &+= frame.length
        }
        let header = Token(
            .header, detail: frame.detail, offset: frame.start,
            length: frame.payload &- frame.start)
        if frame.isMasked {
            tape.append(header, Token(.maskKey, offset: frame.payload &- 4, length: 4))
        } else {
            tape.append(header)
        }
        if isInPlace, frame.length > 0 {
            tape.append(Token(.payload, offset: frame.payload, length: frame.length))
        }
        tape.commit()
    }

    /// The frame is whole: what is judged only then, and its tokens.
    @inline(__always)
    private mutating func end(_ input: Span<UInt8>, _ tape: inout Tape) -> Fault? {
        if !isInPlace, let fault = deliver(input, &tape) { return fault }
        position = frame.end
        isInPayload = false
        if frame.isMessageFrame, frame.isFinal {
            let flag = message.isCompressed ? WebSocketToken.flag : 0
            let isInflated = message.isCompressed && !isInPlace
            tape.append(
                Token(
                    .messageEnd, detail: UInt16(message.opcode) | flag, offset: position,
                    length: isInflated ? message.inflatedCount : message.byteCount))
            message.opcode = 0
            message.frameCount = 0
            message.byteCount = 0
        }
        tape.commit()
        if frame.isClose {
            isFinished = true
            verdict = .complete(consumed: position)
        }
        return nil
    }

    @inline(__always)
    private var isCompressedFrame: Bool { frame.isMessageFrame && message.isCompressed }

    @inline(__always)
    private var isTextFrame: Bool { frame.isMessageFrame && message.opcode == 1 && judgesText }
}

// MARK: Payloads

extension SIMDWebSocket {
    /// Unmasks and judges what has come of a payload that is not compressed.
    @inline(__always)
    private mutating func takePayload(_ input: Span<UInt8>, _ tape: inout Tape) -> Fault? {
        if isCompressedFrame { return nil }
        let count = min(frame.end, input.count) &- position
        guard count > 0 else { return nil }
        let run = input.extracting(position..<(position &+ count))
        if frame.isMasked {
            let arena = tape.arenaAppendedCount
            unmask(run, &tape)
            if isTextFrame {
                // SAFETY: the run was appended to the arena, from `arena`; the tape is not changed meanwhile.
                let fault = unsafe tape.withArena(arena, count: count) { bytes in
                    unsafe judge(bytes.span)
                }
                if let fault { return fault }
            }
        } else if isTextFrame, let fault = judge(run) {
            return fault
        }
        position &+= count
        return nil
    }

    /// Unmasks a run that stands at the position into the arena.
    @inline(__always)
    private func unmask(_ run: Span<UInt8>, _ tape: inout Tape) {
        let key = frame.key(at: position &- frame.payload)
        // SAFETY: `fill` is given `run.count` bytes; the kernel reads and writes that many, and the arena is the tape's own.
        unsafe tape.appendToArena(count: run.count) { to in
            unsafe run.withUnsafeBufferPointer { from in
                guard let base = from.baseAddress else { return }
                unsafe zy_unmask(to, base, from.count, key)
            }
        }
    }

    /// Judges text that stands at the position.
    private mutating func judge(_ run: Span<UInt8>) -> Fault? {
        if let fault = text.validate(run) {
            let offset = fault.start < 0 ? openOffset : position &+ fault.start
            return Fault(reason: .illFormedText, offset: offset)
        }
        let open = text.openCount
        if open <= run.count { openOffset = position &+ run.count &- open }
        return nil
    }

    /// Tokens of a whole payload, and what is judged once.
    @inline(__always)
    private mutating func deliver(_ input: Span<UInt8>, _ tape: inout Tape) -> Fault? {
        if isCompressedFrame { return inflate(input, &tape) }
        if text.openCount > 0, isTextFrame, frame.isFinal {
            return Fault(reason: .illFormedText, offset: openOffset)
        }
        guard frame.length > 0 else { return nil }
        let arena = tape.arenaAppendedCount &- frame.length
        tape.append(
            frame.isMasked
                ? Token(.payloadInArena, offset: arena, length: frame.length)
                : Token(.payload, offset: frame.payload, length: frame.length))
        return frame.isClose ? close(input, arena, &tape) : nil
    }

    /// A Close frame's code and reason.
    private func close(_ input: Span<UInt8>, _ arena: Int, _ tape: inout Tape) -> Fault? {
        let start = frame.payload
        let key = frame.key
        let high = input[start] ^ UInt8(truncatingIfNeeded: key)
        let low = input[start &+ 1] ^ UInt8(truncatingIfNeeded: key &>> 8)
        let code = UInt16(high) &<< 8 | UInt16(low)
        guard isSendable(code) else { return Fault(reason: .invalidCloseCode, offset: start) }
        tape.append(Token(.closeCode, detail: code, offset: start, length: 2))
        let count = frame.length &- 2
        guard count > 0 else { return nil }
        var reason = SIMDUTF8Validator(.strict)
        let fault: UTF8Fault?
        if frame.isMasked {
            // SAFETY: the payload was appended to the arena, from `arena`; the tape is not changed meanwhile.
            fault = unsafe tape.withArena(arena &+ 2, count: count) { bytes in
                unsafe reason.validate(bytes.span)
            }
        } else {
            fault = reason.validate(input.extracting((start &+ 2)..<frame.end))
        }
        if let fault {
            return Fault(reason: .illFormedCloseReason, offset: start &+ 2 &+ fault.start)
        }
        if reason.openCount > 0 {
            return Fault(reason: .illFormedCloseReason, offset: frame.end &- reason.openCount)
        }
        tape.append(
            frame.isMasked
                ? Token(.closeReasonInArena, offset: arena &+ 2, length: count)
                : Token(.closeReason, offset: start &+ 2, length: count))
        return nil
    }

    /// RFC 6455 §7.4: bits 0 to 15 stand for 1000 to 1015.
    private func isSendable(_ code: UInt16) -> Bool {
        if code >= 3000 { return code < 5000 }
        guard code >= 1000, code < 1016 else { return false }
        let known: UInt32 = admitsRegisteredCodes ? 0x7F8F : 0x0F8F
        return known &>> UInt32(code &- 1000) & 1 != 0
    }
}

// MARK: Compressed messages

extension SIMDWebSocket {
    /// Inflates the frame's payload, and what ends the message behind the last one.
    @inline(never)
    private mutating func inflate(_ input: Span<UInt8>, _ tape: inout Tape) -> Fault? {
        if frame.length > 0 {
            tape.append(Token(.payload, offset: frame.payload, length: frame.length))
        }
        let arena = tape.arenaAppendedCount
        var reason: WebSocketReason?
        var offset = frame.payload
        while offset < frame.end, reason == nil {
            let count = min(Self.roomBytes, frame.end &- offset)
            unmask(input.extracting(offset..<(offset &+ count)))
            reason = inflate(count, &tape)
            offset &+= count
        }
        if reason == nil, frame.isFinal { reason = endInflation(&tape) }
        if let reason { return Fault(reason: reason, offset: frame.start) }
        let count = tape.arenaAppendedCount &- arena
        tape.append(Token(.inflated, offset: arena, length: count))
        return nil
    }

    /// Unmasks a run whose length is a multiple of four, or that ends the payload, into `piece`.
    private mutating func unmask(_ run: Span<UInt8>) {
        let key = frame.key
        // SAFETY: `run.count` is at most `piece.count`; the kernel reads and writes that many.
        unsafe piece.withUnsafeMutableBufferPointer { to in
            unsafe run.withUnsafeBufferPointer { from in
                guard let to = to.baseAddress, let base = from.baseAddress else { return }
                unsafe zy_unmask(to, base, from.count, key)
            }
        }
    }

    private mutating func endInflation(_ tape: inout Tape) -> WebSocketReason? {
        (piece[0], piece[1], piece[2], piece[3]) = (0x00, 0x00, 0xFF, 0xFF)
        if let reason = inflate(4, &tape) { return reason }
        if !inflater.isAtBlockEnd { return .malformedDeflate }
        if isTextFrame, text.openCount > 0 { return .illFormedText }
        if forgetsWindow { inflater.reset() }
        return nil
    }

    /// Inflates the first `count` bytes of `piece`.
    private mutating func inflate(_ count: Int, _ tape: inout Tape) -> WebSocketReason? {
        let source = piece
        var consumed = 0
        while true {
            let rest = source.span.extracting(consumed..<count)
            let step = Self.step(rest, &inflater, &room)
            consumed &+= step.consumed
            let left = rules.limits.inflatedBytesMax &- message.inflatedCount
            let bytes = room
            let kept = bytes.span.extracting(0..<min(step.produced, left))
            if isTextFrame, text.validate(kept) != nil { return .illFormedText }
            if step.produced > left { return .inflatedTooLarge }
            tape.appendToArena(contentsOf: kept)
            message.inflatedCount &+= step.produced
            if step.isMalformed { return .malformedDeflate }
            if consumed == count, step.produced < Self.roomBytes { return nil }
        }
    }

    private static func step(
        _ piece: Span<UInt8>, _ inflater: inout Inflater, _ room: inout [UInt8]
    ) -> Inflater.Step {
        var output = room.mutableSpan
        return inflater.inflate(piece, into: &output)
    }
}
