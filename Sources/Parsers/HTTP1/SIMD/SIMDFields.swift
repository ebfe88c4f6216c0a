internal import Wire

/// What a walk over a field section has seen, as bits and places, so that most rules of meaning cost one test.
struct SIMDSeen: BitwiseCopyable {
    /// One bit for each `FieldName` that was seen, and for each that was seen twice.
    var once: UInt32 = 0
    var twice: UInt32 = 0
    /// The tape's index of the first line of each name that was seen.
    private var firstIndices = InlineArray<32, Int32>(repeating: 0)

    /// Notes a name whose token stands at `index`.
    @inline(__always)
    mutating func note(_ name: FieldName, at index: Int) {
        let bit: UInt32 = 1 &<< UInt32(name.rawValue)
        if once & bit == 0 {
            firstIndices[Int(name.rawValue)] = Int32(truncatingIfNeeded: index)
        }
        twice |= once & bit
        once |= bit
    }

    /// The index of the first line of `name`, or nil where it was not seen.
    @inline(__always)
    func first(_ name: FieldName) -> Int? {
        has(name) ? Int(firstIndices[Int(name.rawValue)]) : nil
    }

    /// Forgets everything.
    @inline(__always)
    mutating func clear() {
        once = 0
        twice = 0
    }

    @inline(__always)
    func has(_ name: FieldName) -> Bool { once >> UInt32(name.rawValue) & 1 != 0 }
    func hasTwice(_ name: FieldName) -> Bool { twice >> UInt32(name.rawValue) & 1 != 0 }
}

/// Walks a header section or a trailer section, line by line, by the set bits of two maps.
///
/// The fast path takes a line that is all there and needs no thought: name, colon, value, CR LF. Everything else goes
/// to `exactLine`, which judges byte by byte. A line that is not whole is walked again from its start.
struct SIMDFieldWalk: BitwiseCopyable {
    let policy: Policy
    let fieldLineBytesMax: Int
    let fieldCountMax: Int
    let isTrailers: Bool

    /// Where the next line starts, and the first offset beyond the section.
    var position: Int
    var sectionLimit: Int
    var lineCount = 0
    var seen = SIMDSeen()
    var emptyLineOffset = 0

    init(_ policy: Policy, _ limits: HTTP1Limits, isTrailers: Bool, at position: Int) {
        self.policy = policy
        self.isTrailers = isTrailers
        self.position = position
        fieldLineBytesMax = limits.fieldLineBytesMax
        fieldCountMax = isTrailers ? limits.trailerCountMax : limits.fieldCountMax
        sectionLimit = SIMDBytes.sum(
            position, isTrailers ? limits.trailerSectionBytesMax : limits.fieldSectionBytesMax)
    }

    /// Makes the walk ready for the section that starts at `position`.
    @inline(__always)
    mutating func begin(at position: Int, bytesMax: Int) {
        self.position = position
        sectionLimit = SIMDBytes.sum(position, bytesMax)
        lineCount = 0
        seen.clear()
    }

    var nameKind: HTTP1Token.Kind { isTrailers ? .trailerName : .fieldName }
    var valueKind: HTTP1Token.Kind { isTrailers ? .trailerValue : .fieldValue }
    var unfoldedKind: HTTP1Token.Kind {
        isTrailers ? .trailerValueUnfolded : .fieldValueUnfolded
    }
    private var sectionReason: HTTP1Reason {
        isTrailers ? .trailerSectionTooLong : .fieldSectionTooLong
    }

    /// Walks to the end of the section. Tokens are appended, not committed.
    @inline(__always)
    mutating func walk(
        _ input: Span<UInt8>, _ maps: inout SIMDMaps, _ tape: inout Tape
    ) throws(SIMDStop) {
        while true {
            if !policy.contains(.obsoleteFolding), walkPlainLines(input, &maps, &tape) { return }
            if isUnfinished(input, &maps) { throw unfinished(input) }
            if try exactLine(input, &tape) { return }
        }
    }

