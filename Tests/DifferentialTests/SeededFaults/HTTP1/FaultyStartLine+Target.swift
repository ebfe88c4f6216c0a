import HTTP1
import Wire

/// The request target (RFC 9112 §3.2).
extension FaultyStartLine {
    /// The target's first byte, which with the method says its form.
    mutating func awaitTarget(_ byte: UInt8, _ grammar: FaultyGrammar) -> FaultyStep {
        if grammar.policy.contains(.requestLineWhitespace), isSeparator(byte, grammar) {
            position &+= 1
            return .advanced
        }
        if grammar.policy.contains(.unvalidatedTarget) {
            return beginTarget(.unvalidated, .unvalidated, byte, grammar)
        }
        if method == .connect { return beginTarget(.authority, .connect, byte, grammar) }
        switch byte {
        case UInt8(ascii: "/"): return beginTarget(.origin, .path, byte, grammar)
        case UInt8(ascii: "*"):
            _ = beginTarget(.asterisk, .asterisk, byte, grammar)
            position &+= 1
            return .advanced
        case UInt8(ascii: "h"), UInt8(ascii: "H"):
            _ = beginTarget(.absolute, .authority, byte, grammar)
            schemeIndex = 1
            position &+= 1
            state = .awaitingSchemeEnd
            return .advanced
        default: return .reject(.malformedTarget, at: position)
        }
    }

    /// `byte`, at the position, is the target's first; it must fit where its class says so.
    private mutating func beginTarget(
        _ form: TargetForm, _ part: TargetPart, _ byte: UInt8, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        self.form = form
        self.part = part
        partStart = position
        targetEnd = FaultyGrammar.sum(position, grammar.limits.targetBytesMax)
        if grammar.has(.targetLimitOffByOne) { targetEnd &-= 1 }
        if part == .connect || part == .unvalidated, !grammar.fits(byte, classOfPart) {
            return .reject(.malformedTarget, at: position)
        }
        state = .awaitingTargetEnd
        return .advanced
    }

    /// The bytes that fit into the part without a look at each.
    private var classOfPart: UInt16 {
        switch part {
        case .authority, .connect: FaultyClass.authority
        case .path: FaultyClass.path
        case .query: FaultyClass.query
        case .unvalidated: FaultyClass.visible
        case .asterisk: 0
        }
    }

    /// The rest of `http://` or `https://`; step 4 is the letter s, or the colon in its place.
    mutating func awaitSchemeEnd(_ byte: UInt8) -> FaultyStep {
        let lower = FaultyGrammar.lowercased(byte)
        switch (schemeIndex, lower) {
        case (1, UInt8(ascii: "t")), (2, UInt8(ascii: "t")), (3, UInt8(ascii: "p")),
            (4, UInt8(ascii: "s")), (5, UInt8(ascii: ":")), (6, UInt8(ascii: "/")),
            (7, UInt8(ascii: "/")):
            schemeIndex &+= 1
        case (4, UInt8(ascii: ":")):
            schemeIndex = 6
        default:
            return .reject(.malformedTarget, at: position)
        }
        guard position < targetEnd else { return .reject(.targetTooLong, at: position) }
        position &+= 1
        if schemeIndex == 8 {
            authority.offset = position
            state = .awaitingTargetEnd
        }
        return .advanced
    }

    /// The bytes of a part up to the next part or the target's end.
    mutating func awaitTargetEnd(
        _ input: Span<UInt8>, _ end: Int, _ grammar: FaultyGrammar, _ tape: inout Tape
    ) -> FaultyStep {
        let fitting = classOfPart
        let scanEnd = min(end, targetEnd)
        var at = position
        while at < scanEnd, grammar.fits(input[at], fitting) { at &+= 1 }
        position = at
        guard at < end else { return .advanced }
        let byte = input[at]
        guard !grammar.fits(byte, fitting) else { return .reject(.targetTooLong, at: at) }
        if isSeparator(byte, grammar) {
            endAuthority()
            endTarget(&tape)
            return .advanced
        }
        if grammar.has(.targetLimitBeforeSyntax), at >= targetEnd {
            return .reject(.targetTooLong, at: at)
        }
        guard awaitNextPart(byte) else { return .reject(.malformedTarget, at: at) }
        guard at < targetEnd else { return .reject(.targetTooLong, at: at) }
        position &+= 1
        return .advanced
    }

    /// Whether `byte`, which is none of its part, leads to another part or to a percent-encoding.
    private mutating func awaitNextPart(_ byte: UInt8) -> Bool {
        switch (part, byte) {
        case (.authority, UInt8(ascii: "/")):
            endAuthority()
            part = .path
        case (.authority, UInt8(ascii: "?")):
            endAuthority()
            part = .query
        case (.path, UInt8(ascii: "?")):
            part = .query
        case (.path, UInt8(ascii: "%")), (.query, UInt8(ascii: "%")):
            state = .awaitingHighDigit
        default:
            return false
        }
        return true
    }

    /// The authority of form absolute ends at the position, unless it ended before.
    private mutating func endAuthority() {
        guard form == .absolute, part == .authority else { return }
        authority.count = position &- authority.offset
    }

    /// The target's separator is at the position.
    private mutating func endTarget(_ tape: inout Tape) {
        target = FaultyValue(offset: partStart, count: position &- partStart)
        tape.append(
            Token(.target, detail: form.rawValue, offset: target.offset, length: target.count))
        position &+= 1
        state = .awaitingVersion
    }
}

/// Percent-encodings in a path or query (RFC 3986 §2.1).
extension FaultyStartLine {
    mutating func awaitHighDigit(_ byte: UInt8) -> FaultyStep {
        guard let digit = FaultyGrammar.hexValue(byte) else {
            return .reject(.malformedPercentEncoding, at: position)
        }
        guard position < targetEnd else { return .reject(.targetTooLong, at: position) }
        highDigit = digit
        position &+= 1
        state = .awaitingLowDigit
        return .advanced
    }

    /// The second digit. NUL, backslash and the lead bytes of overlong UTF-8 are hidden from filters by
    /// an encoding; nobody needs them.
    mutating func awaitLowDigit(_ byte: UInt8, _ grammar: FaultyGrammar) -> FaultyStep {
        guard let digit = FaultyGrammar.hexValue(byte) else {
            return .reject(.malformedPercentEncoding, at: position)
        }
        switch highDigit &<< 4 | digit {
        case 0x5C where grammar.has(.percentEncodedBackslashAccepted): break
        case 0x00, 0x5C, 0xC0, 0xC1: return .reject(.malformedPercentEncoding, at: position)
        default: break
        }
        guard position < targetEnd else { return .reject(.targetTooLong, at: position) }
        position &+= 1
        state = .awaitingTargetEnd
        return .advanced
    }
}
