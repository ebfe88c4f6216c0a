internal import Inflation
internal import UTF8Text
public import Wire

/// The specification made executable: RFC 6455 §5 and RFC 7692 §7.2.2, one function for each rule.
public struct ReferenceWebSocket: Parser {
    /// Bytes that are unmasked or inflated at once (chosen: small enough to stay in the first cache).
    private static let pieceBytes = 4_096

    private let policy: Policy
    private let limits: WebSocketLimits
    private let context: WebSocketContext

    /// The first byte of the frame that is read, or the end of the last one.
    private var position = 0
    /// The frame whose header is whole, with how many bytes of its payload were taken.
    private var frame: (header: ReferenceFrameHeader, taken: Int)?
    private var message: ReferenceMessage?
    private var text = ReferenceText()
    private var inflater = Inflater()
    private var isClosed = false
    private var rejection: Rejection?
    private var unmasked: [UInt8] = []
    private var room = [UInt8](repeating: 0, count: pieceBytes)

    /// Makes a parser; the context is `WebSocketContext`, or its default.
    public init(_ configuration: Configuration) {
        policy = configuration.policy
        limits = WebSocketLimits(configuration.limits)
        context = configuration.context as? WebSocketContext ?? WebSocketContext()
        unmasked.reserveCapacity(Self.pieceBytes)
    }

    public mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let rejection { return .rejected(rejection) }
        do throws(ReferenceStop) {
            while !isClosed, frame != nil || position < input.count {
                try readFrame(input, &tape)
            }
        } catch {
            switch error {
            case .starved: return .incomplete
            case .rejected(let reason, let offset):
                let found = Rejection(reason, at: offset)
                rejection = found
                return .rejected(found)
            }
        }
        return isClosed || message == nil ? .complete(consumed: position) : .incomplete
    }

    public mutating func reset() {
        position = 0
        frame = nil
        message = nil
        text.reset()
        inflater.reset()
        isClosed = false
        rejection = nil
    }

    public var releasableCount: Int {
        if rejection != nil { return 0 }
        guard context.delivery == .inPlace, let frame else { return position }
        return frame.header.payloadOffset + frame.header.length
    }

    public mutating func release(_ count: Int) {
        precondition(count <= releasableCount, "a frame that is read is not releasable")
        position -= count
        frame?.header.offset -= count
        frame?.header.payloadOffset -= count
        text.release(count)
    }
}

// MARK: Frames

extension ReferenceWebSocket {
    /// Reads on in the frame at `position`, up to its end.
    private mutating func readFrame(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceStop) {
        if frame == nil { try beginFrame(input, &tape) }
        guard let header = frame?.header else { return }
        if context.delivery == .arena, !isCompressed(header) { try takePayload(input, &tape) }
        guard header.length <= input.count - header.payloadOffset else { throw .starved }
        if context.delivery == .arena {
            try deliver(header, input, &tape)
        }
        endFrame(header, &tape)
    }

    /// Reads the header, and says what it begins.
    private mutating func beginFrame(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceStop) {
        let rules = ReferenceHeaderRules(
            policy: policy, limits: limits, context: context, openFrames: message?.frameCount,
            openBytes: message?.byteCount ?? 0)
        let header = try rules.header(input, at: position)
        if header.isMessageFrame {
            if header.opcode != 0 { beginMessage(header) }
            message?.frameCount += 1
            message?.byteCount += header.length
        }
        let isMasked: UInt16 = header.isMasked ? WebSocketToken.flag : 0
        tape.append(
            Token(
                .header, detail: UInt16(header.firstOctet) | isMasked, offset: header.offset,
                length: header.payloadOffset - header.offset))
        if header.isMasked {
            tape.append(Token(.maskKey, offset: header.payloadOffset - 4, length: 4))
        }
        if context.delivery == .inPlace, header.length > 0 {
            tape.append(Token(.payload, offset: header.payloadOffset, length: header.length))
        }
        tape.commit()
        frame = (header, 0)
    }

