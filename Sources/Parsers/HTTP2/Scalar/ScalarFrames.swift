internal import Wire

/// `http2.frame` as a state machine that looks at one octet at a time (runs of data are stepped over).
///
/// A payload's octets are taken as they come, but what is wrong with them is kept back until the frame is whole: the page
/// judges payloads whole.
struct ScalarFrames: Parser {
    /// What the next octet is part of.
    enum State: BitwiseCopyable {
        case preface
        case header
        case payload
    }

    let policy: Policy
    let limits: HTTP2Limits
    let isFromClient: Bool
    let startsAtConnection: Bool
    let maxFrameSize: Int

    var state = State.header
    /// The octet that comes next.
    var next = 0
    var header = ScalarHeader()
    var isFirstFrame = false
    var block = ScalarBlock()
    var payload = ScalarPayload()
    var rejection: Rejection?

    init(_ configuration: Configuration) {
        policy = configuration.policy
        limits = HTTP2Limits(configuration.limits)
        let context = configuration.context as? HTTP2Context ?? HTTP2Context()
        isFromClient = context.role == .client
        startsAtConnection = context.start == .connection
        maxFrameSize = context.maxFrameSize
        reset()
    }

    mutating func reset() {
        state = startsAtConnection && isFromClient ? .preface : .header
        next = 0
        header = ScalarHeader()
        isFirstFrame = startsAtConnection
        block = ScalarBlock()
        payload = ScalarPayload()
        rejection = nil
    }

    var releasableCount: Int {
        block.isOpen || rejection != nil || state != .header ? 0 : header.start
    }

    mutating func release(_ count: Int) {
        precondition(count >= 0 && count <= releasableCount, "more than is releasable")
        next -= count
        header.start -= count
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let rejection { return .rejected(rejection) }
        while true {
            if state == .payload, next == header.end {
                guard finishFrame(&tape) else { return verdict() }
                continue
            }
            guard next < input.count else { break }
            let isFine =
                switch state {
                case .preface: takePreface(input[next], &tape)
                case .header: takeHeader(input[next], &tape)
                case .payload: takePayload(input, &tape)
                }
            guard isFine else { return verdict() }
        }
        return verdict()
    }

    /// What is to be said now: the last frame ended with the input, or it did not.
    private func verdict() -> Verdict {
        if let rejection { return .rejected(rejection) }
        let isAtFrame = state == .header && header.count == 0 && next > 0
        return isAtFrame && !isFirstFrame && !block.isOpen ? .complete(consumed: next) : .incomplete
    }

    /// Refuses, and keeps nothing of the frame.
    mutating func refuse(_ reason: HTTP2Reason, at offset: Int, _ tape: inout Tape) -> Bool {
        rejection = Rejection(reason, at: offset)
        tape.rollback()
        return false
    }
}

// MARK: Preface and header

extension ScalarFrames {
    private mutating func takePreface(_ byte: UInt8, _ tape: inout Tape) -> Bool {
        guard byte == Self.prefaceByte(next) else { return refuse(.badPreface, at: next, &tape) }
        next += 1
        guard next == 24 else { return true }
        tape.append(Token(.preface, offset: 0, length: 24))
        tape.commit()
        state = .header
        header = ScalarHeader()
        header.start = 24
        return true
    }

    /// The octet `index` of `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`.
    private static func prefaceByte(_ index: Int) -> UInt8 {
        switch index {
        case 0: 0x50
        case 1: 0x52
        case 2: 0x49
        case 3, 5: 0x20
        case 4: 0x2A
        case 6: 0x48
        case 7, 8: 0x54
        case 9: 0x50
        case 10: 0x2F
        case 11: 0x32
        case 12: 0x2E
        case 13: 0x30
        case 14, 16, 20, 22: 0x0D
        case 15, 17, 21, 23: 0x0A
        case 18: 0x53
        default: 0x4D
        }
    }

    private mutating func takeHeader(_ byte: UInt8, _ tape: inout Tape) -> Bool {
        header.take(byte)
        next += 1
        guard header.count == 9 else { return true }
        if let fault = headerFault() {
            return refuse(fault.reason, at: header.start + fault.octet, &tape)
        }
        appendHeader(&tape)
        state = .payload
        beginPayload(&tape)
        return true
    }

    func appendHeader(_ tape: inout Tape) {
        tape.append(
            Token(
                .frame, detail: UInt16(header.type) << 8 | UInt16(header.flags),
                offset: header.start, length: header.length))
        tape.append(
            Token(
                .stream, detail: header.isReservedSet ? 1 : 0, offset: header.start + 5,
                length: header.stream))
    }

    /// The frame has ended: says what was wrong with it, or makes it certain. False where it is refused.
    private mutating func finishFrame(_ tape: inout Tape) -> Bool {
        endPayload(&tape)
        if let fault = payload.fault { return refuse(fault.reason, at: fault.offset, &tape) }
        tape.commit()
        isFirstFrame = false
        state = .header
        header = ScalarHeader()
        header.start = next
        return true
    }
}

/// A frame header as far as its octets are there.
struct ScalarHeader: BitwiseCopyable {
    var start = 0
    var count = 0
    var length = 0
    var type: UInt8 = 0
    var flags: UInt8 = 0
    var isReservedSet = false
    var stream = 0

    var end: Int { start + 9 + length }

    mutating func take(_ byte: UInt8) {
        switch count {
        case 0, 1, 2: length = length << 8 | Int(byte)
        case 3: type = byte
        case 4: flags = byte
        case 5:
            isReservedSet = byte >= 0x80
            stream = Int(byte & 0x7F)
        default: stream = stream << 8 | Int(byte)
        }
        count += 1
    }
}

/// An open field block.
struct ScalarBlock: BitwiseCopyable {
    var isOpen = false
    var stream = 0
    var frames = 0
    var octets = 0
    var arenaStart = 0
}
