internal import Wire

/// `chunk-size [ chunk-ext ] CRLF`. RFC 9112 §7.1, §7.1.1.
///
///     chunk-size = 1*HEXDIG
///     chunk-ext  = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
struct ReferenceChunkLine {
    let policy: Policy
    let limits: HTTP1Limits
    /// Chunk-size lines and body bytes of this message before this line.
    let chunkCount: Int
    let bodyBytes: Int
    /// Bytes of extensions, over the whole message so far.
    var extensionBytes: Int

    private(set) var size = 0
    /// The first `;`, and the line end, where there are extensions.
    private(set) var extensionStart: Int?
    private(set) var extensionEnd = 0

    private var acceptsWhitespaceBeforeEnd: Bool { policy.contains(.chunkSizeTrailingWhitespace) }
    private var acceptsBWS: Bool { policy.contains(.chunkExtensionWhitespace) }

    /// Reads the whole line with its line end.
    mutating func read(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) {
        cursor.sectionEnd = Int.max
        cursor.lineEnd = Int.max
        try chunkSize(input, &cursor)
        try behindSize(input, &cursor)
        extensionEnd = cursor.position
        try cursor.lineEnd(input, acceptsBareLF: policy.contains(.bareLFInChunkLine))
    }

    /// `chunk-size = 1*HEXDIG`, of at most sixteen digits.
    private mutating func chunkSize(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) {
        let first = try cursor.peek(input)
        let isEmpty = policy.contains(.emptyChunkSize) ? try cursor.isAtLineEnd(input) : false
        guard isEmpty || ReferenceByte.hexValue(first) != nil else {
            throw .rejected(.malformedChunkSize, at: cursor.position)
        }
        if isEmpty, first == ReferenceByte.lf, !policy.contains(.bareLFInChunkLine) {
            throw .rejected(.bareLF, at: cursor.position)
        }
        guard chunkCount < limits.chunkCountMax else {
            throw .rejected(.tooManyChunks, at: cursor.position)
        }
        if isEmpty { return }
        var digits = 0
        var hasPrefix = false
        while let value = ReferenceByte.hexValue(try cursor.peek(input)) {
            guard digits < 16 else { throw .rejected(.chunkSizeTooLong, at: cursor.position) }
            try addDigit(value, at: cursor.position)
            cursor.advance()
            digits += 1
            if digits == 1, value == 0, !hasPrefix, try isPrefixNext(input, cursor) {
                hasPrefix = true
                cursor.advance()
                digits = 0
                guard ReferenceByte.hexValue(try cursor.peek(input)) != nil else {
                    throw .rejected(.malformedChunkSize, at: cursor.position)
                }
            }
        }
    }

    /// The `x` of `0x`, which some number readers skip.
    private func isPrefixNext(
        _ input: Span<UInt8>, _ cursor: ReferenceCursor
    ) throws(ReferenceStop) -> Bool {
        guard policy.contains(.chunkSizePrefix) else { return false }
        return ReferenceByte.lowercased(try cursor.peek(input)) == UInt8(ascii: "x")
    }

    private mutating func addDigit(_ value: Int, at offset: Int) throws(ReferenceStop) {
        let (shifted, overflow) = size.multipliedReportingOverflow(by: 16)
        let room = limits.bodyBytesMax - bodyBytes
        guard !overflow, shifted <= room, value <= room - shifted else {
            throw .rejected(.bodyTooLarge, at: offset)
        }
        size = shifted + value
    }

    /// Everything between the digits and the line end.
    private mutating func behindSize(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) {
        let start = cursor.position
        if acceptsBWS || acceptsWhitespaceBeforeEnd { try countedWhitespace(input, &cursor) }
        let hasWhitespace = cursor.position > start
        let byte = try cursor.peek(input)
        if try cursor.isAtLineEnd(input), !hasWhitespace || acceptsWhitespaceBeforeEnd { return }
        if byte == UInt8(ascii: ";"), !hasWhitespace || acceptsBWS {
            extensionStart = cursor.position
            try extensions(input, &cursor)
            return
        }
        guard policy.contains(.chunkSizeLongestPrefix), ReferenceByte.isFieldByte(byte) else {
            throw .rejected(.malformedChunkSize, at: cursor.position)
        }
        try junk(input, &cursor)
    }

