internal import Wire

/// The head of a request or response, one byte at a time.
///
/// A start line and a field section, each a machine of its own; then `judge` says what they mean.
struct ScalarHead: Parser {
    let grammar: ScalarGrammar
    private(set) var startLine = ScalarStartLine()
    private(set) var fields: ScalarFieldSection
    /// The request that a response answers.
    private(set) var requestMethod = RequestMethod.other
    /// Set when the head is accepted.
    private(set) var framing = Framing(kind: .none, why: .noLengthNoEncoding, keepAlive: true)
    /// The head's first byte, empty lines included.
    private(set) var start = 0
    private var awaitsStartLine = true
    private var verdict: Verdict?

    init(_ configuration: Configuration) {
        self.init(ScalarGrammar(configuration))
    }

    /// Makes a parser that shares its tables with others.
    init(_ grammar: ScalarGrammar) {
        self.grammar = grammar
        fields = ScalarFieldSection(grammar.limits, isTrailer: false)
        reset()
    }

    mutating func reset() {
        begin(at: 0, answering: grammar.requestMethod(at: 0))
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let verdict { return verdict }
        switch run(input, &tape) {
        case .advanced, .starved:
            return .incomplete
        case .finished:
            tape.commit()
            return decide(.complete(consumed: end))
        case .rejected(let rejection):
            return decide(.rejected(rejection))
        }
    }

    private mutating func decide(_ verdict: Verdict) -> Verdict {
        self.verdict = verdict
        return verdict
    }
}

extension ScalarHead {
    /// The byte behind the head, once it is whole.
    var end: Int { fields.position }

    /// Begins a head at `offset`; a response answers `requestMethod`.
    mutating func begin(at offset: Int, answering requestMethod: RequestMethod) {
        start = offset
        self.requestMethod = requestMethod
        startLine.begin(at: offset, grammar)
        awaitsStartLine = true
        verdict = nil
    }

    /// Goes on up to the head's end, and judges it there; appends, but does not commit.
    mutating func run(_ input: Span<UInt8>, _ tape: inout Tape) -> ScalarStep {
        if awaitsStartLine {
            let step = startLine.run(input, grammar, &tape)
            guard case .finished = step else { return step }
            fields.begin(at: startLine.position)
            awaitsStartLine = false
        }
        let step = fields.run(input, grammar, &tape)
        guard case .finished = step else { return step }
        if let rejection = judge(input, tape) { return .rejected(rejection) }
        framing = decideFraming()
        tape.append(
            Token(.framing, detail: framing.detail, offset: end, length: framing.length))
        return .finished
    }
}
