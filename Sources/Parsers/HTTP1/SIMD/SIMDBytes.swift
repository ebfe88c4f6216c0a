/// Words of several bytes, read from the input at once, as little-endian machines hold them.
enum SIMDBytes {
    /// CR LF.
    static let crlf: UInt16 = 0x0A0D

    /// The two bytes at `offset`, which must both be there.
    @inline(__always)
    static func pair(_ input: Span<UInt8>, _ offset: Int) -> UInt16 {
        // SAFETY: the load is checked against the span's bounds; every bit pattern is a number.
        UInt16(
            littleEndian: unsafe input.bytes.unsafeLoadUnaligned(
                fromByteOffset: offset, as: UInt16.self))
    }

    /// The eight bytes at `offset`, which must all be there.
    @inline(__always)
    static func eight(_ input: Span<UInt8>, _ offset: Int) -> UInt64 {
        // SAFETY: the load is checked against the span's bounds; every bit pattern is a number.
        UInt64(
            littleEndian: unsafe input.bytes.unsafeLoadUnaligned(
                fromByteOffset: offset, as: UInt64.self))
    }

    /// Whether CR LF stands at `offset`; false where it is not whole.
    @inline(__always)
    static func isLineEnd(_ input: Span<UInt8>, _ offset: Int) -> Bool {
        offset &+ 1 < input.count && pair(input, offset) == crlf
    }

    @inline(__always)
    static func isWhitespace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// 0 to 15, or 16 where the byte is no hexadecimal digit.
    @inline(__always)
    static func nibble(_ byte: UInt8) -> Int {
        let digit = byte &- 0x30
        if digit < 10 { return Int(digit) }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? Int(letter) &+ 10 : 16
    }

    /// tchar, RFC 9110 §5.6.2, as two words of 64 bits.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        isMember(byte, 0x03FF_6CFA_0000_0000, 0x57FF_FFFF_C7FF_FFFE)
    }

    /// unreserved and sub-delims, RFC 3986 §2.2, §2.3.
    @inline(__always)
    static func isRegName(_ byte: UInt8) -> Bool {
        isMember(byte, 0x2BFF_7FD2_0000_0000, 0x47FF_FFFE_87FF_FFFE)
    }

    /// What a field value may hold: HTAB, SP, VCHAR, obs-text.
    @inline(__always)
    static func isField(_ byte: UInt8) -> Bool {
        byte >= 0x20 ? byte != 0x7F : byte == 0x09
    }

    @inline(__always)
    private static func isMember(_ byte: UInt8, _ low: UInt64, _ high: UInt64) -> Bool {
        guard byte < 128 else { return false }
        let word = byte < 64 ? low : high
        return (word &>> UInt64(byte & 63)) & 1 != 0
    }

    /// `offset` plus `count`, or the largest offset where that would overflow.
    @inline(__always)
    static func sum(_ offset: Int, _ count: Int) -> Int {
        let (sum, overflow) = offset.addingReportingOverflow(count)
        return overflow ? Int.max : sum
    }
}

/// How a walk ends before the element does.
enum SIMDStop: Error {
    /// The input ends here; nothing is wrong so far.
    case needMore
    /// No message goes on like this.
    case rejected(HTTP1Reason, Int)
}
