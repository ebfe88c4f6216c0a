internal import Wire

/// The machine that reads a field section: of a head, or of trailers (RFC 9112 §5, §7.1.2).
///
///     *( field-line line-end ) line-end
///
/// Limits are offsets here, so that a loop runs to the nearest of them and the byte that stands there, if
/// there is one, is the byte beyond. A line's tokens are appended when the next line's first byte shows that it is
/// not continued; what known fields say is noted then.
struct ScalarFieldSection {
    /// What the section awaits.
    enum State {
        /// The first byte of a line.
        case awaitingLine
        /// The first name, behind white space that was dropped.
        case awaitingFirstName
        /// The byte that ends a name.
        case awaitingNameEnd
        /// The colon, behind white space that was dropped.
        case awaitingColon
        /// The first byte of a value (or of a continuation) that is no white space.
        case awaitingValue
        /// The byte that ends a value.
        case awaitingValueEnd
        /// LF, behind a CR in a value.
        case awaitingValueLF
        /// LF, behind the CR of a line without a colon.
        case awaitingDroppedLineLF
        /// LF, behind the CR of the empty line.
        case awaitingEmptyLineLF
    }

    private(set) var state = State.awaitingLine
    /// The next byte to look at.
    private(set) var position = 0
    /// The section's first byte.
    private(set) var start = 0
    /// Where the empty line starts.
    private(set) var emptyLineStart = 0
    /// What the known fields say; in trailers only where the first of them stands.
    private(set) var facts = ScalarFacts()
    private let isTrailer: Bool
    private let lineBytesMax: Int
    private let sectionBytesMax: Int
    private let lineCountMax: Int

    /// The first offset beyond the section limit.
    private var sectionEnd = 0
    /// The first offset beyond the line limit.
    private var lineEnd = 0
    /// The nearer of both.
    private var bound = 0
    /// Field lines so far, dropped ones included.
    private var lineCount = 0
    private var line = ScalarLine()
    /// Whether `line` is read and its tokens are not yet appended.
    private var hasLine = false
    /// Where the value, or the continuation, starts behind its leading white space.
    private var pieceStart = 0

    /// Makes a machine for header sections, or for trailer sections with their own limits.
    init(_ limits: HTTP1Limits, isTrailer: Bool) {
        self.isTrailer = isTrailer
        lineBytesMax = limits.fieldLineBytesMax
        sectionBytesMax =
            isTrailer ? limits.trailerSectionBytesMax : limits.fieldSectionBytesMax
        lineCountMax = isTrailer ? limits.trailerCountMax : limits.fieldCountMax
    }

    /// Begins a section at `offset`.
    mutating func begin(at offset: Int) {
        state = .awaitingLine
        position = offset
        start = offset
        sectionEnd = ScalarGrammar.sum(offset, sectionBytesMax)
        bound = sectionEnd
        lineCount = 0
        hasLine = false
        facts = ScalarFacts()
    }

    /// Goes on up to the section's end, the last byte, or a rejection.
    mutating func run(
        _ input: Span<UInt8>, _ grammar: ScalarGrammar, _ tape: inout Tape
    ) -> ScalarStep {
        while true {
            let step =
                switch state {
                case .awaitingLine: awaitLine(input, grammar, &tape)
                case .awaitingFirstName: awaitFirstName(input, grammar)
                case .awaitingNameEnd: awaitNameEnd(input, grammar)
                case .awaitingColon: awaitColon(input, grammar)
                case .awaitingValue: awaitValue(input, grammar)
                case .awaitingValueEnd: awaitValueEnd(input, grammar, &tape)
                case .awaitingValueLF: awaitValueLF(input, grammar, &tape)
                case .awaitingDroppedLineLF: awaitDroppedLineLF(input)
                case .awaitingEmptyLineLF: awaitEmptyLineLF(input)
                }
            guard case .advanced = step else { return step }
        }
    }
}

// MARK: - Line starts and the empty line

extension ScalarFieldSection {
    /// A line starts: the empty one, a continuation, or a field line.
    private mutating func awaitLine(
        _ input: Span<UInt8>, _ grammar: ScalarGrammar, _ tape: inout Tape
    ) -> ScalarStep {
        guard position < input.count else { return .starved }
        bound = sectionEnd
        guard position < bound else { return beyondBound() }
        let byte = input[position]
        if grammar.fits(byte, ScalarClass.blank) {
            return awaitContinuation(input, grammar, &tape)
        }
        finishLine(input, grammar, &tape)
        switch byte {
        case 0x0D:
            emptyLineStart = position
            position &+= 1
            state = .awaitingEmptyLineLF
            return .advanced
        case 0x0A:
            guard grammar.policy.contains(.bareLF) else { return .reject(.bareLF, at: position) }
            emptyLineStart = position
            position &+= 1
            return .finished
        default:
            return beginName(byte, grammar)
        }
    }

