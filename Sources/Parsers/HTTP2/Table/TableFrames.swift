internal import Wire

/// `http2.frame` driven by a table: the row of the type says what is checked, and its field program is run by a loop.
struct TableFrames: Parser {
    let rules: [TableRule]
    let settings: [TableSetting]
    let policy: Policy
    let limits: HTTP2Limits
    let context: HTTP2Context

    private var frameStart = 0
    private var awaits: Awaiting
    var open: TableOpenBlock?
    var finished: Rejection?

    /// What the connection's start still asks for.
    private enum Awaiting: BitwiseCopyable { case preface, firstSettings, frames }

    init(_ configuration: Configuration) {
        rules = TableRules.rules
        settings = TableSetting.rows
        policy = configuration.policy
        limits = HTTP2Limits(configuration.limits)
        context = configuration.context as? HTTP2Context ?? HTTP2Context()
        awaits = Self.first(context)
    }

    private static func first(_ context: HTTP2Context) -> Awaiting {
        guard context.start == .connection else { return .frames }
        return context.role == .client ? .preface : .firstSettings
    }

    mutating func reset() {
        frameStart = 0
        awaits = Self.first(context)
        open = nil
        finished = nil
    }

    var releasableCount: Int { open == nil && finished == nil ? frameStart : 0 }

    mutating func release(_ count: Int) {
        precondition(count >= 0 && count <= releasableCount, "more than is releasable")
        frameStart -= count
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let finished { return .rejected(finished) }
        if awaits == .preface {
            guard let isWhole = takePreface(input, &tape) else { return reject(&tape) }
            guard isWhole else { return .incomplete }
        }
        while input.count - frameStart >= HTTP2Constant.headerCount {
            let header = TableHeader(input, frameStart)
            let rule = rules[TableRules.index(of: header.type)]
            var streamError: HTTP2Reason?
            if let fault = check(header, rule, &streamError) {
                finished = Rejection(fault.reason, at: frameStart + fault.octet)
                return reject(&tape)
            }
            guard input.count - frameStart - HTTP2Constant.headerCount >= header.length else {
                return .incomplete
            }
            header.append(&tape)
            if let streamError {
                header.append(streamError, at: header.start, &tape)
                tape.append(Token(.unread, offset: header.payloadStart, length: header.length))
            } else if !run(rule, header, input, &tape) {
                return reject(&tape)
            }
            tape.commit()
            frameStart = header.end
            awaits = .frames
        }
        let isComplete =
            awaits == .frames && open == nil && frameStart == input.count && frameStart > 0
        return isComplete ? .complete(consumed: frameStart) : .incomplete
    }

    private func reject(_ tape: inout Tape) -> Verdict {
        tape.rollback()
        return finished.map { .rejected($0) } ?? .incomplete
    }

    /// Whether the preface is whole; nil where it is another text.
    private mutating func takePreface(_ input: Span<UInt8>, _ tape: inout Tape) -> Bool? {
        let count = min(input.count, Self.preface.count)
        for index in 0..<count where input[index] != Self.preface[index] {
            finished = Rejection(HTTP2Reason.badPreface, at: index)
            return nil
        }
        guard count == Self.preface.count else { return false }
        tape.append(Token(.preface, offset: 0, length: count))
        tape.commit()
        frameStart = count
        awaits = .firstSettings
        return true
    }

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
}

/// A field block whose last frame is to come.
struct TableOpenBlock: BitwiseCopyable {
    let stream: Int
    let arenaOffset: Int
    var frames = 0
    var octets = 0
}

/// The nine octets.
struct TableHeader: BitwiseCopyable {
    let start: Int
    let length: Int
    let type: UInt8
    let flags: UInt8
    let streamField: Int

    init(_ input: Span<UInt8>, _ start: Int) {
        func number(_ range: Range<Int>) -> Int {
            range.reduce(0) { $0 &<< 8 | Int(input[start + $1]) }
        }
        self.start = start
        length = number(0..<3)
        type = input[start + 3]
        flags = input[start + 4]
        streamField = number(5..<9)
    }

    var stream: Int { streamField & 0x7FFF_FFFF }
    var payloadStart: Int { start + HTTP2Constant.headerCount }
    var end: Int { payloadStart + length }

