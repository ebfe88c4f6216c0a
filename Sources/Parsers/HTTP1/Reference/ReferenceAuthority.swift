internal import Wire

/// An authority without userinfo: `uri-host [ ":" port ]`. RFC 9110 §7.2, RFC 3986 §3.2.
struct ReferenceAuthority {
    /// Whether there is a colon behind the host.
    private(set) var hasPort = false
    /// The port's value; 0 where there are no digits.
    private(set) var port = 0

    /// Reads `text`, or returns nil where it is no authority.
    init?(_ text: ReferenceText, _ input: Span<UInt8>, _ tape: borrowing Tape) {
        guard let hostEnd = Self.hostEnd(text, input, tape), hostEnd > 0 else { return nil }
        guard hostEnd < text.count else { return }
        guard text.byte(hostEnd, input, tape) == UInt8(ascii: ":") else { return nil }
        hasPort = true
        let digits = text.part(hostEnd + 1, text.count)
        guard digits.count <= 5 else { return nil }
        for index in 0..<digits.count {
            let byte = digits.byte(index, input, tape)
            guard ReferenceByte.isDigit(byte) else { return nil }
            port = port * 10 + Int(byte) - 0x30
        }
        guard port <= 65_535 else { return nil }
    }

    /// `host = IP-literal / IPv4address / reg-name`. The index behind it, or nil. RFC 3986 §3.2.2.
    private static func hostEnd(
        _ text: ReferenceText, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Int? {
        guard text.count > 0 else { return nil }
        if text.byte(0, input, tape) == UInt8(ascii: "[") {
            return ipLiteralEnd(text, input, tape)
        }
        return regNameEnd(text, input, tape)
    }

    /// `reg-name = *( unreserved / pct-encoded / sub-delims )`, which covers IPv4address.
    ///
    /// The comma is left out (DEVIATION RFC 3986 §3.2.2: because two Host lines joined by an intermediary
    /// look like that).
    private static func regNameEnd(
        _ text: ReferenceText, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Int? {
        var index = 0
        while index < text.count {
            let byte = text.byte(index, input, tape)
            if byte == UInt8(ascii: ":") { return index }
            if byte == UInt8(ascii: "%") {
                guard index + 2 < text.count,
                    ReferenceByte.hexValue(text.byte(index + 1, input, tape)) != nil,
                    ReferenceByte.hexValue(text.byte(index + 2, input, tape)) != nil
                else { return nil }
                index += 3
                continue
            }
            let fits =
                ReferenceByte.isUnreserved(byte)
                || (ReferenceByte.isSubDelim(byte) && byte != UInt8(ascii: ","))
            guard fits else { return nil }
            index += 1
        }
        return index
    }

    /// `IP-literal = "[" ( IPv6address / IPvFuture ) "]"`. RFC 3986 §3.2.2.
    private static func ipLiteralEnd(
        _ text: ReferenceText, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Int? {
        var close = 1
        while close < text.count, text.byte(close, input, tape) != UInt8(ascii: "]") { close += 1 }
        guard close < text.count else { return nil }
        let address = text.part(1, close)
        guard isIPvFuture(address, input, tape) || isIPv6(address, input, tape) else { return nil }
        return close + 1
    }

    /// `IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )`.
    private static func isIPvFuture(
        _ text: ReferenceText, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Bool {
        guard text.count > 0,
            ReferenceByte.lowercased(text.byte(0, input, tape)) == UInt8(ascii: "v")
        else { return false }
        var index = 1
        while index < text.count, ReferenceByte.hexValue(text.byte(index, input, tape)) != nil {
            index += 1
        }
        guard index > 1, index + 1 < text.count,
            text.byte(index, input, tape) == UInt8(ascii: ".")
        else { return false }
        for rest in (index + 1)..<text.count {
            let byte = text.byte(rest, input, tape)
            let fits =
                ReferenceByte.isUnreserved(byte) || ReferenceByte.isSubDelim(byte)
                || byte == UInt8(ascii: ":")
            guard fits else { return false }
        }
        return true
    }

    /// `IPv6address`, read as what its nine alternatives have in common: groups of 16 bits, eight of them, or at
    /// most seven around one `::`; the last two may be an IPv4address.
    private static func isIPv6(
        _ text: ReferenceText, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Bool {
        var groups = 0
        var hasElision = false
        var index = 0
        if startsWithElision(text, 0, input, tape) {
            hasElision = true
            index = 2
        }
        while index < text.count {
            if let end = ipv4End(text, index, input, tape), end == text.count {
                groups += 2
                break
            }
            guard let end = h16End(text, index, input, tape) else { return false }
            groups += 1
            index = end
            guard index < text.count else { break }
            if startsWithElision(text, index, input, tape) {
                guard !hasElision else { return false }
                hasElision = true
                index += 2
            } else {
                guard text.byte(index, input, tape) == UInt8(ascii: ":"), index + 1 < text.count
                else { return false }
                index += 1
            }
        }
        return hasElision ? groups <= 7 : groups == 8
    }

    private static func startsWithElision(
        _ text: ReferenceText, _ index: Int, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Bool {
        index + 1 < text.count && text.byte(index, input, tape) == UInt8(ascii: ":")
            && text.byte(index + 1, input, tape) == UInt8(ascii: ":")
    }

    /// `h16 = 1*4HEXDIG`. The index behind it, or nil.
    private static func h16End(
        _ text: ReferenceText, _ start: Int, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Int? {
        var index = start
        while index < text.count, index < start + 4,
            ReferenceByte.hexValue(text.byte(index, input, tape)) != nil
        {
            index += 1
        }
        return index > start ? index : nil
    }

    /// `IPv4address = dec-octet "." dec-octet "." dec-octet "." dec-octet`. The index behind it, or nil.
    private static func ipv4End(
        _ text: ReferenceText, _ start: Int, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Int? {
        var index = start
        for octet in 0..<4 {
            if octet > 0 {
                guard index < text.count, text.byte(index, input, tape) == UInt8(ascii: ".")
                else { return nil }
                index += 1
            }
            guard let end = decOctetEnd(text, index, input, tape) else { return nil }
            index = end
        }
        return index
    }

    /// `dec-octet`: 0 to 255 without leading zeros. The index behind it, or nil.
    private static func decOctetEnd(
        _ text: ReferenceText, _ start: Int, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Int? {
        var index = start
        var value = 0
        while index < text.count, index < start + 3 {
            let byte = text.byte(index, input, tape)
            guard ReferenceByte.isDigit(byte) else { break }
            value = value * 10 + Int(byte) - 0x30
            index += 1
        }
        guard index > start, value <= 255 else { return nil }
        let hasLeadingZero = text.byte(start, input, tape) == 0x30 && index > start + 1
        return hasLeadingZero ? nil : index
    }
}
