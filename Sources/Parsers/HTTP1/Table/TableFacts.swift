import Wire

/// What the rules of §7 and §6.4 will ask of the field lines, gathered line by line.
///
/// The rules are judged once, at the section's end, in the page's order; but each one looks at few
/// lines, so what it needs is kept here when the line ends, and nothing is looked for afterwards.
struct TableFacts {
    private let policy: Policy
    private let isRequest: Bool
    private let lengths: TableLengthGrammar
    private let lists: TableListGrammar
    private let authorities: TableAuthorityGrammar

    private(set) var host = Host()
    private(set) var length = Length()
    private(set) var coding = Coding()
    private(set) var connection = Connection()
    private(set) var expectation = Expectation()
    /// The first Upgrade line.
    private(set) var upgradeLine: Int?
    /// The first line that repeats a singleton.
    private(set) var repeatedSingleton: Int?
    /// The first line with a name that rules know: forbidden among trailers.
    private(set) var firstKnown: Int?
    private var singletons: UInt32 = 0

    /// Host lines.
    struct Host {
        var line: Int?
        var secondLine: Int?
        var value = TableRange()
        var isAuthority = false
    }

    /// Content-Length lines.
    struct Length {
        var firstLine: Int?
        var failure: Rejection?
        /// The first member's value, and its line.
        var first: (value: Int, line: Int)?
        var last: (value: Int, line: Int) = (0, 0)
    }

    /// Transfer-Encoding lines.
    struct Coding {
        var firstLine: Int?
        var lastLine = 0
        var failure: Rejection?
        var hasChunked = false
        /// A coding stands behind chunked (in a response).
        var goesOn = false
        var unknownLine: Int?
        var registeredLine: Int?
    }

    /// Members of the list of all Connection lines.
    struct Connection {
        var close = false
        var keepAlive = false
        var upgrade = false
    }

    /// Expect lines.
    struct Expectation {
        var unmetLine: Int?
        var expectsContinue = false
    }

    init(_ policy: Policy, isRequest: Bool) {
        self.policy = policy
        self.isRequest = isRequest
        lengths = TableLengthGrammar.cache[policy]
        lists = TableListGrammar.cache[policy]
        authorities = TableAuthorityGrammar.shared
    }

    /// Forgets all lines.
    mutating func restart() {
        host = Host()
        length = Length()
        coding = Coding()
        connection = Connection()
        expectation = Expectation()
        upgradeLine = nil
        repeatedSingleton = nil
        firstKnown = nil
        singletons = 0
    }

    /// Notes a line whose name rules know.
    mutating func note(_ field: TableField, _ input: Span<UInt8>, _ tape: borrowing Tape) {
        guard let name = FieldName(rawValue: field.name) else { return }
        let line = field.lineStart
        firstKnown = firstKnown ?? line
        switch name {
        case .host: noteHost(field, input, tape)
        case .contentLength: noteLength(field, input, tape)
        case .transferEncoding: noteCoding(field, input, tape)
        case .connection: noteConnection(field, input, tape)
        case .expect:
            let state = walk(field.value, lists.automaton, from: lists.expect, input, tape)
            if lists.automaton.accepts(state) {
                expectation.expectsContinue = true
            } else {
                expectation.unmetLine = expectation.unmetLine ?? line
            }
        case .upgrade: upgradeLine = upgradeLine ?? line
        case .authorization, .contentRange, .contentType, .location, .maxForwards,
            .proxyAuthorization:
            let bit = UInt32(1) << UInt32(field.name)
            if singletons & bit != 0 { repeatedSingleton = repeatedSingleton ?? line }
            singletons |= bit
        case .other, .contentEncoding, .cookie, .keepAlive, .setCookie, .te, .trailer: break
        }
    }

