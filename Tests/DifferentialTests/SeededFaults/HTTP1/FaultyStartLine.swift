import HTTP1
import Wire

/// The machine that reads a request line or a status line (RFC 9112 §3, §4).
///
///     request-line = method SP request-target SP HTTP-version
///     status-line  = HTTP-version SP status-code SP [ reason-phrase ]
///
/// Each part's tokens are appended when it ends.
struct FaultyStartLine {
    /// What the line awaits.
    enum State {
        /// The first byte of an empty line or of a request line.
        case awaitingLine
        /// LF, behind the CR of an empty line.
        case awaitingEmptyLineLF
        case awaitingMethodEnd
        /// The first byte of the target, behind its separator.
        case awaitingTarget
        /// The rest of `http://` or `https://`.
        case awaitingSchemeEnd
        case awaitingTargetEnd
        /// The digits behind a percent sign.
        case awaitingHighDigit
        case awaitingLowDigit
        /// The first byte of the version, behind its separator.
        case awaitingVersion
        /// The rest of the version's eight bytes.
        case awaitingVersionEnd
        /// The line end of a request line, or the separator of a status line.
        case awaitingBehindVersion
        case awaitingStatusEnd
        case awaitingReasonPhraseEnd
        /// LF, behind the CR of the line.
        case awaitingLF
    }

    /// Which part of a target is being read; it says which bytes fit.
    enum TargetPart {
        /// The authority of form absolute.
        case authority
        /// All of form authority.
        case connect
        case path
        case query
        /// All of a target that nobody validates.
        case unvalidated
        /// Nothing may follow.
        case asterisk
    }

    /// The methods that rules name.
    enum Method {
        case connect
        case options
        case other
        case trace
    }

    var state = State.awaitingLine
    /// The next byte to look at.
    var position = 0
    /// The first byte behind the empty lines.
    var start = 0
    /// The first offset beyond the line limit; nothing limits empty lines but their number.
    var bound = Int.max
    var emptyLineCount = 0

    /// What the line says.
    var method = Method.other
    var form = TargetForm.origin
    var target = FaultyValue()
    /// In form absolute.
    var authority = FaultyValue()
    var versionStart = 0
    var major: UInt8 = 1
    var minor: UInt8 = 1
    var status: UInt16 = 0

    /// Within the target.
    var part = TargetPart.path
    var targetEnd = 0
    var schemeIndex = 0
    var highDigit: UInt8 = 0
    /// Where the part that is being read starts.
    var partStart = 0

    /// Begins a line at `offset`. No empty line stands before a status line.
    mutating func begin(at offset: Int, _ grammar: FaultyGrammar) {
        self = FaultyStartLine()
        position = offset
        start = offset
        guard grammar.isResponse else { return }
        bound = FaultyGrammar.sum(offset, grammar.limits.startLineBytesMax)
        state = .awaitingVersion
    }

    /// Goes on up to the line's end, the last byte, or a rejection.
    mutating func run(
        _ input: Span<UInt8>, _ grammar: FaultyGrammar, _ tape: inout Tape
    ) -> FaultyStep {
        while true {
            let end = min(input.count, bound)
            guard position < end else {
                if state == .awaitingLowDigit, grammar.has(.percentDigitForgottenAtCut) {
                    state = .awaitingTargetEnd
                }
                if state == .awaitingVersionEnd, grammar.has(.versionRestartsAtCut) {
                    versionStart = position
                }
                return position < input.count
                    ? .reject(.startLineTooLong, at: position) : .starved
            }
            let step = awaitNext(input, end, grammar, &tape)
            guard case .advanced = step else { return step }
        }
    }

    /// Looks at the byte at the position, which is there, and at those behind it that belong together.
    private mutating func awaitNext(
        _ input: Span<UInt8>, _ end: Int, _ grammar: FaultyGrammar, _ tape: inout Tape
    ) -> FaultyStep {
        switch state {
        case .awaitingLine: awaitLine(input[position], grammar)
        case .awaitingEmptyLineLF: awaitEmptyLineLF(input[position])
        case .awaitingMethodEnd: awaitMethodEnd(input, end, grammar, &tape)
        case .awaitingTarget: awaitTarget(input[position], grammar)
        case .awaitingSchemeEnd: awaitSchemeEnd(input[position])
        case .awaitingTargetEnd: awaitTargetEnd(input, end, grammar, &tape)
        case .awaitingHighDigit: awaitHighDigit(input[position])
        case .awaitingLowDigit: awaitLowDigit(input[position], grammar)
        case .awaitingVersion: awaitVersion(input[position], grammar)
        case .awaitingVersionEnd: awaitVersionEnd(input, end, grammar, &tape)
        case .awaitingBehindVersion: awaitBehindVersion(input[position], grammar)
        case .awaitingStatusEnd: awaitStatusEnd(input[position], grammar, &tape)
        case .awaitingReasonPhraseEnd: awaitReasonPhraseEnd(input, end, grammar, &tape)
        case .awaitingLF: awaitLF(input[position], grammar)
        }
    }
}

