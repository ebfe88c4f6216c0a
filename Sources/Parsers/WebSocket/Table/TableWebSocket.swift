internal import Inflation
internal import UTF8Text
public import Wire

/// Headers driven by a table that is built from the rules; payloads in runs.
public struct TableWebSocket: Parser {
    /// Bytes that are inflated at once (chosen: small enough to stay in the first cache).
    private static let roomBytes = 8_192

    private let policy: Policy
    private let limits: WebSocketLimits
    private let context: WebSocketContext
    private let automaton: TableHeaderAutomaton
    private let isInPlace: Bool

    private var state = TableHeaderAutomaton.firstOctet
    private var position = 0
    private var frame = TableFrame()
    private var message = TableMessage()
    private var text = TableUTF8Validator(.strict)
    private var openOffset = 0
    private var inflater = Inflater()
    private var final: Verdict?
    private var piece = [UInt8](repeating: 0, count: roomBytes)
    private var room = [UInt8](repeating: 0, count: roomBytes)

    /// Makes a parser; the context is `WebSocketContext`, or its default.
    public init(_ configuration: Configuration) {
        policy = configuration.policy
        limits = WebSocketLimits(configuration.limits)
        context = configuration.context as? WebSocketContext ?? WebSocketContext()
        automaton = TableHeaderAutomaton.under(policy, context)
        isInPlace = context.delivery == .inPlace
    }

    public mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        while final == nil {
            if state != TableHeaderAutomaton.payload {
                guard position < input.count else { return rest }
                readHeader(input, &tape)
            } else {
                takeRun(input, &tape)
                guard final == nil, frame.end <= input.count else { break }
                endFrame(input, &tape)
            }
        }
        return final ?? .incomplete
    }

    /// The verdict where the input ends in a header or between frames.
    private var rest: Verdict {
        let isBoundary = state == TableHeaderAutomaton.firstOctet
        return isBoundary ? .complete(consumed: position) : .incomplete
    }

    private mutating func refuse(_ reason: WebSocketReason, at offset: Int) {
        final = .rejected(Rejection(reason, at: offset))
    }

    public mutating func reset() {
        state = TableHeaderAutomaton.firstOctet
        position = 0
        frame = TableFrame()
        message = TableMessage()
        text.reset()
        inflater.reset()
        final = nil
    }

    public var releasableCount: Int {
        if case .rejected = final { return 0 }
        if isInPlace, state == TableHeaderAutomaton.payload { return frame.end }
        return frame.start
    }

    public mutating func release(_ count: Int) {
        precondition(count <= releasableCount, "a frame that is read is not releasable")
        position &-= count
        frame.start &-= count
        frame.payload &-= count
        openOffset = max(0, openOffset &- count)
        if case .complete(let consumed) = final { final = .complete(consumed: consumed &- count) }
    }
}

// MARK: Headers

extension TableWebSocket {
    /// Runs the automaton up to the header's end, a refusal, or the input's end.
    private mutating func readHeader(_ input: Span<UInt8>, _ tape: inout Tape) {
        while position < input.count {
            let octet = input[position]
            let cell = automaton.cell(state, octet)
            if cell >= TableHeaderAutomaton.refusal {
                let code = cell & ~TableHeaderAutomaton.refusal
                final = .rejected(Rejection(code: code, offset: position))
                return
            }
            note(octet)
            if final != nil { return }
            if cell == TableHeaderAutomaton.lengthEnd {
                if let reason = limitReason { return refuse(reason, at: position) }
                state =
                    frame.isMasked ? TableHeaderAutomaton.key : TableHeaderAutomaton.payload
            } else {
                state = cell
            }
            position &+= 1
            if state == TableHeaderAutomaton.payload { return endHeader(&tape) }
        }
    }

    /// What the driver keeps of an octet: the table has no memory but its state.
    private mutating func note(_ octet: UInt8) {
        if TableHeaderAutomaton.isLength(state) {
            frame.length = frame.length &<< 8 | Int(octet)
        } else if state >= TableHeaderAutomaton.key {
            frame.key[Int(state &- TableHeaderAutomaton.key)] = octet
        } else if state <= TableHeaderAutomaton.firstOctetOpen {
            frame = TableFrame(start: position, first: octet)
            if frame.isMessageFrame, message.frameCount >= limits.fragmentCountMax {
                refuse(.tooManyFragments, at: position)
            }
        } else {
            frame.isMasked = octet & 0x80 != 0
            frame.length = octet & 0x7F < 126 ? Int(octet & 0x7F) : 0
        }
    }

