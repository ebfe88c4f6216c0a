import HTTP1
import Wire

/// Authorities: host [ `:` port ] (RFC 3986 §3.2, without userinfo), byte by byte.
///
/// The port of an authority in CONNECT must be there and not 0 (RFC 9112 §3.2.3).
struct FaultyAuthority {
    /// The bytes of a Host value or of a part of the target.
    let text: FaultyValue

    /// Whether the bytes are an authority.
    func isValid(
        needsPort: Bool, _ input: Span<UInt8>, _ grammar: FaultyGrammar, _ tape: borrowing Tape
    ) -> Bool {
        guard text.count > 0 else { return false }
        let hostEnd =
            text.byte(0, input, tape) == UInt8(ascii: "[")
            ? literalEnd(input, grammar, tape) : nameEnd(input, grammar, tape)
        guard let hostEnd else { return false }
        guard hostEnd < text.count else {
            return !needsPort || grammar.has(.connectPortOptional)
        }
        guard text.byte(hostEnd, input, tape) == 0x3A else { return false }
        return isPort(from: hostEnd &+ 1, isNeeded: needsPort, input, grammar, tape)
    }

    /// Digits, at most five, at most 65535.
    private func isPort(
        from start: Int, isNeeded: Bool, _ input: Span<UInt8>, _ grammar: FaultyGrammar,
        _ tape: borrowing Tape
    ) -> Bool {
        guard text.count &- start <= 5 else { return false }
        var port = 0
        for index in start..<text.count {
            let byte = text.byte(index, input, tape)
            guard FaultyGrammar.isDigit(byte) else { return false }
            port = port &* 10 &+ Int(byte &- 0x30)
        }
        if grammar.has(.portWrapsAt16Bits) { port &= 65_535 }
        return port <= 65_535 && (port > 0 || !isNeeded)
    }

    /// Where a registered name ends, or nil where it is none. A comma would make the value a list.
    private func nameEnd(
        _ input: Span<UInt8>, _ grammar: FaultyGrammar, _ tape: borrowing Tape
    ) -> Int? {
        var at = 0
        while at < text.count {
            let byte = text.byte(at, input, tape)
            if grammar.fits(byte, FaultyClass.host)
                || byte == 0x2C && grammar.has(.hostAdmitsComma)
            {
                at &+= 1
            } else if byte == UInt8(ascii: "%"), isHex(at &+ 1, input, tape),
                isHex(at &+ 2, input, tape)
            {
                at &+= 3
            } else {
                break
            }
        }
        return at > 0 ? at : nil
    }

    /// Where an IP literal ends behind its bracket, or nil where it is none.
    private func literalEnd(
        _ input: Span<UInt8>, _ grammar: FaultyGrammar, _ tape: borrowing Tape
    ) -> Int? {
        var end = 1
        while end < text.count, text.byte(end, input, tape) != UInt8(ascii: "]") { end &+= 1 }
        guard end < text.count, end > 1 else { return nil }
        let isFuture = text.byte(1, input, tape) | 0x20 == UInt8(ascii: "v")
        let isValid =
            isFuture
            ? isFutureAddress(2..<end, input, grammar, tape) : isIPv6(1..<end, input, grammar, tape)
        return isValid ? end &+ 1 : nil
    }

    /// What stands behind the v of IPvFuture: 1*HEXDIG "." 1*( unreserved / sub-delims / ":" ).
    private func isFutureAddress(
        _ range: Range<Int>, _ input: Span<UInt8>, _ grammar: FaultyGrammar,
        _ tape: borrowing Tape
    ) -> Bool {
        var at = range.lowerBound
        while at < range.upperBound, isHex(at, input, tape) { at &+= 1 }
        guard at > range.lowerBound, at &+ 1 < range.upperBound,
            text.byte(at, input, tape) == 0x2E
        else { return false }
        for index in (at &+ 1)..<range.upperBound {
            let byte = text.byte(index, input, tape)
            guard grammar.fits(byte, FaultyClass.future) else { return false }
        }
        return true
    }

    private func isHex(_ index: Int, _ input: Span<UInt8>, _ tape: borrowing Tape) -> Bool {
        index < text.count && FaultyGrammar.hexValue(text.byte(index, input, tape)) != nil
    }
}

// MARK: - IPv6address

extension FaultyAuthority {
    /// Eight groups of one to four HEXDIG, the last two perhaps as an IPv4 address; one `::` stands for
    /// one or more groups (RFC 3986 §3.2.2).
    private func isIPv6(
        _ range: Range<Int>, _ input: Span<UInt8>, _ grammar: FaultyGrammar,
        _ tape: borrowing Tape
    ) -> Bool {
        let end = range.upperBound
        var at = range.lowerBound
        var groups = 0
        var hasGap = false
        if isColon(at, before: end, input, tape) {
            guard isColon(at &+ 1, before: end, input, tape) else { return false }
            hasGap = true
            at &+= 2
        }
        while at < end {
            let start = at
            while at < end, at &- start < 5, isHex(at, input, tape) { at &+= 1 }
            if at < end, text.byte(at, input, tape) == 0x2E {
                guard isIPv4(start..<end, input, grammar, tape) else { return false }
                groups &+= 2
                break
            }
            guard at > start, at &- start <= 4 else { return false }
            groups &+= 1
            guard at < end else { break }
            guard isColon(at, before: end, input, tape), at &+ 1 < end else { return false }
            at &+= 1
            if isColon(at, before: end, input, tape) {
                guard !hasGap || grammar.has(.secondGapAccepted) else { return false }
                hasGap = true
                at &+= 1
            }
        }
        return hasGap
            ? groups <= 7
            : groups == 8 || groups == 7 && grammar.has(.eighthGroupMayLack)
    }

    /// Four numbers of 0 to 255, without leading zeros.
    private func isIPv4(
        _ range: Range<Int>, _ input: Span<UInt8>, _ grammar: FaultyGrammar,
        _ tape: borrowing Tape
    ) -> Bool {
        var at = range.lowerBound
        for part in 0..<4 {
            if part > 0 {
                guard at < range.upperBound, text.byte(at, input, tape) == 0x2E else {
                    return false
                }
                at &+= 1
            }
            let start = at
            var value = 0
            while at < range.upperBound, at &- start < 3 {
                let byte = text.byte(at, input, tape)
                guard FaultyGrammar.isDigit(byte) else { break }
                value = value &* 10 &+ Int(byte &- 0x30)
                at &+= 1
            }
            guard at > start, value <= (grammar.has(.octetReaches256) ? 256 : 255) else {
                return false
            }
            guard at &- start == 1 || text.byte(start, input, tape) != 0x30 else { return false }
        }
        return at == range.upperBound
    }

    private func isColon(
        _ index: Int, before end: Int, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Bool {
        index < end && text.byte(index, input, tape) == 0x3A
    }
}