    /// SP or HTAB starts a line: white space before the first field, or a fold (RFC 9112 §2.2, §5.2).
    private mutating func awaitContinuation(
        _ input: Span<UInt8>, _ grammar: ScalarGrammar, _ tape: inout Tape
    ) -> ScalarStep {
        guard lineCount > 0 else {
            guard grammar.policy.contains(.whitespaceBeforeFirstField) else {
                return .reject(.whitespaceBeforeFirstField, at: position)
            }
            state = .awaitingFirstName
            return .advanced
        }
        // Behind a dropped line no line waits for its tokens, and there is nothing to continue.
        guard hasLine, grammar.policy.contains(.obsoleteFolding) else {
            return .reject(.obsoleteFolding, at: position)
        }
        bound = min(sectionEnd, lineEnd)
        guard position < bound else { return beyondBound() }
        if !line.value.isUnfolded { line.unfold(input, &tape) }
        state = .awaitingValue
        return .advanced
    }

    /// The name behind dropped white space; such bytes belong to no line.
    private mutating func awaitFirstName(
        _ input: Span<UInt8>, _ grammar: ScalarGrammar
    ) -> ScalarStep {
        guard let byte = passBlanks(input, grammar) else { return starvedOrBeyond(input) }
        return beginName(byte, grammar)
    }

    /// `byte`, at the position, is the first of a field line.
    private mutating func beginName(_ byte: UInt8, _ grammar: ScalarGrammar) -> ScalarStep {
        guard lineCount < lineCountMax else {
            return .reject(isTrailer ? .tooManyTrailers : .tooManyFields, at: position)
        }
        if byte == 0x3A {
            guard grammar.policy.contains(.emptyFieldName) else {
                return .reject(.emptyFieldName, at: position)
            }
        } else if !grammar.fits(byte, ScalarClass.name) {
            return .reject(.malformedFieldName, at: position)
        }
        lineCount &+= 1
        line = ScalarLine(start: position)
        lineEnd = ScalarGrammar.sum(position, lineBytesMax)
        bound = min(sectionEnd, lineEnd)
        state = .awaitingNameEnd
        return .advanced
    }

    /// The section's last byte.
    private mutating func awaitEmptyLineLF(_ input: Span<UInt8>) -> ScalarStep {
        guard position < min(input.count, bound) else { return starvedOrBeyond(input) }
        guard input[position] == 0x0A else { return .reject(.bareCR, at: position) }
        position &+= 1
        return .finished
    }
}

// MARK: - Names

extension ScalarFieldSection {
    /// The bytes of a name up to its colon (RFC 9112 §5.1).
    private mutating func awaitNameEnd(
        _ input: Span<UInt8>, _ grammar: ScalarGrammar
    ) -> ScalarStep {
        let end = min(input.count, bound)
        var at = position
        while at < end, grammar.fits(input[at], ScalarClass.name) { at &+= 1 }
        position = at
        guard at < end else { return starvedOrBeyond(input) }
        switch input[at] {
        case 0x3A:
            line.nameCount = at &- line.start
            return endName(input, grammar)
        case 0x20, 0x09:
            guard grammar.policy.contains(.whitespaceBeforeColon) else {
                return .reject(.whitespaceBeforeColon, at: at)
            }
            line.nameCount = at &- line.start
            state = .awaitingColon
            return .advanced
        case 0x0D:
            guard grammar.policy.contains(.missingColon) else {
                return .reject(.missingColon, at: at)
            }
            position &+= 1
            state = .awaitingDroppedLineLF
            return .advanced
        case 0x0A:
            guard grammar.policy.contains(.missingColon) else {
                return .reject(.missingColon, at: at)
            }
            guard grammar.policy.contains(.bareLF) else { return .reject(.bareLF, at: at) }
            return dropLine()
        default:
            return .reject(.malformedFieldName, at: at)
        }
    }

    /// White space between a name and its colon, which a leniency drops.
    private mutating func awaitColon(
        _ input: Span<UInt8>, _ grammar: ScalarGrammar
    ) -> ScalarStep {
        guard let byte = passBlanks(input, grammar) else { return starvedOrBeyond(input) }
        guard byte == 0x3A else { return .reject(.malformedFieldName, at: position) }
        return endName(input, grammar)
    }

    /// The colon is at the position.
    private mutating func endName(
        _ input: Span<UInt8>, _ grammar: ScalarGrammar
    ) -> ScalarStep {
        line.name = grammar.fieldName(in: input, at: line.start, count: line.nameCount)
        position &+= 1
        state = .awaitingValue
        return .advanced
    }

    /// The LF of a line without a colon.
    private mutating func awaitDroppedLineLF(_ input: Span<UInt8>) -> ScalarStep {
        guard position < min(input.count, bound) else { return starvedOrBeyond(input) }
        guard input[position] == 0x0A else { return .reject(.bareCR, at: position) }
        return dropLine()
    }

