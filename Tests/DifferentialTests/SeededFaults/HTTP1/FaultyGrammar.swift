import HTTP1
import Wire

/// What stays the same for a parser's life: its rules, its limits, and the class of each byte under them.
///
/// A class is one bit of a table of 256 entries, so that a loop over the bytes of an element costs one
/// load and one test for each byte, whatever the policy. The table is instance data: a static one that is
/// built by a closure would be guarded by `swift_once` at each use. It is a class so that the machines of
/// a stream share one table and stay small.
final class FaultyGrammar: Sendable {
    /// The classes of each byte.
    let classes: InlineArray<256, UInt16>
    /// The lower-case letters of the known names, `nameStride` bytes for each raw value.
    let letters: InlineArray<480, UInt8>
    let policy: Policy
    let limits: HTTP1Limits
    let isResponse: Bool
    /// The fault that this parser has, or nil for none.
    let fault: HTTP1Fault?
    /// The requests that responses answer.
    let requestMethods: [RequestMethod]

    init(_ configuration: Configuration, _ fault: HTTP1Fault?) {
        self.fault = fault
        let context =
            configuration.context as? HTTP1Context ?? HTTP1Context(role: .request)
        policy = configuration.policy
        limits = HTTP1Limits(configuration.limits)
        isResponse = context.role == .response
        requestMethods = context.requestMethods
        var table = InlineArray<256, UInt16>(repeating: 0)
        for byte in UInt8.min...UInt8.max {
            table[Int(byte)] = Self.faultyClasses(
                of: byte, Self.classes(of: byte, under: configuration.policy), fault)
        }
        classes = table
        letters = Self.lettersOfNames()
    }

    /// Whether `byte` belongs to one of the classes in `mask`.
    @inline(__always)
    func fits(_ byte: UInt8, _ mask: UInt16) -> Bool {
        classes[Int(byte)] & mask != 0
    }

    /// Whether this parser has `fault`.
    @inline(__always)
    func has(_ fault: HTTP1Fault) -> Bool { self.fault == fault }

    /// The method of the request that the final response number `index` answers.
    func requestMethod(at index: Int) -> RequestMethod {
        requestMethods.indices.contains(index) ? requestMethods[index] : .other
    }

    /// `offset + count`, or the largest `Int`: limits come from users and may be as large.
    @inline(__always)
    static func sum(_ offset: Int, _ count: Int) -> Int {
        let (sum, overflow) = offset.addingReportingOverflow(count)
        return overflow ? Int.max : sum
    }
}

/// The bits of the class table.
enum FaultyClass {
    /// Bytes of a method.
    static var method: UInt16 { 1 << 0 }
    /// Bytes of a field name.
    static var name: UInt16 { 1 << 1 }
    /// Bytes of a field value; never CR and LF, which are looked at apart.
    static var value: UInt16 { 1 << 2 }
    /// Bytes of a path.
    static var path: UInt16 { 1 << 3 }
    /// Bytes of a query.
    static var query: UInt16 { 1 << 4 }
    /// Bytes of the authority in a target, before its meaning is judged.
    static var authority: UInt16 { 1 << 5 }
    /// Bytes of a target that nobody validates.
    static var visible: UInt16 { 1 << 6 }
    /// fieldchar, which no leniency changes: reason phrases, quoted strings, junk.
    static var fieldchar: UInt16 { 1 << 7 }
    /// tchar, which no leniency changes: names and values of chunk extensions.
    static var token: UInt16 { 1 << 8 }
    /// SP and HTAB.
    static var blank: UInt16 { 1 << 9 }
    /// Every byte but CR and LF.
    static var unbroken: UInt16 { 1 << 10 }
    /// Bytes of a registered name (RFC 3986 §3.2.2) without comma and percent sign.
    static var host: UInt16 { 1 << 11 }
    /// Bytes behind the dot of an IPvFuture (RFC 3986 §3.2.2).
    static var future: UInt16 { 1 << 12 }
}

