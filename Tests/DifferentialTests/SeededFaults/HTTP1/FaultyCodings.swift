import HTTP1
import Wire

/// What the Transfer-Encoding lines of a head say (RFC 9112 §6.1).
struct FaultyCodings {
    /// The first and the last line, whatever they say.
    private(set) var line: Int?
    private(set) var lastLine = 0
    /// The first rule that is broken, by lines and members in order.
    private(set) var rejection: Rejection?
    /// Whether anything is left of the list when leniencies have dropped their part.
    private(set) var isAny = false
    private(set) var isChunked = false
    /// In a response: a coding stands behind chunked.
    private(set) var isChunkedInside = false
    /// The lines of the first registered coding but chunked, and of the first unknown one.
    private(set) var registeredLine: Int?
    private(set) var unknownLine: Int?

    /// Notes a Transfer-Encoding line.
    mutating func note(
        _ line: FaultyLine, _ input: Span<UInt8>, _ grammar: FaultyGrammar,
        _ tape: borrowing Tape
    ) {
        if self.line == nil { self.line = line.start }
        lastLine = line.start
        var members = FaultyList(line.value)
        while rejection == nil, let member = members.next(input, tape) {
            if let reason = note(member, of: line, input, grammar, tape) {
                rejection = Rejection(reason, at: line.start)
            }
        }
    }

    /// Notes one coding; a reason where it breaks a rule.
    private mutating func note(
        _ member: Range<Int>, of line: FaultyLine, _ input: Span<UInt8>,
        _ grammar: FaultyGrammar, _ tape: borrowing Tape
    ) -> HTTP1Reason? {
        let policy = grammar.policy
        guard !member.isEmpty else {
            let isAccepted =
                policy.contains(.emptyListElements) || grammar.has(.emptyCodingAccepted)
            return isAccepted ? nil : .malformedTransferEncoding
        }
        for index in member {
            let byte = line.value.byte(index, input, tape)
            if byte == 0x20 || byte == 0x09 { return .malformedTransferEncoding }
        }
        if line.value.spells("chunked", in: member, input, tape) {
            let isSecond = isChunked
            isAny = true
            isChunked = true
            let isAccepted = policy.contains(.chunkedTwice) || grammar.has(.secondChunkedAccepted)
            return isSecond && !isAccepted ? .chunkedTwice : nil
        }
        let isRegistered = Self.isRegistered(line.value, member, input, tape)
        if !isRegistered, policy.contains(.unknownCodingIgnored) { return nil }
        isAny = true
        if isRegistered {
            if registeredLine == nil { registeredLine = line.start }
        } else if unknownLine == nil {
            unknownLine = line.start
        }
        guard isChunked, !grammar.has(.codingBehindChunkedIgnored) else { return nil }
        isChunkedInside = true
        return grammar.isResponse ? nil : .chunkedNotFinal
    }

    /// The codings of the IANA registry other than chunked (RFC 9112 §7.2).
    private static func isRegistered(
        _ value: FaultyValue, _ member: Range<Int>, _ input: Span<UInt8>,
        _ tape: borrowing Tape
    ) -> Bool {
        value.spells("gzip", in: member, input, tape)
            || value.spells("deflate", in: member, input, tape)
            || value.spells("compress", in: member, input, tape)
            || value.spells("x-gzip", in: member, input, tape)
            || value.spells("x-compress", in: member, input, tape)
    }
}
