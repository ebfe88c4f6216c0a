import HTTP1
import Wire

/// The machine that reads a chunk-size line (RFC 9112 §7.1, §7.1.1).
///
///     chunk-size [ chunk-ext ] line-end
///     chunk-ext = *( ";" chunk-ext-name [ "=" chunk-ext-val ] )
///
/// It looks for wrap-around before each digit: a size never exceeds what the body may still have, so no
/// later sum can overflow.
struct FaultyChunkLine {
    /// What the line awaits.
    enum State {
        /// The first byte of the line.
        case awaitingSize
        /// The first digit behind `0x`.
        case awaitingPrefixedSize
        case awaitingSizeEnd
        /// What may stand behind white space behind the size.
        case awaitingBlanksEnd
        /// The line end, behind bytes that a leniency drops.
        case awaitingJunkEnd
        /// The line end, behind bytes that nobody validates.
        case awaitingUnvalidatedEnd
        case awaitingName
        case awaitingNameEnd
        case awaitingBehindName
        case awaitingValue
        case awaitingValueEnd
        case awaitingBehindValue
        case awaitingQuoteEnd
        /// The byte behind a backslash in quotes.
        case awaitingQuotedByte
        /// Right behind a closing quote.
        case awaitingBehindQuote
        case awaitingLF
    }

    var state = State.awaitingSize
    /// The next byte to look at.
    var position = 0
    /// The line's first byte.
    private(set) var start = 0
    private(set) var size = 0
    /// The first `;`, or nil.
    var extensionStart: Int?
    /// Where the line end starts.
    var lineEndStart = 0

    private var digitCount = 0
    /// Whether the size so far is the digit 0, which a prefix may follow.
    private var mayBePrefix = false

    /// Of the message: lines, data bytes, and extension bytes so far.
    private var lineCount = 0
    private var dataBytes = 0
    var extensionBytes = 0

    /// Begins the first line of a message.
    mutating func beginMessage(at offset: Int, _ fault: HTTP1Fault?) {
        let (lines, data, extensions) = (lineCount, dataBytes, extensionBytes)
        self = FaultyChunkLine()
        if fault == .resetKeepsChunkTotals {
            (lineCount, dataBytes, extensionBytes) = (lines, data, extensions)
        }
        begin(at: offset)
    }

    /// Begins a line at `offset`; the data of the line before is behind us.
    mutating func begin(at offset: Int) {
        dataBytes &+= size
        state = .awaitingSize
        position = offset
        start = offset
        size = 0
        extensionStart = nil
        digitCount = 0
        mayBePrefix = false
    }

    /// The caller dropped `count` bytes at the input's start, none of this line.
    mutating func release(_ count: Int) {
        position &-= count
        start &-= count
        lineEndStart &-= count
        if let extensionStart { self.extensionStart = extensionStart &- count }
    }

    /// Goes on up to the line's end, the last byte, or a rejection.
    mutating func run(_ input: Span<UInt8>, _ grammar: FaultyGrammar) -> FaultyStep {
        while true {
            guard position < input.count else {
                if grammar.has(.chunkSizeForgottenAtCut), state == .awaitingSizeEnd { size = 0 }
                if grammar.has(.escapeForgottenAtCut), state == .awaitingQuotedByte {
                    state = .awaitingQuoteEnd
                }
                return .starved
            }
            let step = awaitNext(input, grammar)
            guard case .advanced = step else { return step }
        }
    }

    /// Looks at the byte at the position, which is there, and at those behind it that belong together.
    private mutating func awaitNext(
        _ input: Span<UInt8>, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        let byte = input[position]
        return switch state {
        case .awaitingSize: awaitSize(byte, grammar)
        case .awaitingPrefixedSize: awaitPrefixedSize(byte, grammar)
        case .awaitingSizeEnd: awaitSizeEnd(input, grammar)
        case .awaitingBlanksEnd: awaitBlanksEnd(input, grammar)
        case .awaitingJunkEnd: awaitJunkEnd(input, grammar)
        case .awaitingUnvalidatedEnd: awaitUnvalidatedEnd(input, grammar)
        case .awaitingName: awaitName(byte, grammar)
        case .awaitingNameEnd: awaitNameEnd(input, grammar)
        case .awaitingBehindName: awaitBehindName(input, grammar)
        case .awaitingValue: awaitValue(byte, grammar)
        case .awaitingValueEnd: awaitValueEnd(input, grammar)
        case .awaitingBehindValue: awaitBehindValue(input, grammar)
        case .awaitingQuoteEnd: awaitQuoteEnd(input, grammar)
        case .awaitingQuotedByte: awaitQuotedByte(byte, grammar)
        case .awaitingBehindQuote: awaitBehindQuote(byte, grammar)
        case .awaitingLF: awaitLF(byte, grammar)
        }
    }
}

// MARK: - Size

