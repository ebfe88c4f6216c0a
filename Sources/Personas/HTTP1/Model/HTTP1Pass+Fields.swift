internal import HTTP1
internal import Wire

/// Field sections, headers and trailers alike: `Documentation/HTTP1.md` §5.
extension HTTP1Pass {
    /// Reads field lines up to the section's end; returns them with the empty line's offset.
    mutating func fieldSection(
        isTrailer: Bool
    ) throws(HTTP1Stop) -> (lines: [HTTP1Read.Field], emptyLine: Int) {
        var lines: [HTTP1Read.Field] = []
        var section = HTTP1Section(
            isTrailer: isTrailer,
            countMax: isTrailer ? limits.trailerCountMax : limits.fieldCountMax,
            acceptsLF: allows(.bareLF) || flags.hasAny(.T14, .T16)
                || (isTrailer && has(.trailerBareLF)))
        while true {
            lineEnd = Int.max
            lineReason = .fieldLineTooLong
            let start = at
            if try isSectionEnd(section) { return (lines, start) }
            if HTTP1Byte.isWhitespace(try peek()) { try leadingWhitespace(section) }
            guard section.count < section.countMax else {
                throw .rejected(isTrailer ? .tooManyTrailers : .tooManyFields, at)
            }
            try fieldLine(&section, &lines)
            section.count += 1
            if section.isOver { return (lines, start) }
        }
    }

    /// Steps over the empty line, or what the model takes for it.
    private mutating func isSectionEnd(_ section: HTTP1Section) throws(HTTP1Stop) -> Bool {
        if has(.S27), try peek() == UInt8(ascii: ":"), try peek(1) == HTTP1Byte.cr,
            try peek(2) == HTTP1Byte.lf
        {
            at += 3
            return true
        }
        guard try isAtLineEnd() else { return false }
        if has(.S30), try peek() == HTTP1Byte.cr {
            _ = try peek(1)
            at += 2
            return true
        }
        try lineEnd(lf: section.acceptsLF)
        return true
    }

    private mutating func leadingWhitespace(_ section: HTTP1Section) throws(HTTP1Stop) {
        if !has(.leadingWhitespaceLine) {
            guard section.count == 0 else { throw .rejected(.obsoleteFolding, at) }
            guard allows(.whitespaceBeforeFirstField) else {
                throw .rejected(.whitespaceBeforeFirstField, at)
            }
        }
        try skipWhitespace()
    }

    /// One field line with its folds. A line that has no colon leaves nothing, where it may stand
    /// at all.
    private mutating func fieldLine(
        _ section: inout HTTP1Section, _ lines: inout [HTTP1Read.Field]
    ) throws(HTTP1Stop) {
        let start = at
        lineEnd = sum(at, limits.fieldLineBytesMax)
        let name: (range: Range<Int>, hasColon: Bool)
        do throws(HTTP1Stop) {
            name = try fieldName(section, start)
        } catch {
            guard has(.invalidNameDropped), error.isAboutAName else { throw error }
            at = start
            while try !isAtLineEnd() { at += 1 }
            try drop(start, section, &lines)
            return
        }
        if !name.hasColon {
            try lineWithoutColon(&section, start, &lines)
            return
        }
        let id = fieldID(name.range)
        let raw = try fieldValue(section)
        if has(.contentLengthEndsAtNUL), id != .contentLength, !allows(.nulInFieldValue),
            let nul = raw.range.first(where: { bytes[$0] == 0 })
        {
            throw .rejected(.controlInFieldValue, nul)
        }
        var field = HTTP1Read.Field(
            line: start..<raw.end, lineAndEnd: start..<at, name: name.range, id: id,
            value: trimmedValue(raw.range, id), rawValue: raw.range)
        try foldValue(&field, section)
        lines.append(field)
    }

    private mutating func lineWithoutColon(
        _ section: inout HTTP1Section, _ start: Int, _ lines: inout [HTTP1Read.Field]
    ) throws(HTTP1Stop) {
        let end = at
        if has(.trailerWithoutColonEnds), section.isTrailer {
            section.isOver = true
        } else if has(.T20), var last = lines.popLast() {
            appendToArena(of: &last, start..<end)
            try lineEnd(lf: section.acceptsLF)
            last.lineAndEnd = last.lineAndEnd.lowerBound..<at
            lines.append(last)
            return
        } else if !allows(.missingColon), !has(.T14) {
            throw .rejected(.missingColon, at)
        }
        try drop(start, section, &lines)
    }

    /// Takes the line's end and keeps the line without a name and value of its own.
    private mutating func drop(
        _ start: Int, _ section: HTTP1Section, _ lines: inout [HTTP1Read.Field]
    ) throws(HTTP1Stop) {
        let end = at
        try lineEnd(lf: section.acceptsLF)
        lines.append(
            HTTP1Read.Field(
                line: start..<end, lineAndEnd: start..<at, name: start..<end, id: .other,
                value: end..<end, rawValue: end..<end, isDropped: true))
    }
}

