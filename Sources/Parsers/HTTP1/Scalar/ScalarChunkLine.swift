internal import Wire

/// The machine that reads a chunk-size line (RFC 9112 §7.1, §7.1.1).
///
///     chunk-size [ chunk-ext ] line-end
///     chunk-ext = *( ";" chunk-ext-name [ "=" chunk-ext-val ] )
///
/// It looks for wrap-around before each digit: a size never exceeds what the body may still have, so no
/// later sum can overflow.
struct ScalarChunkLine {
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
    mutating func beginMessage(at offset: Int) {
        self = ScalarChunkLine()
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
    mutating func run(_ input: Span<UInt8>, _ grammar: ScalarGrammar) -> ScalarStep {
        while true {
            guard position < input.count else { return .starved }
            let step = awaitNext(input, grammar)
            guard case .advanced = step else { return step }
        }
    }

    /// Looks at the byte at the position, which is there, and at those behind it that belong together.
    private mutating func awaitNext(
        _ input: Span<UInt8>, _ grammar: ScalarGrammar
    ) -> ScalarStep {
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
        case .awaitingLF: awaitLF(byte)
        }
    }
}

// MARK: - Size

extension ScalarChunkLine {
    /// The line's first byte: a digit, or with a leniency a line end.
    private mutating func awaitSize(_ byte: UInt8, _ grammar: ScalarGrammar) -> ScalarStep {
        let isLineEnd = byte == 0x0D || byte == 0x0A
        if isLineEnd, grammar.policy.contains(.emptyChunkSize) {
            if byte == 0x0A, !grammar.policy.contains(.bareLFInChunkLine) {
                return .reject(.bareLF, at: position)
            }
        } else if ScalarGrammar.hexValue(byte) == nil {
            return .reject(.malformedChunkSize, at: position)
        }
        guard lineCount < grammar.limits.chunkCountMax else {
            return .reject(.tooManyChunks, at: position)
        }
        lineCount &+= 1
        if isLineEnd { return endLine(byte, else: .malformedChunkSize, grammar) }
        mayBePrefix = byte == 0x30 && grammar.policy.contains(.chunkSizePrefix)
        state = .awaitingSizeEnd
        return .advanced
    }

    /// A digit must follow `0x`.
    private mutating func awaitPrefixedSize(
        _ byte: UInt8, _ grammar: ScalarGrammar
    ) -> ScalarStep {
        guard ScalarGrammar.hexValue(byte) != nil else {
            return .reject(.malformedChunkSize, at: position)
        }
        state = .awaitingSizeEnd
        return .advanced
    }

    /// Digits, and the byte behind them.
    private mutating func awaitSizeEnd(
        _ input: Span<UInt8>, _ grammar: ScalarGrammar
    ) -> ScalarStep {
        while position < input.count {
            let byte = input[position]
            guard let digit = ScalarGrammar.hexValue(byte) else {
                return awaitBehindSize(byte, grammar)
            }
            guard digitCount < 16 else { return .reject(.chunkSizeTooLong, at: position) }
            let room = grammar.limits.bodyBytesMax &- dataBytes
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
        _ byte: UInt8, _ grammar: ScalarGrammar
    ) -> ScalarStep {
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
            guard admitsBlanks(grammar) else { break }
            state = .awaitingBlanksEnd
            return .advanced
        default: break
        }
        return beginJunk(byte, grammar)
    }

    /// White space behind the size, and the byte behind it.
    private mutating func awaitBlanksEnd(
        _ input: Span<UInt8>, _ grammar: ScalarGrammar
    ) -> ScalarStep {
        if let step = passExtensionBytes(ScalarClass.blank, input, grammar) { return step }
        let byte = input[position]
        switch byte {
        case 0x0D, 0x0A:
            guard grammar.policy.contains(.chunkSizeTrailingWhitespace) else {
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
    private func admitsBlanks(_ grammar: ScalarGrammar) -> Bool {
        grammar.policy.contains(.chunkExtensionWhitespace)
            || grammar.policy.contains(.chunkSizeTrailingWhitespace)
    }

    /// `byte` may not stand behind the size, unless a leniency drops it and what follows.
    private mutating func beginJunk(_ byte: UInt8, _ grammar: ScalarGrammar) -> ScalarStep {
        guard grammar.policy.contains(.chunkSizeLongestPrefix),
            grammar.fits(byte, ScalarClass.fieldchar)
        else { return .reject(.malformedChunkSize, at: position) }
        state = .awaitingJunkEnd
        return .advanced
    }

    private mutating func awaitJunkEnd(
        _ input: Span<UInt8>, _ grammar: ScalarGrammar
    ) -> ScalarStep {
        if let step = passExtensionBytes(ScalarClass.fieldchar, input, grammar) { return step }
        return endLine(input[position], else: .malformedChunkSize, grammar)
    }

    /// The first `;` is at the position.
    private mutating func beginExtension(_ grammar: ScalarGrammar) -> ScalarStep {
        extensionStart = position
        let isUnvalidated = grammar.policy.contains(.unvalidatedChunkExtension)
        return passExtensionByte(
            to: isUnvalidated ? .awaitingUnvalidatedEnd : .awaitingName, grammar)
    }
}

// MARK: - Door

extension ScalarChunkLine {
    /// The state, and whether a prefix may follow. The number of digits and their value count against limits only.
    var doorState: [Int] { [number, mayBePrefix && digitCount == 1 ? 1 : 0] }

    private var number: Int {
        switch state {
        case .awaitingSize: 0
        case .awaitingPrefixedSize: 1
        case .awaitingSizeEnd: 2
        case .awaitingBlanksEnd: 3
        case .awaitingJunkEnd: 4
        case .awaitingUnvalidatedEnd: 5
        case .awaitingName: 6
        case .awaitingNameEnd: 7
        case .awaitingBehindName: 8
        case .awaitingValue: 9
        case .awaitingValueEnd: 10
        case .awaitingBehindValue: 11
        case .awaitingQuoteEnd: 12
        case .awaitingQuotedByte: 13
        case .awaitingBehindQuote: 14
        case .awaitingLF: 15
        }
    }
}
