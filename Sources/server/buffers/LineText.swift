/// What lines of fields, logs and metrics are made of. Nothing here allocates where the array has the room.
extension [UInt8] {
    /// Appends a text of this program's own.
    mutating func append(_ text: StaticString) {
        // SAFETY: the buffer pointer is used inside the call only.
        text.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }

    /// Appends a number in decimal digits.
    mutating func appendDecimal(_ value: UInt64, digitsMin: Int = 1) {
        var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
        var start = 20
        var rest = value
        while start > 0, rest > 0 || 20 - start < digitsMin {
            start -= 1
            digits[start] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        for index in start..<20 { append(digits[index]) }
    }

    /// Appends a count or a part of a date, which is never negative, in decimal digits.
    mutating func appendDecimal(_ value: Int, digitsMin: Int = 1) {
        appendDecimal(UInt64(Swift.max(0, value)), digitsMin: digitsMin)
    }

    /// Appends a number in hexadecimal digits without leading zeros.
    mutating func appendHexadecimal(_ value: UInt16) {
        var shift = 12
        while shift > 0, value &>> UInt16(shift) == 0 { shift -= 4 }
        while shift >= 0 {
            append(Self.digit(UInt8(truncatingIfNeeded: value &>> UInt16(shift)) & 0xF))
            shift -= 4
        }
    }

    /// Appends the two hexadecimal digits of a byte.
    mutating func appendHexadecimalPair(_ byte: UInt8) {
        append(Self.digit(byte &>> 4))
        append(Self.digit(byte & 0xF))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &+ (value &- 10)
    }
}