    /// Takes lines as long as they need no thought; true behind the empty line. Stops, with nothing changed for that
    /// line, before the first that does, or that is not whole.
    @inline(__always)
    private mutating func walkPlainLines(
        _ input: Span<UInt8>, _ maps: inout SIMDMaps, _ tape: inout Tape
    ) -> Bool {
        let nameBits = Token.bits(kind: nameKind.rawValue)
        let valueBits = Token.bits(kind: valueKind.rawValue)
        let bound = min(input.count, sectionLimit)
        var start = position
        var linesLeft = fieldCountMax &- lineCount
        unsafe input.withUnsafeBufferPointer { bytes in
            while true {
                let colon = maps.next(.notToken, start, input)
                // What is not two bytes away from the bound is left to the exact path.
                guard colon &+ 2 < bound else { break }
                // SAFETY, for every subscript of `bytes` in this loop: 0 ≤ start ≤ colon, colon + 2 < bound and
                // stop + 2 ≤ bound were checked before, and bound ≤ input.count.
                guard unsafe bytes[colon] == 0x3A, colon != start else { break }
                var first = colon &+ 1
                if unsafe bytes[first] == 0x20 { first &+= 1 }
                if unsafe SIMDBytes.isWhitespace(bytes[first]) {
                    first = behindWhitespace(first, input)
                }
                let stop = maps.next(.control, first, input)
                guard stop &+ 2 <= bound, stop &- start &+ 2 <= fieldLineBytesMax, linesLeft > 0,
                    unsafe bytes[stop] == 0x0D, unsafe bytes[stop &+ 1] == 0x0A
                else { break }
                var end = stop
                while end > first, unsafe SIMDBytes.isWhitespace(bytes[end &- 1]) { end &-= 1 }
                var bits = nameBits
                let sum = unsafe SIMDNames.sum(bytes[start], bytes[colon &- 1], colon &- start)
                if SIMDNames.mayBeKnown(sum) {
                    let name = SIMDNames.known(input, start, colon &- start)
                    if name != .other { seen.note(name, at: tape.appendedCount) }
                    bits |= UInt64(name.rawValue) &<< 40
                }
                tape.append(
                    Token(kindAndDetail: bits, offset: start, length: colon &- start),
                    Token(kindAndDetail: valueBits, offset: first, length: end &- first))
                linesLeft &-= 1
                start = stop &+ 2
            }
        }
        lineCount = fieldCountMax &- linesLeft
        position = start
        guard start &+ 2 <= bound, SIMDBytes.isLineEnd(input, start) else { return false }
        emptyLineOffset = start
        position = start &+ 2
        return true
    }

    @inline(never)
    private func behindWhitespace(_ first: Int, _ input: Span<UInt8>) -> Int {
        var first = first
        while first < input.count, SIMDBytes.isWhitespace(input[first]) { first += 1 }
        return first
    }

    /// What a line is that the plain walk left: not whole, or in need of the exact path.
    private func isUnfinished(_ input: Span<UInt8>, _ maps: inout SIMDMaps) -> Bool {
        let start = position
        let colon = maps.next(.notToken, start, input)
        if colon == input.count { return colon > start }
        guard input[colon] == 0x3A, colon > start else { return false }
        return maps.next(.control, colon + 1, input) == input.count
    }

    /// The input ends in a line that is well-formed so far: only limits can speak.
    @inline(never)
    private func unfinished(_ input: Span<UInt8>) -> SIMDStop {
        if position >= sectionLimit { return .rejected(sectionReason, sectionLimit) }
        if lineCount >= fieldCountMax {
            return .rejected(isTrailers ? .tooManyTrailers : .tooManyFields, position)
        }
        let lineLimit = SIMDBytes.sum(position, fieldLineBytesMax)
        guard min(lineLimit, sectionLimit) < input.count else { return .needMore }
        return sectionLimit <= lineLimit
            ? .rejected(sectionReason, sectionLimit) : .rejected(.fieldLineTooLong, lineLimit)
    }
}

