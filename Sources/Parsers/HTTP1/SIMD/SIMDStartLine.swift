internal import Wire

/// What a start line says beyond its tokens, as offsets.
struct SIMDStartLine: BitwiseCopyable {
    var methodStart = 0
    var methodEnd = 0
    var targetStart = 0
    var targetEnd = 0
    var form = TargetForm.origin
    var authorityStart = 0
    var authorityEnd = 0
    var versionStart = 0
    var version: UInt8 = 0x11
    var status = 0
    var statusStart = 0
    var phraseStart = 0
    var phraseEnd = 0
    /// Behind the line end.
    var end = 0

    /// HTTP/1.0 semantics.
    var isHTTP10: Bool { version < 0x11 }
}

/// Walks start lines. A line is walked again from its start when it was not whole: the maps make that one pass of
/// a kernel.
struct SIMDStartLineWalk {
    let policy: Policy
    let limits: HTTP1Limits
    /// Where the line begins, and the first offset beyond its limit.
    let start: Int
    let lineLimit: Int

    init(_ policy: Policy, _ limits: HTTP1Limits, at start: Int) {
        self.policy = policy
        self.limits = limits
        self.start = start
        lineLimit = SIMDBytes.sum(start, limits.startLineBytesMax)
    }

    /// `HTTP/1.1`, `HTTP/1.0`, and `CONNECT`, as `SIMDBytes.eight` reads them.
    private static var http11: UInt64 { 0x312E_312F_5054_5448 }
    private static var http10: UInt64 { 0x302E_312F_5054_5448 }
    private static var connect: UInt64 { 0x0054_4345_4E4E_4F43 }

    /// `method SP target SP version CRLF`
    @inline(__always)
    func request(
        _ input: Span<UInt8>, _ maps: inout SIMDMaps
    ) throws(SIMDStop) -> SIMDStartLine {
        var line = SIMDStartLine()
        line.methodStart = start
        line.methodEnd = try method(input, &maps)
        line.targetStart = try separated(line.methodEnd, input)
        try target(input, &maps, &line)
        line.versionStart = try separated(line.targetEnd, input)
        let behind = line.versionStart &+ 8
        if behind &+ 2 <= lineLimit, behind &+ 2 <= input.count {
            let word = SIMDBytes.eight(input, line.versionStart)
            if word == Self.http11 || word == Self.http10,
                SIMDBytes.pair(input, behind) == SIMDBytes.crlf
            {
                line.version = word == Self.http11 ? 0x11 : 0x10
                line.end = behind &+ 2
                return line
            }
        }
        try slowVersion(input, &line)
        var offset = behind
        if policy.contains(.requestLineWhitespace) {
            while SIMDBytes.isWhitespace(try byte(input, offset)) { offset += 1 }
        }
        line.end = try lineEnd(input, offset, otherwise: .malformedVersion)
        return line
    }

    /// `version SP 3DIGIT SP reason-phrase CRLF`
    func status(
        _ input: Span<UInt8>, _ maps: inout SIMDMaps
    ) throws(SIMDStop) -> SIMDStartLine {
        var line = SIMDStartLine()
        line.versionStart = start
        if start &+ 8 <= min(input.count, lineLimit), SIMDBytes.eight(input, start) == Self.http11 {
            line.version = 0x11
        } else {
            try slowVersion(input, &line)
        }
        guard try byte(input, start + 8) == 0x20 else {
            throw .rejected(.malformedVersion, start + 8)
        }
        line.statusStart = start + 9
        for offset in (start + 9)..<(start + 12) {
            let digit = try byte(input, offset)
            guard SIMDBytes.isDigit(digit) else { throw .rejected(.malformedStatus, offset) }
            line.status = line.status * 10 + Int(digit) - 0x30
        }
        let behind = try byte(input, start + 12)
        if behind == 0x20 {
            line.phraseStart = start + 13
        } else {
            let isEnd = behind == 0x0D || behind == 0x0A
            guard isEnd, policy.contains(.missingReasonPhraseSpace) else {
                throw .rejected(.malformedStatus, start + 12)
            }
            line.phraseStart = start + 12
        }
        line.phraseEnd = maps.next(.control, line.phraseStart, input)
        if line.phraseEnd &+ 2 <= lineLimit, SIMDBytes.isLineEnd(input, line.phraseEnd) {
            line.end = line.phraseEnd &+ 2
            return line
        }
        try withinLine(upTo: line.phraseEnd, input)
        line.end = try lineEnd(input, line.phraseEnd, otherwise: .malformedReasonPhrase)
        return line
    }
}

// MARK: Method and target

extension SIMDStartLineWalk {
    /// The end of the method. GET and POST are recognised by their bytes.
    @inline(__always)
    private func method(
        _ input: Span<UInt8>, _ maps: inout SIMDMaps
    ) throws(SIMDStop) -> Int {
        if start &+ 8 <= input.count, limits.methodBytesMax >= 4, limits.startLineBytesMax >= 8 {
            let word = SIMDBytes.eight(input, start)
            if word & 0xFFFF_FFFF == 0x2054_4547 { return start &+ 3 }
            if word & 0xFF_FFFF_FFFF == 0x20_5453_4F50 { return start &+ 4 }
        }
        return try otherMethod(input, &maps)
    }