extension FaultyChunkLine {
    /// The line's first byte: a digit, or with a leniency a line end.
    private mutating func awaitSize(_ byte: UInt8, _ grammar: FaultyGrammar) -> FaultyStep {
        let isLineEnd = byte == 0x0D || byte == 0x0A
        if isLineEnd, grammar.policy.contains(.emptyChunkSize) {
            if byte == 0x0A, !grammar.policy.contains(.bareLFInChunkLine) {
                return .reject(.bareLF, at: position)
            }
        } else if FaultyGrammar.hexValue(byte) == nil {
            return .reject(.malformedChunkSize, at: position)
        }
        let spare = grammar.has(.chunkCountOffByOne) ? 1 : 0
        guard lineCount &- spare < grammar.limits.chunkCountMax else {
            return .reject(.tooManyChunks, at: position)
        }
        lineCount &+= 1
        if grammar.has(.extensionsCountPerChunk) { extensionBytes = 0 }
        if isLineEnd { return endLine(byte, else: .malformedChunkSize, grammar) }
        mayBePrefix = byte == 0x30 && grammar.policy.contains(.chunkSizePrefix)
        state = .awaitingSizeEnd
        return .advanced
    }

    /// A digit must follow `0x`.
    private mutating func awaitPrefixedSize(
        _ byte: UInt8, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        guard FaultyGrammar.hexValue(byte) != nil else {
            return .reject(.malformedChunkSize, at: position)
        }
        state = .awaitingSizeEnd
        return .advanced
    }

    /// Digits, and the byte behind them.
    private mutating func awaitSizeEnd(
        _ input: Span<UInt8>, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        while position < input.count {
            let byte = input[position]
            let digit =
                grammar.has(.hexDigitsReachG) && byte | 0x20 == 0x67
                ? 16 : FaultyGrammar.hexValue(byte)
            guard let digit else {
                return awaitBehindSize(byte, grammar)
            }
            guard digitCount < (grammar.has(.seventeenthDigitAccepted) ? 17 : 16) else {
                return .reject(.chunkSizeTooLong, at: position)
            }
            let room =
                grammar.limits.bodyBytesMax
                &- (grammar.has(.bodyLimitPerChunk) ? 0 : dataBytes)
            if grammar.has(.chunkSizeWraps) {
                size = (size &<< 4 | Int(digit)) & 0xFFFF_FFFF
                digitCount &+= 1
                position &+= 1
                continue
            }
            guard size <= room &>> 4, size &<< 4 | Int(digit) <= room else {
                return .reject(.bodyTooLarge, at: position)
            }
            size = size &<< 4 | Int(digit)
            digitCount &+= 1
            position &+= 1
        }
        return .advanced
    }

    /// `byte` stands right behind the digits.
    private mutating func awaitBehindSize(
        _ byte: UInt8, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        switch byte {
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            guard mayBePrefix, digitCount == 1 else { break }
            mayBePrefix = false
            digitCount = 0
            position &+= 1
            state = .awaitingPrefixedSize
            return .advanced
        case 0x0D, 0x0A:
            return endLine(byte, else: .malformedChunkSize, grammar)
        case UInt8(ascii: ";"):
            return beginExtension(grammar)
        case 0x20, 0x09:
            guard admitsBlanks(grammar) || grammar.has(.whitespaceBehindSizeAccepted) else {
                break
            }
            state = .awaitingBlanksEnd
            return .advanced
        default: break
        }
        return beginJunk(byte, grammar)
    }

    /// White space behind the size, and the byte behind it.
    private mutating func awaitBlanksEnd(
        _ input: Span<UInt8>, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        if let step = passExtensionBytes(FaultyClass.blank, input, grammar) { return step }
        let byte = input[position]
        switch byte {
        case 0x0D, 0x0A:
            guard
                grammar.policy.contains(.chunkSizeTrailingWhitespace)
                    || grammar.has(.whitespaceBehindSizeAccepted)
            else {
                return .reject(.malformedChunkSize, at: position)
            }
            return endLine(byte, else: .malformedChunkSize, grammar)
        case UInt8(ascii: ";"):
            guard grammar.policy.contains(.chunkExtensionWhitespace) else { break }
            return beginExtension(grammar)
        default: break
        }
        return beginJunk(byte, grammar)
    }

    /// Whether either leniency of white space admits it behind the size.
    private func admitsBlanks(_ grammar: FaultyGrammar) -> Bool {
        grammar.policy.contains(.chunkExtensionWhitespace)
            || grammar.policy.contains(.chunkSizeTrailingWhitespace)
    }

    /// `byte` may not stand behind the size, unless a leniency drops it and what follows.
    private mutating func beginJunk(_ byte: UInt8, _ grammar: FaultyGrammar) -> FaultyStep {
        guard grammar.policy.contains(.chunkSizeLongestPrefix),
            grammar.fits(byte, FaultyClass.fieldchar)
        else { return .reject(.malformedChunkSize, at: position) }
        state = .awaitingJunkEnd
        return .advanced
    }

    private mutating func awaitJunkEnd(
        _ input: Span<UInt8>, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        if let step = passExtensionBytes(FaultyClass.fieldchar, input, grammar) { return step }
        return endLine(input[position], else: .malformedChunkSize, grammar)
    }

    /// The first `;` is at the position.
    private mutating func beginExtension(_ grammar: FaultyGrammar) -> FaultyStep {
        extensionStart = position
        let isUnvalidated = grammar.policy.contains(.unvalidatedChunkExtension)
        return passExtensionByte(
            to: isUnvalidated ? .awaitingUnvalidatedEnd : .awaitingName, grammar)
    }
}
