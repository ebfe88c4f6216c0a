internal import Wire

/// The case that most requests are: HTTP/1.1, an origin-form target, one plain Host, at most one plain Connection and one
/// plain Content-Length, and nothing twice. It breaks no rule of `Documentation/HTTP1.md` §7, so the rules need not be
/// asked.
///
/// Everything is passed by reference (`inout`): a copy of the walk's state would cost more than the question.
extension SIMDHeadWalk {
    /// Names whose mere presence leaves the simple case.
    private static var complicating: UInt32 {
        1 << UInt32(FieldName.transferEncoding.rawValue) | 1 << UInt32(FieldName.expect.rawValue)
            | 1 << UInt32(FieldName.upgrade.rawValue)
    }

    /// The framing of such a request; nil where it is not that simple.
    @inline(__always)
    mutating func simpleFraming(
        _ input: Span<UInt8>, _ maps: inout SIMDMaps, _ tape: inout Tape
    ) -> Framing? {
        guard isRequest, line.version == 0x11, line.form == .origin,
            fields.seen.once & Self.complicating == 0, fields.seen.twice == 0,
            let host = fields.seen.first(.host), isPlainHost(tape[host &+ 1], input, &maps),
            let keepAlive = simpleKeepAlive(input, &tape)
        else { return nil }
        guard let index = fields.seen.first(.contentLength) else {
            return Framing(kind: .none, why: .noLengthNoEncoding, keepAlive: keepAlive)
        }
        guard let length = simpleLength(tape[index &+ 1], input) else { return nil }
        return Framing(
            kind: .length, why: .contentLength, length: length, keepAlive: keepAlive)
    }

    /// Whether the connection stays open: no Connection line, or `keep-alive` or `close` alone.
    @inline(__always)
    private mutating func simpleKeepAlive(_ input: Span<UInt8>, _ tape: inout Tape) -> Bool? {
        guard let connection = fields.seen.first(.connection) else { return true }
        let value = tape[connection &+ 1]
        guard value.kind == HTTP1Token.Kind.fieldValue.rawValue else { return nil }
        if value.length == 10 {
            // "keep-ali" and "ep-alive", letters folded. Of the bytes that folding turns into a letter of these words only
            // the letter's upper case is one; the hyphen is compared as it stands.
            let letters: UInt64 = 0x2020_2020_2020_2020
            let isKeepAlive =
                SIMDBytes.eight(input, value.offset) | letters == 0x696C_612D_7065_656B
                && SIMDBytes.eight(input, value.offset &+ 2) | letters == 0x6576_696C_612D_7065
                && input[value.offset &+ 4] == 0x2D
            return isKeepAlive ? true : nil
        }
        return value.length == 5 && SIMDNames.isWord(input, value.offset, "close") ? false : nil
    }

    /// A value of up to fifteen digits without a leading zero, within the limit, and a method that may have a body.
    @inline(__always)
    private mutating func simpleLength(_ value: Token, _ input: Span<UInt8>) -> Int? {
        let isTrace = line.methodEnd &- line.methodStart == 5 && input[line.methodStart] == 0x54
        guard value.kind == HTTP1Token.Kind.fieldValue.rawValue, value.length &- 1 < 15, !isTrace
        else { return nil }
        var number = 0
        for offset in value.offset..<value.end {
            let digit = input[offset] &- 0x30
            guard digit < 10 else { return nil }
            number = number &* 10 &+ Int(digit)
        }
        guard number <= bodyBytesMax, value.length == 1 || input[value.offset] != 0x30 else {
            return nil
        }
        return number
    }

    /// A host of letters, digits, dots and hyphens, with at most a colon and four digits behind it. Anything else is
    /// not wrong, but needs the whole rule.
    @inline(__always)
    private mutating func isPlainHost(
        _ value: Token, _ input: Span<UInt8>, _ maps: inout SIMDMaps
    ) -> Bool {
        guard value.kind == HTTP1Token.Kind.fieldValue.rawValue, value.length > 0 else {
            return false
        }
        let stop = maps.next(.notHost, value.offset, input)
        let end = value.end
        if stop >= end { return true }
        guard stop > value.offset, input[stop] == 0x3A, end &- stop <= 5 else { return false }
        for digit in (stop &+ 1)..<end where !SIMDBytes.isDigit(input[digit]) { return false }
        return true
    }
}
