internal import Wire

/// The meaning of a head: judged once, when the field section has ended. `Documentation/HTTP1.md` §7.
///
/// The rules run in the page's order; the first that is broken decides.
struct ReferenceMeaning {
    let policy: Policy
    let limits: HTTP1Limits
    /// The request that a response answers.
    let answers: RequestMethod
    let start: ReferenceStartLine
    /// The tape's index of the first field token of this head.
    let firstField: Int
    /// The first byte of the empty line.
    let emptyLineOffset: Int

    /// Decides the framing, or throws why the head is refused.
    func framing(
        _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(ReferenceStop) -> Framing {
        try supportedVersion()
        if start.isRequest {
            try asteriskForm(input, tape)
            try targetAuthority(input, tape)
            try host(input, tape)
        }
        var length = ReferenceLength(policy: policy)
        var codings = ReferenceCodings(policy: policy, isRequest: start.isRequest)
        if !isConnectAnswer {
            try contentLength(&length, input, tape)
            try transferEncoding(&codings, input, tape)
            try notBoth(length, codings)
        }
        try noBody(length, codings, input, tape)
        var framing = decide(length, codings)
        if framing.kind == .length, framing.length > limits.bodyBytesMax {
            throw .rejected(.bodyTooLarge, at: length.line)
        }
        let hasBody = framing.kind == .chunked || framing.length > 0
        if start.isRequest, !start.isHTTP10 {
            try upgradeWithoutBody(hasBody, input, tape)
            framing.expectsContinue = try expectation(input, tape) && hasBody
            framing.upgrade =
                field(.upgrade, from: firstField, tape) != nil
                && connectionHas("upgrade", input, tape)
        }
        try singletons(tape)
        framing.keepAlive = keepAlive(framing, length, codings, input, tape)
        return framing
    }

    private var isConnectAnswer: Bool {
        !start.isRequest && answers == .connect && (200...299).contains(start.status)
    }
}

// MARK: Rules 1 to 4

extension ReferenceMeaning {
    /// RFC 9110 §15.6.6: a major version that is not supported.
    private func supportedVersion() throws(ReferenceStop) {
        guard start.major == 1 || policy.contains(.anyMajorVersion) else {
            throw .rejected(.unsupportedVersion, at: start.version.offset)
        }
    }

