internal import HTTP1
internal import Wire

/// Request targets: `Documentation/HTTP1.md` §3.5.
extension HTTP1Pass {
    mutating func target(_ message: inout HTTP1Read) throws(HTTP1Stop) {
        let start = at
        let first = try peek()
        if allows(.unvalidatedTarget) {
            message.form = .unvalidated
            while HTTP1Byte.isVisible(try peek()) { try targetByte(start) { _ in true } }
        } else if message.isConnect {
            message.form = .authority
            while HTTP1Byte.isAuthority(try peek()) { try targetByte(start) { _ in true } }
            message.authority = start..<at
        } else if first == UInt8(ascii: "/") {
            message.form = .origin
            try pathAndQuery(start)
        } else if first == UInt8(ascii: "*") {
            message.form = .asterisk
            try targetByte(start) { _ in true }
        } else {
            message.form = .absolute
            try absoluteForm(start, &message)
        }
        let endsHere = has(.missingVersion) ? try isAtLineEnd() : false
        guard isSeparator(try peek()) || endsHere, at > start else {
            throw .rejected(.malformedTarget, at)
        }
        message.target = start..<at
    }

    private mutating func absoluteForm(
        _ start: Int, _ message: inout HTTP1Read
    ) throws(HTTP1Stop) {
        for expected in "http".utf8 {
            try targetByte(start) { HTTP1Byte.lowercased($0) == expected }
        }
        if HTTP1Byte.lowercased(try peek()) == UInt8(ascii: "s") {
            try targetByte(start) { _ in true }
        }
        for expected in "://".utf8 { try targetByte(start) { $0 == expected } }
        let authority = at
        while HTTP1Byte.isAuthority(try peek()) { try targetByte(start) { _ in true } }
        message.authority = authority..<at
        let next = try peek()
        if next == UInt8(ascii: "/") || next == UInt8(ascii: "?") { try pathAndQuery(start) }
    }

    private mutating func pathAndQuery(_ start: Int) throws(HTTP1Stop) {
        while true {
            let byte = try peek()
            if isSeparator(byte) { return }
            if has(.missingVersion), byte == HTTP1Byte.cr || byte == HTTP1Byte.lf { return }
            if byte == UInt8(ascii: "%"), !allows(.unvalidatedPercentEncoding) {
                try percentEncoded(start)
                continue
            }
            let policy = policy
            try targetByte(start) { byte in
                byte == UInt8(ascii: "?") || byte == UInt8(ascii: "%") || HTTP1Byte.isPath(byte)
                    || (policy.contains(.unsafeTargetCharacters)
                        && HTTP1Byte.isUnsafeInTarget(byte))
                    || (policy.contains(.obsTextInTarget) && byte >= 0x80)
            }
        }
    }

    /// Two hexadecimal digits that hide no NUL, backslash, or first byte of an overlong form.
    private mutating func percentEncoded(_ start: Int) throws(HTTP1Stop) {
        try targetByte(start) { _ in true }
        guard let high = HTTP1Byte.digit(try peek()) else {
            throw .rejected(.malformedPercentEncoding, at)
        }
        try targetByte(start) { _ in true }
        guard let low = HTTP1Byte.digit(try peek()),
            ![0x00, 0x5C, 0xC0, 0xC1].contains(high << 4 | low)
        else { throw .rejected(.malformedPercentEncoding, at) }
        try targetByte(start) { _ in true }
    }

    private mutating func targetByte(
        _ start: Int, _ fits: (UInt8) -> Bool
    ) throws(HTTP1Stop) {
        guard fits(try peek()) else { throw .rejected(.malformedTarget, at) }
        guard at - start < limits.targetBytesMax else { throw .rejected(.targetTooLong, at) }
        at += 1
    }
}
