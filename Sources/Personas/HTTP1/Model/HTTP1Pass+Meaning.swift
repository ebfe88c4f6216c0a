internal import HTTP1
internal import Wire

/// What a head means: `Documentation/HTTP1.md` §7, in its order.
extension HTTP1Pass {
    func framing(
        _ message: HTTP1Read, _ answers: RequestMethod
    ) throws(HTTP1Stop) -> Framing {
        guard message.major == 1 || allows(.anyMajorVersion) || flags.hasAny(.S15, .S40) else {
            throw .rejected(.unsupportedVersion, message.version.lowerBound)
        }
        if message.isRequest {
            if message.form == .asterisk, !methodIs("OPTIONS", message) {
                throw .rejected(.misusedAsteriskForm, message.target.lowerBound)
            }
            try targetAuthority(message)
            try host(message)
        }
        var body = HTTP1BodyFields()
        let isConnectAnswer =
            !message.isRequest && answers == .connect && (200...299).contains(message.status)
            && !has(.connectAnswerFramed)
        let isBlind = has(.ignoredBodyOfGET) && methodIs("GET", message)
        if !isConnectAnswer, !isBlind {
            try contentLength(message, &body)
            try transferEncoding(message, &body)
            try notBoth(message, &body)
        }
        if message.isRequest, !allows(.bodyNotAllowed),
            methodIs("CONNECT", message) || methodIs("TRACE", message),
            let line = [body.lengthLine, body.codingLine].compactMap({ $0 }).min()
        {
            throw .rejected(.bodyNotAllowed, line)
        }
        var framing = decide(message, answers, body, isConnectAnswer)
        if framing.kind == .length, framing.length > limits.bodyBytesMax {
            throw .rejected(.bodyTooLarge, body.countingLine)
        }
        try expectations(message, &framing)
        if !allows(.duplicateSingleton) { try singletons(message) }
        framing.keepAlive = keepAlive(message, framing, body)
        return framing
    }

    private func methodIs(_ method: String, _ message: HTTP1Read) -> Bool {
        bytes[message.method].elementsEqual(method.utf8)
    }

    /// A message with both is refused; one that carries no body anyway may have both.
    private func notBoth(
        _ message: HTTP1Read, _ body: inout HTTP1BodyFields
    ) throws(HTTP1Stop) {
        guard body.isCoded, let length = body.lengthLine, let coding = body.codingLine else {
            return
        }
        if has(.lengthOverridesTransferEncoding) {
            body.dropCodings()
            return
        }
        let hasNone =
            !message.isRequest && ((100...199).contains(message.status) || message.status == 204)
        guard !hasNone, !allows(.lengthAndTransferEncoding) else { return }
        throw .rejected(.lengthAndTransferEncoding, max(length, coding))
    }
}

// MARK: Authorities

extension HTTP1Pass {
    private func targetAuthority(_ message: HTTP1Read) throws(HTTP1Stop) {
        guard message.form == .absolute || message.form == .authority else { return }
        let port = HTTP1Authority.port(bytes[message.authority])
        guard let port, message.form == .absolute || port > 0 else {
            throw .rejected(.malformedAuthority, message.target.lowerBound)
        }
    }

    private func host(_ message: HTTP1Read) throws(HTTP1Stop) {
        let hosts = lines(.host, in: message)
        guard let first = hosts.first else {
            guard message.isHTTP10 || allows(.missingHost) else {
                throw .rejected(.missingHost, message.emptyLine)
            }
            return
        }
        if hosts.count > 1, !allows(.duplicateHost), !has(.duplicateHostForwarded) {
            throw .rejected(.duplicateHost, hosts[1].name.lowerBound)
        }
        let value = value(first)
        if !allows(.unvalidatedHost), HTTP1Authority.port(value) == nil {
            throw .rejected(.malformedHost, first.name.lowerBound)
        }
        guard message.form == .absolute, !allows(.mismatchedHost) else { return }
        let authority = bytes[message.authority]
        guard
            authority.map(HTTP1Byte.lowercased).elementsEqual(value.map(HTTP1Byte.lowercased))
        else { throw .rejected(.mismatchedHost, first.name.lowerBound) }
    }
}

// MARK: Framing