// MARK: - Empty lines and line ends

extension FaultyStartLine {
    /// The first byte of an empty line, or of the method (RFC 9112 §2.2).
    private mutating func awaitLine(_ byte: UInt8, _ grammar: FaultyGrammar) -> FaultyStep {
        guard byte == 0x0D || byte == 0x0A else { return beginMethod(byte, grammar) }
        guard byte == 0x0D || grammar.policy.contains(.bareLF) else {
            return .reject(.bareLF, at: position)
        }
        let spare = grammar.has(.emptyLineLimitOffByOne) ? 1 : 0
        guard emptyLineCount &- spare < grammar.limits.emptyLinesMax else {
            return .reject(.tooManyEmptyLines, at: position)
        }
        emptyLineCount &+= 1
        position &+= 1
        if byte == 0x0D { state = .awaitingEmptyLineLF }
        return .advanced
    }

    private mutating func awaitEmptyLineLF(_ byte: UInt8) -> FaultyStep {
        guard byte == 0x0A else { return .reject(.bareCR, at: position) }
        position &+= 1
        state = .awaitingLine
        return .advanced
    }

    /// CR or LF stands where the line may end; anything else rejects as `reason`.
    mutating func endLine(
        _ byte: UInt8, else reason: HTTP1Reason, _ grammar: FaultyGrammar
    ) -> FaultyStep {
        switch byte {
        case 0x0D:
            position &+= 1
            state = .awaitingLF
            return .advanced
        case 0x0A:
            guard grammar.policy.contains(.bareLF) else { return .reject(.bareLF, at: position) }
            position &+= 1
            return .finished
        default:
            return .reject(reason, at: position)
        }
    }

    private mutating func awaitLF(_ byte: UInt8, _ grammar: FaultyGrammar) -> FaultyStep {
        guard byte == 0x0A else {
            let isEarly = grammar.has(.bareCROffsetAtCR)
            return .reject(.bareCR, at: isEarly ? position &- 1 : position)
        }
        position &+= 1
        return .finished
    }

    /// Whether `byte` separates the parts of a request line.
    func isSeparator(_ byte: UInt8, _ grammar: FaultyGrammar) -> Bool {
        byte == 0x20 || byte == 0x09 && grammar.policy.contains(.requestLineWhitespace)
    }
}

// MARK: - Method

extension FaultyStartLine {
    private mutating func beginMethod(_ byte: UInt8, _ grammar: FaultyGrammar) -> FaultyStep {
        guard grammar.fits(byte, FaultyClass.method) else {
            return .reject(.malformedMethod, at: position)
        }
        start = position
        bound = FaultyGrammar.sum(
            position, grammar.limits.startLineBytesMax)
        if grammar.has(.startLineLimitOffByOne) { bound = FaultyGrammar.sum(bound, 1) }
        state = .awaitingMethodEnd
        return .advanced
    }

    /// The bytes of a method up to its separator (RFC 9112 §3.1).
    private mutating func awaitMethodEnd(
        _ input: Span<UInt8>, _ end: Int, _ grammar: FaultyGrammar, _ tape: inout Tape
    ) -> FaultyStep {
        let scanEnd = min(
            end,
            FaultyGrammar.sum(
                start &+ (grammar.has(.methodLimitOffByOne) ? 1 : 0),
                grammar.limits.methodBytesMax))
        var at = position
        while at < scanEnd, grammar.fits(input[at], FaultyClass.method) { at &+= 1 }
        position = at
        guard at < end else { return .advanced }
        let byte = input[at]
        guard !grammar.fits(byte, FaultyClass.method) else {
            return .reject(.methodTooLong, at: at)
        }
        guard isSeparator(byte, grammar) else { return .reject(.malformedMethod, at: at) }
        method = Self.method(input, start, at, grammar.has(.methodsMatchWithoutCase))
        tape.append(Token(.method, offset: start, length: at &- start))
        position &+= 1
        state = .awaitingTarget
        return .advanced
    }

    /// Methods are compared with their case (RFC 9110 §9.1).
    private static func method(
        _ input: Span<UInt8>, _ start: Int, _ end: Int, _ ignoresCase: Bool
    ) -> Method {
        let (text, method): (String, Method)
        switch (ignoresCase ? input[start] & ~0x20 : input[start], end &- start) {
        case (UInt8(ascii: "C"), 7): (text, method) = ("CONNECT", .connect)
        case (UInt8(ascii: "O"), 7): (text, method) = ("OPTIONS", .options)
        case (UInt8(ascii: "T"), 5): (text, method) = ("TRACE", .trace)
        default: return .other
        }
        var at = start
        for letter in text.utf8 {
            guard (ignoresCase ? input[at] & ~0x20 : input[at]) == letter else { return .other }
            at &+= 1
        }
        return method
    }
}
