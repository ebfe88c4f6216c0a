internal import Wire

/// Recognises the field names that rules know, ignoring case.
enum SIMDNames {
    /// Which sums of length, first letter and 53 times the last letter (modulo 64) belong to a known name.
    ///
    /// Chosen by search over small factors: of some sixty names that messages carry today and no rule knows, two
    /// share a sum with a known one. A test checks that every known name is let through.
    private static let filter: UInt64 = 0x0619_8060_C324_0340

    /// The name of `count` bytes at `start`.
    @inline(__always)
    static func id(_ input: Span<UInt8>, _ start: Int, _ count: Int) -> FieldName {
        guard count > 0 else { return .other }
        let first = UInt64(input[start] | 0x20)
        let last = UInt64(input[start &+ count &- 1] | 0x20)
        let sum = UInt64(truncatingIfNeeded: count) &+ first &+ last &* 53
        guard (filter &>> (sum & 63)) & 1 != 0 else { return .other }
        return known(input, start, count)
    }

    @inline(never)
    private static func known(_ input: Span<UInt8>, _ start: Int, _ count: Int) -> FieldName {
        switch count {
        case 2: return match(input, start, .te)
        case 4: return match(input, start, .host)
        case 6: return match(input, start, .cookie, .expect)
        case 7: return match(input, start, .trailer, .upgrade)
        case 8: return match(input, start, .location)
        case 10: return match(input, start, .connection, .setCookie, .keepAlive)
        case 12: return match(input, start, .contentType, .maxForwards)
        case 13: return match(input, start, .authorization, .contentRange)
        case 14: return match(input, start, .contentLength)
        case 16: return match(input, start, .contentEncoding)
        case 17: return match(input, start, .transferEncoding)
        case 19: return match(input, start, .proxyAuthorization)
        default: return .other
        }
    }

    @inline(__always)
    private static func match(
        _ input: Span<UInt8>, _ start: Int, _ candidates: FieldName...
    ) -> FieldName {
        for candidate in candidates where isName(input, start, candidate) { return candidate }
        return .other
    }

    private static func isName(_ input: Span<UInt8>, _ start: Int, _ name: FieldName) -> Bool {
        guard let text = name.text else { return false }
        return isWord(input, start, text)
    }

    /// Whether the bytes at `start` are `word` (in lower case) when ASCII case is ignored.
    ///
    /// The caller has compared the lengths. Only letters are folded: `-` with bit 5 stays `-`.
    static func isWord(_ input: Span<UInt8>, _ start: Int, _ word: String) -> Bool {
        var index = start
        for expected in word.utf8 {
            let byte = input[index]
            let isLetter = (byte | 0x20) &- 0x61 < 26
            guard (isLetter ? byte | 0x20 : byte) == expected else { return false }
            index &+= 1
        }
        return true
    }
}