    private var limitReason: WebSocketReason? {
        if frame.length > limits.frameBytesMax { return .frameTooLarge }
        let isBeyond = frame.length > limits.messageBytesMax &- message.byteCount
        return frame.isMessageFrame && isBeyond ? .messageTooLarge : nil
    }

    private mutating func endHeader(_ tape: inout Tape) {
        frame.payload = position
        if frame.isMessageFrame {
            if frame.opcode != 0 {
                let isMarked = frame.first & 0x40 != 0
                message = TableMessage(
                    opcode: frame.opcode,
                    isCompressed: isMarked && context.permessageDeflate != nil)
                text.reset()
            }
            message.frameCount &+= 1
            message.byteCount &+= frame.length
        }
        let mask = frame.isMasked ? WebSocketToken.flag : 0
        let count = position &- frame.start
        tape.append(
            Token(.header, detail: UInt16(frame.first) | mask, offset: frame.start, length: count))
        if frame.isMasked { tape.append(Token(.maskKey, offset: position &- 4, length: 4)) }
        if isInPlace, frame.length > 0 {
            tape.append(Token(.payload, offset: position, length: frame.length))
        }
        tape.commit()
    }
}

// MARK: Payloads

extension TableWebSocket {
    private var isCompressedFrame: Bool { frame.isMessageFrame && message.isCompressed }
    private var isTextFrame: Bool {
        frame.isMessageFrame && message.opcode == 1 && !policy.contains(.unvalidatedText)
    }

    /// Takes the run of the payload that has come.
    private mutating func takeRun(_ input: Span<UInt8>, _ tape: inout Tape) {
        if isInPlace || isCompressedFrame {
            position = frame.end
            return
        }
        let count = min(frame.end, input.count) &- position
        guard count > 0 else { return }
        let run = input.extracting(position..<(position &+ count))
        if frame.isMasked {
            let arena = tape.arenaAppendedCount
            append(run, &tape)
            if isTextFrame {
                // SAFETY: the run was appended to the arena, from `arena`; the tape is not changed meanwhile.
                unsafe tape.withArena(arena, count: count) { bytes in
                    unsafe judgeText(bytes.span)
                }
            }
        } else if isTextFrame {
            judgeText(run)
        }
        position &+= count
    }

    /// Unmasks a run that stands at the position into the arena.
    private func append(_ run: Span<UInt8>, _ tape: inout Tape) {
        let phase = position &- frame.payload
        let keys: [4 of UInt8] = [
            frame.key[phase & 3], frame.key[(phase &+ 1) & 3], frame.key[(phase &+ 2) & 3],
            frame.key[(phase &+ 3) & 3],
        ]
        // SAFETY: `fill` is given `run.count` bytes, and writes those.
        unsafe tape.appendToArena(count: run.count) { to in
            for index in 0..<run.count {
                unsafe to[index] = run[index] ^ keys[index & 3]
            }
        }
    }

    /// Judges text that stands at the position.
    private mutating func judgeText(_ run: Span<UInt8>) {
        if let fault = text.validate(run) {
            let isEarlier = fault.start < 0
            return refuse(.illFormedText, at: isEarlier ? openOffset : position &+ fault.start)
        }
        if text.openCount <= run.count { openOffset = position &+ run.count &- text.openCount }
    }

    /// The frame is whole.
    private mutating func endFrame(_ input: Span<UInt8>, _ tape: inout Tape) {
        if !isInPlace { deliver(input, &tape) }
        guard final == nil else { return }
        position = frame.end
        if frame.isMessageFrame, frame.isFinal {
            let flag = message.isCompressed ? WebSocketToken.flag : 0
            let count =
                message.isCompressed && !isInPlace ? message.inflatedCount : message.byteCount
            tape.append(
                Token(
                    .messageEnd, detail: UInt16(message.opcode) | flag, offset: position,
                    length: count))
            message = TableMessage()
        }
        tape.commit()
        if frame.isClose { final = .complete(consumed: position) }
        frame = TableFrame(start: position)
        state =
            message.isOpen
            ? TableHeaderAutomaton.firstOctetOpen : TableHeaderAutomaton.firstOctet
    }

