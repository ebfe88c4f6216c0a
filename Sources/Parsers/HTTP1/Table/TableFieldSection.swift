import Wire

/// Walks a field section, of a head or of trailers.
///
/// The automaton walks one line; this driver chooses the entry for the next one, counts, and hands
/// each known field to `TableFacts` when it is certain that the value goes no further.
struct TableFieldSection {
    private let grammar: TableFieldGrammar
    private let isTrailer: Bool
    private let folds: Bool
    private let sectionMax: Int
    private let lineMax: Int
    private let countMax: Int

    /// The next octet to look at; behind the section when it is done.
    private(set) var index = 0
    /// Where the section starts.
    private(set) var start = 0
    /// Where its empty line starts.
    private(set) var blankStart = 0
    private var state = 0
    private var sectionLimit = 0
    private var lineLimit = Int.max
    private var count = 0

    private var field = TableField()
    /// Whether `field` is a whole line that the next one may continue.
    private var isPending = false
    /// Where the piece of the value that is being walked starts.
    private var pieceStart = 0

    init(_ policy: Policy, _ limits: HTTP1Limits, isTrailer: Bool) {
        grammar = TableFieldGrammar.cache[policy]
        self.isTrailer = isTrailer
        folds = policy.contains(.obsoleteFolding)
        sectionMax = isTrailer ? limits.trailerSectionBytesMax : limits.fieldSectionBytesMax
        countMax = isTrailer ? limits.trailerCountMax : limits.fieldCountMax
        lineMax = limits.fieldLineBytesMax
        restart(at: 0)
    }

    /// Makes the machine ready for a section at `start`.
    mutating func restart(at start: Int) {
        self.start = start
        index = start
        count = 0
        isPending = false
        sectionLimit = TableLimit.sum(start, sectionMax)
        lineLimit = .max
        state = countMax == 0 ? grammar.firstFull : grammar.first
    }

    /// Looks at the octets from `index` on.
    mutating func advance(
        _ input: Span<UInt8>, into tape: inout Tape, _ facts: inout TableFacts
    ) -> TableOutcome {
        let automaton = grammar.automaton
        var index = index
        var state = state
        defer {
            self.index = index
            self.state = state
        }
        var next = 0
        while true {
            let bound = min(input.count, sectionLimit, lineLimit)
            index = automaton.run(input, from: index, to: bound, &state, &next)
            if index >= bound {
                if index >= input.count { return .more }
                return .reject(beyondLimit(index), at: index)
            }
            let element = TableElement.of(automaton.label(state))
            let nextElement = TableElement.of(automaton.label(next))
            switch element {
            case .name:
                field.nameEnd = index
                field.name = automaton.tag(state)
            case .gap, .fold: pieceStart = index
            default: break
            }
            state = next
            switch nextElement {
            case .name: beginField(at: index, input, into: &tape, &facts)
            case .gap:
                if element != .name, element != .nameSpace {
                    beginField(at: index, input, into: &tape, &facts)
                    field.nameEnd = index
                    field.name = 0
                }
            case .cr:
                // The usual next step at once, without a turn of the loop.
                guard index + 1 < bound else { break }
                let last = automaton.next(state, input[index + 1])
                guard TableElement.of(automaton.label(last)) == .lf else { break }
                lineLimit = .max
                endPiece(index, input, into: &tape, &facts)
                state = count >= countMax ? grammar.nextFull : grammar.next
                index += 1
            case .lf:
                lineLimit = .max
                endPiece(element == .cr ? index - 1 : index, input, into: &tape, &facts)
                state = count >= countMax ? grammar.nextFull : grammar.next
            case .reject: return .rejected(rejection(automaton.tag(next), at: index))
            case .fold:
                lineLimit = TableLimit.sum(field.lineStart, lineMax)
                if index >= lineLimit { return .reject(.fieldLineTooLong, at: index) }
                beginFold(input, into: &tape)
            case .droppedLF:
                state = count >= countMax ? grammar.droppedFull : grammar.dropped
                lineLimit = .max
            case .blankCR, .blankLF:
                if isPending { finishField(input, into: &tape, &facts) }
                if element != .blankCR { blankStart = index }
                if nextElement == .blankLF {
                    index += 1
                    return .done
                }
            default: break
            }
            index += 1
        }
    }

