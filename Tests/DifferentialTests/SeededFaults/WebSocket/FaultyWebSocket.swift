import Inflation
import UTF8Text
import WebSocket
import Wire

/// `ScalarWebSocket` with one fault.
struct FaultyWebSocket: Parser {
    /// Bytes that are unmasked or inflated at once (chosen: small enough to stay in the first cache).
    private static let roomBytes = 2_048

    private let fault: WebSocketFault?
    private let rules: FaultyFrameRules
    private let isInPlace: Bool
    private let forgetsWindow: Bool
    private let judgesText: Bool
    private let admitsRegisteredCodes: Bool

    /// The next byte to look at; with `inPlace` it may lie behind the input's end.
    private var cursor = 0
    private var frame = FaultyFrame()
    private var message = FaultyMessage()
    private var text = ScalarUTF8Validator(.strict)
    /// Where the text's open sequence starts.
    private var openOffset = 0
    private var inflater = Inflater()
    private var isClosed = false
    private var rejection: Rejection?
    private var room = [UInt8](repeating: 0, count: roomBytes)
    private var inflated = [UInt8](repeating: 0, count: roomBytes)

    /// Makes a parser; the context is `WebSocketContext`, or its default.
    init(_ configuration: Configuration, fault: WebSocketFault?) {
        self.fault = fault
        let context = configuration.context as? WebSocketContext ?? WebSocketContext()
        let policy = configuration.policy
        rules = FaultyFrameRules(policy, WebSocketLimits(configuration.limits), context, fault)
        isInPlace = context.delivery == .inPlace
        forgetsWindow = context.forgetsWindow
        judgesText = !policy.contains(.unvalidatedText) && fault != .textUnvalidated
        admitsRegisteredCodes = policy.contains(.registeredCloseCodes)
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let rejection, fault != .rejectionForgotten { return .rejected(rejection) }
        frame.atCut(fault)
        if fault == .emptyIsIncomplete, input.count == 0 { return .incomplete }
        while !isClosed {
            if frame.state == .awaitingPayload {
                if let found = takePayload(input, &tape) { return reject(found) }
                if cursor < frame.end || input.count < frame.end {
                    return fault == .headerIsComplete && cursor == frame.payload
                        ? .complete(consumed: cursor) : .incomplete
                }
                if let found = endFrame(input, &tape) { return reject(found) }
            } else {
                guard cursor < input.count else { break }
                let reason = frame.take(input[cursor], at: cursor, rules, message)
                if let reason {
                    let isLimit = reason.description.judgement == .limit
                    let offset = isLimit && fault == .limitOffsetAtFrame ? frame.start : cursor
                    return reject(Rejection(reason, at: offset))
                }
                cursor &+= 1
                if frame.state == .awaitingPayload { endHeader(&tape) }
            }
        }
        if isClosed { return .complete(consumed: cursor) }
        if fault == .headerIsComplete,
            frame.state == .awaitingFirst || frame.state == .awaitingPayload
        {
            return .complete(consumed: cursor)
        }
        let isOpen = message.isOpen && fault != .openMessageComplete
        let isBoundary = frame.state == .awaitingFirst && !isOpen
        return isBoundary ? .complete(consumed: cursor) : .incomplete
    }

    private mutating func reject(_ found: Rejection) -> Verdict {
        rejection = found
        return .rejected(found)
    }

    mutating func reset() {
        cursor = 0
        frame.begin(at: 0)
        if fault != .resetKeepsMessage { message.end() }
        if fault != .resetKeepsText { text.reset() }
        if fault != .resetKeepsWindow { inflater.reset() }
        if fault != .resetKeepsClosed { isClosed = false }
        if fault != .resetKeepsRejection { rejection = nil }
    }

    var releasableCount: Int {
        if rejection != nil { return 0 }
        if isInPlace, frame.state == .awaitingPayload { return frame.end }
        return frame.start
    }

    mutating func release(_ count: Int) {
        precondition(count <= releasableCount, "a frame that is read is not releasable")
        cursor &-= count
        frame.start &-= count
        frame.payload &-= count
        openOffset = max(0, openOffset &- count)
    }
}

// MARK: Frames