    /// RFC 6455 §5.4, RFC 7692 §6.
    private mutating func beginMessage(_ header: ReferenceFrameHeader) {
        let isCompressed = context.permessageDeflate != nil && header.hasRSV1
        message = ReferenceMessage(opcode: header.opcode, isCompressed: isCompressed)
        text.reset()
    }

    /// What is certain once the frame is whole.
    private mutating func endFrame(_ header: ReferenceFrameHeader, _ tape: inout Tape) {
        position = header.payloadOffset + header.length
        frame = nil
        if header.isMessageFrame, header.isFinal, let ended = message {
            let isInflated = ended.isCompressed && context.delivery == .arena
            let flag: UInt16 = ended.isCompressed ? WebSocketToken.flag : 0
            tape.append(
                Token(
                    .messageEnd, detail: UInt16(ended.opcode) | flag, offset: position,
                    length: isInflated ? ended.inflatedCount : ended.byteCount))
            message = nil
        }
        tape.commit()
        if header.opcode == WebSocketOpcode.close.rawValue { isClosed = true }
    }

    private func isCompressed(_ header: ReferenceFrameHeader) -> Bool {
        header.isMessageFrame && message?.isCompressed == true
    }

    private func isText(_ header: ReferenceFrameHeader) -> Bool {
        header.isMessageFrame && message?.opcode == WebSocketOpcode.text.rawValue
            && !policy.contains(.unvalidatedText)
    }
}

// MARK: Payloads

extension ReferenceWebSocket {
    /// Unmasks and judges what has come of a payload that is not compressed.
    private mutating func takePayload(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceStop) {
        guard let (header, before) = frame else { return }
        var taken = before
        let end = min(header.length, max(0, input.count - header.payloadOffset))
        while taken < end {
            let count = min(Self.pieceBytes, end - taken)
            let offset = header.payloadOffset + taken
            if header.isMasked {
                unmask(input, header, taken, count)
                let piece = unmasked
                tape.appendToArena(contentsOf: piece.span)
                try judgeText(header, piece.span, at: offset)
            } else {
                let piece = input.extracting(offset..<(offset + count))
                try judgeText(header, piece, at: offset)
            }
            taken += count
        }
        frame = (header, taken)
    }

    private mutating func judgeText(
        _ header: ReferenceFrameHeader, _ bytes: Span<UInt8>, at offset: Int
    ) throws(ReferenceStop) {
        guard isText(header) else { return }
        if let start = text.validate(bytes, at: offset) {
            throw .rejected(.illFormedText, at: start)
        }
    }

    /// `transformed-octet-i = original-octet-i XOR masking-key-octet-(i MOD 4)`, RFC 6455 §5.3.
    private mutating func unmask(
        _ input: Span<UInt8>, _ header: ReferenceFrameHeader, _ first: Int, _ count: Int
    ) {
        unmasked.removeAll(keepingCapacity: true)
        for index in first..<(first + count) {
            unmasked.append(input[header.payloadOffset + index] ^ header.key[index % 4])
        }
    }

    /// The tokens of a whole payload, and what is judged of it only then.
    private mutating func deliver(
        _ header: ReferenceFrameHeader, _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceStop) {
        if isCompressed(header) {
            if header.length > 0 {
                tape.append(Token(.payload, offset: header.payloadOffset, length: header.length))
            }
            try inflate(header, input, &tape)
            return
        }
        if isText(header), header.isFinal, text.isOpen {
            throw .rejected(.illFormedText, at: text.openSequenceOffset)
        }
        guard header.length > 0 else { return }
        let arenaOffset = tape.arenaAppendedCount - header.length
        if header.isMasked {
            tape.append(Token(.payloadInArena, offset: arenaOffset, length: header.length))
        } else {
            tape.append(Token(.payload, offset: header.payloadOffset, length: header.length))
        }
        if header.opcode == WebSocketOpcode.close.rawValue {
            try close(header, input, arenaOffset, &tape)
        }
    }

