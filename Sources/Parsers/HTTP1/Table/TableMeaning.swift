import Wire

/// Judges a head whose syntax is right: §7 of the normative page, one function for each of its
/// rules, in its order. Everything about single values was decided by automata when their lines
/// ended.
struct TableMeaning {
    let policy: Policy
    let limits: HTTP1Limits
    let startLine: TableStartLine
    let facts: TableFacts
    /// Who sent the head.
    let role: HTTP1Context.Role
    /// For a response: what it answers.
    let requestMethod: RequestMethod
    /// Where the section's empty line starts.
    let blankStart: Int

    private var isRequest: Bool { role == .request }

    /// HTTP/1.0 semantics: major version 0, or 1.0.
    private var isOld: Bool {
        startLine.majorVersion == 0
            || (startLine.majorVersion == 1 && startLine.minorVersion == 0)
    }

    /// RFC 9112 §6.3: a successful answer to CONNECT has no framing fields, whatever it holds.
    private var opensTunnel: Bool {
        !isRequest && requestMethod == .connect && startLine.status / 100 == 2
    }

    private var forbidsBody: Bool {
        !isRequest && (startLine.status / 100 == 1 || startLine.status == 204)
    }

    /// Whether a Transfer-Encoding is in force: some member of its list was not dropped.
    private var hasCoding: Bool {
        !opensTunnel && (facts.coding.hasChunked || facts.coding.registeredLine != nil)
    }

    private var endsInChunked: Bool { facts.coding.hasChunked && !facts.coding.goesOn }

    private var counted: (value: Int, line: Int)? {
        guard !opensTunnel, let first = facts.length.first else { return nil }
        let lastCounts =
            policy.contains(.conflictingContentLengthLast)
            && !policy.contains(.conflictingContentLengthFirst)
        return lastCounts ? facts.length.last : first
    }

    /// The verdict: a rejection, or how the message is framed.
    func judge(_ input: Span<UInt8>, _ tape: borrowing Tape) -> TableJudgement {
        if let rejection = judgeStart(input, tape) { return .refused(rejection) }
        if let rejection = judgeHost(input, tape) { return .refused(rejection) }
        if let rejection = judgeLengths() { return .refused(rejection) }
        let framing = decideFraming()
        if let rejection = judgeFramed(framing) { return .refused(rejection) }
        return .framed(framing)
    }
}

/// What a head means.
enum TableJudgement {
    case framed(Framing)
    case refused(Rejection)
}

extension TableMeaning {
    private func refuse(
        _ reason: HTTP1Reason, at offset: Int?, unless leniency: Policy = .strict
    ) -> Rejection? {
        guard let offset, leniency == .strict || !policy.contains(leniency) else { return nil }
        return Rejection(reason, at: offset)
    }

    /// Rules 1 to 3: version, asterisk form, the target's authority.
    private func judgeStart(_ input: Span<UInt8>, _ tape: borrowing Tape) -> Rejection? {
        if startLine.majorVersion != 1, !policy.contains(.anyMajorVersion) {
            return Rejection(HTTP1Reason.unsupportedVersion, at: startLine.versionStart)
        }
        guard isRequest else { return nil }
        let target = startLine.target
        switch startLine.form {
        case .asterisk where startLine.method != .options:
            return Rejection(HTTP1Reason.misusedAsteriskForm, at: target.start)
        case .authority where !facts.isAuthority(target, withPort: true, input, tape):
            return Rejection(HTTP1Reason.malformedAuthority, at: target.start)
        case .absolute where !facts.isAuthority(startLine.authority, withPort: false, input, tape):
            return Rejection(HTTP1Reason.malformedAuthority, at: target.start)
        case .origin, .absolute, .authority, .asterisk, .unvalidated: return nil
        }
    }

    /// Rule 4 (RFC 9112 §3.2).
    private func judgeHost(_ input: Span<UInt8>, _ tape: borrowing Tape) -> Rejection? {
        guard isRequest else { return nil }
        let host = facts.host
        guard let line = host.line else {
            return isOld ? nil : refuse(.missingHost, at: blankStart, unless: .missingHost)
        }
        if let rejection = refuse(.duplicateHost, at: host.secondLine, unless: .duplicateHost) {
            return rejection
        }
        if !host.isAuthority,
            let rejection = refuse(.malformedHost, at: line, unless: .unvalidatedHost)
        {
            return rejection
        }
        guard startLine.form == .absolute, !areAlike(startLine.authority, host.value, input, tape)
        else { return nil }
        return refuse(.mismatchedHost, at: line, unless: .mismatchedHost)
    }

