internal import Wire

/// The meaning of a head, in the order of `Documentation/HTTP1.md` §7.
///
/// The walk noted which known names it saw once and twice. A rule whose field was not seen costs one test of a bit;
/// the lines themselves are looked up on the tape only where a rule needs them.
struct SIMDMeaning {
    let policy: Policy
    let bodyBytesMax: Int
    let isRequest: Bool
    let answers: RequestMethod
    let line: SIMDStartLine
    let seen: SIMDSeen
    let firstField: Int
    let emptyLineOffset: Int

    /// The line of Content-Length that counts and its value, and where both framing fields first stand.
    private struct Body {
        var length: Int?
        var lengthLine = 0
        var firstLengthLine = Int.max
        var firstCodingLine = Int.max
        var hasCoding = false
        var isNotFinal = false
    }

    /// Decides the framing, or throws why the head is refused.
    @inline(never)
    func framing(
        _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(SIMDStop) -> Framing {
        if line.version >> 4 != 1, !policy.contains(.anyMajorVersion) {
            throw .rejected(.unsupportedVersion, line.versionStart)
        }
        if isRequest {
            try target(input, tape)
            try host(input, tape)
        }
        var body = Body()
        if !isConnectAnswer {
            try contentLength(&body, input, tape)
            try transferEncoding(&body, input, tape)
            try both(body)
        }
        try connectAndTrace(body, input)
        var framing = decide(body, input)
        if framing.kind == .length, framing.length > bodyBytesMax {
            throw .rejected(.bodyTooLarge, body.lengthLine)
        }
        let hasBody = framing.kind == .chunked || framing.length > 0
        if isRequest, !line.isHTTP10 {
            try upgrade(hasBody, &framing, input, tape)
            try expect(hasBody, &framing, input, tape)
        }
        try singletons(tape)
        framing.keepAlive = keepAlive(framing, body, input, tape)
        return framing
    }

    private var isConnectAnswer: Bool {
        !isRequest && answers == .connect && line.status / 100 == 2
    }

    private func isMethod(_ word: String, _ input: Span<UInt8>) -> Bool {
        guard line.methodEnd - line.methodStart == word.utf8.count else { return false }
        var offset = line.methodStart
        for expected in word.utf8 {
            guard input[offset] == expected else { return false }
            offset += 1
        }
        return true
    }
}

// MARK: Target and Host

extension SIMDMeaning {
    private func target(
        _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(SIMDStop) {
        switch line.form {
        case .asterisk:
            guard isMethod("OPTIONS", input) else {
                throw .rejected(.misusedAsteriskForm, line.targetStart)
            }
        case .absolute, .authority:
            let text = SIMDText(line.authorityStart, line.authorityEnd, isInArena: false)
            let port = SIMDAuthority.port(text, input, tape)
            let isRight = line.form == .absolute ? port != nil : (port ?? 0) > 0
            guard isRight else { throw .rejected(.malformedAuthority, line.targetStart) }
        case .origin, .unvalidated: break
        }
    }

    private func host(
        _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(SIMDStop) {
        guard let index = seen.first(.host) else {
            guard line.isHTTP10 || policy.contains(.missingHost) else {
                throw .rejected(.missingHost, emptyLineOffset)
            }
            return
        }
        if seen.hasTwice(.host), !policy.contains(.duplicateHost),
            let second = find(.host, from: index + 2, tape)
        {
            throw .rejected(.duplicateHost, tape[second].offset)
        }
        let value = text(index, tape)
        if !policy.contains(.unvalidatedHost), SIMDAuthority.port(value, input, tape) == nil {
            throw .rejected(.malformedHost, tape[index].offset)
        }
        guard line.form == .absolute, !policy.contains(.mismatchedHost) else { return }
        let authority = SIMDText(line.authorityStart, line.authorityEnd, isInArena: false)
        guard value.isSame(as: authority, input, tape) else {
            throw .rejected(.mismatchedHost, tape[index].offset)
        }
    }
}

// MARK: Content-Length and Transfer-Encoding

extension SIMDMeaning {
    private func contentLength(
        _ body: inout Body, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(SIMDStop) {
        guard seen.has(.contentLength) else { return }
        var numbers = SIMDLength(policy: policy)
        var index = seen.first(.contentLength)
        while let name = index {
            let offset = tape[name].offset
            body.firstLengthLine = min(body.firstLengthLine, offset)
            try numbers.add(text(name, tape), offset, input, tape)
            index = seen.hasTwice(.contentLength) ? find(.contentLength, from: name + 2, tape) : nil
        }
        body.length = numbers.value
        body.lengthLine = numbers.line
    }

    private func transferEncoding(
        _ body: inout Body, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(SIMDStop) {
        guard seen.has(.transferEncoding) else { return }
        var codings = SIMDCodings(policy: policy, isRequest: isRequest)
        var index = seen.first(.transferEncoding)
        while let name = index {
            let offset = tape[name].offset
            body.firstCodingLine = min(body.firstCodingLine, offset)
            if line.isHTTP10, !policy.contains(.transferEncodingInHTTP10) {
                throw .rejected(.transferEncodingInHTTP10, offset)
            }
            try codings.add(text(name, tape), offset, input, tape)
            index =
                seen.hasTwice(.transferEncoding)
                ? find(.transferEncoding, from: name + 2, tape) : nil
        }
        try codings.finish()
        body.hasCoding = codings.isEffective
        body.isNotFinal = codings.isNotFinal
    }

    private func both(_ body: Body) throws(SIMDStop) {
        guard body.hasCoding, body.firstLengthLine < Int.max else { return }
        let isBodiless = !isRequest && (line.status / 100 == 1 || line.status == 204)
        guard !isBodiless, !policy.contains(.lengthAndTransferEncoding) else { return }
        throw .rejected(
            .lengthAndTransferEncoding, max(body.firstLengthLine, body.firstCodingLine))
    }

    private func connectAndTrace(_ body: Body, _ input: Span<UInt8>) throws(SIMDStop) {
        let first = min(body.firstLengthLine, body.firstCodingLine)
        guard isRequest, first < Int.max, !policy.contains(.bodyNotAllowed),
            isMethod("CONNECT", input) || isMethod("TRACE", input)
        else { return }
        throw .rejected(.bodyNotAllowed, first)
    }

    private func decide(_ body: Body, _ input: Span<UInt8>) -> Framing {
        if let bodiless = bodiless(input) { return bodiless }
        if body.hasCoding {
            return body.isNotFinal
                ? Framing(kind: .close, why: .encodingWithoutFinalChunked, keepAlive: false)
                : Framing(kind: .chunked, why: .transferEncoding, keepAlive: true)
        }
        if let length = body.length {
            return Framing(kind: .length, why: .contentLength, length: length, keepAlive: true)
        }
        return isRequest
            ? Framing(kind: .none, why: .noLengthNoEncoding, keepAlive: true)
            : Framing(kind: .close, why: .untilClose, keepAlive: false)
    }

    /// Tunnels and messages that never have a body.
    private func bodiless(_ input: Span<UInt8>) -> Framing? {
        if isRequest {
            guard isMethod("CONNECT", input) else { return nil }
            return Framing(kind: .tunnel, why: .connect, keepAlive: false)
        }
        if line.status == 101 {
            return Framing(kind: .tunnel, why: .switchingProtocols, keepAlive: false)
        }
        if isConnectAnswer { return Framing(kind: .tunnel, why: .connect, keepAlive: false) }
        if answers == .head { return Framing(kind: .none, why: .head, keepAlive: true) }
        switch line.status {
        case 100...199: return Framing(kind: .none, why: .informational, keepAlive: true)
        case 204: return Framing(kind: .none, why: .noContent, keepAlive: true)
        case 304: return Framing(kind: .none, why: .notModified, keepAlive: true)
        default: return nil
        }
    }
}

// MARK: Expect, Upgrade, Connection, singletons

extension SIMDMeaning {
    private func upgrade(
        _ hasBody: Bool, _ framing: inout Framing, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(SIMDStop) {
        guard let index = seen.first(.upgrade) else { return }
        if hasBody, !policy.contains(.upgradeWithBody) {
            throw .rejected(.upgradeWithBody, tape[index].offset)
        }
        framing.upgrade = connection(has: "upgrade", input, tape)
    }

    private func expect(
        _ hasBody: Bool, _ framing: inout Framing, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(SIMDStop) {
        guard seen.has(.expect) else { return }
        var index = seen.first(.expect)
        while let name = index {
            if text(name, tape).isWord("100-continue", input, tape) {
                framing.expectsContinue = hasBody
            } else if !policy.contains(.unmetExpectation) {
                throw .rejected(.unmetExpectation, tape[name].offset)
            }
            index = find(.expect, from: name + 2, tape)
        }
    }

    /// Fields that may stand once only.
    private static let singletonNames: UInt32 =
        1 << UInt32(FieldName.authorization.rawValue) | 1 << UInt32(FieldName.contentRange.rawValue)
        | 1 << UInt32(FieldName.contentType.rawValue) | 1 << UInt32(FieldName.location.rawValue)
        | 1 << UInt32(FieldName.maxForwards.rawValue)
        | 1 << UInt32(FieldName.proxyAuthorization.rawValue)

    private func singletons(_ tape: borrowing Tape) throws(SIMDStop) {
        guard seen.twice & Self.singletonNames != 0, !policy.contains(.duplicateSingleton) else {
            return
        }
        var met: UInt32 = 0
        for index in stride(from: firstField, to: tape.appendedCount, by: 2) {
            let bit = (1 as UInt32) << UInt32(tape[index].detail) & Self.singletonNames
            guard met & bit == 0 else { throw .rejected(.duplicateSingleton, tape[index].offset) }
            met |= bit
        }
    }

    private func keepAlive(
        _ framing: Framing, _ body: Body, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Bool {
        guard framing.kind != .tunnel, framing.kind != .close else { return false }
        if connection(has: "close", input, tape) { return false }
        if line.isHTTP10, !connection(has: "keep-alive", input, tape) { return false }
        let hasLength = body.firstLengthLine < Int.max
        if body.hasCoding, hasLength || line.isHTTP10 { return false }
        guard !isRequest, line.status / 100 == 1 || line.status == 204 else { return true }
        return !hasLength && body.firstCodingLine == Int.max
    }

    private func connection(
        has option: String, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Bool {
        guard seen.has(.connection) else { return false }
        var index = seen.first(.connection)
        while let name = index {
            var list = SIMDList(text(name, tape))
            while let member = list.next(input, tape) {
                if member.isWord(option, input, tape) { return true }
            }
            index = find(.connection, from: name + 2, tape)
        }
        return false
    }
}

// MARK: Lines on the tape

extension SIMDMeaning {
    /// The index of the first name token of `name` at or behind `index`.
    private func find(_ name: FieldName, from index: Int, _ tape: borrowing Tape) -> Int? {
        let detail = UInt16(name.rawValue)
        var index = index
        while index < tape.appendedCount {
            if tape[index].detail == detail { return index }
            index &+= 2
        }
        return nil
    }

    private func text(_ name: Int, _ tape: borrowing Tape) -> SIMDText {
        let value = tape[name + 1]
        return SIMDText(
            value.offset, value.end,
            isInArena: value.kind == HTTP1Token.Kind.fieldValueUnfolded.rawValue)
    }
}
