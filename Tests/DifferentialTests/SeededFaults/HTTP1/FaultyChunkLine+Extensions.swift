import HTTP1
import Wire

/// Chunk extensions (RFC 9112 §7.1.1). Each of their bytes counts against a limit of the whole message.
extension FaultyChunkLine {
    /// The first byte of a name, behind `;`.
    mutating func awaitName(_ byte: UInt8, _ grammar: FaultyGrammar) -> FaultyStep {
        if admitsBlank(byte, grammar) { return passExtensionByte(to: .awaitingName, grammar) }
        if grammar.has(.extensionNameMayLack), byte == 0x0D {
            return endLine(byte, else: .malformedChunkExtension, grammar)
        }
        guard grammar.fits(byte, FaultyClass.token) else {
            return .reject(.malformedChunkExtension, at: position)
        }
        state = .awaitingNameEnd
        return .advanced
    }

    mutating func awaitNameEnd(
        _ input: Span<UInt8>, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        if let step = passExtensionBytes(FaultyClass.token, input, grammar) { return step }
        let byte = input[position]
        if grammar.fits(byte, FaultyClass.blank), admitsAnyBlank(grammar) {
            state = .awaitingBehindName
            return .advanced
        }
        switch byte {
        case UInt8(ascii: "="): return passExtensionByte(to: .awaitingValue, grammar)
        case UInt8(ascii: ";"): return passExtensionByte(to: .awaitingName, grammar)
        default: return endLine(byte, else: .malformedChunkExtension, grammar)
        }
    }

    /// White space behind a name, and the byte behind it.
    mutating func awaitBehindName(
        _ input: Span<UInt8>, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        if let step = passExtensionBytes(FaultyClass.blank, input, grammar) { return step }
        let byte = input[position]
        if byte == UInt8(ascii: "="), grammar.policy.contains(.chunkExtensionWhitespace) {
            return passExtensionByte(to: .awaitingValue, grammar)
        }
        return awaitBehindBlanks(byte, grammar)
    }

    /// The first byte of a value, behind `=`.
    mutating func awaitValue(_ byte: UInt8, _ grammar: FaultyGrammar) -> FaultyStep {
        if admitsBlank(byte, grammar) { return passExtensionByte(to: .awaitingValue, grammar) }
        if byte == UInt8(ascii: "\"") {
            return passExtensionByte(to: .awaitingQuoteEnd, grammar)
        }
        guard grammar.fits(byte, FaultyClass.token) else {
            return .reject(.malformedChunkExtension, at: position)
        }
        state = .awaitingValueEnd
        return .advanced
    }

    mutating func awaitValueEnd(
        _ input: Span<UInt8>, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        if let step = passExtensionBytes(FaultyClass.token, input, grammar) { return step }
        return awaitBehindQuote(input[position], grammar)
    }

    /// `byte` stands right behind a value, quoted or not.
    mutating func awaitBehindQuote(_ byte: UInt8, _ grammar: FaultyGrammar) -> FaultyStep {
        if grammar.fits(byte, FaultyClass.blank), admitsAnyBlank(grammar) {
            state = .awaitingBehindValue
            return .advanced
        }
        if byte == UInt8(ascii: ";") { return passExtensionByte(to: .awaitingName, grammar) }
        return endLine(byte, else: .malformedChunkExtension, grammar)
    }

    /// White space behind a value, and the byte behind it.
    mutating func awaitBehindValue(
        _ input: Span<UInt8>, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        if let step = passExtensionBytes(FaultyClass.blank, input, grammar) { return step }
        return awaitBehindBlanks(input[position], grammar)
    }

    /// `byte` stands behind white space behind a name or a value: each leniency admits what it names.
    private mutating func awaitBehindBlanks(
        _ byte: UInt8, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        if byte == UInt8(ascii: ";"), grammar.policy.contains(.chunkExtensionWhitespace) {
            return passExtensionByte(to: .awaitingName, grammar)
        }
        guard byte == 0x0D || byte == 0x0A,
            grammar.policy.contains(.chunkSizeTrailingWhitespace)
        else { return .reject(.malformedChunkExtension, at: position) }
        return endLine(byte, else: .malformedChunkExtension, grammar)
    }