    /// Whether two ranges hold the same bytes when ASCII case is ignored.
    private func areAlike(
        _ left: TableRange, _ right: TableRange, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Bool {
        guard left.end - left.start == right.end - right.start else { return false }
        for offset in 0..<left.end - left.start {
            let one = TableFacts.octet(left.start + offset, left, input, tape)
            let other = TableFacts.octet(right.start + offset, right, input, tape)
            guard folded(one) == folded(other) else { return false }
        }
        return true
    }

    private func folded(_ octet: UInt8) -> UInt8 {
        octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet
    }

    /// Rules 5 to 8: Content-Length, Transfer-Encoding, both, and where neither may stand.
    private func judgeLengths() -> Rejection? {
        if !opensTunnel {
            if let failure = facts.length.failure { return failure }
            if let rejection = judgeCodings() { return rejection }
            if !forbidsBody, hasCoding, let length = facts.length.firstLine,
                let coding = facts.coding.firstLine,
                let rejection = refuse(
                    .lengthAndTransferEncoding, at: max(length, coding),
                    unless: .lengthAndTransferEncoding)
            {
                return rejection
            }
        }
        guard isRequest, startLine.method == .connect || startLine.method == .trace else {
            return nil
        }
        return refuse(
            .bodyNotAllowed, at: earlier(facts.length.firstLine, facts.coding.firstLine),
            unless: .bodyNotAllowed)
    }

    private func earlier(_ left: Int?, _ right: Int?) -> Int? {
        guard let left, let right else { return left ?? right }
        return min(left, right)
    }

    /// Rule 6 (RFC 9112 §6.1).
    private func judgeCodings() -> Rejection? {
        let coding = facts.coding
        guard let line = coding.firstLine else { return nil }
        if isOld, !policy.contains(.transferEncodingInHTTP10) {
            return Rejection(HTTP1Reason.transferEncodingInHTTP10, at: line)
        }
        if let failure = coding.failure { return failure }
        if let unknown = coding.unknownLine {
            return Rejection(HTTP1Reason.unsupportedTransferCoding, at: unknown)
        }
        guard let registered = coding.registeredLine else { return nil }
        if !coding.hasChunked {
            return isRequest ? Rejection(HTTP1Reason.chunkedNotFinal, at: coding.lastLine) : nil
        }
        guard endsInChunked else { return nil }
        return refuse(
            .unsupportedTransferCoding, at: registered, unless: .codingsBeforeChunked)
    }

    /// Rules 9 to 12, which need the framing.
    private func judgeFramed(_ framing: Framing) -> Rejection? {
        if framing.kind == .length, framing.length > limits.bodyBytesMax {
            return Rejection(HTTP1Reason.bodyTooLarge, at: counted?.line ?? blankStart)
        }
        if isRequest, !isOld {
            if framing.kind == .chunked || framing.length > 0,
                let rejection = refuse(
                    .upgradeWithBody, at: facts.upgradeLine, unless: .upgradeWithBody)
            {
                return rejection
            }
            if let rejection = refuse(
                .unmetExpectation, at: facts.expectation.unmetLine, unless: .unmetExpectation)
            {
                return rejection
            }
        }
        return refuse(
            .duplicateSingleton, at: facts.repeatedSingleton, unless: .duplicateSingleton)
    }
}

extension TableMeaning {
    /// RFC 9112 §6.3.
    private func decideFraming() -> Framing {
        let (kind, why) = isRequest ? requestFraming : responseFraming
        var framing = Framing(kind: kind, why: why, keepAlive: false)
        if kind == .length { framing.length = counted?.value ?? 0 }
        framing.keepAlive = kind != .tunnel && kind != .close && keepsAlive
        if isRequest, !isOld {
            framing.expectsContinue =
                facts.expectation.expectsContinue && (kind == .chunked || framing.length > 0)
            framing.upgrade = facts.upgradeLine != nil && facts.connection.upgrade
        }
        return framing
    }

    private var requestFraming: (Framing.Kind, Framing.Why) {
        if startLine.method == .connect { return (.tunnel, .connect) }
        if hasCoding { return (.chunked, .transferEncoding) }
        if counted != nil { return (.length, .contentLength) }
        return (.none, .noLengthNoEncoding)
    }

    private var responseFraming: (Framing.Kind, Framing.Why) {
        let status = startLine.status
        if status == 101 { return (.tunnel, .switchingProtocols) }
        if opensTunnel { return (.tunnel, .connect) }
        if requestMethod == .head { return (.none, .head) }
        if status / 100 == 1 { return (.none, .informational) }
        if status == 204 { return (.none, .noContent) }
        if status == 304 { return (.none, .notModified) }
        if hasCoding {
            return endsInChunked
                ? (.chunked, .transferEncoding) : (.close, .encodingWithoutFinalChunked)
        }
        if counted != nil { return (.length, .contentLength) }
        return (.close, .untilClose)
    }

    /// RFC 9112 §9.3, and what leniencies let pass.
    private var keepsAlive: Bool {
        let hasLength = facts.length.firstLine != nil
        if facts.connection.close || (isOld && !facts.connection.keepAlive) { return false }
        if hasCoding, isOld || hasLength { return false }
        return !(forbidsBody && (hasLength || facts.coding.firstLine != nil))
    }
}
