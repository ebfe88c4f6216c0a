internal import HTTP1
internal import Wire

/// Start lines: `Documentation/HTTP1.md` §3 and §4.
extension HTTP1Pass {
    /// The empty lines before a request line.
    mutating func emptyLines() throws(HTTP1Stop) {
        var count = 0
        while try isAtLineEnd() {
            if try peek() == HTTP1Byte.lf, !allows(.bareLF) { throw .rejected(.bareLF, at) }
            guard count < limits.emptyLinesMax || has(.anyEmptyLines) else {
                throw .rejected(.tooManyEmptyLines, at)
            }
            try lineEnd(lf: allows(.bareLF))
            count += 1
        }
    }

    mutating func requestLine(_ message: inout HTTP1Read) throws(HTTP1Stop) {
        let start = at
        lineEnd = sum(at, limits.startLineBytesMax)
        lineReason = .startLineTooLong
        try method(&message)
        at += 1
        try moreSeparators()
        try target(&message)
        if has(.missingVersion), try isAtLineEnd() {
            message.version = at..<at
            (message.major, message.minor) = (0, 9)
        } else {
            at += 1
            try moreSeparators()
            try version(&message)
            if separatesFreely {
                while isSeparator(try peek()), try peek() != HTTP1Byte.lf { at += 1 }
            }
        }
        guard try isAtLineEnd() else { throw .rejected(.malformedVersion, at) }
        try startLineEnd()
        message.startLine = start..<at
    }

    mutating func statusLine(_ message: inout HTTP1Read) throws(HTTP1Stop) {
        let start = at
        lineEnd = sum(at, limits.startLineBytesMax)
        lineReason = .startLineTooLong
        try version(&message)
        guard try peek() == 0x20 else { throw .rejected(.malformedVersion, at) }
        at += 1
        message.statusOffset = at
        for _ in 0..<3 {
            guard let digit = HTTP1Byte.digit(try peek(), base: 10) else {
                throw .rejected(.malformedStatus, at)
            }
            message.status = message.status * 10 + digit
            at += 1
        }
        if try peek() == 0x20 {
            at += 1
        } else {
            let isEnd = try isAtLineEnd()
            guard isEnd, allows(.missingReasonPhraseSpace) else {
                throw .rejected(.malformedStatus, at)
            }
        }
        let phrase = at
        while try !isAtLineEnd() {
            guard HTTP1Byte.isField(try peek()) else {
                throw .rejected(.malformedReasonPhrase, at)
            }
            at += 1
        }
        message.reasonPhrase = phrase..<at
        try startLineEnd()
        message.startLine = start..<at
    }

    private mutating func startLineEnd() throws(HTTP1Stop) {
        try lineEnd(lf: allows(.bareLF) || flags.hasAny(.T14, .T16))
    }
}

// MARK: Separators

extension HTTP1Pass {
    /// Whether more than one SP may separate the parts of the line.
    private var separatesFreely: Bool {
        allows(.requestLineWhitespace) || flags.hasAny(.S9, .verticalTabInRequestLine)
    }

    func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20: true
        case 0x09: separatesFreely
        case 0x0A: has(.S9)
        case 0x0B, 0x0C: has(.verticalTabInRequestLine)
        default: false
        }
    }

    private mutating func moreSeparators() throws(HTTP1Stop) {
        guard separatesFreely else { return }
        while isSeparator(try peek()) { at += 1 }
    }
}

// MARK: Method and version

extension HTTP1Pass {
    private mutating func method(_ message: inout HTTP1Read) throws(HTTP1Stop) {
        let start = at
        while true {
            let byte = try peek()
            if at > start, isSeparator(byte) { break }
            if has(.S40), byte != HTTP1Byte.cr, byte != HTTP1Byte.lf, byte != 0x20 {
                at += 1
                continue
            }
            let isCaseRight = !HTTP1Byte.isLowercase(byte) || allows(.lowercaseMethod)
            guard HTTP1Byte.isToken(byte), isCaseRight else {
                if has(.S6), at > start, HTTP1Byte.isVisible(byte) { break }
                throw .rejected(.malformedMethod, at)
            }
            guard at - start < limits.methodBytesMax else { throw .rejected(.methodTooLong, at) }
            at += 1
        }
        message.method = start..<at
        // What follows the longest prefix that is a method is dropped.
        while !isSeparator(try peek()) {
            guard HTTP1Byte.isVisible(try peek()) else { throw .rejected(.malformedMethod, at) }
            at += 1
        }
        message.isConnect = bytes[message.method].elementsEqual("CONNECT".utf8)
    }

    private mutating func version(_ message: inout HTTP1Read) throws(HTTP1Stop) {
        let start = at
        for expected in "HTTP/".utf8 {
            var byte = try peek()
            if allows(.caseInsensitiveHTTPName), HTTP1Byte.isLowercase(byte) { byte -= 0x20 }
            guard byte == expected else { throw .rejected(.malformedVersion, at) }
            at += 1
        }
        if flags.hasAny(.S15, .S40), message.isRequest {
            try anyVersion()
        } else if flags.hasAny(.S24, .zerosInVersion), message.isRequest {
            message.major = try versionNumber()
            guard try peek() == 0x2E else { throw .rejected(.malformedVersion, at) }
            at += 1
            message.minor = try versionNumber()
        } else {
            message.major = try versionDigit()
            guard try peek() == 0x2E else { throw .rejected(.malformedVersion, at) }
            at += 1
            message.minor = try versionDigit()
        }
        message.version = start..<at
        if has(.S5), message.isRequest {
            while HTTP1Byte.isVisible(try peek()) { at += 1 }
        }
    }

    private mutating func versionDigit() throws(HTTP1Stop) -> Int {
        guard let digit = HTTP1Byte.digit(try peek(), base: 10) else {
            throw .rejected(.malformedVersion, at)
        }
        at += 1
        return digit
    }

    /// Digits of any number; `zerosInVersion` takes leading zeros, `S24` keeps the low eight bits,
    /// signed, of whatever stands there: −1 passes for a version that is not above 1.
    private mutating func versionNumber() throws(HTTP1Stop) -> Int {
        var value = UInt64(try versionDigit())
        while let digit = HTTP1Byte.digit(try peek(), base: 10) {
            guard has(.S24) || value == 0 else { throw .rejected(.malformedVersion, at) }
            value = value &* 10 &+ UInt64(digit)
            at += 1
        }
        guard has(.S24), value > 9 else { return Int(truncatingIfNeeded: value) }
        return Int8(truncatingIfNeeded: value) <= 1 ? 1 : 9
    }

    /// Whatever stands there up to CR LF; it counts as 1.1.
    private mutating func anyVersion() throws(HTTP1Stop) {
        while true {
            let byte = try peek()
            if byte == HTTP1Byte.lf { return }
            if byte == HTTP1Byte.cr, try peek(1) == HTTP1Byte.lf { return }
            guard has(.S15) || HTTP1Byte.isVisible(byte) || byte == HTTP1Byte.cr else {
                throw .rejected(.malformedVersion, at)
            }
            at += 1
        }
    }
}