    /// The bytes of a quoted value; CR and LF in it would be a line end for anyone who cannot count quotes.
    mutating func awaitQuoteEnd(
        _ input: Span<UInt8>, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        while position < input.count {
            let byte = input[position]
            guard
                grammar.fits(byte, FaultyClass.fieldchar)
                    || grammar.has(.quoteHidesLineEnd) && (byte == 0x0D || byte == 0x0A)
            else {
                return .reject(.malformedChunkExtension, at: position)
            }
            let next: State =
                switch byte {
                case UInt8(ascii: "\""): .awaitingBehindQuote
                case UInt8(ascii: "\\") where !grammar.has(.quoteIgnoresEscape): .awaitingQuotedByte
                default: .awaitingQuoteEnd
                }
            let step = passExtensionByte(to: next, grammar)
            if case .rejected = step { return step }
            if next != .awaitingQuoteEnd { break }
        }
        return .advanced
    }

    mutating func awaitQuotedByte(_ byte: UInt8, _ grammar: FaultyGrammar) -> FaultyStep {
        guard grammar.fits(byte, FaultyClass.fieldchar) else {
            return .reject(.malformedChunkExtension, at: position)
        }
        return passExtensionByte(to: .awaitingQuoteEnd, grammar)
    }

    /// Under a leniency, anything up to CR or LF.
    mutating func awaitUnvalidatedEnd(
        _ input: Span<UInt8>, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        if let step = passExtensionBytes(FaultyClass.unbroken, input, grammar) { return step }
        return endLine(input[position], else: .malformedChunkExtension, grammar)
    }

    /// Whether `byte` is white space that may stand behind `;` and `=`.
    private func admitsBlank(_ byte: UInt8, _ grammar: FaultyGrammar) -> Bool {
        grammar.fits(byte, FaultyClass.blank)
            && grammar.policy.contains(.chunkExtensionWhitespace)
    }

    /// Whether white space may stand behind a name or a value.
    private func admitsAnyBlank(_ grammar: FaultyGrammar) -> Bool {
        grammar.policy.contains(.chunkExtensionWhitespace)
            || grammar.policy.contains(.chunkSizeTrailingWhitespace)
    }
}

/// Line ends, and the count of extension bytes.
extension FaultyChunkLine {
    /// Passes the byte at the position, which fits; it counts.
    mutating func passExtensionByte(to next: State, _ grammar: FaultyGrammar) -> FaultyStep {
        guard extensionBytes < grammar.limits.chunkExtensionBytesMax else {
            return .reject(.chunkExtensionsTooLong, at: position)
        }
        extensionBytes &+= 1
        if grammar.has(.extensionCountForgetsSemicolon), next == .awaitingName {
            extensionBytes &-= 1
        }
        position &+= 1
        state = next
        return .advanced
    }

    /// Passes all bytes of a class, which count; nil where another byte is at the position.
    mutating func passExtensionBytes(
        _ fitting: UInt16, _ input: Span<UInt8>, _ grammar: FaultyGrammar
    ) -> FaultyStep? {
        let room = grammar.limits.chunkExtensionBytesMax &- extensionBytes
        let end = min(input.count, FaultyGrammar.sum(position, room))
        var at = position
        while at < end, grammar.fits(input[at], fitting) { at &+= 1 }
        extensionBytes &+= at &- position
        position = at
        guard at < input.count else { return .starved }
        guard grammar.fits(input[at], fitting) else { return nil }
        return .reject(.chunkExtensionsTooLong, at: at)
    }

    /// CR or LF stands where the line may end; anything else rejects as `reason`.
    mutating func endLine(
        _ byte: UInt8, else reason: HTTP1Reason, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        lineEndStart = position
        switch byte {
        case 0x0D:
            position &+= 1
            state = .awaitingLF
            return .advanced
        case 0x0A:
            guard
                grammar.policy.contains(.bareLFInChunkLine)
                    || grammar.has(.chunkLineTakesBareLF)
            else {
                return .reject(.bareLF, at: position)
            }
            position &+= 1
            return .finished
        default:
            return .reject(reason, at: position)
        }
    }

    mutating func awaitLF(_ byte: UInt8, _ grammar: FaultyGrammar) -> FaultyStep {
        guard byte == 0x0A || grammar.has(.chunkLineEndsAtAnyByteBehindCR) else {
            return .reject(.bareCR, at: position)
        }
        position &+= 1
        return .finished
    }
}