    @inline(never)
    private func otherMethod(
        _ input: Span<UInt8>, _ maps: inout SIMDMaps
    ) throws(SIMDStop) -> Int {
        let tokenEnd = maps.next(.notToken, start, input)
        var end = start
        while end < tokenEnd {
            let isLower = input[end] &- 0x61 < 26
            if isLower, !policy.contains(.lowercaseMethod) { break }
            end += 1
        }
        try within(start, limits.methodBytesMax, .methodTooLong, upTo: end, input)
        guard end < input.count else { throw .needMore }
        guard end > start, isSeparator(input[end]) else { throw .rejected(.malformedMethod, end) }
        return end
    }

    @inline(__always)
    private func isSeparator(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte == 0x09 && policy.contains(.requestLineWhitespace))
    }

    /// The offset behind the separator at `offset`.
    @inline(__always)
    private func separated(_ offset: Int, _ input: Span<UInt8>) throws(SIMDStop) -> Int {
        guard policy.contains(.requestLineWhitespace) else { return offset &+ 1 }
        var next = offset + 1
        while SIMDBytes.isWhitespace(try byte(input, next)) { next += 1 }
        return next
    }

    @inline(__always)
    private func target(
        _ input: Span<UInt8>, _ maps: inout SIMDMaps, _ line: inout SIMDStartLine
    ) throws(SIMDStop) {
        let first = line.targetStart
        let isPlain = !policy.contains(.unvalidatedTarget) && !isConnect(line, input)
        if isPlain, first < min(input.count, lineLimit), input[first] == 0x2F {
            let end = maps.next(.notTarget, first, input)
            if end < min(input.count, lineLimit), end &- first <= limits.targetBytesMax,
                input[end] == 0x20
            {
                line.targetEnd = end
                return
            }
        }
        try otherTarget(input, &maps, &line)
    }

    @inline(never)
    private func otherTarget(
        _ input: Span<UInt8>, _ maps: inout SIMDMaps, _ line: inout SIMDStartLine
    ) throws(SIMDStop) {
        let first = line.targetStart
        let opening = try byte(input, first)
        var stop: (offset: Int, reason: HTTP1Reason) = (first, .malformedTarget)
        var isFormed = true
        if policy.contains(.unvalidatedTarget) {
            line.form = .unvalidated
            stop.offset = run(first, input) { $0 > 0x20 && $0 != 0x7F }
        } else if isConnect(line, input) {
            line.form = .authority
            stop.offset = run(first, input, Self.isAuthority)
            line.authorityStart = first
            line.authorityEnd = stop.offset
        } else if opening == 0x2F {
            stop = pathEnd(first, input, &maps)
        } else if opening == 0x2A {
            line.form = .asterisk
            stop.offset = first + 1
        } else {
            line.form = .absolute
            let scheme = schemeEnd(first, input)
            isFormed = scheme.isWhole
            stop.offset = scheme.offset
            if isFormed { stop = absolute(scheme.offset, input, &maps, &line) }
        }
        try within(first, limits.targetBytesMax, .targetTooLong, upTo: stop.offset, input)
        guard stop.offset < input.count else { throw .needMore }
        guard isFormed, stop.offset > first, stop.reason == .malformedTarget,
            isSeparator(input[stop.offset])
        else { throw .rejected(stop.reason, stop.offset) }
        line.targetEnd = stop.offset
    }

    private func isConnect(_ line: SIMDStartLine, _ input: Span<UInt8>) -> Bool {
        line.methodEnd &- line.methodStart == 7 && input[line.methodStart] == 0x43
            && SIMDBytes.eight(input, line.methodStart) & 0xFF_FFFF_FFFF_FFFF
                == Self.connect
    }

    private static func isAuthority(_ byte: UInt8) -> Bool {
        SIMDBytes.isRegName(byte) || byte == 0x3A || byte == 0x5B || byte == 0x5D || byte == 0x25
    }

    private func run(_ from: Int, _ input: Span<UInt8>, _ fits: (UInt8) -> Bool) -> Int {
        var offset = from
        while offset < input.count, fits(input[offset]) { offset += 1 }
        return offset
    }

    /// Behind `http://` or `https://`; else the byte that breaks it, or the input's end.
    private func schemeEnd(
        _ first: Int, _ input: Span<UInt8>
    ) -> (offset: Int, isWhole: Bool) {
        var offset = first
        for expected in "http".utf8 {
            guard offset < input.count, input[offset] | 0x20 == expected else {
                return (offset, false)
            }
            offset += 1
        }
        if offset < input.count, input[offset] | 0x20 == 0x73 { offset += 1 }
        for expected in "://".utf8 {
            guard offset < input.count, input[offset] == expected else { return (offset, false) }
            offset += 1
        }
        return (offset, true)
    }

    /// Authority, path and query, from behind the scheme.
    private func absolute(
        _ first: Int, _ input: Span<UInt8>, _ maps: inout SIMDMaps, _ line: inout SIMDStartLine
    ) -> (Int, HTTP1Reason) {
        let end = run(first, input, Self.isAuthority)
        line.authorityStart = first
        line.authorityEnd = end
        if end < input.count, input[end] == 0x2F || input[end] == 0x3F {
            return pathEnd(end, input, &maps)
        }
        return (end, .malformedTarget)
    }

    /// The first byte that is neither path nor query, and what to call it if it is no separator.
    private func pathEnd(
        _ first: Int, _ input: Span<UInt8>, _ maps: inout SIMDMaps
    ) -> (Int, HTTP1Reason) {
        var offset = first
        while true {
            offset = maps.next(.notTarget, offset, input)
            guard offset < input.count else { return (offset, .malformedTarget) }
            let byte = input[offset]
            if byte == 0x25, !policy.contains(.unvalidatedPercentEncoding) {
                let (end, isWhole) = percentEnd(offset, input)
                guard isWhole else {
                    return (end, end < input.count ? .malformedPercentEncoding : .malformedTarget)
                }
                offset = end
            } else if byte == 0x25 || isLenient(byte) {
                offset += 1
            } else {
                return (offset, .malformedTarget)
            }
        }
    }

    private func isLenient(_ byte: UInt8) -> Bool {
        if byte >= 0x80 { return policy.contains(.obsTextInTarget) }
        guard policy.contains(.unsafeTargetCharacters) else { return false }
        return byte > 0x20 && byte != 0x7F && byte != 0x23
    }

    /// Behind a percent-encoding that is allowed; else the byte that breaks it, or the input's end.
    private func percentEnd(_ offset: Int, _ input: Span<UInt8>) -> (Int, Bool) {
        guard offset + 1 < input.count else { return (offset + 1, false) }
        let high = SIMDBytes.nibble(input[offset + 1])
        guard high < 16 else { return (offset + 1, false) }
        guard offset + 2 < input.count else { return (offset + 2, false) }
        let low = SIMDBytes.nibble(input[offset + 2])
        let octet = high * 16 + low
        guard low < 16, octet != 0x00, octet != 0x5C, octet & 0xFE != 0xC0 else {
            return (offset + 2, false)
        }
        return (offset + 3, true)
    }
}

