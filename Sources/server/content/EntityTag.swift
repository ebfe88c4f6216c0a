/// A validator that names one state of a representation (RFC 9110 §8.8.3).
///
///     entity-tag = [ weak ] opaque-tag
///     weak       = %s"W/"
///     opaque-tag = DQUOTE *etagc DQUOTE
///     etagc      = %x21 / %x23-7E / obs-text
struct EntityTag: Hashable, Sendable {
    let isWeak: Bool
    /// With its quotes.
    let opaque: [UInt8]

    /// The tag as it is sent.
    var bytes: [UInt8] { (isWeak ? Array("W/".utf8) : []) + opaque }

    /// How two tags are compared (RFC 9110 §8.8.3.2).
    enum Comparison {
        /// Both are strong, and the same.
        case strong
        /// The same, but for `W/`.
        case weak
    }

    /// What a list of tags says about this one.
    enum Membership {
        case listed
        case notListed
        /// It is no list of tags.
        case malformed
    }

    /// Whether this tag is in a list, or the list is `*`.
    ///
    ///     If-Match = "*" / #entity-tag
    ///
    /// Empty elements are allowed (RFC 9110 §5.6.1.2). A tag that is found counts even where what follows is malformed: the
    /// bytes before are what they are.
    func membership(in list: Span<UInt8>, _ comparison: Comparison) -> Membership {
        if list.count == 1, list[0] == UInt8(ascii: "*") { return .listed }
        var index = 0
        while true {
            while index < list.count, Self.isBetweenElements(list[index]) { index += 1 }
            guard index < list.count else { return .notListed }
            guard let element = Self.read(list, at: index) else { return .malformed }
            if isSame(list.extracting(element.opaque), isWeak: element.isWeak, comparison) {
                return .listed
            }
            index = element.opaque.upperBound
            while index < list.count, Self.isSpace(list[index]) { index += 1 }
            guard index == list.count || list[index] == UInt8(ascii: ",") else { return .malformed }
        }
    }

    /// Whether `text` is one tag, and this one.
    func isEqual(to text: Span<UInt8>, _ comparison: Comparison) -> Bool {
        guard let element = Self.read(text, at: 0), element.opaque.upperBound == text.count else {
            return false
        }
        return isSame(text.extracting(element.opaque), isWeak: element.isWeak, comparison)
    }

    private func isSame(
        _ other: Span<UInt8>, isWeak otherIsWeak: Bool, _ comparison: Comparison
    ) -> Bool {
        if comparison == .strong, isWeak || otherIsWeak { return false }
        guard other.count == opaque.count else { return false }
        for index in other.indices where other[index] != opaque[index] { return false }
        return true
    }

    /// The tag that begins at `start`.
    private static func read(
        _ text: Span<UInt8>, at start: Int
    ) -> (isWeak: Bool, opaque: Range<Int>)? {
        var index = start
        let isWeak =
            text.count - start > 1 && text[start] == UInt8(ascii: "W")
            && text[start + 1] == UInt8(ascii: "/")
        if isWeak { index += 2 }
        let opaqueStart = index
        guard index < text.count, text[index] == UInt8(ascii: "\"") else { return nil }
        index += 1
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            guard text[index] > 0x20, text[index] != 0x7F else { return nil }
            index += 1
        }
        guard index < text.count else { return nil }
        return (isWeak, opaqueStart..<index + 1)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func isBetweenElements(_ byte: UInt8) -> Bool {
        isSpace(byte) || byte == UInt8(ascii: ",")
    }
}
