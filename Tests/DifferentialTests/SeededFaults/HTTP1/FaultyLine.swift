import HTTP1
import Wire

/// Where the bytes of a field value stand: in the input, or in the arena when it was folded.
struct FaultyValue {
    var offset = 0
    var count = 0
    var isUnfolded = false

    /// The byte at `index` of the value, or NUL where a fault led beyond the bytes that are there.
    @inline(__always)
    func byte(_ index: Int, _ input: Span<UInt8>, _ tape: borrowing Tape) -> UInt8 {
        let at = offset &+ index
        if isUnfolded { return at < tape.arenaAppendedCount ? tape.arenaByte(at: at) : 0 }
        return at >= 0 && at < input.count ? input[at] : 0
    }

    /// Whether the bytes in `range` are those of `word`, which is in lower case; case is ignored.
    func spells(
        _ word: String, in range: Range<Int>, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Bool {
        guard range.count == word.utf8.count else { return false }
        var index = range.lowerBound
        for letter in word.utf8 {
            guard FaultyGrammar.lowercased(byte(index, input, tape)) == letter else { return false }
            index &+= 1
        }
        return true
    }
}

/// A field line: where it stands, which field it is, and its value.
struct FaultyLine {
    /// The first byte of the name.
    var start = 0
    var nameCount = 0
    var name = FieldName.other
    var value = FaultyValue()

    /// Appends the line's tokens.
    func append(to tape: inout Tape, isTrailer: Bool, _ grammar: FaultyGrammar) {
        tape.append(
            Token(
                isTrailer && !grammar.has(.trailersMerged) ? .trailerName : .fieldName,
                detail: UInt16(name.rawValue),
                offset: start, length: nameCount))
        let kind: HTTP1Token.Kind =
            value.isUnfolded
            ? (isTrailer ? .trailerValueUnfolded : .fieldValueUnfolded)
            : (isTrailer ? .trailerValue : .fieldValue)
        let shift = grammar.has(.arenaOffsetOffByOne) && value.isUnfolded ? 1 : 0
        tape.append(Token(kind, offset: value.offset &+ shift, length: value.count))
    }

    /// Moves the value to the arena, because the line is continued (RFC 9112 §5.2).
    mutating func unfold(
        _ input: Span<UInt8>, _ grammar: FaultyGrammar, _ tape: inout Tape
    ) {
        let piece = value
        value = FaultyValue(offset: tape.arenaAppendedCount, isUnfolded: true)
        appendPiece(piece.offset, piece.offset &+ piece.count, input, grammar, &tape)
    }

    /// Joins the bytes in `start ..< end` to the unfolded value, behind one SP unless one of both is empty.
    ///
    /// The count is taken from the arena: one over borrowed storage may have no room for all.
    mutating func appendPiece(
        _ start: Int, _ end: Int, _ input: Span<UInt8>, _ grammar: FaultyGrammar,
        _ tape: inout Tape
    ) {
        guard start < end else { return }
        if value.count > 0, !grammar.has(.foldJoinsWithoutSpace) { tape.appendToArena(0x20) }
        var at = start
        while at < end {
            tape.appendToArena(input[at])
            at &+= 1
        }
        value.count = tape.arenaAppendedCount &- value.offset
    }
}

/// The members of a list value: what stands between commas, without SP and HTAB around it.
struct FaultyList {
    private let value: FaultyValue
    private var position = 0

    init(_ value: FaultyValue) { self.value = value }

    /// The next member's indices in the value, or nil behind the last. An empty value has one empty member.
    mutating func next(_ input: Span<UInt8>, _ tape: borrowing Tape) -> Range<Int>? {
        guard position <= value.count else { return nil }
        var start = position
        var end = start
        while end < value.count, value.byte(end, input, tape) != 0x2C { end &+= 1 }
        position = end &+ 1
        while start < end, isBlank(value.byte(start, input, tape)) { start &+= 1 }
        while end > start, isBlank(value.byte(end &- 1, input, tape)) { end &-= 1 }
        return start..<end
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