// MARK: Version, line end, limits

extension SIMDStartLineWalk {
    /// `HTTP/` DIGIT `.` DIGIT, byte by byte.
    @inline(never)
    private func slowVersion(
        _ input: Span<UInt8>, _ line: inout SIMDStartLine
    ) throws(SIMDStop) {
        var offset = line.versionStart
        for expected in "HTTP/".utf8 {
            var seen = try byte(input, offset)
            if policy.contains(.caseInsensitiveHTTPName), seen &- 0x61 < 26 { seen &= 0xDF }
            guard seen == expected else { throw .rejected(.malformedVersion, offset) }
            offset += 1
        }
        let major = try byte(input, offset)
        guard SIMDBytes.isDigit(major) else { throw .rejected(.malformedVersion, offset) }
        guard try byte(input, offset + 1) == 0x2E else {
            throw .rejected(.malformedVersion, offset + 1)
        }
        let minor = try byte(input, offset + 2)
        guard SIMDBytes.isDigit(minor) else { throw .rejected(.malformedVersion, offset + 2) }
        line.version = (major &- 0x30) &* 16 &+ (minor &- 0x30)
    }

    /// The byte at `offset`, if the input and the limit reach it.
    @inline(__always)
    private func byte(_ input: Span<UInt8>, _ offset: Int) throws(SIMDStop) -> UInt8 {
        guard offset < input.count else { throw .needMore }
        guard offset < lineLimit else { throw .rejected(.startLineTooLong, lineLimit) }
        return input[offset]
    }

    /// Behind the line end at `offset`.
    private func lineEnd(
        _ input: Span<UInt8>, _ offset: Int, otherwise reason: HTTP1Reason
    ) throws(SIMDStop) -> Int {
        switch try byte(input, offset) {
        case 0x0D:
            guard try byte(input, offset + 1) == 0x0A else { throw .rejected(.bareCR, offset + 1) }
            return offset + 2
        case 0x0A:
            guard policy.contains(.bareLF) else { throw .rejected(.bareLF, offset) }
            return offset + 1
        default: throw .rejected(reason, offset)
        }
    }

    /// Judges the line limit for bytes up to and with `offset`, all of which fit before it.
    private func withinLine(upTo offset: Int, _ input: Span<UInt8>) throws(SIMDStop) {
        guard lineLimit < input.count, lineLimit <= offset else { return }
        throw .rejected(.startLineTooLong, lineLimit)
    }

    /// The same, for an element that began at `first`: whichever limit is met first decides.
    private func within(
        _ first: Int, _ bytesMax: Int, _ reason: HTTP1Reason, upTo offset: Int,
        _ input: Span<UInt8>
    ) throws(SIMDStop) {
        let elementLimit = SIMDBytes.sum(first, bytesMax)
        if elementLimit < offset, elementLimit < lineLimit {
            throw .rejected(reason, elementLimit)
        }
        try withinLine(upTo: offset, input)
    }
}