extension HTTP1Pass {
    private func decide(
        _ message: HTTP1Read, _ answers: RequestMethod, _ body: HTTP1BodyFields,
        _ isConnectAnswer: Bool
    ) -> Framing {
        func make(_ kind: Framing.Kind, _ why: Framing.Why, _ length: Int = 0) -> Framing {
            Framing(kind: kind, why: why, length: length, keepAlive: true)
        }
        if message.isRequest {
            if message.isConnect { return make(.tunnel, .connect) }
        } else {
            if message.status == 101 { return make(.tunnel, .switchingProtocols) }
            if isConnectAnswer { return make(.tunnel, .connect) }
            if answers == .head, !has(.headAnswerHasBody) { return make(.none, .head) }
            let mayHaveBody = has(.noContentHasBody) && (body.isCoded || body.length != nil)
            if !mayHaveBody {
                if (100...199).contains(message.status) { return make(.none, .informational) }
                if message.status == 204 { return make(.none, .noContent) }
                if message.status == 304 { return make(.none, .notModified) }
            }
        }
        if body.waitsForClose { return make(.close, .untilClose) }
        if body.isCoded {
            return body.isNotFinal
                ? make(.close, .encodingWithoutFinalChunked) : make(.chunked, .transferEncoding)
        }
        if let length = body.length { return make(.length, .contentLength, length) }
        return message.isRequest ? make(.none, .noLengthNoEncoding) : make(.close, .untilClose)
    }

    /// Upgrade and Expect, of 1.1 requests only.
    private func expectations(
        _ message: HTTP1Read, _ framing: inout Framing
    ) throws(HTTP1Stop) {
        guard message.isRequest, !message.isHTTP10 else { return }
        let hasBody = framing.kind == .chunked || framing.length > 0
        let upgrades = lines(.upgrade, in: message)
        if hasBody, !allows(.upgradeWithBody), let first = upgrades.first {
            throw .rejected(.upgradeWithBody, first.name.lowerBound)
        }
        var isExpected = false
        for line in lines(.expect, in: message) {
            let value = value(line)
            let isContinue =
                Self.same(value, "100-continue")
                || (has(.expectSubstring) && Self.contains(value, "100-continue"))
            if isContinue {
                isExpected = true
            } else if !allows(.unmetExpectation) {
                throw .rejected(.unmetExpectation, line.name.lowerBound)
            }
        }
        framing.expectsContinue = isExpected && hasBody
        framing.upgrade = !upgrades.isEmpty && connectionHas("upgrade", message)
    }

    static func contains(_ text: ArraySlice<UInt8>, _ word: String) -> Bool {
        let word = Array(word.utf8)
        let text = text.map(HTTP1Byte.lowercased)
        guard text.count >= word.count else { return false }
        return (0...(text.count - word.count)).contains { text[$0...].starts(with: word) }
    }

    private func singletons(_ message: HTTP1Read) throws(HTTP1Stop) {
        var seen: Set<FieldName> = []
        for field in message.fields where !field.isDropped {
            switch field.id {
            case .authorization, .contentRange, .contentType, .location, .maxForwards,
                .proxyAuthorization:
                guard seen.insert(field.id).inserted else {
                    throw .rejected(.duplicateSingleton, field.name.lowerBound)
                }
            default: continue
            }
        }
    }

    private func keepAlive(
        _ message: HTTP1Read, _ framing: Framing, _ body: HTTP1BodyFields
    ) -> Bool {
        if framing.kind == .tunnel || framing.kind == .close { return false }
        if has(.closeIgnored) { return true }
        if connectionHas("close", message) { return false }
        if message.isHTTP10, !connectionHas("keep-alive", message) { return false }
        if body.isCoded, body.lengthLine != nil || message.isHTTP10 { return false }
        let hasNone =
            !message.isRequest && ((100...199).contains(message.status) || message.status == 204)
        return !(hasNone && (body.lengthLine != nil || body.codingLine != nil))
    }

    func connectionHas(_ option: String, _ message: HTTP1Read) -> Bool {
        lines(.connection, in: message).contains { line in
            if has(.connectionWholeValue) { return Self.same(value(line), option) }
            return Self.members(value(line)).contains { Self.same($0, option) }
        }
    }
}
