/// Byte classes, each as the RFC writes it down.
enum ReferenceByte {
    static let cr: UInt8 = 0x0D
    static let lf: UInt8 = 0x0A
    static let sp: UInt8 = 0x20
    static let htab: UInt8 = 0x09

    /// `SP / HTAB`
    static func isWhitespace(_ byte: UInt8) -> Bool { byte == sp || byte == htab }

    /// `DIGIT = %x30-39`. RFC 5234 Appendix B.1.
    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// `ALPHA = %x41-5A / %x61-7A`. RFC 5234 Appendix B.1.
    static func isAlpha(_ byte: UInt8) -> Bool {
        (byte >= 0x41 && byte <= 0x5A) || isLowercase(byte)
    }

    /// `%x61-7A`
    static func isLowercase(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }

    /// The value of a hexadecimal digit of either case. `HEXDIG`, RFC 5234 Appendix B.1.
    static func hexValue(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x46: Int(byte) - 0x41 + 10
        case 0x61...0x66: Int(byte) - 0x61 + 10
        default: nil
        }
    }

    /// `tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~" /
    /// DIGIT / ALPHA`. RFC 9110 §5.6.2.
    static func isTchar(_ byte: UInt8) -> Bool {
        isAlpha(byte) || isDigit(byte) || isOne(byte, of: "!#$%&'*+-.^_`|~")
    }

    /// `unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~"`. RFC 3986 §2.3.
    static func isUnreserved(_ byte: UInt8) -> Bool {
        isAlpha(byte) || isDigit(byte) || isOne(byte, of: "-._~")
    }

    /// `sub-delims = "!" / "$" / "&" / "'" / "(" / ")" / "*" / "+" / "," / ";" / "="`. RFC 3986 §2.2.
    static func isSubDelim(_ byte: UInt8) -> Bool { isOne(byte, of: "!$&'()*+,;=") }

    /// The bytes of `absolute-path` that stand for themselves:
    /// `unreserved / sub-delims / ":" / "@" / "/"`. RFC 3986 §3.3.
    static func isPathByte(_ byte: UInt8) -> Bool {
        isUnreserved(byte) || isSubDelim(byte) || isOne(byte, of: ":@/")
    }

    /// The bytes that an authority can hold, well-formed or not. RFC 3986 §3.2.
    static func isAuthorityByte(_ byte: UInt8) -> Bool {
        isUnreserved(byte) || isSubDelim(byte) || isOne(byte, of: ":[]%")
    }

    /// Visible ASCII that RFC 3986 keeps out of a path and a query, the number sign apart.
    static func isUnsafeTargetByte(_ byte: UInt8) -> Bool { isOne(byte, of: "\"<>[\\]^`{|}") }

    /// `VCHAR = %x21-7E`. RFC 5234 Appendix B.1.
    static func isVisible(_ byte: UInt8) -> Bool { byte >= 0x21 && byte <= 0x7E }

    /// `obs-text = %x80-FF`. RFC 9110 §5.5.
    static func isObsText(_ byte: UInt8) -> Bool { byte >= 0x80 }

    /// `CTL = %x00-1F / %x7F`. RFC 5234 Appendix B.1.
    static func isControl(_ byte: UInt8) -> Bool { byte <= 0x1F || byte == 0x7F }

    /// `field-vchar / SP / HTAB`, which is also what a reason phrase holds. RFC 9110 §5.5, RFC 9112 §4.
    static func isFieldByte(_ byte: UInt8) -> Bool {
        isWhitespace(byte) || isVisible(byte) || isObsText(byte)
    }

    /// `byte` with ASCII upper case made lower.
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte
    }

    private static func isOne(_ byte: UInt8, of text: String) -> Bool {
        for candidate in text.utf8 where candidate == byte { return true }
        return false
    }
}