    /// Whether the bytes of `range` are an authority; for CONNECT with a port.
    func isAuthority(
        _ range: TableRange, withPort: Bool, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Bool {
        let automaton = authorities.automaton
        let state = walk(range, automaton, from: authorities.start, input, tape)
        return automaton.accepts(state)
            && (!withPort || automaton.tag(state) == TableTag.port.rawValue)
    }

    /// Where the bytes of `range` lead from `start`.
    private func walk(
        _ range: TableRange, _ automaton: TableAutomaton, from start: Int, _ input: Span<UInt8>,
        _ tape: borrowing Tape
    ) -> Int {
        var state = start
        for index in range.start..<range.end {
            state = automaton.next(state, Self.octet(index, range, input, tape))
        }
        return state
    }

    /// The octet at `index`, which lies in `range`. A tape that overflowed lacks some: they are
    /// NUL.
    static func octet(
        _ index: Int, _ range: TableRange, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> UInt8 {
        guard range.inArena else { return input[index] }
        return index < tape.arenaAppendedCount ? tape.arenaByte(at: index) : 0
    }
}

extension TableFacts {
    private mutating func noteHost(
        _ field: TableField, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) {
        guard host.line == nil else {
            host.secondLine = host.secondLine ?? field.lineStart
            return
        }
        host.line = field.lineStart
        host.value = field.value
        host.isAuthority = isAuthority(field.value, withPort: false, input, tape)
    }

    /// RFC 9110 §7.6.1: connection-option is a list of tokens, compared without case.
    private mutating func noteConnection(
        _ field: TableField, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) {
        let automaton = lists.automaton
        var state = lists.connection
        for index in field.value.start..<field.value.end {
            let next = automaton.next(state, Self.octet(index, field.value, input, tape))
            if automaton.label(next) == TableElement.comma.rawValue {
                noteOption(automaton.tag(state))
            }
            state = next
        }
        noteOption(automaton.tag(state))
    }

    private mutating func noteOption(_ tag: UInt8) {
        switch TableTag(rawValue: tag) {
        case .close: connection.close = true
        case .keepAlive: connection.keepAlive = true
        case .upgrade: connection.upgrade = true
        default: break
        }
    }

    /// RFC 9112 §6.3: every member of every line counts, from left to right; the first mistake is
    /// kept.
    private mutating func noteLength(
        _ field: TableField, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) {
        let line = field.lineStart
        length.firstLine = length.firstLine ?? line
        guard length.failure == nil else { return }
        let automaton = lengths.automaton
        var state = lengths.start
        var member: Int? = 0
        for index in field.value.start..<field.value.end {
            let octet = Self.octet(index, field.value, input, tape)
            state = automaton.next(state, octet)
            switch TableElement.of(automaton.label(state)) {
            case .digit: member = Self.appending(octet, to: member)
            case .comma:
                guard noteMember(member, line) else { return }
                member = 0
            case .reject:
                length.failure = Rejection(HTTP1Reason.malformedContentLength, at: line)
                return
            default: break
            }
        }
        guard automaton.accepts(state) else {
            length.failure = Rejection(HTTP1Reason.malformedContentLength, at: line)
            return
        }
        _ = noteMember(member, line)
    }

    /// `number` with one more decimal digit, or nil where it does not fit.
    private static func appending(_ digit: UInt8, to number: Int?) -> Int? {
        guard let number else { return nil }
        let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tens.addingReportingOverflow(Int(digit & 15))
        return overflow || carry ? nil : sum
    }

    /// Judges a member that is well formed; false where that ends the matter.
    private mutating func noteMember(_ value: Int?, _ line: Int) -> Bool {
        guard let value else {
            length.failure = Rejection(HTTP1Reason.overflowingContentLength, at: line)
            return false
        }
        defer { length.last = (value, line) }
        guard let first = length.first else {
            length.first = (value, line)
            return true
        }
        let oneCounts: Policy = [.conflictingContentLengthFirst, .conflictingContentLengthLast]
        guard policy.isDisjoint(with: oneCounts) else { return true }
        if value != first.value {
            length.failure = Rejection(HTTP1Reason.conflictingContentLength, at: line)
        } else if !policy.contains(.duplicateContentLength) {
            length.failure = Rejection(HTTP1Reason.duplicateContentLength, at: line)
        }
        return length.failure == nil
    }
}

extension TableFacts {
    /// RFC 9112 §6.1: transfer-coding is a list whose order counts.
    private mutating func noteCoding(
        _ field: TableField, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) {
        let line = field.lineStart
        coding.firstLine = coding.firstLine ?? line
        coding.lastLine = line
        let automaton = lists.automaton
        var state = lists.transferEncoding
        for index in field.value.start..<field.value.end {
            guard coding.failure == nil else { return }
            let next = automaton.next(state, Self.octet(index, field.value, input, tape))
            switch TableElement.of(automaton.label(next)) {
            case .comma: noteCodingMember(automaton.tag(state), line)
            case .reject:
                coding.failure = Rejection(HTTP1Reason.malformedTransferEncoding, at: line)
            default: break
            }
            state = next
        }
        guard coding.failure == nil else { return }
        if automaton.accepts(state) {
            noteCodingMember(automaton.tag(state), line)
        } else {
            coding.failure = Rejection(HTTP1Reason.malformedTransferEncoding, at: line)
        }
    }

    private mutating func noteCodingMember(_ tag: UInt8, _ line: Int) {
        switch TableTag(rawValue: tag) {
        case .chunked:
            if coding.hasChunked, !policy.contains(.chunkedTwice) {
                coding.failure = Rejection(HTTP1Reason.chunkedTwice, at: line)
            }
            coding.hasChunked = true
        case .registered:
            noteCodingBehindChunked(line)
            coding.registeredLine = coding.registeredLine ?? line
        case .unknown:
            guard !policy.contains(.unknownCodingIgnored) else { return }
            noteCodingBehindChunked(line)
            coding.unknownLine = coding.unknownLine ?? line
        default: break
        }
    }

    /// A request whose last coding is not chunked has no end; a response ends with its connection.
    private mutating func noteCodingBehindChunked(_ line: Int) {
        guard coding.hasChunked else { return }
        if isRequest {
            coding.failure = Rejection(HTTP1Reason.chunkedNotFinal, at: line)
        } else {
            coding.goesOn = true
        }
    }
}