extension FaultyWebSocket {
    /// The header is whole.
    private mutating func endHeader(_ tape: inout Tape) {
        if frame.isMessageFrame {
            if frame.opcode != 0 {
                message.begin(frame.opcode, isCompressed: rules.isCompressed(frame.first))
                if fault != .resetKeepsText { text.reset() }
            }
            if fault == .textValidatedPerFrame { text.reset() }
            message.add(frame.length, fault)
        } else if fault == .pingEndsMessage {
            message.end()
        }
        let detail = UInt16(frame.first) | (frame.isMasked ? WebSocketToken.flag : 0)
        let count = frame.payload &- frame.start
        tape.append(Token(.header, detail: detail, offset: frame.start, length: count))
        if frame.isMasked, fault != .maskKeyMissing {
            tape.append(Token(.maskKey, offset: frame.payload &- 4, length: 4))
        }
        if isInPlace, frame.length > 0 {
            tape.append(Token(.payload, offset: frame.payload, length: frame.length))
        }
        if fault != .headerUncommitted { tape.commit() }
    }

    /// The frame is whole.
    private mutating func endFrame(_ input: Span<UInt8>, _ tape: inout Tape) -> Rejection? {
        if !isInPlace, let found = deliver(input, &tape) { return found }
        cursor = frame.end
        if frame.isMessageFrame, frame.isFinal {
            if fault != .messageEndMissing { tape.append(messageEnd) }
            message.end()
        }
        tape.commit()
        isClosed = frame.isClose && fault != .goesOnBehindClose
        if fault == .closeWaitsForMessage, message.isOpen { isClosed = false }
        frame.begin(at: cursor)
        return nil
    }

    private var messageEnd: Token {
        let isMarked = message.isCompressed && fault != .compressedFlagMissing
        let isInflated = message.isCompressed && !isInPlace
        var length = isInflated ? message.inflatedCount : message.byteCount
        if fault == .messageLengthOfLastFrame { length = frame.length }
        return Token(
            .messageEnd, detail: UInt16(message.opcode) | (isMarked ? WebSocketToken.flag : 0),
            offset: cursor, length: length)
    }

    private var isCompressedFrame: Bool { frame.isMessageFrame && message.isCompressed }
    private var isTextFrame: Bool {
        if fault == .inflatedTextUnvalidated, isCompressedFrame { return false }
        let isText = message.opcode == 1 || fault == .binaryValidated
        return frame.isMessageFrame && isText && judgesText
    }
}

// MARK: Payloads

