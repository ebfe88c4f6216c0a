internal import Wire

/// What a start line says, beyond its tokens.
struct ReferenceStartLine {
    var isRequest = true
    var isConnect = false
    var method = ReferenceText(offset: 0, count: 0)
    var target = ReferenceText(offset: 0, count: 0)
    var form = TargetForm.origin
    /// The bytes between `//` and the path or query, for form absolute; the target for form authority.
    var authority = ReferenceText(offset: 0, count: 0)
    var version = ReferenceText(offset: 0, count: 0)
    var major = 1
    var minor = 1
    var status = 0
    var statusOffset = 0
    var reasonPhrase = ReferenceText(offset: 0, count: 0)

    /// Whether HTTP/1.0 semantics hold. RFC 9110 §2.5.
    var isHTTP10: Bool { major == 0 || (major == 1 && minor == 0) }

    /// Writes the line's tokens, in the order of the line.
    func append(to tape: inout Tape) {
        let versionToken = Token(
            .version, detail: UInt16(major * 16 + minor), offset: version.offset,
            length: version.count)
        if isRequest {
            tape.append(Token(.method, offset: method.offset, length: method.count))
            tape.append(
                Token(.target, detail: form.rawValue, offset: target.offset, length: target.count))
            tape.append(versionToken)
        } else {
            tape.append(versionToken)
            tape.append(
                Token(.status, detail: UInt16(status), offset: statusOffset, length: 3))
            tape.append(
                Token(.reasonPhrase, offset: reasonPhrase.offset, length: reasonPhrase.count))
        }
    }
}

/// The rules of start lines. RFC 9112 §3 and §4.
struct ReferenceStartLineRules {
    let policy: Policy
    let limits: HTTP1Limits

    /// `request-line = method SP request-target SP HTTP-version`. RFC 9112 §3.
    func requestLine(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) -> ReferenceStartLine {
        var line = ReferenceStartLine()
        cursor.lineEnd = referenceOffset(cursor.position, plus: limits.startLineBytesMax)
        cursor.lineReason = .startLineTooLong
        line.method = try method(input, &cursor)
        try separator(input, &cursor)
        try requestTarget(input, &cursor, &line)
        try separator(input, &cursor)
        try httpVersion(input, &cursor, &line)
        if policy.contains(.requestLineWhitespace) { try cursor.whitespace(input) }
        guard try cursor.isAtLineEnd(input) else {
            throw .rejected(.malformedVersion, at: cursor.position)
        }
        try cursor.lineEnd(input, acceptsBareLF: policy.contains(.bareLF))
        return line
    }

    /// `status-line = HTTP-version SP status-code SP [ reason-phrase ]`. RFC 9112 §4.
    func statusLine(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) -> ReferenceStartLine {
        var line = ReferenceStartLine()
        line.isRequest = false
        cursor.lineEnd = referenceOffset(cursor.position, plus: limits.startLineBytesMax)
        cursor.lineReason = .startLineTooLong
        try httpVersion(input, &cursor, &line)
        guard try cursor.peek(input) == ReferenceByte.sp else {
            throw .rejected(.malformedVersion, at: cursor.position)
        }
        cursor.advance()
        try statusCode(input, &cursor, &line)
        try reasonPhrase(input, &cursor, &line)
        try cursor.lineEnd(input, acceptsBareLF: policy.contains(.bareLF))
        return line
    }

    /// `method = token`. RFC 9110 §9.1. Lower case is refused unless the policy allows it.
    private func method(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) -> ReferenceText {
        let start = cursor.position
        while true {
            let byte = try cursor.peek(input)
            if cursor.position > start, isSeparator(byte) { break }
            let isCaseRight =
                !ReferenceByte.isLowercase(byte) || policy.contains(.lowercaseMethod)
            guard ReferenceByte.isTchar(byte), isCaseRight else {
                throw .rejected(.malformedMethod, at: cursor.position)
            }
            guard cursor.position - start < limits.methodBytesMax else {
                throw .rejected(.methodTooLong, at: cursor.position)
            }
            cursor.advance()
        }
        return ReferenceText(offset: start, count: cursor.position - start)
    }

    /// `SP`; or white space in any amount, where the policy follows RFC 9112 §3's MAY.
    ///
    /// The caller has seen that a separator is next.
    private func separator(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) {
        cursor.advance()
        if policy.contains(.requestLineWhitespace) { try cursor.whitespace(input) }
    }

    private func isSeparator(_ byte: UInt8) -> Bool {
        byte == ReferenceByte.sp
            || (byte == ReferenceByte.htab && policy.contains(.requestLineWhitespace))
    }

    /// `HTTP-version = HTTP-name "/" DIGIT "." DIGIT`. RFC 9112 §2.3.
    private func httpVersion(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor, _ line: inout ReferenceStartLine
    ) throws(ReferenceStop) {
        let start = cursor.position
        for expected in "HTTP/".utf8 {
            var byte = try cursor.peek(input)
            if policy.contains(.caseInsensitiveHTTPName), ReferenceByte.isLowercase(byte) {
                byte -= 0x20
            }
            guard byte == expected else {
                throw .rejected(.malformedVersion, at: cursor.position)
            }
            cursor.advance()
        }
        line.major = try versionDigit(input, &cursor)
        guard try cursor.peek(input) == UInt8(ascii: ".") else {
            throw .rejected(.malformedVersion, at: cursor.position)
        }
        cursor.advance()
        line.minor = try versionDigit(input, &cursor)
        line.version = ReferenceText(offset: start, count: cursor.position - start)
    }

    private func versionDigit(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) -> Int {
        let byte = try cursor.peek(input)
        guard ReferenceByte.isDigit(byte) else {
            throw .rejected(.malformedVersion, at: cursor.position)
        }
        cursor.advance()
        return Int(byte) - 0x30
    }

    /// `status-code = 3DIGIT`. RFC 9112 §4.
    private func statusCode(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor, _ line: inout ReferenceStartLine
    ) throws(ReferenceStop) {
        line.statusOffset = cursor.position
        for _ in 0..<3 {
            let byte = try cursor.peek(input)
            guard ReferenceByte.isDigit(byte) else {
                throw .rejected(.malformedStatus, at: cursor.position)
            }
            line.status = line.status * 10 + Int(byte) - 0x30
            cursor.advance()
        }
    }

    /// `SP reason-phrase`, `reason-phrase = 1*( HTAB / SP / VCHAR / obs-text )`. RFC 9112 §4.
    private func reasonPhrase(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor, _ line: inout ReferenceStartLine
    ) throws(ReferenceStop) {
        let byte = try cursor.peek(input)
        if byte == ReferenceByte.sp {
            cursor.advance()
        } else {
            let isLineEnd = try cursor.isAtLineEnd(input)
            guard isLineEnd, policy.contains(.missingReasonPhraseSpace) else {
                throw .rejected(.malformedStatus, at: cursor.position)
            }
        }
        let start = cursor.position
        while try !cursor.isAtLineEnd(input) {
            guard ReferenceByte.isFieldByte(try cursor.peek(input)) else {
                throw .rejected(.malformedReasonPhrase, at: cursor.position)
            }
            cursor.advance()
        }
        line.reasonPhrase = ReferenceText(offset: start, count: cursor.position - start)
    }
}