    private func beyondLimit(_ index: Int) -> HTTP1Reason {
        guard index >= sectionLimit else { return .fieldLineTooLong }
        return isTrailer ? .trailerSectionTooLong : .fieldSectionTooLong
    }

    private func rejection(_ code: UInt8, at index: Int) -> Rejection {
        let isCount = code == HTTP1Reason.tooManyFields.rawValue && isTrailer
        return Rejection(
            code: isCount ? HTTP1Reason.tooManyTrailers.rawValue : code, offset: index)
    }
}

/// A field line that was recognised.
struct TableField {
    /// Where the line starts: the first byte of its name.
    var lineStart = 0
    /// Where its name ends.
    var nameEnd = 0
    /// The name's `FieldName`.
    var name: UInt8 = 0
    /// Where its value stands.
    var value = TableRange()
}

extension TableFieldSection {
    /// The octet at `index` is a field line's first, so the line before it goes no further.
    private mutating func beginField(
        at index: Int, _ input: Span<UInt8>, into tape: inout Tape, _ facts: inout TableFacts
    ) {
        if isPending { finishField(input, into: &tape, &facts) }
        count += 1
        field.lineStart = index
        field.value.inArena = false
        lineLimit = TableLimit.sum(index, lineMax)
    }

    /// The line end of a field line, or of a continuation, starts at `end`.
    private mutating func endPiece(
        _ end: Int, _ input: Span<UInt8>, into tape: inout Tape, _ facts: inout TableFacts
    ) {
        var end = end
        while end > pieceStart, isWhite(input[end - 1]) { end -= 1 }
        let piece = TableRange(start: pieceStart, end: end)
        guard folds else {
            field.value = piece
            return finishField(input, into: &tape, &facts)
        }
        if field.value.inArena {
            unfold(piece, input, into: &tape)
        } else {
            field.value = piece
        }
        isPending = true
    }

    /// The value goes on: what was found of it moves to the arena.
    private mutating func beginFold(_ input: Span<UInt8>, into tape: inout Tape) {
        guard !field.value.inArena else { return }
        let first = field.value
        let start = tape.arenaAppendedCount
        field.value = TableRange(start: start, end: start, inArena: true)
        unfold(first, input, into: &tape)
    }

    /// Joins a piece to the value in the arena; empty ones leave no trace.
    private mutating func unfold(
        _ piece: TableRange, _ input: Span<UInt8>, into tape: inout Tape
    ) {
        guard piece.end > piece.start else { return }
        if field.value.end > field.value.start { tape.appendToArena(0x20) }
        for position in piece.start..<piece.end { tape.appendToArena(input[position]) }
        field.value.end = tape.arenaAppendedCount
    }

    /// The field is certain: its tokens, and what rules want to know of it.
    private mutating func finishField(
        _ input: Span<UInt8>, into tape: inout Tape, _ facts: inout TableFacts
    ) {
        isPending = false
        let value = field.value
        let kinds: (HTTP1Token.Kind, HTTP1Token.Kind) =
            isTrailer
            ? (.trailerName, value.inArena ? .trailerValueUnfolded : .trailerValue)
            : (.fieldName, value.inArena ? .fieldValueUnfolded : .fieldValue)
        tape.append(
            Token(
                kinds.0, detail: UInt16(field.name), offset: field.lineStart,
                length: field.nameEnd - field.lineStart))
        tape.append(Token(kinds.1, offset: value.start, length: value.end - value.start))
        if field.name != 0 { facts.note(field, input, tape) }
    }

    private func isWhite(_ octet: UInt8) -> Bool { octet == 0x20 || octet == 0x09 }
}
