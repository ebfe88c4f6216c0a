internal import Inflation
internal import UTF8Text
public import Wire

/// A state machine that looks at one octet of a header at a time, and at one byte of a payload.
public struct ScalarWebSocket: Parser {
    /// Bytes that are unmasked or inflated at once (chosen: small enough to stay in the first cache).
    private static let roomBytes = 2_048

    private let rules: ScalarRules
    private let isInPlace: Bool
    private let forgetsWindow: Bool
    private let judgesText: Bool
    private let admitsRegisteredCodes: Bool

    /// The next byte to look at; with `inPlace` it may lie behind the input's end.
    private var cursor = 0
    private var frame = ScalarFrame()
    private var message = ScalarMessage()
    private var text = ScalarUTF8Validator(.strict)
    /// Where the text's open sequence starts.
    private var openOffset = 0
    private var inflater = Inflater()
    private var isClosed = false
    private var rejection: Rejection?
    private var room = [UInt8](repeating: 0, count: roomBytes)
    private var inflated = [UInt8](repeating: 0, count: roomBytes)

    /// Makes a parser; the context is `WebSocketContext`, or its default.
    public init(_ configuration: Configuration) {
        let context = configuration.context as? WebSocketContext ?? WebSocketContext()
        let policy = configuration.policy
        rules = ScalarRules(policy, WebSocketLimits(configuration.limits), context)
        isInPlace = context.delivery == .inPlace
        forgetsWindow = context.forgetsWindow
        judgesText = !policy.contains(.unvalidatedText)
        admitsRegisteredCodes = policy.contains(.registeredCloseCodes)
    }

    public mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let rejection { return .rejected(rejection) }
        while !isClosed {
            if frame.state == .awaitingPayload {
                if let found = takePayload(input, &tape) { return reject(found) }
                if cursor < frame.end || input.count < frame.end { return .incomplete }
                if let found = endFrame(input, &tape) { return reject(found) }
            } else {
                guard cursor < input.count else { break }
                let reason = frame.take(input[cursor], at: cursor, rules, message)
                if let reason { return reject(Rejection(reason, at: cursor)) }
                cursor &+= 1
                if frame.state == .awaitingPayload { endHeader(&tape) }
            }
        }
        if isClosed { return .complete(consumed: cursor) }
        let isBoundary = frame.state == .awaitingFirst && !message.isOpen
        return isBoundary ? .complete(consumed: cursor) : .incomplete
    }

    private mutating func reject(_ found: Rejection) -> Verdict {
        rejection = found
        return .rejected(found)
    }

    public mutating func reset() {
        cursor = 0
        frame.begin(at: 0)
        message.end()
        text.reset()
        inflater.reset()
        isClosed = false
        rejection = nil
    }

    public var releasableCount: Int {
        if rejection != nil { return 0 }
        if isInPlace, frame.state == .awaitingPayload { return frame.end }
        return frame.start
    }

    public mutating func release(_ count: Int) {
        precondition(count <= releasableCount, "a frame that is read is not releasable")
        cursor &-= count
        frame.start &-= count
        frame.payload &-= count
        openOffset = max(0, openOffset &- count)
    }
}

// MARK: Frames

extension ScalarWebSocket {
    /// The header is whole.
    private mutating func endHeader(_ tape: inout Tape) {
        if frame.isMessageFrame {
            if frame.opcode != 0 {
                message.begin(frame.opcode, isCompressed: rules.isCompressed(frame.first))
                text.reset()
            }
            message.add(frame.length)
        }
        let detail = UInt16(frame.first) | (frame.isMasked ? WebSocketToken.flag : 0)
        let count = frame.payload &- frame.start
        tape.append(Token(.header, detail: detail, offset: frame.start, length: count))
        if frame.isMasked {
            tape.append(Token(.maskKey, offset: frame.payload &- 4, length: 4))
        }
        if isInPlace, frame.length > 0 {
            tape.append(Token(.payload, offset: frame.payload, length: frame.length))
        }
        tape.commit()
    }

    /// The frame is whole.
    private mutating func endFrame(_ input: Span<UInt8>, _ tape: inout Tape) -> Rejection? {
        if !isInPlace, let found = deliver(input, &tape) { return found }
        cursor = frame.end
        if frame.isMessageFrame, frame.isFinal {
            let flag = message.isCompressed ? WebSocketToken.flag : 0
            let isInflated = message.isCompressed && !isInPlace
            tape.append(
                Token(
                    .messageEnd, detail: UInt16(message.opcode) | flag, offset: cursor,
                    length: isInflated ? message.inflatedCount : message.byteCount))
            message.end()
        }
        tape.commit()
        isClosed = frame.isClose
        frame.begin(at: cursor)
        return nil
    }

    private var isCompressedFrame: Bool { frame.isMessageFrame && message.isCompressed }
    private var isTextFrame: Bool { frame.isMessageFrame && message.opcode == 1 && judgesText }
}

// MARK: Payloads

extension ScalarWebSocket {
    /// Takes what has come of the payload, as far as it is judged as it comes.
    private mutating func takePayload(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) -> Rejection? {
        if isInPlace || isCompressedFrame {
            cursor = frame.end
            return nil
        }
        let end = min(frame.end, input.count)
        while cursor < end {
            let count = min(Self.roomBytes, end &- cursor)
            var start: Int?
            if frame.isMasked {
                unmask(input, at: cursor, count)
                let bytes = room
                let piece = bytes.span.extracting(0..<count)
                tape.appendToArena(contentsOf: piece)
                start = isTextFrame ? validate(piece, at: cursor) : nil
            } else if isTextFrame {
                start = validate(input.extracting(cursor..<(cursor &+ count)), at: cursor)
            }
            if let start { return Rejection(WebSocketReason.illFormedText, at: start) }
            cursor &+= count
        }
        return nil
    }

