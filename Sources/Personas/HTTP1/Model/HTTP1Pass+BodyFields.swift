internal import HTTP1
internal import Wire

/// What Content-Length and Transfer-Encoding say together.
struct HTTP1BodyFields {
    /// The value that counts, its line, the first value, and the first line.
    var length: Int?
    var countingLine = 0
    var firstLength: Int?
    var lengthLine: Int?
    /// Later values are not looked at.
    var isLengthSettled = false

    /// The first Transfer-Encoding line, and what stands on all of them.
    var codingLine: Int?
    var hasChunked = false
    var registeredLine: Int?
    var unknownLine: Int?
    var isNotFinal = false

    /// The body lasts until the connection closes, whatever else stands there.
    var waitsForClose = false

    /// Whether a coding is left that frames the body.
    var isCoded: Bool { hasChunked || registeredLine != nil || unknownLine != nil }

    mutating func dropCodings() {
        hasChunked = false
        registeredLine = nil
        unknownLine = nil
        isNotFinal = false
    }
}

/// Content-Length: `Documentation/HTTP1.md` §7.5.
extension HTTP1Pass {
    func contentLength(
        _ message: HTTP1Read, _ body: inout HTTP1BodyFields
    ) throws(HTTP1Stop) {
        for line in lines(.contentLength, in: message) {
            let offset = line.name.lowerBound
            body.lengthLine = body.lengthLine ?? offset
            let text = value(line)
            if text.isEmpty {
                if has(.S38) { body.waitsForClose = true }
                if flags.hasAny(.S38, .T11) { continue }
            }
            for member in Self.members(text) {
                try lengthMember(member, offset, &body)
            }
        }
    }

    private func lengthMember(
        _ member: ArraySlice<UInt8>, _ line: Int, _ body: inout HTTP1BodyFields
    ) throws(HTTP1Stop) {
        guard !body.isLengthSettled else { return }
        let number: Int
        if member.isEmpty, has(.S42) {
            body.isLengthSettled = true
            number = 0
        } else if let special = specialLength(member) {
            if special < 0 { body.waitsForClose = true }
            number = max(0, special)
        } else {
            number = try lengthNumber(member, line)
        }
        guard let first = body.firstLength else {
            (body.firstLength, body.length, body.countingLine) = (number, number, line)
            return
        }
        let firstCounts = allows(.conflictingContentLengthFirst) || body.isLengthSettled
        let lastCounts =
            (allows(.conflictingContentLengthLast) || has(.T22)) && !firstCounts
        if number != first, !firstCounts, !lastCounts {
            throw .rejected(.conflictingContentLength, line)
        }
        if number == first, !firstCounts, !lastCounts, !allows(.duplicateContentLength) {
            throw .rejected(.duplicateContentLength, line)
        }
        if lastCounts { (body.length, body.countingLine) = (number, line) }
    }

    /// Digits, with what the leniencies let stand around them.
    private func lengthNumber(
        _ member: ArraySlice<UInt8>, _ line: Int
    ) throws(HTTP1Stop) -> Int {
        if member.isEmpty, allows(.emptyContentLength) || has(.T5) { return 0 }
        var digits = member
        if allows(.plusSignInContentLength), digits.first == UInt8(ascii: "+"),
            let next = digits.dropFirst().first, HTTP1Byte.isDigit(next)
        {
            digits = digits.dropFirst()
        }
        if allows(.contentLengthLongestPrefix) { digits = digits.prefix(while: HTTP1Byte.isDigit) }
        guard !digits.isEmpty, digits.allSatisfy(HTTP1Byte.isDigit),
            digits.count == 1 || digits.first != 0x30 || allows(.leadingZerosInContentLength)
        else { throw .rejected(.malformedContentLength, line) }
        var number = 0
        for byte in digits {
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(byte) - 0x30)
            guard !overflow, !carry else { throw .rejected(.overflowingContentLength, line) }
            number = sum
        }
        return number
    }

    /// What a reader with one of the flags makes of a member, −1 where it never gets to an end; nil
    /// where the usual rules apply.
    private func specialLength(_ member: ArraySlice<UInt8>) -> Int? {
        if has(.S10), let number = HTTP1Numbers.int(member, base: 10) { return number }
        if has(.S26), member.first == UInt8(ascii: "-"), member.count > 1,
            member.dropFirst().allSatisfy(HTTP1Byte.isDigit)
        {
            return -1
        }
        if flags.hasAny(.S32, .T1), let number = HTTP1Numbers.strtoll(member, base: 0)?.value,
            number >= 0
        {
            return number
        }
        guard !member.isEmpty else { return nil }
        if has(.contentLengthEndsAtNUL), let nul = member.firstIndex(of: 0) {
            return HTTP1Numbers.decimal(member[..<nul])
        }
        if has(.contentLengthFloat) { return HTTP1Numbers.float(member) }
        if has(.contentLengthInnerSpace), member.contains(0x20) {
            return HTTP1Numbers.decimal(member.filter { $0 != 0x20 }[...])
        }
        if has(.contentLengthWraps64) { return HTTP1Numbers.wrapped(member, bits: 64) }
        if has(.contentLengthWraps32) { return HTTP1Numbers.wrapped(member, bits: 32) }
        return nil
    }
}

