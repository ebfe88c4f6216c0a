internal import Wire

/// The four forms of a request target. RFC 9112 §3.2.
extension ReferenceStartLineRules {
    /// `request-target = origin-form / absolute-form / authority-form / asterisk-form`.
    ///
    /// Which form it is follows from the method and the first byte, so each byte can be judged as it comes.
    func requestTarget(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor, _ line: inout ReferenceStartLine
    ) throws(ReferenceStop) {
        let start = cursor.position
        let first = try cursor.peek(input)
        if policy.contains(.unvalidatedTarget) {
            line.form = .unvalidated
            try take(input, &cursor, start, ReferenceTargetByte.isAnyVisible)
        } else if isConnect(line.method, input) {
            line.form = .authority
            try take(input, &cursor, start, ReferenceByte.isAuthorityByte)
            line.authority = ReferenceText(offset: start, count: cursor.position - start)
        } else if first == UInt8(ascii: "/") {
            line.form = .origin
            try pathAndQuery(input, &cursor, start)
        } else if first == UInt8(ascii: "*") {
            line.form = .asterisk
            try takeByte(input, &cursor, start) { $0 == UInt8(ascii: "*") }
        } else {
            line.form = .absolute
            try absoluteForm(input, &cursor, start, &line)
        }
        guard isTargetSeparator(try cursor.peek(input)), cursor.position > start else {
            throw .rejected(.malformedTarget, at: cursor.position)
        }
        line.target = ReferenceText(offset: start, count: cursor.position - start)
    }

    private func isConnect(_ method: ReferenceText, _ input: Span<UInt8>) -> Bool {
        guard method.count == 7 else { return false }
        var index = method.offset
        for expected in "CONNECT".utf8 {
            guard input[index] == expected else { return false }
            index += 1
        }
        return true
    }

    private func isTargetSeparator(_ byte: UInt8) -> Bool {
        byte == ReferenceByte.sp
            || (byte == ReferenceByte.htab && policy.contains(.requestLineWhitespace))
    }

    /// `absolute-form = absolute-URI`, here `( "http" / "https" ) "://" authority path-abempty [ "?" query ]`.
    /// RFC 9112 §3.2.2, RFC 9110 §4.2.
    private func absoluteForm(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor, _ start: Int,
        _ line: inout ReferenceStartLine
    ) throws(ReferenceStop) {
        for expected in "http".utf8 {
            try takeByte(input, &cursor, start) { ReferenceByte.lowercased($0) == expected }
        }
        if ReferenceByte.lowercased(try cursor.peek(input)) == UInt8(ascii: "s") {
            try takeByte(input, &cursor, start) { _ in true }
        }
        for expected in "://".utf8 {
            try takeByte(input, &cursor, start) { $0 == expected }
        }
        let authority = cursor.position
        try take(input, &cursor, start, ReferenceByte.isAuthorityByte)
        line.authority = ReferenceText(offset: authority, count: cursor.position - authority)
        let next = try cursor.peek(input)
        if next == UInt8(ascii: "/") || next == UInt8(ascii: "?") {
            try pathAndQuery(input, &cursor, start)
        }
    }

    /// `absolute-path [ "?" query ]`; behind an authority the path may be empty. RFC 3986 §3.3, §3.4.
    private func pathAndQuery(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor, _ start: Int
    ) throws(ReferenceStop) {
        while true {
            let byte = try cursor.peek(input)
            if isTargetSeparator(byte) { return }
            if byte == UInt8(ascii: "?") {
                try takeByte(input, &cursor, start) { _ in true }
            } else if byte == UInt8(ascii: "%"), !policy.contains(.unvalidatedPercentEncoding) {
                try percentEncoded(input, &cursor, start)
            } else if byte == UInt8(ascii: "%") {
                try takeByte(input, &cursor, start) { _ in true }
            } else {
                try takeByte(input, &cursor, start, isPathOrQueryByte)
            }
        }
    }

    private func isPathOrQueryByte(_ byte: UInt8) -> Bool {
        ReferenceByte.isPathByte(byte)
            || (policy.contains(.unsafeTargetCharacters) && ReferenceByte.isUnsafeTargetByte(byte))
            || (policy.contains(.obsTextInTarget) && ReferenceByte.isObsText(byte))
    }

    /// `pct-encoded = "%" HEXDIG HEXDIG`. RFC 3986 §2.1.
    ///
    /// Four octets are refused as a hardened choice: NUL (string ends), backslash (path separators on some
    /// systems), and C0 and C1, which in UTF-8 can only begin an overlong form (RFC 3629 §3).
    private func percentEncoded(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor, _ start: Int
    ) throws(ReferenceStop) {
        try takeByte(input, &cursor, start) { $0 == UInt8(ascii: "%") }
        guard let high = ReferenceByte.hexValue(try cursor.peek(input)) else {
            throw .rejected(.malformedPercentEncoding, at: cursor.position)
        }
        try takeByte(input, &cursor, start) { _ in true }
        guard let low = ReferenceByte.hexValue(try cursor.peek(input)) else {
            throw .rejected(.malformedPercentEncoding, at: cursor.position)
        }
        switch high * 16 + low {
        case 0x00, 0x5C, 0xC0, 0xC1:
            throw .rejected(.malformedPercentEncoding, at: cursor.position)
        default:
            try takeByte(input, &cursor, start) { _ in true }
        }
    }

    /// Steps over one byte of the target, which started at `start`.
    private func takeByte(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor, _ start: Int,
        _ fits: (UInt8) -> Bool
    ) throws(ReferenceStop) {
        guard fits(try cursor.peek(input)) else {
            throw .rejected(.malformedTarget, at: cursor.position)
        }
        guard cursor.position - start < limits.targetBytesMax else {
            throw .rejected(.targetTooLong, at: cursor.position)
        }
        cursor.advance()
    }

    /// Steps over all bytes that fit. What stops it is judged by the caller.
    private func take(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor, _ start: Int,
        _ fits: (UInt8) -> Bool
    ) throws(ReferenceStop) {
        while fits(try cursor.peek(input)) { try takeByte(input, &cursor, start, fits) }
    }
}

/// What a target may hold when nothing about it is judged.
enum ReferenceTargetByte {
    /// Visible ASCII and `obs-text`.
    static func isAnyVisible(_ byte: UInt8) -> Bool {
        ReferenceByte.isVisible(byte) || ReferenceByte.isObsText(byte)
    }
}
