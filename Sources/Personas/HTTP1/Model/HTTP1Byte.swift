/// Byte classes of the HTTP/1 model.
enum HTTP1Byte {
    static let cr: UInt8 = 0x0D
    static let lf: UInt8 = 0x0A

    static func isWhitespace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    static func isLowercase(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    static func isUppercase(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
    static func isAlpha(_ byte: UInt8) -> Bool { isLowercase(byte) || isUppercase(byte) }
    static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    /// HTAB, SP, VCHAR and obs-text: what field values and reason phrases are made of.
    static func isField(_ byte: UInt8) -> Bool { byte == 0x09 || (byte >= 0x20 && byte != 0x7F) }

    static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte != 0x7F }

    static func lowercased(_ byte: UInt8) -> UInt8 { isUppercase(byte) ? byte | 0x20 : byte }

    /// The value of a digit in a base up to 36, or nil.
    static func digit(_ byte: UInt8, base: Int = 16) -> Int? {
        let value: Int
        switch lowercased(byte) {
        case 0x30...0x39: value = Int(byte) - 0x30
        case 0x61...0x7A: value = Int(lowercased(byte)) - 0x61 + 10
        default: return nil
        }
        return value < base ? value : nil
    }

    static func isToken(_ byte: UInt8) -> Bool { tokens[Int(byte)] }
    static func isPath(_ byte: UInt8) -> Bool { paths[Int(byte)] }
    static func isAuthority(_ byte: UInt8) -> Bool { authorities[Int(byte)] }
    static func isUnsafeInTarget(_ byte: UInt8) -> Bool { unsafeInTargets[Int(byte)] }
    static func isRegName(_ byte: UInt8) -> Bool { regNames[Int(byte)] }

    private static let tokens = alphanumeric(and: "!#$%&'*+-.^_`|~")
    private static let paths = alphanumeric(and: "-._~!$&'()*+,;=:@/")
    private static let authorities = alphanumeric(and: "-._~!$&'()*+,;=:[]%")
    private static let regNames = alphanumeric(and: "-._~!$&'()*+;=")
    private static let unsafeInTargets = set("\"<>[\\]^`{|}")

    private static func alphanumeric(and others: String) -> [Bool] {
        var table = set(others)
        for byte in 0...255 where isDigit(UInt8(byte)) || isAlpha(UInt8(byte)) {
            table[byte] = true
        }
        return table
    }

    private static func set(_ members: String) -> [Bool] {
        var table = [Bool](repeating: false, count: 256)
        for byte in members.utf8 { table[Int(byte)] = true }
        return table
    }
}