/// What a field section knows of itself while it is read.
struct HTTP1Section {
    let isTrailer: Bool
    let countMax: Int
    let acceptsLF: Bool
    /// Lines so far, dropped ones included.
    var count = 0
    /// A line ended the section that is not empty.
    var isOver = false
}

// MARK: Values

extension HTTP1Pass {
    /// White space, the value's bytes, the line end; returns the bytes as they stand, and the line
    /// end's place.
    mutating func fieldValue(
        _ section: HTTP1Section
    ) throws(HTTP1Stop) -> (range: Range<Int>, end: Int) {
        try whitespaceBeforeValue()
        let start = at
        while try !isValueEnd(section) { at += 1 }
        let end = at
        let endsAtCR = has(.S13)
        try lineEnd(lf: section.acceptsLF, cr: endsAtCR)
        return (start..<end, end)
    }

    private mutating func whitespaceBeforeValue() throws(HTTP1Stop) {
        guard has(.S19) else { return try skipWhitespace() }
        while true {
            switch try peek() {
            case 0x20, 0x09, 0x0A, 0x0B, 0x0C: at += 1
            case HTTP1Byte.cr:
                guard try peek(1) != HTTP1Byte.lf else { return }
                at += 1
            default: return
            }
        }
    }

    private func isValueEnd(_ section: HTTP1Section) throws(HTTP1Stop) -> Bool {
        let byte = try peek()
        if byte == HTTP1Byte.lf { return !flags.hasAny(.S2, .T20) || section.acceptsLF }
        if byte == HTTP1Byte.cr {
            guard allows(.bareCRInFieldValue) || flags.hasAny(.S2, .T10) else { return true }
            return try peek(1) == HTTP1Byte.lf
        }
        if HTTP1Byte.isField(byte) { return false }
        let fits =
            byte == 0
            ? allows(.nulInFieldValue) || flags.hasAny(.S2, .S35, .S43, .T12, .T20)
                || has(.contentLengthEndsAtNUL)
            : allows(.controlInFieldValue)
                || (has(.verticalTabTrimmed) && (byte == 0x0B || byte == 0x0C))
        guard fits else { throw .rejected(.controlInFieldValue, at) }
        return false
    }

    /// What is left when the model has cut off what it takes for white space, or for the end.
    private func trimmedValue(_ range: Range<Int>, _ id: FieldName) -> Range<Int> {
        var value = range
        if has(.S35), let nul = value.first(where: { bytes[$0] == 0 }) {
            value = value.lowerBound..<nul
        }
        if has(.S43) {
            while let last = value.last, bytes[last] == 0 { value = value.lowerBound..<last }
        }
        let isCoding = id == .transferEncoding
        let trimsLatin1 = has(.S12) && isCoding || has(.S41) && !isCoding
        let trimsHigh = has(.S46)
        let trimsVertical = has(.verticalTabTrimmed)
        let trimmed = trimmed(value) { byte in
            HTTP1Byte.isWhitespace(byte) || trimsLatin1 && (byte == 0x85 || byte == 0xA0)
                || trimsHigh && byte >= 0x80
                || trimsVertical && (byte == 0x0B || byte == 0x0C)
        }
        // An empty value lies behind the leading white space, wherever the trimming went.
        return trimmed.isEmpty ? range.lowerBound..<range.lowerBound : trimmed
    }

    /// The lines behind the first that continue its value, where folding is accepted.
    private mutating func foldValue(
        _ field: inout HTTP1Read.Field, _ section: HTTP1Section
    ) throws(HTTP1Stop) {
        guard allows(.obsoleteFolding), try isFoldNext() else { return }
        appendToArena(of: &field, nil)
        while try isFoldNext() {
            let piece = try fieldValue(section)
            appendToArena(of: &field, trimmedValue(piece.range, field.id))
        }
        field.lineAndEnd = field.lineAndEnd.lowerBound..<at
    }

    private func isFoldNext() throws(HTTP1Stop) -> Bool {
        // Only a line that continues belongs to the line whose length is bounded.
        guard at < bytes.count else { throw .needMore }
        guard at < sectionEnd else { throw .rejected(sectionReason, at) }
        guard HTTP1Byte.isWhitespace(bytes[at]) else { return false }
        _ = try peek()
        return true
    }

    /// Moves the value into the arena if it is not there, and adds `piece` behind a SP.
    private mutating func appendToArena(of field: inout HTTP1Read.Field, _ piece: Range<Int>?) {
        if !field.isInArena {
            let start = arena.count
            arena += bytes[field.value]
            field.value = start..<arena.count
            field.isInArena = true
        }
        guard let piece, !piece.isEmpty else { return }
        if !field.value.isEmpty { arena.append(0x20) }
        arena += bytes[piece]
        field.value = field.value.lowerBound..<arena.count
    }
}
