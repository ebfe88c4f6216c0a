/// An encoded word of MIME: `=?charset?B?base64?=`. RFC 2047 §2.
enum HTTP1EncodedWord {
    /// The octets that the word stands for, or nil where the text is no such word.
    static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let question = UInt8(ascii: "?")
        let parts = text.split(separator: question, omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].elementsEqual([0x3D]), parts[4].elementsEqual([0x3D]),
            !parts[1].isEmpty, parts[2].elementsEqual("B".utf8) || parts[2].elementsEqual("b".utf8)
        else { return nil }
        return base64(parts[3])
    }

    private static func base64(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let digits = text.prefix { $0 != UInt8(ascii: "=") }
        guard text.count % 4 == 0, text.count - digits.count <= 2 else { return nil }
        var octets: [UInt8] = []
        var bits = 0
        var count = 0
        for digit in digits {
            guard let value = value(digit) else { return nil }
            bits = (bits << 6 | value) & 0xFFFF
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            octets.append(UInt8(truncatingIfNeeded: bits >> count))
        }
        return octets
    }

    private static func value(_ digit: UInt8) -> Int? {
        switch digit {
        case 0x41...0x5A: Int(digit) - 0x41
        case 0x61...0x7A: Int(digit) - 0x61 + 26
        case 0x30...0x39: Int(digit) - 0x30 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
