internal import Wire

/// The case that most requests are: HTTP/1.1, an origin-form target, one plain Host, at most one plain Connection, no
/// body, and nothing twice. It breaks no rule of `Documentation/HTTP1.md` §7, so the rules need not be asked.
///
/// Everything is passed by reference (`inout`): a copy of the walk's state would cost more than the question.
extension SIMDHeadWalk {
    /// Names whose mere presence leaves the simple case.
    private static var complicating: UInt32 {
        1 << UInt32(FieldName.contentLength.rawValue)
            | 1 << UInt32(FieldName.transferEncoding.rawValue)
            | 1 << UInt32(FieldName.expect.rawValue) | 1 << UInt32(FieldName.upgrade.rawValue)
    }

    /// Whether the connection stays open behind such a request; nil where it is not that simple.
    @inline(__always)
    mutating func simpleKeepAlive(_ input: Span<UInt8>, _ tape: inout Tape) -> Bool? {
        guard isRequest, line.version == 0x11, line.form == .origin,
            fields.seen.once & Self.complicating == 0, fields.seen.twice == 0,
            let host = fields.seen.first(.host), Self.isPlainHost(tape[host &+ 1], input)
        else { return nil }
        guard let connection = fields.seen.first(.connection) else { return true }
        let value = tape[connection &+ 1]
        guard value.kind == HTTP1Token.Kind.fieldValue.rawValue else { return nil }
        if value.length == 10 {
            // "keep-ali" and "ep-alive", letters folded; a value has neither 0x0D nor 0x40 … 0x5F but letters there.
            let letters: UInt64 = 0x2020_2020_2020_2020
            let isKeepAlive =
                SIMDBytes.eight(input, value.offset) | letters == 0x696C_612D_7065_656B
                && SIMDBytes.eight(input, value.offset &+ 2) | letters == 0x6576_696C_612D_7065
                && input[value.offset &+ 4] == 0x2D
            return isKeepAlive ? true : nil
        }
        return value.length == 5 && SIMDNames.isWord(input, value.offset, "close") ? false : nil
    }

    /// A host of letters, digits, dots and hyphens, with at most a colon and four digits behind it. Anything else is
    /// not wrong, but needs the whole rule.
    @inline(__always)
    private static func isPlainHost(_ value: Token, _ input: Span<UInt8>) -> Bool {
        guard value.kind == HTTP1Token.Kind.fieldValue.rawValue, value.length > 0 else {
            return false
        }
        var offset = value.offset
        let end = value.end
        while offset < end, isPlain(input[offset]) { offset &+= 1 }
        if offset == end { return true }
        guard offset > value.offset, input[offset] == 0x3A, end &- offset <= 5 else { return false }
        for digit in (offset &+ 1)..<end where !SIMDBytes.isDigit(input[digit]) { return false }
        return true
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || (byte &- 0x2D < 13 && byte != 0x2F)
    }
}