    /// RFC 6455 §5.5.1: a code of two bytes, then a reason in UTF-8.
    private mutating func close(
        _ header: ReferenceFrameHeader, _ input: Span<UInt8>, _ arenaOffset: Int,
        _ tape: inout Tape
    ) throws(ReferenceStop) {
        unmask(input, header, 0, header.length)
        let code = Int(unmasked[0]) * 256 + Int(unmasked[1])
        guard mayBeSent(code) else {
            throw .rejected(.invalidCloseCode, at: header.payloadOffset)
        }
        tape.append(
            Token(.closeCode, detail: UInt16(code), offset: header.payloadOffset, length: 2))
        guard header.length > 2 else { return }
        var reason = ReferenceText()
        let offset = header.payloadOffset + 2
        let start = reason.validate(unmasked.span.extracting(2..<header.length), at: offset)
        if let start { throw .rejected(.illFormedCloseReason, at: start) }
        if reason.isOpen {
            throw .rejected(.illFormedCloseReason, at: reason.openSequenceOffset)
        }
        if header.isMasked {
            tape.append(
                Token(.closeReasonInArena, offset: arenaOffset + 2, length: header.length - 2))
        } else {
            tape.append(Token(.closeReason, offset: offset, length: header.length - 2))
        }
    }

    /// RFC 6455 §7.4.
    private func mayBeSent(_ code: Int) -> Bool {
        switch code {
        case 1000...1003, 1007...1011: true
        case 1012...1014: policy.contains(.registeredCloseCodes)
        case 3000...4999: true
        default: false
        }
    }
}

// MARK: Compressed messages

extension ReferenceWebSocket {
    /// RFC 7692 §7.2.2.
    private mutating func inflate(
        _ header: ReferenceFrameHeader, _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceStop) {
        let start = tape.arenaAppendedCount
        var taken = 0
        while taken < header.length {
            let count = min(Self.pieceBytes, header.length - taken)
            unmask(input, header, taken, count)
            try inflatePiece(header, &tape)
            taken += count
        }
        if header.isFinal {
            unmasked.removeAll(keepingCapacity: true)
            unmasked.append(contentsOf: repeatElement(0x00, count: 2))
            unmasked.append(contentsOf: repeatElement(0xFF, count: 2))
            try inflatePiece(header, &tape)
            guard inflater.isAtBlockEnd else {
                throw .rejected(.malformedDeflate, at: header.offset)
            }
            if isText(header), text.isOpen { throw .rejected(.illFormedText, at: header.offset) }
            if context.forgetsWindow { inflater.reset() }
        }
        tape.append(
            Token(.inflated, offset: start, length: tape.arenaAppendedCount - start))
    }

    /// Inflates what stands in `unmasked`.
    private mutating func inflatePiece(
        _ header: ReferenceFrameHeader, _ tape: inout Tape
    ) throws(ReferenceStop) {
        let piece = unmasked
        var consumed = 0
        while true {
            let rest = piece.span.extracting(consumed..<piece.count)
            let step = Self.inflate(rest, &inflater, into: &room)
            consumed += step.consumed
            try takeInflated(header, step.produced, &tape)
            if step.isMalformed { throw .rejected(.malformedDeflate, at: header.offset) }
            if consumed == piece.count, step.produced < room.count { return }
        }
    }

    private static func inflate(
        _ piece: Span<UInt8>, _ inflater: inout Inflater, into room: inout [UInt8]
    ) -> Inflater.Step {
        var output = room.mutableSpan
        return inflater.inflate(piece, into: &output)
    }

    /// Judges and keeps the first `count` bytes of `room`.
    private mutating func takeInflated(
        _ header: ReferenceFrameHeader, _ count: Int, _ tape: inout Tape
    ) throws(ReferenceStop) {
        let left = limits.inflatedBytesMax - (message?.inflatedCount ?? 0)
        let output = room
        let admitted = output.span.extracting(0..<min(count, left))
        if isText(header), text.validate(admitted, at: 0) != nil {
            throw .rejected(.illFormedText, at: header.offset)
        }
        if count > left { throw .rejected(.inflatedTooLarge, at: header.offset) }
        tape.appendToArena(contentsOf: admitted)
        message?.inflatedCount += count
    }
}