// MARK: The exact path

extension SIMDFieldWalk {
    /// A line's bytes with the limits that hold there.
    private struct Line {
        /// The first offset beyond the line; the section's limit comes first.
        var limit = Int.max
    }

    /// Judges the line at `position` byte by byte; true behind the empty line. On a throw nothing has changed.
    @inline(never)
    private mutating func exactLine(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(SIMDStop) -> Bool {
        var line = Line()
        var start = position
        var byte = try at(start, line, input)
        if byte == 0x0D || byte == 0x0A {
            let end = try lineEnd(start, line, input)
            emptyLineOffset = start
            position = end
            return true
        }
        if SIMDBytes.isWhitespace(byte) {
            guard lineCount == 0 else { throw .rejected(.obsoleteFolding, start) }
            guard policy.contains(.whitespaceBeforeFirstField) else {
                throw .rejected(.whitespaceBeforeFirstField, start)
            }
            while SIMDBytes.isWhitespace(byte) {
                start += 1
                byte = try at(start, line, input)
            }
        }
        guard lineCount < fieldCountMax else {
            throw .rejected(isTrailers ? .tooManyTrailers : .tooManyFields, start)
        }
        line.limit = SIMDBytes.sum(start, fieldLineBytesMax)
        let nameEnd = try exactName(start, line, input)
        let behindName = try at(nameEnd, line, input)
        if behindName == 0x0D || behindName == 0x0A {
            position = try lineEnd(nameEnd, line, input)
            lineCount += 1
            return false
        }
        let colon = try exactColon(nameEnd, line, input)
        let name = SIMDNames.id(input, start, nameEnd - start)
        let token = Token(
            nameKind, detail: UInt16(name.rawValue), offset: start, length: nameEnd - start)
        try exactValue(token, colon + 1, line, input, &tape)
        seen.note(name, at: tape.appendedCount - 2)
        lineCount += 1
        return false
    }

    /// The byte at `offset`, within section and line.
    private func at(
        _ offset: Int, _ line: Line, _ input: Span<UInt8>
    ) throws(SIMDStop) -> UInt8 {
        guard offset < input.count else { throw .needMore }
        guard offset < sectionLimit else { throw .rejected(sectionReason, sectionLimit) }
        guard offset < line.limit else { throw .rejected(.fieldLineTooLong, line.limit) }
        return input[offset]
    }

    /// Behind the line end at `offset`, where CR or LF stands.
    private func lineEnd(
        _ offset: Int, _ line: Line, _ input: Span<UInt8>
    ) throws(SIMDStop) -> Int {
        if try at(offset, line, input) == 0x0A {
            guard policy.contains(.bareLF) else { throw .rejected(.bareLF, offset) }
            return offset + 1
        }
        guard try at(offset + 1, line, input) == 0x0A else { throw .rejected(.bareCR, offset + 1) }
        return offset + 2
    }

    /// The end of the name at `start`: a colon, white space, or a line end that may stand there.
    private func exactName(
        _ start: Int, _ line: Line, _ input: Span<UInt8>
    ) throws(SIMDStop) -> Int {
        var offset = start
        let takesAll = policy.contains(.nonTokenFieldName)
        while true {
            let byte = try at(offset, line, input)
            let fits =
                takesAll
                ? byte > 0x20 && byte != 0x7F && byte != 0x3A : SIMDBytes.isToken(byte)
            if fits {
                offset += 1
                continue
            }
            let isFirst = offset == start
            switch byte {
            case 0x3A:
                if isFirst, !policy.contains(.emptyFieldName) {
                    throw .rejected(.emptyFieldName, offset)
                }
            case 0x0D, 0x0A:
                if isFirst { throw .rejected(.malformedFieldName, offset) }
                if !policy.contains(.missingColon) { throw .rejected(.missingColon, offset) }
            case 0x20, 0x09:
                if isFirst { throw .rejected(.malformedFieldName, offset) }
            default: throw .rejected(.malformedFieldName, offset)
            }
            return offset
        }
    }

    /// The colon at or behind `offset`.
    private func exactColon(
        _ offset: Int, _ line: Line, _ input: Span<UInt8>
    ) throws(SIMDStop) -> Int {
        var colon = offset
        while SIMDBytes.isWhitespace(try at(colon, line, input)) {
            guard policy.contains(.whitespaceBeforeColon) else {
                throw .rejected(.whitespaceBeforeColon, colon)
            }
            colon += 1
        }
        guard try at(colon, line, input) == 0x3A else {
            throw .rejected(.malformedFieldName, colon)
        }
        return colon
    }

    /// The end of the value bytes from `offset`, where its line end starts.
    private func valueStop(
        _ offset: Int, _ line: Line, _ input: Span<UInt8>
    ) throws(SIMDStop) -> Int {
        var stop = offset
        while true {
            let byte = try at(stop, line, input)
            if byte == 0x0A { return stop }
            if byte == 0x0D {
                guard policy.contains(.bareCRInFieldValue) else { return stop }
                if try at(stop + 1, line, input) == 0x0A { return stop }
            } else if !SIMDBytes.isField(byte) {
                let leniency: Policy = byte == 0 ? .nulInFieldValue : .controlInFieldValue
                guard policy.contains(leniency) else {
                    throw .rejected(.controlInFieldValue, stop)
                }
            }
            stop += 1
        }
    }

    /// Appends name and value, and moves behind the line with its folds.
    private mutating func exactValue(
        _ name: Token, _ offset: Int, _ line: Line, _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(SIMDStop) {
        let arenaStart = tape.arenaAppendedCount
        let stop = try valueStop(offset, line, input)
        let first = trimmed(offset, stop, input)
        var end = try lineEnd(stop, line, input)
        guard try isFold(end, line, input) else {
            tape.append(name)
            tape.append(Token(valueKind, offset: first.start, length: first.end - first.start))
            position = end
            return
        }
        // Once to see that all folds are there, once to copy: a resumed walk must find the arena as it was.
        var probe = end
        repeat {
            probe = try lineEnd(try valueStop(probe, line, input), line, input)
        } while try isFold(probe, line, input)

        copy(first, arenaStart, input, &tape)
        repeat {
            let foldStop = try valueStop(end, line, input)
            copy(trimmed(end, foldStop, input), arenaStart, input, &tape)
            end = try lineEnd(foldStop, line, input)
        } while try isFold(end, line, input)
        tape.append(name)
        tape.append(
            Token(unfoldedKind, offset: arenaStart, length: tape.arenaAppendedCount - arenaStart))
        position = end
    }

    /// Whether the line at `offset` continues the one before it; it then belongs to that line's limit.
    private func isFold(
        _ offset: Int, _ line: Line, _ input: Span<UInt8>
    ) throws(SIMDStop) -> Bool {
        guard policy.contains(.obsoleteFolding) else { return false }
        guard SIMDBytes.isWhitespace(try at(offset, Line(), input)) else { return false }
        _ = try at(offset, line, input)
        return true
    }

    private func trimmed(
        _ start: Int, _ end: Int, _ input: Span<UInt8>
    ) -> (start: Int, end: Int) {
        var start = start
        var end = end
        while start < end, SIMDBytes.isWhitespace(input[start]) { start += 1 }
        while end > start, SIMDBytes.isWhitespace(input[end - 1]) { end -= 1 }
        return (start, end)
    }

    private func copy(
        _ piece: (start: Int, end: Int), _ arenaStart: Int, _ input: Span<UInt8>,
        _ tape: inout Tape
    ) {
        guard piece.end > piece.start else { return }
        if tape.arenaAppendedCount > arenaStart { tape.appendToArena(0x20) }
        for offset in piece.start..<piece.end { tape.appendToArena(input[offset]) }
    }
}
