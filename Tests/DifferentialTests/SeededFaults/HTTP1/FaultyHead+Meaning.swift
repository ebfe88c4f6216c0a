import HTTP1
import Wire

/// What a head means: the rules of RFC 9112 §3.2, §6.3 and RFC 9110 in the order in which they are judged.
///
/// Each function answers one rule, or nil where the head keeps it.
extension FaultyHead {
    /// The first rule that the head breaks, or nil.
    func judge(_ input: Span<UInt8>, _ tape: borrowing Tape) -> Rejection? {
        if let rejection = judgeVersion() { return rejection }
        if !grammar.isResponse {
            if let rejection = judgeTarget(input, tape) { return rejection }
            if !grammar.has(.hostJudgedBehindLength) {
                if let rejection = judgeHost(input, tape) { return rejection }
            }
        }
        if !isTunnelAnswer {
            if let rejection = facts.lengths.rejection { return rejection }
            if let rejection = judgeCodings() { return rejection }
            if let rejection = judgeLengthAndCodings() { return rejection }
        }
        if !grammar.isResponse, grammar.has(.hostJudgedBehindLength) {
            if let rejection = judgeHost(input, tape) { return rejection }
        }
        if let rejection = judgeBodyOfMethod() { return rejection }
        if let rejection = judgeBodyLength() { return rejection }
        if !grammar.isResponse, !isHTTP10 {
            if let rejection = judgeUpgrade() { return rejection }
            if let rejection = judgeExpectation() { return rejection }
        }
        return judgeSingletons()
    }

    private func judgeVersion() -> Rejection? {
        guard startLine.major != 1, !grammar.policy.contains(.anyMajorVersion) else { return nil }
        return Rejection(HTTP1Reason.unsupportedVersion, at: startLine.versionStart)
    }

    /// Asterisk is for OPTIONS; an authority must be one.
    private func judgeTarget(_ input: Span<UInt8>, _ tape: borrowing Tape) -> Rejection? {
        let target = startLine.target
        switch startLine.form {
        case .origin, .unvalidated:
            return nil
        case .asterisk:
            guard startLine.method != .options else { return nil }
            return Rejection(HTTP1Reason.misusedAsteriskForm, at: target.offset)
        case .authority, .absolute:
            let isConnect = startLine.form == .authority
            let text = isConnect ? target : startLine.authority
            let authority = FaultyAuthority(text: text)
            guard !authority.isValid(needsPort: isConnect, input, grammar, tape) else {
                return nil
            }
            return Rejection(HTTP1Reason.malformedAuthority, at: target.offset)
        }
    }

    /// RFC 9112 §3.2, RFC 9110 §7.2.
    private func judgeHost(_ input: Span<UInt8>, _ tape: borrowing Tape) -> Rejection? {
        let policy = grammar.policy
        if let second = facts.secondHostLine, !policy.contains(.duplicateHost),
            !grammar.has(.secondHostAccepted)
        {
            return Rejection(
                HTTP1Reason.duplicateHost,
                at: grammar.has(.duplicateHostAtFirst) ? facts.host?.start ?? second : second)
        }
        guard let host = facts.host else {
            if isHTTP10 || policy.contains(.missingHost) { return nil }
            return Rejection(
                HTTP1Reason.missingHost,
                at: grammar.has(.missingHostAtEnd) ? end : fields.emptyLineStart)
        }
        if !policy.contains(.unvalidatedHost) {
            let authority = FaultyAuthority(text: host.value)
            guard authority.isValid(needsPort: false, input, grammar, tape) else {
                return Rejection(HTTP1Reason.malformedHost, at: host.start)
            }
        }
        if startLine.form == .absolute, !policy.contains(.mismatchedHost),
            !isSame(startLine.authority, host.value, input, tape)
        {
            return Rejection(HTTP1Reason.mismatchedHost, at: host.start)
        }
        return nil
    }

    /// Whether two values are equal when ASCII case is ignored.
    private func isSame(
        _ left: FaultyValue, _ right: FaultyValue, _ input: Span<UInt8>,
        _ tape: borrowing Tape
    ) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count {
            let seen = left.byte(index, input, tape)
            let a = grammar.has(.hostComparesCase) ? seen : FaultyGrammar.lowercased(seen)
            let b = FaultyGrammar.lowercased(right.byte(index, input, tape))
            guard a == b else { return false }
        }
        return true
    }

    /// RFC 9112 §6.1, and what the list of all members leaves (§6.3).
    private func judgeCodings() -> Rejection? {
        let codings = facts.codings
        let policy = grammar.policy
        guard let line = codings.line else { return nil }
        if isHTTP10, !policy.contains(.transferEncodingInHTTP10),
            !grammar.has(.codingInHTTP10Accepted)
        {
            return Rejection(HTTP1Reason.transferEncodingInHTTP10, at: line)
        }
        if let rejection = codings.rejection { return rejection }
        if let unknown = codings.unknownLine {
            return Rejection(HTTP1Reason.unsupportedTransferCoding, at: unknown)
        }
        guard let registered = codings.registeredLine else { return nil }
        if !codings.isChunked {
            return grammar.isResponse
                ? nil : Rejection(HTTP1Reason.chunkedNotFinal, at: codings.lastLine)
        }
        if codings.isChunkedInside || policy.contains(.codingsBeforeChunked) { return nil }
        return Rejection(HTTP1Reason.unsupportedTransferCoding, at: registered)
    }

    /// Both framings at once (RFC 9112 §6.3, the classic of request smuggling).
    private func judgeLengthAndCodings() -> Rejection? {
        guard hasCodings, let length = facts.lengths.line, let coding = facts.codings.line,
            !grammar.policy.contains(.lengthAndTransferEncoding),
            !grammar.has(.lengthBesideCodingAccepted)
        else { return nil }
        if isInformational || isNoContent { return nil }
        return Rejection(HTTP1Reason.lengthAndTransferEncoding, at: max(length, coding))
    }

    /// RFC 9110 §9.3.6, §9.3.8.
    private func judgeBodyOfMethod() -> Rejection? {
        guard !grammar.isResponse, !grammar.policy.contains(.bodyNotAllowed),
            !grammar.has(.bodyOnConnectAccepted),
            startLine.method == .connect || startLine.method == .trace,
            let line = firstFramingLine
        else { return nil }
        return Rejection(HTTP1Reason.bodyNotAllowed, at: line)
    }

    private func judgeBodyLength() -> Rejection? {
        guard framingKind.kind == .length,
            facts.lengths.value > grammar.limits.bodyBytesMax
        else { return nil }
        return Rejection(HTTP1Reason.bodyTooLarge, at: facts.lengths.valueLine)
    }

    /// RFC 9110 §7.8.
    private func judgeUpgrade() -> Rejection? {
        guard let line = facts.upgradeLine, hasBody,
            !grammar.policy.contains(.upgradeWithBody)
        else { return nil }
        return Rejection(HTTP1Reason.upgradeWithBody, at: line)
    }

    /// RFC 9110 §10.1.1.
    private func judgeExpectation() -> Rejection? {
        guard let line = facts.unmetExpectationLine,
            !grammar.policy.contains(.unmetExpectation)
        else { return nil }
        return Rejection(HTTP1Reason.unmetExpectation, at: line)
    }

    /// RFC 9110 §5.3.
    private func judgeSingletons() -> Rejection? {
        guard !grammar.has(.singletonsUnseen), let line = facts.repeatedSingletonLine,
            !grammar.policy.contains(.duplicateSingleton)
        else { return nil }
        return Rejection(HTTP1Reason.duplicateSingleton, at: line)
    }
}