    /// `asterisk-form` is only used with OPTIONS. RFC 9112 §3.2.4.
    private func asteriskForm(
        _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(ReferenceStop) {
        guard start.form == .asterisk, !start.method.equals("OPTIONS", input, tape) else { return }
        throw .rejected(.misusedAsteriskForm, at: start.target.offset)
    }

    /// RFC 9112 §3.2.2, §3.2.3; RFC 9110 §9.3.6: CONNECT needs a port.
    private func targetAuthority(
        _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(ReferenceStop) {
        guard start.form == .absolute || start.form == .authority else { return }
        let authority = ReferenceAuthority(start.authority, input, tape)
        guard let authority, start.form == .absolute || authority.port > 0 else {
            throw .rejected(.malformedAuthority, at: start.target.offset)
        }
    }

    /// RFC 9112 §3.2: exactly one valid Host, the target's if that names one.
    private func host(
        _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(ReferenceStop) {
        guard let first = field(.host, from: firstField, tape) else {
            guard start.isHTTP10 || policy.contains(.missingHost) else {
                throw .rejected(.missingHost, at: emptyLineOffset)
            }
            return
        }
        if let second = field(.host, from: first + 2, tape), !policy.contains(.duplicateHost) {
            throw .rejected(.duplicateHost, at: tape[second].offset)
        }
        let line = tape[first].offset
        let value = value(behind: first, tape)
        if !policy.contains(.unvalidatedHost) {
            guard ReferenceAuthority(value, input, tape) != nil else {
                throw .rejected(.malformedHost, at: line)
            }
        }
        if start.form == .absolute, !policy.contains(.mismatchedHost) {
            guard sameIgnoringCase(value, start.authority, input, tape) else {
                throw .rejected(.mismatchedHost, at: line)
            }
        }
    }

    private func sameIgnoringCase(
        _ left: ReferenceText, _ right: ReferenceText, _ input: Span<UInt8>,
        _ tape: borrowing Tape
    ) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count {
            let a = ReferenceByte.lowercased(left.byte(index, input, tape))
            let b = ReferenceByte.lowercased(right.byte(index, input, tape))
            guard a == b else { return false }
        }
        return true
    }
}

// MARK: Rules 5 to 8

extension ReferenceMeaning {
    private func contentLength(
        _ length: inout ReferenceLength, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(ReferenceStop) {
        var next = firstField
        while let index = field(.contentLength, from: next, tape) {
            try length.add(value(behind: index, tape), line: tape[index].offset, input, tape)
            next = index + 2
        }
    }

    private func transferEncoding(
        _ codings: inout ReferenceCodings, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(ReferenceStop) {
        var next = firstField
        while let index = field(.transferEncoding, from: next, tape) {
            try codings.add(
                value(behind: index, tape), line: tape[index].offset, isHTTP10: start.isHTTP10,
                input, tape)
            next = index + 2
        }
        try codings.finish()
    }

    /// RFC 9112 §6.3 case 3: such a message "ought to be handled as an error".
    private func notBoth(
        _ length: ReferenceLength, _ codings: ReferenceCodings
    ) throws(ReferenceStop) {
        guard codings.isEffective, let lengthLine = length.firstLine,
            let codingLine = codings.firstLine
        else { return }
        let isBodiless =
            !start.isRequest && ((100...199).contains(start.status) || start.status == 204)
        guard !isBodiless, !policy.contains(.lengthAndTransferEncoding) else { return }
        throw .rejected(.lengthAndTransferEncoding, at: max(lengthLine, codingLine))
    }

    /// RFC 9110 §9.3.6: content in CONNECT has no meaning; §9.3.8: a client MUST NOT send it in TRACE.
    private func noBody(
        _ length: ReferenceLength, _ codings: ReferenceCodings, _ input: Span<UInt8>,
        _ tape: borrowing Tape
    ) throws(ReferenceStop) {
        guard start.isRequest, !policy.contains(.bodyNotAllowed),
            start.method.equals("CONNECT", input, tape)
                || start.method.equals("TRACE", input, tape)
        else { return }
        let lines = (length.firstLine ?? Int.max, codings.firstLine ?? Int.max)
        let first = min(lines.0, lines.1)
        guard first == Int.max else { throw .rejected(.bodyNotAllowed, at: first) }
    }
}

// MARK: Rules 9 to 12

extension ReferenceMeaning {
    /// The cases of RFC 9112 §6.3, in the page's order.
    private func decide(_ length: ReferenceLength, _ codings: ReferenceCodings) -> Framing {
        func make(_ kind: Framing.Kind, _ why: Framing.Why, _ length: Int = 0) -> Framing {
            Framing(kind: kind, why: why, length: length, keepAlive: true)
        }
        if start.isRequest {
            if start.isConnect { return make(.tunnel, .connect) }
        } else {
            if start.status == 101 { return make(.tunnel, .switchingProtocols) }
            if isConnectAnswer { return make(.tunnel, .connect) }
            if answers == .head { return make(.none, .head) }
            if (100...199).contains(start.status) { return make(.none, .informational) }
            if start.status == 204 { return make(.none, .noContent) }
            if start.status == 304 { return make(.none, .notModified) }
        }
        if codings.isEffective {
            return codings.isNotFinal
                ? make(.close, .encodingWithoutFinalChunked) : make(.chunked, .transferEncoding)
        }
        if let value = length.value { return make(.length, .contentLength, value) }
        return start.isRequest ? make(.none, .noLengthNoEncoding) : make(.close, .untilClose)
    }

    /// A client that upgrades and sends a body lets two recipients part on where the new protocol starts.
    private func upgradeWithoutBody(
        _ hasBody: Bool, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(ReferenceStop) {
        guard hasBody, !policy.contains(.upgradeWithBody),
            let index = field(.upgrade, from: firstField, tape)
        else { return }
        throw .rejected(.upgradeWithBody, at: tape[index].offset)
    }

    /// `Expect = #expectation`, where 100-continue is the only one. RFC 9110 §10.1.1.
    private func expectation(
        _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(ReferenceStop) -> Bool {
        var isExpected = false
        var next = firstField
        while let index = field(.expect, from: next, tape) {
            if value(behind: index, tape).matches("100-continue", input, tape) {
                isExpected = true
            } else if !policy.contains(.unmetExpectation) {
                throw .rejected(.unmetExpectation, at: tape[index].offset)
            }
            next = index + 2
        }
        return isExpected
    }

    /// RFC 9110 §5.3: only list fields may stand on several lines.
    private func singletons(_ tape: borrowing Tape) throws(ReferenceStop) {
        guard !policy.contains(.duplicateSingleton) else { return }
        var index = firstField
        while index < tape.appendedCount {
            if isSingleton(tape[index]) {
                var earlier = firstField
                while earlier < index {
                    guard tape[earlier].detail != tape[index].detail else {
                        throw .rejected(.duplicateSingleton, at: tape[index].offset)
                    }
                    earlier += 2
                }
            }
            index += 2
        }
    }

    private func isSingleton(_ name: Token) -> Bool {
        switch FieldName(rawValue: UInt8(truncatingIfNeeded: name.detail)) {
        case .authorization, .contentRange, .contentType, .location, .maxForwards,
            .proxyAuthorization:
            true
        default: false
        }
    }

    /// RFC 9112 §9.3.
    private func keepAlive(
        _ framing: Framing, _ length: ReferenceLength, _ codings: ReferenceCodings,
        _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Bool {
        if framing.kind == .tunnel || framing.kind == .close { return false }
        if connectionHas("close", input, tape) { return false }
        if start.isHTTP10, !connectionHas("keep-alive", input, tape) { return false }
        let hasLength = length.firstLine != nil
        if codings.isEffective, hasLength || start.isHTTP10 { return false }
        let isBodiless = (100...199).contains(start.status) || start.status == 204
        if !start.isRequest, isBodiless, hasLength || codings.firstLine != nil { return false }
        return true
    }

    /// `Connection = #connection-option`, over all lines. RFC 9110 §7.6.1.
    private func connectionHas(
        _ option: String, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Bool {
        var next = firstField
        while let index = field(.connection, from: next, tape) {
            var members = ReferenceMembers(of: value(behind: index, tape))
            while let member = members.nextMember(input, tape) {
                if member.matches(option, input, tape) { return true }
            }
            next = index + 2
        }
        return false
    }
}

// MARK: The field lines on the tape

extension ReferenceMeaning {
    /// The index of the next name token called `name`, at or behind `index`.
    private func field(_ name: FieldName, from index: Int, _ tape: borrowing Tape) -> Int? {
        var index = index
        while index < tape.appendedCount {
            if tape[index].detail == UInt16(name.rawValue) { return index }
            index += 2
        }
        return nil
    }

    /// The value that belongs to the name token at `index`.
    private func value(behind index: Int, _ tape: borrowing Tape) -> ReferenceText {
        let token = tape[index + 1]
        return ReferenceText(
            offset: token.offset, count: Int(truncatingIfNeeded: token.length),
            isInArena: token.http1Kind == .fieldValueUnfolded)
    }
}
