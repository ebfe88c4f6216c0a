internal import Wire

/// A piece of the input, or of the tape's arena: a field name, a value, a list member.
struct ReferenceText {
    var offset: Int
    var count: Int
    var isInArena = false

    /// The byte at `index`, which must lie in `0 ..< count`.
    func byte(_ index: Int, _ input: Span<UInt8>, _ tape: borrowing Tape) -> UInt8 {
        isInArena ? tape.arenaByte(at: offset + index) : input[offset + index]
    }

    /// The part from `start` up to `end`, both counted from this text's first byte.
    func part(_ start: Int, _ end: Int) -> ReferenceText {
        ReferenceText(offset: offset + start, count: end - start, isInArena: isInArena)
    }

    /// This text without SP and HTAB at both ends. RFC 9110 §5.6.3.
    func trimmed(_ input: Span<UInt8>, _ tape: borrowing Tape) -> ReferenceText {
        var start = 0
        var end = count
        while start < end, ReferenceByte.isWhitespace(byte(start, input, tape)) { start += 1 }
        while end > start, ReferenceByte.isWhitespace(byte(end - 1, input, tape)) { end -= 1 }
        return part(start, end)
    }

    /// Whether the bytes are those of `word`, exactly.
    func equals(_ word: String, _ input: Span<UInt8>, _ tape: borrowing Tape) -> Bool {
        guard word.utf8.count == count else { return false }
        var index = 0
        for expected in word.utf8 {
            guard byte(index, input, tape) == expected else { return false }
            index += 1
        }
        return true
    }

    /// Whether the bytes are those of `word`, which is in lower case, when ASCII case is ignored.
    func matches(_ word: String, _ input: Span<UInt8>, _ tape: borrowing Tape) -> Bool {
        guard word.utf8.count == count else { return false }
        var index = 0
        for expected in word.utf8 {
            guard ReferenceByte.lowercased(byte(index, input, tape)) == expected else {
                return false
            }
            index += 1
        }
        return true
    }
}

/// The members of a comma-separated list, from left to right, without the white space around them.
///
/// `#element`, RFC 9110 §5.6.1. An empty text has one member, the empty one. Quotes do not matter here: no
/// list that frames a message has quoted members.
struct ReferenceMembers {
    private let text: ReferenceText
    private var next = 0

    init(of text: ReferenceText) { self.text = text }

    /// The next member, or nil behind the last.
    mutating func nextMember(_ input: Span<UInt8>, _ tape: borrowing Tape) -> ReferenceText? {
        guard next <= text.count else { return nil }
        var end = next
        while end < text.count, text.byte(end, input, tape) != UInt8(ascii: ",") { end += 1 }
        let member = text.part(next, end).trimmed(input, tape)
        next = end + 1
        return member
    }
}
