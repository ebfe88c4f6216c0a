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
        let sum = sum(input[start], input[start &+ count &- 1], count)
        return mayBeKnown(sum) ? known(input, start, count) : .other
    }

    /// The sum that `mayBeKnown` looks up, from a name's first and last byte and its length.
    @inline(__always)
    static func sum(_ first: UInt8, _ last: UInt8, _ count: Int) -> UInt64 {
        UInt64(truncatingIfNeeded: count) &+ UInt64(first | 0x20) &+ UInt64(last | 0x20) &* 53
    }

    /// Whether some known name has this sum.
    @inline(__always)
    static func mayBeKnown(_ sum: UInt64) -> Bool { (filter &>> (sum & 63)) & 1 != 0 }

    /// Compares with the names of that length, eight letters at a time.
    @inline(never)
    static func known(_ input: Span<UInt8>, _ start: Int, _ count: Int) -> FieldName {
        guard count >= 8 else { return short(input, start, count) }
        let head = SIMDBytes.eight(input, start) | letters
        let tail = SIMDBytes.eight(input, start &+ count &- 8) | letters
        switch count {
        case 8: return head == 0x6E6F_6974_6163_6F6C ? .location : .other
        case 10:
            if head == 0x6974_6365_6E6E_6F63, tail == 0x6E6F_6974_6365_6E6E { return .connection }
            if head == 0x6B6F_6F63_2D74_6573, tail == 0x6569_6B6F_6F63_2D74 { return .setCookie }
            let isKeepAlive = head == 0x696C_612D_7065_656B && tail == 0x6576_696C_612D_7065
            return isKeepAlive ? .keepAlive : .other
        case 12:
            if head == 0x2D74_6E65_746E_6F63, tail == 0x6570_7974_2D74_6E65 { return .contentType }
            let isMaxForwards = head == 0x7772_6F66_2D78_616D && tail == 0x7364_7261_7772_6F66
            return isMaxForwards ? .maxForwards : .other
        case 13:
            if head == 0x7A69_726F_6874_7561, tail == 0x6E6F_6974_617A_6972 {
                return .authorization
            }
            let isRange = head == 0x2D74_6E65_746E_6F63 && tail == 0x6567_6E61_722D_746E
            return isRange ? .contentRange : .other
        case 14:
            let isLength = head == 0x2D74_6E65_746E_6F63 && tail == 0x6874_676E_656C_2D74
            return isLength ? .contentLength : .other
        case 16:
            let isEncoding = head == 0x2D74_6E65_746E_6F63 && tail == 0x676E_6964_6F63_6E65
            return isEncoding ? .contentEncoding : .other
        default: return long(input, start, count, head, tail)
        }
    }

    private static func long(
        _ input: Span<UInt8>, _ start: Int, _ count: Int, _ head: UInt64, _ tail: UInt64
    ) -> FieldName {
        // Other lengths have no known name, and need not have sixteen bytes.
        guard count == 17 || count == 19 else { return .other }
        let middle = SIMDBytes.eight(input, start &+ 8) | letters
        switch count {
        case 17:
            let isTransfer =
                head == 0x7265_6673_6E61_7274 && middle == 0x6E69_646F_636E_652D
                && tail == 0x676E_6964_6F63_6E65
            return isTransfer ? .transferEncoding : .other
        case 19:
            let isProxy =
                head == 0x7561_2D79_786F_7270 && middle == 0x7461_7A69_726F_6874
                && tail == 0x6E6F_6974_617A_6972
            return isProxy ? .proxyAuthorization : .other
        default: return .other
        }
    }

    /// Names of less than eight letters: one load where eight bytes are there, as a colon and a line end see to.
    @inline(__always)
    private static func short(_ input: Span<UInt8>, _ start: Int, _ count: Int) -> FieldName {
        var word: UInt64 = 0
        if start &+ 8 <= input.count {
            let mask = (1 as UInt64) &<< UInt64(truncatingIfNeeded: count &* 8) &- 1
            word = (SIMDBytes.eight(input, start) | letters) & mask
        } else {
            for index in 0..<count {
                word |= UInt64(input[start &+ index] | 0x20) &<< UInt64(index &* 8)
            }
        }
        switch count {
        case 2: return word == 0x6574 ? .te : .other
        case 4: return word == 0x7473_6F68 ? .host : .other
        case 6:
            return word == 0x6569_6B6F_6F63 ? .cookie : word == 0x7463_6570_7865 ? .expect : .other
        case 7:
            let isTrailer = word == 0x72_656C_6961_7274
            return isTrailer ? .trailer : word == 0x65_6461_7267_7075 ? .upgrade : .other
        default: return .other
        }
    }

    /// Folds the letters of eight bytes. A name has no byte that this would turn into another letter or hyphen:
    /// 0x0D becomes a hyphen, but is never in a name.
    private static var letters: UInt64 { 0x2020_2020_2020_2020 }

    /// Whether the bytes at `start` are `word` (in lower case) when ASCII case is ignored.
    ///
    /// The caller has compared the lengths. Only letters are folded.
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