extension FaultyWebSocket {
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
            if self.fault == .textOffsetOffByOne { return offset &+ max(0, fault.start) &+ 1 }
            let isEarlier = fault.start < 0 && self.fault != .textOffsetInFrame
            return isEarlier ? openOffset : offset &+ max(0, fault.start)
        }
        if text.openCount <= piece.count {
            openOffset = offset &+ piece.count &- text.openCount
        }
        return nil
    }

    /// Unmasks `count` bytes from `offset` into `room`.
    private mutating func unmask(_ input: Span<UInt8>, at offset: Int, _ count: Int) {
        let first = fault == .maskPhaseLostAtCut ? 0 : offset &- frame.payload
        for index in 0..<count {
            var place = first &+ index
            if fault == .keyReversed { place = 3 - (place & 3) }
            room[index] = input[offset &+ index] ^ frame.keyOctet(place)
        }
        if fault == .lastByteMasked, offset &+ count == frame.end, count > 0 {
            room[count &- 1] = input[frame.end &- 1]
        }
    }

    /// Tokens for a whole payload, and what is judged once.
    private mutating func deliver(_ input: Span<UInt8>, _ tape: inout Tape) -> Rejection? {
        if isCompressedFrame { return inflate(input, &tape) }
        let isUnseen = fault == .openTextInLastEmptyFrameAccepted && frame.length == 0
        if isTextFrame, frame.isFinal, text.openCount > 0, fault != .openTextAccepted, !isUnseen {
            return Rejection(WebSocketReason.illFormedText, at: openOffset)
        }
        guard frame.length > 0 else { return nil }
        let arena = tape.arenaAppendedCount &- frame.length
        tape.append(
            frame.isMasked
                ? Token(.payloadInArena, offset: arena, length: frame.length)
                : Token(
                    .payload, offset: fault == .payloadAtHeader ? frame.start : frame.payload,
                    length: frame.length))
        return frame.isClose ? close(input, arena, &tape) : nil
    }

    /// A Close frame's code and reason.
    private mutating func close(
        _ input: Span<UInt8>, _ arena: Int, _ tape: inout Tape
    ) -> Rejection? {
        let start = frame.payload
        unmask(input, at: start, frame.length)
        guard frame.length > 1 else { return nil }
        let code = UInt16(room[0]) &<< 8 | UInt16(room[1])
        let isSendable =
            (code >= 1000 && code <= 1011 && (code < 1004 || code > 1006))
            || (admitsRegisteredCodes && code >= 1012 && code <= 1014)
            || (code >= 3000 && code < 5000)
        guard isSendable && !(fault == .closeCode1011Refused && code == 1011) || isFaulty(code)
        else {
            return Rejection(WebSocketReason.invalidCloseCode, at: start)
        }
        tape.append(Token(.closeCode, detail: code, offset: start, length: 2))
        guard frame.length > 2 else { return nil }
        var reason = ScalarUTF8Validator(.strict)
        let bytes = room
        if fault != .closeReasonUnvalidated,
            let found = reason.validate(bytes.span.extracting(2..<frame.length))
        {
            let offset = fault == .closeReasonOffset ? start : start &+ 2 &+ found.start
            return Rejection(WebSocketReason.illFormedCloseReason, at: offset)
        }
        guard reason.openCount == 0 || fault == .closeReasonMayStayOpen else {
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

extension FaultyWebSocket {
    /// Whether a fault lets the code pass.
    private func isFaulty(_ code: UInt16) -> Bool {
        switch fault {
        case .closeCode1005Accepted: code == 1005
        case .closeCode1012Accepted: code == 1012
        case .closeCode2999Accepted: code == 2999
        case .closeCode5000Accepted: code == 5000
        default: false
        }
    }
}

// MARK: Compressed messages

extension FaultyWebSocket {
    /// Inflates the frame's payload, and behind the last one what ends the message.
    private mutating func inflate(_ input: Span<UInt8>, _ tape: inout Tape) -> Rejection? {
        if frame.length > 0 {
            tape.append(Token(.payload, offset: frame.payload, length: frame.length))
        }
        if fault == .inflatedLimitPerFrame { message.inflatedCount = 0 }
        let start = tape.arenaAppendedCount
        var offset = frame.payload
        while offset < frame.end {
            let count = min(Self.roomBytes, frame.end &- offset)
            unmask(input, at: offset, count)
            if let reason = inflateRoom(count, &tape) { return Rejection(reason, at: place) }
            offset &+= count
        }
        if frame.isFinal, let reason = endInflation(&tape) {
            return Rejection(reason, at: place)
        }
        let count = tape.arenaAppendedCount &- start
        tape.append(Token(.inflated, offset: start, length: count))
        return nil
    }

    private var place: Int { fault == .inflatedOffsetAtPayload ? frame.payload - 1 : frame.start }

    /// Inflates 00 00 FF FF, and sees that the message is whole.
    private mutating func endInflation(_ tape: inout Tape) -> WebSocketReason? {
        (room[0], room[1], room[2], room[3]) = (0x00, 0x00, 0xFF, 0xFF)
        if fault == .emptyPayloadAccepted, frame.length == 0, message.byteCount == 0 { return nil }
        if fault != .tailForgotten, let reason = inflateRoom(4, &tape) { return reason }
        if fault == .cutShortAccepted {
            inflater.reset()
        } else if fault != .tailForgotten, !inflater.isAtBlockEnd {
            return .malformedDeflate
        }
        if isTextFrame, text.openCount > 0 { return .illFormedText }
        if forgetsWindow, fault != .windowAlwaysKept { inflater.reset() }
        if fault == .windowAlwaysEmptied { inflater.reset() }
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
            if fault == .malformedBeforeText, step.isMalformed { return .malformedDeflate }
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
        let slack = fault == .inflatedLimitOffByOne ? 1 : 0
        let left = rules.limits.inflatedBytesMax &+ slack &- message.inflatedCount
        let bytes = inflated
        let kept = bytes.span.extracting(0..<min(count, left))
        if isTextFrame, text.validate(kept) != nil { return .illFormedText }
        if count > left { return .inflatedTooLarge }
        tape.appendToArena(contentsOf: kept)
        message.inflatedCount &+= count
        return nil
    }
}
