internal import Wire

/// A header section or a trailer section. RFC 9112 §5, §7.1.2.
///
/// One call of `step` reads one line (with its folds), or the empty line. A step that throws `needMore` has
/// changed nothing, so the next call begins at the same line.
struct ReferenceFieldSection {
    let policy: Policy
    let fieldLineBytesMax: Int
    let fieldCountMax: Int
    let tooMany: HTTP1Reason
    let nameKind: HTTP1Token.Kind
    let valueKind: HTTP1Token.Kind
    let unfoldedKind: HTTP1Token.Kind

    /// Field lines so far, dropped ones included.
    private(set) var lineCount = 0
    /// The first byte of the empty line, once it was read.
    private(set) var emptyLineOffset = 0

    /// The section between start line and body.
    static func header(_ policy: Policy, _ limits: HTTP1Limits) -> ReferenceFieldSection {
        ReferenceFieldSection(
            policy: policy, fieldLineBytesMax: limits.fieldLineBytesMax,
            fieldCountMax: limits.fieldCountMax, tooMany: .tooManyFields, nameKind: .fieldName,
            valueKind: .fieldValue, unfoldedKind: .fieldValueUnfolded)
    }

    /// The section behind the last chunk.
    static func trailers(_ policy: Policy, _ limits: HTTP1Limits) -> ReferenceFieldSection {
        ReferenceFieldSection(
            policy: policy, fieldLineBytesMax: limits.fieldLineBytesMax,
            fieldCountMax: limits.trailerCountMax, tooMany: .tooManyTrailers,
            nameKind: .trailerName, valueKind: .trailerValue, unfoldedKind: .trailerValueUnfolded)
    }

    /// Reads the next line; true when it was the empty one.
    mutating func step(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor, _ tape: inout Tape
    ) throws(ReferenceStop) -> Bool {
        cursor.lineEnd = Int.max
        cursor.lineReason = .fieldLineTooLong
        if try cursor.isAtLineEnd(input) {
            let offset = cursor.position
            try cursor.lineEnd(input, acceptsBareLF: policy.contains(.bareLF))
            emptyLineOffset = offset
            return true
        }
        if ReferenceByte.isWhitespace(try cursor.peek(input)) {
            try leadingWhitespace(input, &cursor)
        }
        guard lineCount < fieldCountMax else { throw .rejected(tooMany, at: cursor.position) }
        try fieldLine(input, &cursor, &tape)
        lineCount += 1
        return false
    }

    /// White space where a field line should begin. RFC 9112 §2.2 before the first, §5.2 behind one.
    private func leadingWhitespace(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) {
        guard lineCount == 0 else { throw .rejected(.obsoleteFolding, at: cursor.position) }
        guard policy.contains(.whitespaceBeforeFirstField) else {
            throw .rejected(.whitespaceBeforeFirstField, at: cursor.position)
        }
        try cursor.whitespace(input)
    }

    /// `field-line = field-name ":" OWS field-value OWS`, with its line end. RFC 9112 §5.
    ///
    /// A line without a colon leaves nothing where the policy drops it.
    private func fieldLine(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor, _ tape: inout Tape
    ) throws(ReferenceStop) {
        cursor.lineEnd = referenceOffset(cursor.position, plus: fieldLineBytesMax)
        let name = try fieldName(input, &cursor)
        if try cursor.isAtLineEnd(input) {
            guard policy.contains(.missingColon) else {
                throw .rejected(.missingColon, at: cursor.position)
            }
            try cursor.lineEnd(input, acceptsBareLF: policy.contains(.bareLF))
            return
        }
        try colon(input, &cursor)
        let value = try fieldValue(input, &cursor, tape)
        let nameToken = Token(
            nameKind, detail: UInt16(fieldNameID(name, input, tape)), offset: name.offset,
            length: name.count)
        guard try isFoldNext(input, &cursor) else {
            tape.append(nameToken)
            tape.append(Token(valueKind, offset: value.offset, length: value.count))
            return
        }
        let unfolded = try unfold(value, input, &cursor, &tape)
        tape.append(nameToken)
        tape.append(Token(unfoldedKind, offset: unfolded.offset, length: unfolded.count))
    }