    func append(_ tape: inout Tape) {
        tape.append(
            Token(
                .frame, detail: UInt16(type) &<< 8 | UInt16(flags), offset: start, length: length),
            Token(
                .stream, detail: UInt16(streamField &>> 31), offset: start + 5, length: stream))
    }

    func append(_ reason: HTTP2Reason, at offset: Int, _ tape: inout Tape) {
        tape.append(
            Token(.streamError, detail: UInt16(reason.rawValue), offset: offset, length: stream))
    }
}

// MARK: The header

extension TableFrames {
    private typealias Fault = (reason: HTTP2Reason, octet: Int)

    /// The checks of §3 in their order.
    private func check(
        _ header: TableHeader, _ rule: TableRule, _ streamError: inout HTTP2Reason?
    ) -> Fault? {
        if let open {
            let isUnknown = HTTP2FrameType(rawValue: header.type) == nil
            if !(isUnknown && policy.contains(.unknownFrameInBlock)) {
                guard rule.continuesBlock else { return (.continuationExpected, 3) }
                guard header.stream == open.stream else { return (.continuationStream, 5) }
            }
        }
        if awaits == .firstSettings {
            guard case .entries = rule.length else { return (.settingsExpected, 3) }
            guard header.flags & rule.emptyFlag == 0 else { return (.settingsExpected, 4) }
        }
        guard header.length <= context.maxFrameSize else {
            guard rule.isOversizeStreamError, header.stream > 0 else { return (.frameTooLarge, 0) }
            streamError = .frameTooLarge
            return nil
        }
        if rule.continuesBlock, open == nil { return (.continuationUnexpected, 3) }
        if let forbidden = rule.forbidden, forbidden.role == context.role {
            return (forbidden.reason, 3)
        }
        return checkStream(header, rule) ?? checkLength(header, rule, &streamError)
            ?? checkLimits(header, rule)
    }

    private func checkStream(_ header: TableHeader, _ rule: TableRule) -> Fault? {
        switch rule.streams {
        case .any: return nil
        case .none: return header.stream == 0 ? nil : (.streamIdentifierNotZero, 5)
        case .some, .odd: break
        }
        guard header.stream > 0 else { return (.streamIdentifierZero, 5) }
        guard case .odd = rule.streams, context.role == .client, header.stream & 1 == 0,
            !policy.contains(.evenStreams)
        else { return nil }
        return (.streamIdentifierEven, 5)
    }

    private func checkLength(
        _ header: TableHeader, _ rule: TableRule, _ streamError: inout HTTP2Reason?
    ) -> Fault? {
        switch rule.length {
        case .any: return nil
        case .exactly(let count):
            guard header.length != count else { return nil }
            guard rule.isWrongLengthStreamError else { return (.wrongLength, 0) }
            streamError = .wrongLength
            return nil
        case .entries:
            guard header.length.isMultiple(of: 6) else { return (.wrongLength, 0) }
            let mustBeEmpty = header.flags & rule.emptyFlag != 0
            return mustBeEmpty && header.length > 0 ? (.acknowledgementWithPayload, 0) : nil
        case .atLeast(let count):
            let padding = rule.mayBePadded && header.flags & HTTP2Flag.padded != 0 ? 1 : 0
            let priority = rule.mayHavePriority && header.flags & HTTP2Flag.priority != 0 ? 5 : 0
            return header.length < count + padding + priority ? (.payloadTooShort, 0) : nil
        }
    }

    private func checkLimits(_ header: TableHeader, _ rule: TableRule) -> Fault? {
        if case .entries = rule.length, header.length > limits.settingCountMax &* 6 {
            return header.length / 6 > limits.settingCountMax ? (.tooManySettings, 0) : nil
        }
        guard rule.carriesFragment else { return nil }
        let before = rule.continuesBlock ? open : nil
        if let before, before.frames - 1 >= limits.continuationCountMax {
            return (.tooManyContinuations, 3)
        }
        let room = limits.fieldBlockBytesMax - (before?.octets ?? 0)
        return header.length > room ? (.fieldBlockTooLarge, 0) : nil
    }
}
