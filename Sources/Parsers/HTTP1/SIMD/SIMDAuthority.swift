internal import Wire

/// `host [ ":" port ]` without userinfo.
enum SIMDAuthority {
    /// The port; 0 where there is none or it has no digits; nil where `text` is no authority.
    static func port(
        _ text: SIMDText, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Int? {
        guard !text.isEmpty else { return nil }
        let isLiteral = text.byte(text.start, input, tape) == 0x5B
        let hostEnd = isLiteral ? literalEnd(text, input, tape) : nameEnd(text, input, tape)
        guard let hostEnd, hostEnd > text.start else { return nil }
        if hostEnd == text.end { return 0 }
        guard text.byte(hostEnd, input, tape) == 0x3A, text.end - hostEnd <= 6 else { return nil }
        var port = 0
        for offset in (hostEnd + 1)..<text.end {
            let digit = text.byte(offset, input, tape) &- 0x30
            guard digit < 10 else { return nil }
            port = port * 10 + Int(digit)
        }
        return port <= 65_535 ? port : nil
    }

    /// The end of a reg-name; a comma stops it, and so is refused.
    private static func nameEnd(
        _ text: SIMDText, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Int? {
        var offset = text.start
        while offset < text.end {
            let byte = text.byte(offset, input, tape)
            if byte == 0x25 {
                guard offset + 2 < text.end,
                    SIMDBytes.nibble(text.byte(offset + 1, input, tape)) < 16,
                    SIMDBytes.nibble(text.byte(offset + 2, input, tape)) < 16
                else { return nil }
                offset += 3
            } else if SIMDBytes.isRegName(byte), byte != 0x2C {
                offset += 1
            } else {
                break
            }
        }
        return offset
    }

    /// Behind the bracket that closes an IP literal.
    private static func literalEnd(
        _ text: SIMDText, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Int? {
        var close = text.start + 1
        while close < text.end, text.byte(close, input, tape) != 0x5D { close += 1 }
        guard close < text.end, close > text.start + 1 else { return nil }
        let inner = SIMDText(text.start + 1, close, isInArena: text.isInArena)
        let isFuture = inner.byte(inner.start, input, tape) | 0x20 == 0x76
        let isRight = isFuture ? isIPvFuture(inner, input, tape) : isIPv6(inner, input, tape)
        return isRight ? close + 1 : nil
    }

    private static func isIPvFuture(
        _ text: SIMDText, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Bool {
        var offset = text.start + 1
        while offset < text.end, SIMDBytes.nibble(text.byte(offset, input, tape)) < 16 {
            offset += 1
        }
        guard offset > text.start + 1, offset + 1 < text.end,
            text.byte(offset, input, tape) == 0x2E
        else { return false }
        for rest in (offset + 1)..<text.end {
            let byte = text.byte(rest, input, tape)
            guard SIMDBytes.isRegName(byte) || byte == 0x3A else { return false }
        }
        return true
    }

    /// A walk over groups and separators: how many groups stand, and whether one gap fills the rest.
    private static func isIPv6(
        _ text: SIMDText, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Bool {
        var groups = 0
        var hasGap = false
        var offset = text.start
        var needsGroup = true
        while offset < text.end {
            if text.byte(offset, input, tape) == 0x3A {
                let isGap = offset + 1 < text.end && text.byte(offset + 1, input, tape) == 0x3A
                if isGap {
                    guard !hasGap, !needsGroup || offset == text.start else { return false }
                    hasGap = true
                    offset += 2
                    needsGroup = false
                    if offset == text.end { break }
                } else {
                    guard !needsGroup, groups > 0 else { return false }
                    offset += 1
                    needsGroup = true
                    continue
                }
            }
            let start = offset
            while offset < text.end, offset < start + 4,
                SIMDBytes.nibble(text.byte(offset, input, tape)) < 16
            {
                offset += 1
            }
            if offset < text.end, text.byte(offset, input, tape) == 0x2E {
                guard isIPv4(SIMDText(start, text.end, isInArena: text.isInArena), input, tape)
                else { return false }
                groups += 2
                needsGroup = false
                offset = text.end
                break
            }
            guard offset > start else { return false }
            if offset < text.end, text.byte(offset, input, tape) != 0x3A { return false }
            groups += 1
            needsGroup = false
        }
        guard !needsGroup else { return false }
        return hasGap ? groups <= 7 : groups == 8
    }

    private static func isIPv4(
        _ text: SIMDText, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Bool {
        var octets = 0
        var offset = text.start
        while true {
            let start = offset
            var value = 0
            while offset < text.end, offset < start + 3,
                SIMDBytes.isDigit(text.byte(offset, input, tape))
            {
                value = value * 10 + Int(text.byte(offset, input, tape) &- 0x30)
                offset += 1
            }
            let hasLeadingZero = offset > start + 1 && text.byte(start, input, tape) == 0x30
            guard offset > start, value <= 255, !hasLeadingZero else { return false }
            octets += 1
            if offset == text.end { return octets == 4 }
            guard octets < 4, text.byte(offset, input, tape) == 0x2E else { return false }
            offset += 1
        }
    }
}