    /// What a longest-prefix reader never looks at.
    private mutating func junk(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) {
        while try !cursor.isAtLineEnd(input) {
            guard ReferenceByte.isFieldByte(try cursor.peek(input)) else {
                throw .rejected(.malformedChunkSize, at: cursor.position)
            }
            try count(&cursor)
        }
    }

    /// `*( ";" chunk-ext-name [ "=" chunk-ext-val ] )`, the first `;` being next. RFC 9112 §7.1.1.
    private mutating func extensions(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) {
        if policy.contains(.unvalidatedChunkExtension) {
            while try !cursor.isAtLineEnd(input) { try count(&cursor) }
            return
        }
        while true {
            try count(&cursor)
            if acceptsBWS { try countedWhitespace(input, &cursor) }
            try token(input, &cursor)
            var mayHaveValue = true
            if try isExtensionEnd(input, &cursor, mayHaveValue: &mayHaveValue) { return }
            guard mayHaveValue else { continue }
            mayHaveValue = false
            try count(&cursor)
            if acceptsBWS { try countedWhitespace(input, &cursor) }
            try value(input, &cursor)
            if try isExtensionEnd(input, &cursor, mayHaveValue: &mayHaveValue) { return }
        }
    }

    /// Behind a name or a value. True at the line end; else the next byte is `;`, or `=` where `mayHaveValue`
    /// stays true.
    private mutating func isExtensionEnd(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor, mayHaveValue: inout Bool
    ) throws(ReferenceStop) -> Bool {
        let start = cursor.position
        if acceptsBWS || acceptsWhitespaceBeforeEnd { try countedWhitespace(input, &cursor) }
        let hasWhitespace = cursor.position > start
        let byte = try cursor.peek(input)
        if try cursor.isAtLineEnd(input), !hasWhitespace || acceptsWhitespaceBeforeEnd {
            return true
        }
        let mayGoOn = !hasWhitespace || acceptsBWS
        if byte == UInt8(ascii: ";"), mayGoOn {
            mayHaveValue = false
            return false
        }
        guard byte == UInt8(ascii: "="), mayGoOn, mayHaveValue else {
            throw .rejected(.malformedChunkExtension, at: cursor.position)
        }
        return false
    }

    /// `chunk-ext-val = token / quoted-string`.
    private mutating func value(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) {
        guard try cursor.peek(input) == UInt8(ascii: "\"") else {
            try token(input, &cursor)
            return
        }
        try quotedString(input, &cursor)
    }

    /// `token = 1*tchar`. RFC 9110 §5.6.2.
    private mutating func token(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) {
        guard ReferenceByte.isTchar(try cursor.peek(input)) else {
            throw .rejected(.malformedChunkExtension, at: cursor.position)
        }
        while ReferenceByte.isTchar(try cursor.peek(input)) { try count(&cursor) }
    }

    /// `quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE`. RFC 9110 §5.6.4.
    private mutating func quotedString(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) {
        try count(&cursor)
        while true {
            let byte = try cursor.peek(input)
            guard ReferenceByte.isFieldByte(byte) else {
                throw .rejected(.malformedChunkExtension, at: cursor.position)
            }
            try count(&cursor)
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\\") {
                guard ReferenceByte.isFieldByte(try cursor.peek(input)) else {
                    throw .rejected(.malformedChunkExtension, at: cursor.position)
                }
                try count(&cursor)
            }
        }
    }

    private mutating func countedWhitespace(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) {
        while ReferenceByte.isWhitespace(try cursor.peek(input)) { try count(&cursor) }
    }

    /// Steps over a byte that fits and counts it. RFC 9112 §7.1.1: a recipient MUST limit their total.
    private mutating func count(_ cursor: inout ReferenceCursor) throws(ReferenceStop) {
        guard extensionBytes < limits.chunkExtensionBytesMax else {
            throw .rejected(.chunkExtensionsTooLong, at: cursor.position)
        }
        extensionBytes += 1
        cursor.advance()
    }
}