    /// Where the text's first ill-formed sequence starts, or nil. The piece stands at `offset`.
    private mutating func validate(_ piece: Span<UInt8>, at offset: Int) -> Int? {
        if let fault = text.validate(piece) {
            return fault.start < 0 ? openOffset : offset &+ fault.start
        }
        if text.openCount <= piece.count {
            openOffset = offset &+ piece.count &- text.openCount
        }
        return nil
    }

    /// Unmasks `count` bytes from `offset` into `room`.
    private mutating func unmask(_ input: Span<UInt8>, at offset: Int, _ count: Int) {
        let first = offset &- frame.payload
        for index in 0..<count {
            room[index] = input[offset &+ index] ^ frame.keyOctet(first &+ index)
        }
    }

    /// Tokens for a whole payload, and what is judged once.
    private mutating func deliver(_ input: Span<UInt8>, _ tape: inout Tape) -> Rejection? {
        if isCompressedFrame { return inflate(input, &tape) }
        if isTextFrame, frame.isFinal, text.openCount > 0 {
            return Rejection(WebSocketReason.illFormedText, at: openOffset)
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
    private mutating func close(
        _ input: Span<UInt8>, _ arena: Int, _ tape: inout Tape
    ) -> Rejection? {
        let start = frame.payload
        unmask(input, at: start, frame.length)
        let code = UInt16(room[0]) &<< 8 | UInt16(room[1])
        let isSendable =
            (code >= 1000 && code <= 1011 && (code < 1004 || code > 1006))
            || (admitsRegisteredCodes && code >= 1012 && code <= 1014)
            || (code >= 3000 && code < 5000)
        guard isSendable else {
            return Rejection(WebSocketReason.invalidCloseCode, at: start)
        }
        tape.append(Token(.closeCode, detail: code, offset: start, length: 2))
        guard frame.length > 2 else { return nil }
        var reason = ScalarUTF8Validator(.strict)
        let bytes = room
        if let fault = reason.validate(bytes.span.extracting(2..<frame.length)) {
            let offset = start &+ 2 &+ fault.start
            return Rejection(WebSocketReason.illFormedCloseReason, at: offset)
        }
        guard reason.openCount == 0 else {
            let offset = frame.end &- reason.openCount
            return Rejection(WebSocketReason.illFormedCloseReason, at: offset)
        }
        let length = frame.length &- 2
        tape.append(
            frame.isMasked
                ? Token(.closeReasonInArena, offset: arena &+ 2, length: length)
                : Token(.closeReason, offset: start &+ 2, length: length))
        return nil
    }
}

// MARK: Compressed messages

extension ScalarWebSocket {
    /// Inflates the frame's payload, and behind the last one what ends the message.
    private mutating func inflate(_ input: Span<UInt8>, _ tape: inout Tape) -> Rejection? {
        if frame.length > 0 {
            tape.append(Token(.payload, offset: frame.payload, length: frame.length))
        }
        let start = tape.arenaAppendedCount
        var offset = frame.payload
        while offset < frame.end {
            let count = min(Self.roomBytes, frame.end &- offset)
            unmask(input, at: offset, count)
            if let reason = inflateRoom(count, &tape) { return Rejection(reason, at: frame.start) }
            offset &+= count
        }
        if frame.isFinal, let reason = endInflation(&tape) {
            return Rejection(reason, at: frame.start)
        }
        let count = tape.arenaAppendedCount &- start
        tape.append(Token(.inflated, offset: start, length: count))
        return nil
    }

    /// Inflates 00 00 FF FF, and sees that the message is whole.
    private mutating func endInflation(_ tape: inout Tape) -> WebSocketReason? {
        (room[0], room[1], room[2], room[3]) = (0x00, 0x00, 0xFF, 0xFF)
        if let reason = inflateRoom(4, &tape) { return reason }
        guard inflater.isAtBlockEnd else { return .malformedDeflate }
        if isTextFrame, text.openCount > 0 { return .illFormedText }
        if forgetsWindow { inflater.reset() }
        return nil
    }

    /// Inflates the first `count` bytes of `room`.
    private mutating func inflateRoom(_ count: Int, _ tape: inout Tape) -> WebSocketReason? {
        let piece = room
        var consumed = 0
        var isDone = false
        while !isDone {
            let rest = piece.span.extracting(consumed..<count)
            let step = Self.step(rest, &inflater, &inflated)
            if let reason = takeInflated(step.produced, &tape) { return reason }
            if step.isMalformed { return .malformedDeflate }
            consumed &+= step.consumed
            isDone = consumed == count && step.produced < Self.roomBytes
        }
        return nil
    }

    private static func step(
        _ piece: Span<UInt8>, _ inflater: inout Inflater, _ room: inout [UInt8]
    ) -> Inflater.Step {
        var output = room.mutableSpan
        return inflater.inflate(piece, into: &output)
    }

    /// Judges and keeps the first `count` inflated bytes.
    private mutating func takeInflated(_ count: Int, _ tape: inout Tape) -> WebSocketReason? {
        let left = rules.limits.inflatedBytesMax &- message.inflatedCount
        let bytes = inflated
        let kept = bytes.span.extracting(0..<min(count, left))
        if isTextFrame, text.validate(kept) != nil { return .illFormedText }
        if count > left { return .inflatedTooLarge }
        tape.appendToArena(contentsOf: kept)
        message.inflatedCount &+= count
        return nil
    }
}