    private mutating func deliver(_ input: Span<UInt8>, _ tape: inout Tape) {
        if isCompressedFrame { return inflate(input, &tape) }
        if isTextFrame, frame.isFinal, text.openCount > 0 {
            return refuse(.illFormedText, at: openOffset)
        }
        guard frame.length > 0 else { return }
        let arena = tape.arenaAppendedCount &- frame.length
        if frame.isMasked {
            tape.append(Token(.payloadInArena, offset: arena, length: frame.length))
        } else {
            tape.append(Token(.payload, offset: frame.payload, length: frame.length))
        }
        if frame.isClose { close(input, arena, &tape) }
    }

    /// A Close frame's payload: two bytes of code, then a reason.
    private mutating func close(
        _ input: Span<UInt8>, _ arena: Int, _ tape: inout Tape
    ) {
        for index in 0..<frame.length {
            piece[index] = input[frame.payload &+ index] ^ frame.key[index & 3]
        }
        let code = UInt16(piece[0]) << 8 | UInt16(piece[1])
        guard TableCloseCodes.admits(code, policy) else {
            return refuse(.invalidCloseCode, at: frame.payload)
        }
        tape.append(Token(.closeCode, detail: code, offset: frame.payload, length: 2))
        guard frame.length > 2 else { return }
        var validator = text
        validator.reset()
        let bytes = piece
        let fault = validator.validate(bytes.span.extracting(2..<frame.length))
        if let fault {
            return refuse(.illFormedCloseReason, at: frame.payload &+ 2 &+ fault.start)
        }
        guard validator.openCount == 0 else {
            return refuse(.illFormedCloseReason, at: frame.end &- validator.openCount)
        }
        let count = frame.length &- 2
        if frame.isMasked {
            tape.append(Token(.closeReasonInArena, offset: arena &+ 2, length: count))
        } else {
            tape.append(Token(.closeReason, offset: frame.payload &+ 2, length: count))
        }
    }
}

// MARK: Compressed messages

extension TableWebSocket {
    private mutating func inflate(_ input: Span<UInt8>, _ tape: inout Tape) {
        if frame.length > 0 {
            tape.append(Token(.payload, offset: frame.payload, length: frame.length))
        }
        let start = tape.arenaAppendedCount
        var index = 0
        while index < frame.length {
            let count = min(Self.roomBytes, frame.length &- index)
            for step in 0..<count {
                let octet = input[frame.payload &+ index &+ step]
                piece[step] = octet ^ frame.key[(index &+ step) & 3]
            }
            inflatePiece(count, &tape)
            guard final == nil else { return }
            index &+= count
        }
        if frame.isFinal { endInflation(&tape) }
        guard final == nil else { return }
        let count = tape.arenaAppendedCount &- start
        tape.append(Token(.inflated, offset: start, length: count))
    }

    /// The message's last frame is inflated; four octets end it (RFC 7692 §7.2.2).
    private mutating func endInflation(_ tape: inout Tape) {
        for index in 0..<4 { piece[index] = index < 2 ? 0x00 : 0xFF }
        inflatePiece(4, &tape)
        guard final == nil else { return }
        if !inflater.isAtBlockEnd { return refuse(.malformedDeflate, at: frame.start) }
        if isTextFrame, text.openCount > 0 { return refuse(.illFormedText, at: frame.start) }
        if context.forgetsWindow { inflater.reset() }
    }

    /// Inflates the first `count` bytes of `piece`.
    private mutating func inflatePiece(_ count: Int, _ tape: inout Tape) {
        let source = piece
        var consumed = 0
        var step: Inflater.Step
        repeat {
            step = Self.step(source.span.extracting(consumed..<count), &inflater, &room)
            consumed &+= step.consumed
            takeInflated(step.produced, &tape)
            guard final == nil else { return }
            if step.isMalformed { return refuse(.malformedDeflate, at: frame.start) }
        } while consumed < count || step.produced == Self.roomBytes
    }

    private static func step(
        _ source: Span<UInt8>, _ inflater: inout Inflater, _ room: inout [UInt8]
    ) -> Inflater.Step {
        var output = room.mutableSpan
        return inflater.inflate(source, into: &output)
    }

    /// Judges and keeps the first `count` bytes of `room`.
    private mutating func takeInflated(_ count: Int, _ tape: inout Tape) {
        let admitted = min(count, limits.inflatedBytesMax &- message.inflatedCount)
        let bytes = room
        let kept = bytes.span.extracting(0..<admitted)
        if isTextFrame, text.validate(kept) != nil {
            return refuse(.illFormedText, at: frame.start)
        }
        if admitted < count { return refuse(.inflatedTooLarge, at: frame.start) }
        tape.appendToArena(contentsOf: kept)
        message.inflatedCount &+= count
    }
}
