import HTTP1
import Wire

/// Version, status and reason phrase (RFC 9112 §2.3, §4).
extension FaultyStartLine {
    /// The version's first byte; with a leniency more white space may stand before it.
    mutating func awaitVersion(_ byte: UInt8, _ grammar: FaultyGrammar) -> FaultyStep {
        if !grammar.isResponse, grammar.policy.contains(.requestLineWhitespace),
            isSeparator(byte, grammar)
        {
            position &+= 1
            return .advanced
        }
        versionStart = position
        state = .awaitingVersionEnd
        return .advanced
    }

    /// `HTTP/` DIGIT `.` DIGIT.
    mutating func awaitVersionEnd(
        _ input: Span<UInt8>, _ end: Int, _ grammar: FaultyGrammar, _ tape: inout Tape
    ) -> FaultyStep {
        while position < end {
            let byte = input[position]
            let index = position &- versionStart
            guard fitsVersion(byte, at: index, grammar) else {
                return .reject(.malformedVersion, at: position)
            }
            if index == 5 { major = byte &- 0x30 }
            position &+= 1
            guard index == 7 else { continue }
            minor = byte &- 0x30
            tape.append(
                Token(
                    .version, detail: UInt16(major) &<< 4 | UInt16(minor), offset: versionStart,
                    length: 8))
            state = .awaitingBehindVersion
            break
        }
        return .advanced
    }

    /// Whether `byte` may stand at `index` of a version.
    private func fitsVersion(_ byte: UInt8, at index: Int, _ grammar: FaultyGrammar) -> Bool {
        let letter: UInt8
        switch index {
        case 0: letter = UInt8(ascii: "H")
        case 1, 2: letter = UInt8(ascii: "T")
        case 3: letter = UInt8(ascii: "P")
        case 4: return byte == UInt8(ascii: "/")
        case 6: return byte == UInt8(ascii: ".")
        default: return FaultyGrammar.isDigit(byte)
        }
        return byte == letter
            || byte == letter | 0x20 && grammar.policy.contains(.caseInsensitiveHTTPName)
    }

    /// A request line ends behind its version; in a status line one SP follows.
    mutating func awaitBehindVersion(
        _ byte: UInt8, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        if grammar.isResponse {
            guard byte == 0x20 else { return .reject(.malformedVersion, at: position) }
            position &+= 1
            partStart = position
            state = .awaitingStatusEnd
            return .advanced
        }
        if grammar.policy.contains(.requestLineWhitespace), isSeparator(byte, grammar) {
            position &+= 1
            return .advanced
        }
        return endLine(byte, else: .malformedVersion, grammar)
    }

    /// Three digits, then SP.
    mutating func awaitStatusEnd(
        _ byte: UInt8, _ grammar: FaultyGrammar, _ tape: inout Tape
    ) -> FaultyStep {
        guard position &- partStart == 3 else {
            guard FaultyGrammar.isDigit(byte) else {
                return .reject(.malformedStatus, at: position)
            }
            status = status &* 10 &+ UInt16(byte &- 0x30)
            position &+= 1
            return .advanced
        }
        tape.append(Token(.status, detail: status, offset: partStart, length: 3))
        if byte == 0x20 {
            position &+= 1
            partStart = position
            state = .awaitingReasonPhraseEnd
            return .advanced
        }
        guard grammar.policy.contains(.missingReasonPhraseSpace) else {
            return .reject(.malformedStatus, at: position)
        }
        let end = position
        let step = endLine(byte, else: .malformedStatus, grammar)
        if case .rejected = step { return step }
        tape.append(Token(.reasonPhrase, offset: end, length: 0))
        return step
    }

    /// Any number of fieldchar up to the line end.
    mutating func awaitReasonPhraseEnd(
        _ input: Span<UInt8>, _ end: Int, _ grammar: FaultyGrammar, _ tape: inout Tape
    ) -> FaultyStep {
        var at = position
        while at < end, grammar.fits(input[at], FaultyClass.fieldchar) { at &+= 1 }
        position = at
        guard at < end else { return .advanced }
        let step = endLine(input[at], else: .malformedReasonPhrase, grammar)
        if case .rejected = step { return step }
        tape.append(
            Token(
                .reasonPhrase,
                offset: grammar.has(.reasonPhraseOffByOne) ? partStart &- 1 : partStart,
                length: at &- partStart))
        return step
    }
}