    /// The LF of a line without a colon is at the position: the line leaves nothing.
    private mutating func dropLine() -> ScalarStep {
        position &+= 1
        state = .awaitingLine
        return .advanced
    }
}

// MARK: - Values

extension ScalarFieldSection {
    /// OWS before a value or continuation.
    private mutating func awaitValue(
        _ input: Span<UInt8>, _ grammar: ScalarGrammar
    ) -> ScalarStep {
        guard passBlanks(input, grammar) != nil else { return starvedOrBeyond(input) }
        pieceStart = position
        state = .awaitingValueEnd
        return .advanced
    }

    /// The bytes of a value up to its line end (RFC 9110 §5.5).
    private mutating func awaitValueEnd(
        _ input: Span<UInt8>, _ grammar: ScalarGrammar, _ tape: inout Tape
    ) -> ScalarStep {
        let end = min(input.count, bound)
        var at = position
        while at < end, grammar.fits(input[at], ScalarClass.value) { at &+= 1 }
        position = at
        guard at < end else { return starvedOrBeyond(input) }
        switch input[at] {
        case 0x0D:
            position &+= 1
            state = .awaitingValueLF
            return .advanced
        case 0x0A:
            guard grammar.policy.contains(.bareLF) else { return .reject(.bareLF, at: at) }
            return endLine(at, input, grammar, &tape)
        default:
            return .reject(.controlInFieldValue, at: at)
        }
    }

    /// LF behind a CR; or, with a leniency, the CR was a byte of the value.
    private mutating func awaitValueLF(
        _ input: Span<UInt8>, _ grammar: ScalarGrammar, _ tape: inout Tape
    ) -> ScalarStep {
        guard position < min(input.count, bound) else { return starvedOrBeyond(input) }
        if input[position] == 0x0A {
            return endLine(position &- 1, input, grammar, &tape)
        }
        guard grammar.policy.contains(.bareCRInFieldValue) else {
            return .reject(.bareCR, at: position)
        }
        state = .awaitingValueEnd
        return .advanced
    }

    /// The line's LF is at the position; its line end starts at `pieceEnd`.
    private mutating func endLine(
        _ pieceEnd: Int, _ input: Span<UInt8>, _ grammar: ScalarGrammar, _ tape: inout Tape
    ) -> ScalarStep {
        var end = pieceEnd
        while end > pieceStart, grammar.fits(input[end &- 1], ScalarClass.blank) { end &-= 1 }
        if line.value.isUnfolded {
            line.appendPiece(pieceStart, end, input, &tape)
        } else {
            line.value = ScalarValue(offset: pieceStart, count: end &- pieceStart)
        }
        hasLine = true
        position &+= 1
        state = .awaitingLine
        return .advanced
    }

    /// Appends the tokens of the line that has just proved to be whole, and notes what it says.
    private mutating func finishLine(
        _ input: Span<UInt8>, _ grammar: ScalarGrammar, _ tape: inout Tape
    ) {
        guard hasLine else { return }
        hasLine = false
        line.append(to: &tape, isTrailer: isTrailer)
        guard line.name != .other else { return }
        if isTrailer {
            facts.noteTrailer(line)
        } else {
            facts.note(line, input, grammar, tape)
        }
    }
}

// MARK: - Limits

extension ScalarFieldSection {
    /// Passes SP and HTAB; the byte behind them, or nil where the input or a limit ends first.
    @inline(__always)
    private mutating func passBlanks(_ input: Span<UInt8>, _ grammar: ScalarGrammar) -> UInt8? {
        let end = min(input.count, bound)
        var at = position
        while at < end, grammar.fits(input[at], ScalarClass.blank) { at &+= 1 }
        position = at
        return at < end ? input[at] : nil
    }

    /// No byte is left before the input's end and the limits: which of both it is.
    private func starvedOrBeyond(_ input: Span<UInt8>) -> ScalarStep {
        position < input.count ? beyondBound() : .starved
    }

    /// The byte at the position is beyond a limit; the section's comes first.
    private func beyondBound() -> ScalarStep {
        guard position < sectionEnd else {
            let reason: HTTP1Reason = isTrailer ? .trailerSectionTooLong : .fieldSectionTooLong
            return .reject(reason, at: position)
        }
        return .reject(.fieldLineTooLong, at: position)
    }
}

// MARK: - Door

extension ScalarFieldSection {
    /// The state, and at a line's start what came before it. Names and values change what is noted, not what may follow.
    var doorState: [Int] { [number, lineCount > 0 ? 1 : 0, hasLine ? 1 : 0] }

    private var number: Int {
        switch state {
        case .awaitingLine: 0
        case .awaitingFirstName: 1
        case .awaitingNameEnd: 2
        case .awaitingColon: 3
        case .awaitingValue: 4
        case .awaitingValueEnd: 5
        case .awaitingValueLF: 6
        case .awaitingDroppedLineLF: 7
        case .awaitingEmptyLineLF: 8
        }
    }
}
