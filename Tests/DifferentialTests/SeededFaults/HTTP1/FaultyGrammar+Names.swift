import HTTP1
import Wire

extension FaultyGrammar {
    /// Bytes for each name in `letters`: the longest, `proxy-authorization`, has 19.
    private static var nameStride: Int { 24 }

    /// The letters of all known names, side by side.
    static func lettersOfNames() -> InlineArray<480, UInt8> {
        var letters = InlineArray<480, UInt8>(repeating: 0)
        for name in FieldName.allCases {
            guard let text = name.text else { continue }
            for (index, byte) in text.utf8.enumerated() where index < nameStride {
                letters[Int(name.rawValue) * nameStride + index] = byte
            }
        }
        return letters
    }

    /// Which known name stands in `count` bytes at `start`; case is ignored (RFC 9110 §5.1).
    ///
    /// Length and first letter leave one candidate at most, so most names of a message are told apart
    /// from the known ones by one comparison.
    func fieldName(in input: Span<UInt8>, at start: Int, count: Int) -> FieldName {
        guard count > 1 else { return .other }
        let name = Self.candidate(count: count, first: input[start] | 0x20)
        guard name != .other else { return .other }
        let base = Int(name.rawValue) &* Self.nameStride
        for index in 0..<(has(.lastLetterUnseen) ? count &- 1 : count)
        where (has(.namesMatchCase) ? input[start &+ index] : input[start &+ index] | 0x20)
            != letters[base &+ index]
        {
            return .other
        }
        return name
    }

    /// The only name of `count` letters that starts with `first`.
    ///
    /// Setting bit 5 makes letters lower case and leaves the hyphen; what else it maps onto these bytes
    /// are controls, which no name holds.
    private static func candidate(count: Int, first: UInt8) -> FieldName {
        switch (count, first) {
        case (2, UInt8(ascii: "t")): .te
        case (4, UInt8(ascii: "h")): .host
        case (6, UInt8(ascii: "c")): .cookie
        case (6, UInt8(ascii: "e")): .expect
        case (7, UInt8(ascii: "t")): .trailer
        case (7, UInt8(ascii: "u")): .upgrade
        case (8, UInt8(ascii: "l")): .location
        case (10, UInt8(ascii: "c")): .connection
        case (10, UInt8(ascii: "k")): .keepAlive
        case (10, UInt8(ascii: "s")): .setCookie
        case (12, UInt8(ascii: "c")): .contentType
        case (12, UInt8(ascii: "m")): .maxForwards
        case (13, UInt8(ascii: "a")): .authorization
        case (13, UInt8(ascii: "c")): .contentRange
        case (14, UInt8(ascii: "c")): .contentLength
        case (16, UInt8(ascii: "c")): .contentEncoding
        case (17, UInt8(ascii: "t")): .transferEncoding
        case (19, UInt8(ascii: "p")): .proxyAuthorization
        default: .other
        }
    }
}
