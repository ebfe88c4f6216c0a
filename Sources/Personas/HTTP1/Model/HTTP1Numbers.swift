/// Numbers as libraries read them, for the flags that model those libraries.
enum HTTP1Numbers {
    /// Python's `int()`: white space around it, a sign, a prefix of base 16, underscores between
    /// digits.
    static func int(_ text: ArraySlice<UInt8>, base: Int) -> Int? {
        var text = text
        while let first = text.first, isSpace(first) { text.removeFirst() }
        while let last = text.last, isSpace(last) { text.removeLast() }
        var isNegative = false
        if let sign = text.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            text.removeFirst()
        }
        var mayBeUnderscore = false
        if base == 16, HTTP1Byte.lowercased(text.dropFirst().first ?? 0) == UInt8(ascii: "x"),
            text.first == 0x30
        {
            text = text.dropFirst(2)
            mayBeUnderscore = true
        }
        var value = 0
        var hasDigit = false
        for byte in text {
            if byte == UInt8(ascii: "_"), mayBeUnderscore {
                mayBeUnderscore = false
                continue
            }
            guard let digit = HTTP1Byte.digit(byte, base: base),
                let next = appended(value, digit, base: base)
            else { return nil }
            value = next
            hasDigit = true
            mayBeUnderscore = true
        }
        // A negative number is no size that a model could count down; zero is zero.
        guard hasDigit, mayBeUnderscore, !isNegative || value == 0 else { return nil }
        return value
    }

    /// C's `strtoll`: white space, a sign, a prefix, the longest run of digits; nil where there is
    /// none. Negative numbers are cut to −1.
    static func strtoll(
        _ text: ArraySlice<UInt8>, base: Int
    ) -> (value: Int, end: Int)? {
        var rest = text
        while let first = rest.first, isSpace(first) { rest.removeFirst() }
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest.removeFirst()
        }
        var base = base
        let hasPrefix =
            rest.first == 0x30
            && HTTP1Byte.lowercased(rest.dropFirst().first ?? 0) == UInt8(ascii: "x")
            && HTTP1Byte.digit(rest.dropFirst(2).first ?? 0) != nil
        if base == 0 { base = hasPrefix ? 16 : rest.first == 0x30 ? 8 : 10 }
        if base == 16, hasPrefix { rest = rest.dropFirst(2) }
        var value = 0
        let start = rest.startIndex
        while let byte = rest.first, let digit = HTTP1Byte.digit(byte, base: base) {
            guard let next = appended(value, digit, base: base) else { return nil }
            value = next
            rest.removeFirst()
        }
        guard rest.startIndex > start else { return nil }
        return (isNegative && value > 0 ? -1 : value, rest.startIndex)
    }

    /// Digits without more, leading zeros included.
    static func decimal(_ text: ArraySlice<UInt8>) -> Int? {
        guard !text.isEmpty else { return nil }
        var value = 0
        for byte in text {
            guard let digit = HTTP1Byte.digit(byte, base: 10),
                let next = appended(value, digit, base: 10)
            else { return nil }
            value = next
        }
        return value
    }

    /// A decimal fraction or power of ten, cut to its whole part: `1.9` and `1e0` are 1.
    static func float(_ text: ArraySlice<UInt8>) -> Int? {
        let exponentAt = text.firstIndex { HTTP1Byte.lowercased($0) == UInt8(ascii: "e") }
        let mantissa = text[..<(exponentAt ?? text.endIndex)]
        let parts = mantissa.split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard exponentAt != nil || parts.count == 2, let whole = parts.first,
            var value = decimal(whole)
        else { return nil }
        if parts.count == 2, !parts[1].isEmpty, decimal(parts[1]) == nil { return nil }
        guard let exponentAt else { return value }
        guard let exponent = decimal(text[(exponentAt + 1)...]), exponent <= 18 else { return nil }
        for _ in 0..<exponent {
            guard let next = appended(value, 0, base: 10) else { return nil }
            value = next
        }
        return value
    }

    /// Decimal digits in a register that keeps only the low bits; nil where all of them fit, or
    /// where the value that is kept has the sign bit set.
    static func wrapped(_ text: ArraySlice<UInt8>, bits: Int) -> Int? {
        guard !text.isEmpty else { return nil }
        var value: UInt64 = 0
        var wraps = false
        for byte in text {
            guard let digit = HTTP1Byte.digit(byte, base: 10) else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
            wraps = wraps || overflow || carry
            value = sum
        }
        if bits == 32 {
            wraps = wraps || value > 0xFFFF_FFFF
            value &= 0xFFFF_FFFF
        }
        return wraps ? Int(exactly: value) : nil
    }

    private static func appended(_ value: Int, _ digit: Int, base: Int) -> Int? {
        let (shifted, overflow) = value.multipliedReportingOverflow(by: base)
        let (sum, carry) = shifted.addingReportingOverflow(digit)
        return overflow || carry ? nil : sum
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
