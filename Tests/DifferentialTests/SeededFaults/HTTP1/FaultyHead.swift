import HTTP1
import Wire

/// The head of a request or response, one byte at a time.
///
/// A start line and a field section, each a machine of its own; then `judge` says what they mean.
struct FaultyHead: Parser {
    let grammar: FaultyGrammar
    private(set) var startLine = FaultyStartLine()
    private(set) var fields: FaultyFieldSection
    /// The request that a response answers.
    private(set) var requestMethod = RequestMethod.other
    /// Set when the head is accepted.
    private(set) var framing = Framing(kind: .none, why: .noLengthNoEncoding, keepAlive: true)
    /// The head's first byte, empty lines included.
    private(set) var start = 0
    private var awaitsStartLine = true
    private var verdict: Verdict?

    init(_ configuration: Configuration, fault: HTTP1Fault?) {
        self.init(FaultyGrammar(configuration, fault))
    }

    /// Makes a parser that shares its tables with others.
    init(_ grammar: FaultyGrammar) {
        self.grammar = grammar
        fields = FaultyFieldSection(grammar.limits, isTrailer: false, fault: grammar.fault)
        reset()
    }

    mutating func reset() {
        begin(at: 0, answering: grammar.requestMethod(at: 0))
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let verdict, !grammar.has(.verdictForgotten) { return verdict }
        switch run(input, &tape) {
        case .advanced, .starved:
            return .incomplete
        case .finished:
            tape.commit()
            let skipped = grammar.has(.emptyLinesNotConsumed) ? startLine.start &- start : 0
            var consumed = end &- skipped
            if grammar.has(.lineEndBehindHeadConsumed), end &+ 1 < input.count,
                input[end] == 0x0D
            {
                consumed &+= 2
            }
            return decide(.complete(consumed: consumed))
        case .rejected(let rejection):
            if grammar.has(.rejectedHeadCommitted) { tape.commit() }
            return decide(.rejected(rejection))
        }
    }

    private mutating func decide(_ verdict: Verdict) -> Verdict {
        self.verdict = verdict
        return verdict
    }
}

extension FaultyHead {
    /// The byte behind the head, once it is whole.
    var end: Int { fields.position }

    /// Begins a head at `offset`; a response answers `requestMethod`.
    mutating func begin(at offset: Int, answering requestMethod: RequestMethod) {
        start = offset
        self.requestMethod = requestMethod
        startLine.begin(at: offset, grammar)
        awaitsStartLine = true
        if !grammar.has(.resetKeepsVerdict) { verdict = nil }
    }

    /// Goes on up to the head's end, and judges it there; appends, but does not commit.
    mutating func run(_ input: Span<UInt8>, _ tape: inout Tape) -> FaultyStep {
        if grammar.has(.incompleteRejected), input.isEmpty {
            return .reject(.malformedMethod, at: 0)
        }
        if awaitsStartLine {
            let step = startLine.run(input, grammar, &tape)
            guard case .finished = step else { return step }
            if grammar.has(.startLineCommitted) { tape.commit() }
            fields.begin(at: startLine.position)
            awaitsStartLine = false
        }
        let step = fields.run(input, grammar, &tape)
        guard case .finished = step else { return step }
        if grammar.has(.waitsForByteBehindHead), end == input.count { return .starved }
        if let rejection = judge(input, tape) { return .rejected(rejection) }
        framing = decideFraming()
        tape.append(
            Token(
                .framing, detail: framing.detail,
                offset: grammar.has(.framingAtEmptyLine) ? fields.emptyLineStart : end,
                length: framing.length))
        return .finished
    }
}