extension FaultyGrammar {
    /// The classes of `byte` as a parser with `fault` has them.
    private static func faultyClasses(
        of byte: UInt8, _ bits: UInt16, _ fault: HTTP1Fault?
    ) -> UInt16 {
        switch fault {
        case .methodAdmitsLowercase where byte >= 0x61 && byte <= 0x7A: bits | FaultyClass.method
        case .nameAdmitsParenthesis where byte == 0x28: bits | FaultyClass.name
        case .nameLacksUnderscore where byte == 0x5F: bits & ~FaultyClass.name
        case .nameAdmitsObsText where byte >= 0x80: bits | FaultyClass.name
        case .valueAdmitsDelete where byte == 0x7F: bits | FaultyClass.value
        case .valueAdmitsNul where byte == 0: bits | FaultyClass.value
        case .valueLacksLastByte where byte == 0xFF: bits & ~FaultyClass.value
        case .pathAdmitsFragment where byte == 0x23: bits | FaultyClass.path
        case .queryAdmitsBracket where byte == 0x5B: bits | FaultyClass.query
        case .queryLacksQuestionMark where byte == 0x3F: bits & ~FaultyClass.query
        case .authorityAdmitsUserinfo where byte == 0x40: bits | FaultyClass.authority
        case .reasonAdmitsVerticalTab where byte == 0x0B: bits | FaultyClass.fieldchar
        case .extensionNameLacksStar where byte <= 0x2A: bits & ~FaultyClass.token
        default: bits
        }
    }

    /// The classes of `byte` under `policy`.
    private static func classes(of byte: UInt8, under policy: Policy) -> UInt16 {
        let isControl = byte < 0x20 || byte == 0x7F
        let isBlank = byte == 0x20 || byte == 0x09
        let isLineEnd = byte == 0x0D || byte == 0x0A
        let isLower = byte >= 0x61 && byte <= 0x7A
        var bits: UInt16 = isBlank ? FaultyClass.blank : 0
        if !isLineEnd { bits |= FaultyClass.unbroken }
        if !isControl || byte == 0x09 { bits |= FaultyClass.fieldchar | FaultyClass.value }
        if isControl, byte != 0x09, !isLineEnd,
            policy.contains(byte == 0 ? .nulInFieldValue : .controlInFieldValue)
        {
            bits |= FaultyClass.value
        }
        if isToken(byte) {
            bits |= FaultyClass.token | FaultyClass.name
            if !isLower || policy.contains(.lowercaseMethod) { bits |= FaultyClass.method }
        }
        if policy.contains(.nonTokenFieldName), !isControl, byte != 0x20, byte != 0x3A {
            bits |= FaultyClass.name
        }
        if !isControl, byte != 0x20 { bits |= FaultyClass.visible }
        return bits | targetClasses(of: byte, under: policy)
    }

    /// The classes of `byte` in a target and in an authority (RFC 3986 §3.2.2, §3.3, §3.4).
    private static func targetClasses(of byte: UInt8, under policy: Policy) -> UInt16 {
        let path = FaultyClass.path | FaultyClass.query
        var bits: UInt16 = 0
        if isUnreserved(byte) || isSubDelimiter(byte) {
            bits |= path | FaultyClass.authority | FaultyClass.future
            if byte != 0x2C { bits |= FaultyClass.host }
        }
        switch byte {
        case UInt8(ascii: ":"): bits |= path | FaultyClass.authority | FaultyClass.future
        case UInt8(ascii: "@"), UInt8(ascii: "/"): bits |= path
        case UInt8(ascii: "?"): bits |= FaultyClass.query
        case UInt8(ascii: "%"):
            bits |= FaultyClass.authority
            if policy.contains(.unvalidatedPercentEncoding) { bits |= path }
        case UInt8(ascii: "["), UInt8(ascii: "]"):
            bits |= FaultyClass.authority
            if policy.contains(.unsafeTargetCharacters) { bits |= path }
        case 0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B, 0x7C, 0x7D:
            if policy.contains(.unsafeTargetCharacters) { bits |= path }
        case 0x80...0xFF:
            if policy.contains(.obsTextInTarget) { bits |= path }
        default: break
        }
        return bits
    }

    /// tchar (RFC 9110 §5.6.2).
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2A, 0x2B, 0x2D, 0x2E: true
        case 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// unreserved (RFC 3986 §2.3).
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    /// sub-delims (RFC 3986 §2.2).
    private static func isSubDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x24, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B, 0x2C, 0x3B, 0x3D: true
        default: false
        }
    }

    /// The value of a HEXDIG of either case, or nil.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte &- 0x30
        case 0x41...0x46: byte &- 0x37
        case 0x61...0x66: byte &- 0x57
        default: nil
        }
    }

    /// Whether `byte` is DIGIT.
    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// `byte` with ASCII letters in lower case.
    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }
}
