import HTTP1
import Wire

/// Where the message's body ends (RFC 9112 §6.3), and whether another message follows (§9.3).
extension FaultyHead {
    /// What the field lines said.
    var facts: FaultyFacts { fields.facts }

    /// Major 0, or 1.0; everything else has 1.1 semantics.
    var isHTTP10: Bool {
        startLine.major == 0 || startLine.major == 1 && startLine.minor == 0
    }

    /// A 2xx answer to CONNECT: Content-Length and Transfer-Encoding mean nothing there.
    var isTunnelAnswer: Bool {
        grammar.isResponse && requestMethod == .connect && startLine.status / 100 == 2
            && !grammar.has(.tunnelAnswerIsFramed)
    }

    var isInformational: Bool { grammar.isResponse && startLine.status / 100 == 1 }

    var isNoContent: Bool { grammar.isResponse && startLine.status == 204 }

    /// Whether Transfer-Encoding frames the message: leniencies may have dropped all of it.
    var hasCodings: Bool { facts.codings.isAny }

    /// The first Content-Length or Transfer-Encoding line, whatever it says.
    var firstFramingLine: Int? {
        switch (facts.lengths.line, facts.codings.line) {
        case (let length?, let coding?): min(length, coding)
        case (let length?, nil): length
        case (nil, let coding): coding
        }
    }

    /// Whether the framing promises bytes.
    var hasBody: Bool {
        switch framingKind.kind {
        case .chunked: true
        case .length: facts.lengths.value > 0
        case .none, .close, .tunnel: false
        }
    }

    /// How the body's end is found, and why.
    var framingKind: (kind: Framing.Kind, why: Framing.Why) {
        grammar.isResponse ? responseFraming : requestFraming
    }

    private var requestFraming: (kind: Framing.Kind, why: Framing.Why) {
        if startLine.method == .connect { return (.tunnel, .connect) }
        if hasCodings, !(grammar.has(.lengthWinsOverCoding) && facts.lengths.line != nil) {
            return (.chunked, .transferEncoding)
        }
        if facts.lengths.line != nil { return (.length, .contentLength) }
        return (.none, .noLengthNoEncoding)
    }

    private var responseFraming: (kind: Framing.Kind, why: Framing.Why) {
        if startLine.status == 101, !grammar.has(.switchingIsInterim) {
            return (.tunnel, .switchingProtocols)
        }
        if isTunnelAnswer { return (.tunnel, .connect) }
        if requestMethod == .head, !grammar.has(.headAnswerHasBody) { return (.none, .head) }
        if isInformational { return (.none, .informational) }
        if isNoContent, !grammar.has(.noContentHasBody) { return (.none, .noContent) }
        if startLine.status == 304, !grammar.has(.notModifiedHasBody) {
            return (.none, .notModified)
        }
        if hasCodings {
            let isFinal = facts.codings.isChunked && !facts.codings.isChunkedInside
            return isFinal ? (.chunked, .transferEncoding) : (.close, .encodingWithoutFinalChunked)
        }
        if facts.lengths.line != nil { return (.length, .contentLength) }
        return (.close, .untilClose)
    }

    /// The decision on an accepted head.
    func decideFraming() -> Framing {
        let (kind, why) = framingKind
        let is11Request = !grammar.isResponse && !isHTTP10
        return Framing(
            kind: kind, why: why, length: kind == .length ? facts.lengths.value : 0,
            keepAlive: keepsAlive(kind),
            expectsContinue: is11Request && facts.expectsContinue && hasBody,
            upgrade: is11Request && facts.upgradeLine != nil
                && (facts.hasUpgrade || grammar.has(.upgradeWithoutConnection)))
    }

    /// Whether another message may follow: never behind a doubt that a leniency let pass.
    private func keepsAlive(_ kind: Framing.Kind) -> Bool {
        if kind == .tunnel || kind == .close || facts.hasClose { return false }
        if isHTTP10, !facts.hasKeepAlive, !grammar.has(.keepsAliveInHTTP10) { return false }
        if hasCodings, isHTTP10 || facts.lengths.line != nil, !grammar.has(.doubtKeepsAlive) {
            return false
        }
        return !(isInformational || isNoContent) || firstFramingLine == nil
    }
}