/// Transfer-Encoding: `Documentation/HTTP1.md` §7.6.
extension HTTP1Pass {
    func transferEncoding(
        _ message: HTTP1Read, _ body: inout HTTP1BodyFields
    ) throws(HTTP1Stop) {
        var codings = lines(.transferEncoding, in: message)
        guard let first = codings.first, var last = codings.last else { return }
        if message.isHTTP10, has(.transferEncodingIgnoredInHTTP10) { return }
        if message.isHTTP10, !allows(.transferEncodingInHTTP10) {
            throw .rejected(.transferEncodingInHTTP10, first.name.lowerBound)
        }
        body.codingLine = first.name.lowerBound
        if has(.S11), codings.count > 1 { return }
        if has(.transferEncodingFirstLine) { codings = [first] }
        if has(.transferEncodingLastLine) { codings = [last] }
        last = codings.last ?? last
        if flags.hasAny(.S21, .T15, .T18),
            codings.contains(where: { Self.members(value($0)).contains { $0.isEmpty } })
        {
            return
        }
        for line in codings {
            for member in Self.members(value(line)) {
                try coding(member, line.name.lowerBound, message, &body)
            }
        }
        if let line = body.unknownLine { throw .rejected(.unsupportedTransferCoding, line) }
        guard let registered = body.registeredLine else { return }
        if !body.hasChunked { try notFinal(last.name.lowerBound, message, &body) }
        guard body.isNotFinal || allows(.codingsBeforeChunked) || !body.hasChunked else {
            throw .rejected(.unsupportedTransferCoding, registered)
        }
    }

    private func coding(
        _ member: ArraySlice<UInt8>, _ line: Int, _ message: HTTP1Read,
        _ body: inout HTTP1BodyFields
    ) throws(HTTP1Stop) {
        let member = simplified(member)
        if member.isEmpty {
            guard allows(.emptyListElements) || has(.T9) else {
                throw .rejected(.malformedTransferEncoding, line)
            }
            return
        }
        let isChunked = isChunked(member)
        if !isChunked, member.contains(where: HTTP1Byte.isWhitespace) {
            throw .rejected(.malformedTransferEncoding, line)
        }
        if isChunked {
            guard !body.hasChunked || allows(.chunkedTwice) else {
                throw .rejected(.chunkedTwice, line)
            }
            body.hasChunked = true
            return
        }
        if has(.identityIgnored), Self.same(member, "identity") { return }
        if has(.chunkedCaseSensitive), Self.same(member, "chunked") { return }
        let isRegistered = ["compress", "deflate", "gzip", "x-compress", "x-gzip"].contains {
            Self.same(member, $0)
        }
        if !isRegistered, allows(.unknownCodingIgnored) || flags.hasAny(.chunkedAnywhere, .T15) {
            return
        }
        if has(.chunkedAnywhere), body.hasChunked { return }
        if body.hasChunked { try notFinal(line, message, &body) }
        if isRegistered {
            body.registeredLine = body.registeredLine ?? line
        } else {
            body.unknownLine = body.unknownLine ?? line
        }
    }

    /// The member without what the model does not look at.
    private func simplified(_ member: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var member = member
        if has(.chunkedQuoted), member.count > 1, let first = member.first, first == member.last,
            first == UInt8(ascii: "\"") || first == UInt8(ascii: "'")
        {
            member = member.dropFirst().dropLast()
        }
        if has(.chunkedParameters), let end = member.firstIndex(of: UInt8(ascii: ";")) {
            member = Self.trimmed(member[..<end])
        }
        if has(.encodedWordDecoded), let decoded = HTTP1EncodedWord.decoded(member) {
            member = decoded[...]
        }
        return member
    }

    private func isChunked(_ member: ArraySlice<UInt8>) -> Bool {
        if has(.chunkedCaseSensitive) { return member.elementsEqual("chunked".utf8) }
        if Self.same(member, "chunked") { return true }
        if has(.chunkedSubstring), Self.contains(member, "chunked") { return true }
        if has(.chunkedPrefix), Self.same(member.prefix(7), "chunked") { return true }
        guard has(.S44) else { return false }
        return !["compress", "deflate", "gzip", "x-compress", "x-gzip"].contains {
            Self.same(member, $0)
        }
    }

    private func notFinal(
        _ line: Int, _ message: HTTP1Read, _ body: inout HTTP1BodyFields
    ) throws(HTTP1Stop) {
        guard !message.isRequest else { throw .rejected(.chunkedNotFinal, line) }
        body.isNotFinal = true
    }
}