    /// `field-name = token`. RFC 9110 §5.1. Stops at a colon, white space, CR or LF.
    private func fieldName(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) -> ReferenceText {
        let start = cursor.position
        while true {
            let byte = try cursor.peek(input)
            let isFirst = cursor.position == start
            if byte == UInt8(ascii: ":") {
                guard !isFirst || policy.contains(.emptyFieldName) else {
                    throw .rejected(.emptyFieldName, at: cursor.position)
                }
                break
            }
            let isEnd =
                ReferenceByte.isWhitespace(byte) || byte == ReferenceByte.cr
                || byte == ReferenceByte.lf
            if isEnd, !isFirst { break }
            guard isNameByte(byte) else {
                throw .rejected(.malformedFieldName, at: cursor.position)
            }
            cursor.advance()
        }
        return ReferenceText(offset: start, count: cursor.position - start)
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        if policy.contains(.nonTokenFieldName) {
            return !ReferenceByte.isControl(byte) && byte != ReferenceByte.sp
                && byte != UInt8(ascii: ":")
        }
        return ReferenceByte.isTchar(byte)
    }

    /// `":"`, before which RFC 9112 §5.1 forbids white space.
    private func colon(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) {
        if ReferenceByte.isWhitespace(try cursor.peek(input)) {
            guard policy.contains(.whitespaceBeforeColon) else {
                throw .rejected(.whitespaceBeforeColon, at: cursor.position)
            }
            try cursor.whitespace(input)
        }
        guard try cursor.peek(input) == UInt8(ascii: ":") else {
            throw .rejected(.malformedFieldName, at: cursor.position)
        }
        cursor.advance()
    }

    /// `OWS field-value OWS` and the line end. RFC 9110 §5.5.
    private func fieldValue(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor, _ tape: borrowing Tape
    ) throws(ReferenceStop) -> ReferenceText {
        try cursor.whitespace(input)
        let start = cursor.position
        while try !isValueEnd(input, cursor) { cursor.advance() }
        let line = ReferenceText(offset: start, count: cursor.position - start)
        try cursor.lineEnd(input, acceptsBareLF: policy.contains(.bareLF))
        return line.trimmed(input, tape)
    }

    /// Whether the value ends here; rejects a byte that no value holds.
    private func isValueEnd(
        _ input: Span<UInt8>, _ cursor: ReferenceCursor
    ) throws(ReferenceStop) -> Bool {
        let byte = try cursor.peek(input)
        if byte == ReferenceByte.lf { return true }
        if byte == ReferenceByte.cr {
            guard policy.contains(.bareCRInFieldValue) else { return true }
            var behind = cursor
            behind.advance()
            return try behind.peek(input) == ReferenceByte.lf
        }
        let fits =
            ReferenceByte.isFieldByte(byte)
            || policy.contains(byte == 0 ? .nulInFieldValue : .controlInFieldValue)
        guard fits else { throw .rejected(.controlInFieldValue, at: cursor.position) }
        return false
    }

    /// Whether the next line continues this one. Without the leniency nobody looks.
    private func isFoldNext(
        _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) -> Bool {
        guard policy.contains(.obsoleteFolding) else { return false }
        // Only a continuation belongs to the line whose length is bounded.
        var unbounded = cursor
        unbounded.lineEnd = Int.max
        guard ReferenceByte.isWhitespace(try unbounded.peek(input)) else { return false }
        _ = try cursor.peek(input)
        return true
    }

    /// `obs-fold = OWS CRLF RWS`, each replaced by one SP. RFC 9112 §5.2.
    private func unfold(
        _ first: ReferenceText, _ input: Span<UInt8>, _ cursor: inout ReferenceCursor,
        _ tape: inout Tape
    ) throws(ReferenceStop) -> ReferenceText {
        // The lines are read twice: the arena must stay as it is if the input ends among them.
        var ahead = cursor
        repeat { _ = try fieldValue(input, &ahead, tape) } while try isFoldNext(input, &ahead)

        let start = tape.arenaAppendedCount
        append(first, input, start, &tape)
        repeat {
            append(try fieldValue(input, &cursor, tape), input, start, &tape)
        } while try isFoldNext(input, &cursor)
        return ReferenceText(
            offset: start, count: tape.arenaAppendedCount - start, isInArena: true)
    }

    /// Adds a piece to the arena, behind one SP unless it is the first that is not empty.
    private func append(
        _ piece: ReferenceText, _ input: Span<UInt8>, _ start: Int, _ tape: inout Tape
    ) {
        guard piece.count > 0 else { return }
        if tape.arenaAppendedCount > start { tape.appendToArena(ReferenceByte.sp) }
        for index in 0..<piece.count {
            tape.appendToArena(input[piece.offset + index])
        }
    }

    private func fieldNameID(
        _ name: ReferenceText, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> UInt8 {
        for candidate in FieldName.allCases {
            if let text = candidate.text, name.matches(text, input, tape) {
                return candidate.rawValue
            }
        }
        return FieldName.other.rawValue
    }
}
