import Wire

/// A request or response head, by the DFAs of its grammar.
///
/// A head is walked octet by octet through tables that were compiled from ABNF when the first
/// parser of a policy was made. Resuming is keeping a state number: there is nothing else to
/// remember of the octets.
struct TableHead: Parser {
    private var machine: TableHeadMachine
    private var verdict: Verdict?

    init(_ configuration: Configuration) {
        machine = TableHeadMachine(configuration)
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let verdict { return verdict }
        switch machine.advance(input, into: &tape) {
        case .more: return .incomplete
        case .rejected(let rejection): verdict = .rejected(rejection)
        case .done:
            tape.commit()
            verdict = .complete(consumed: machine.end)
        }
        return verdict ?? .incomplete
    }

    mutating func reset() {
        verdict = nil
        machine.restart(at: 0)
    }
}

/// Walks one head, wherever it stands in the input.
struct TableHeadMachine {
    private let policy: Policy
    private let limits: HTTP1Limits
    private let role: HTTP1Context.Role
    /// For a response: what it answers.
    var requestMethod: RequestMethod

    private var startLine: TableStartLine
    private var fields: TableFieldSection
    private var facts: TableFacts
    private var isInFields = false

    /// Where the head starts, empty lines before it included.
    private(set) var start = 0
    /// How the message is framed, when the head is done.
    private(set) var framing = Framing(kind: .none, why: .noLengthNoEncoding, keepAlive: false)

    /// The index behind the head, when it is done.
    var end: Int { fields.index }
    /// The status code of a response.
    var status: Int { startLine.status }

    init(_ configuration: Configuration) {
        let context = configuration.context as? HTTP1Context ?? HTTP1Context(role: .request)
        policy = configuration.policy
        limits = HTTP1Limits(configuration.limits)
        role = context.role
        requestMethod = context.requestMethods.first ?? .other
        startLine = TableStartLine(role, policy, limits)
        fields = TableFieldSection(policy, limits, isTrailer: false)
        facts = TableFacts(policy, isRequest: role == .request)
    }

    /// Makes the machine ready for a head at `start`.
    mutating func restart(at start: Int) {
        self.start = start
        isInFields = false
        startLine.restart(at: start)
    }

    /// Looks at the octets that it has not seen. When done, the head's tokens are on the tape,
    /// uncommitted.
    mutating func advance(_ input: Span<UInt8>, into tape: inout Tape) -> TableOutcome {
        if !isInFields {
            let outcome = startLine.advance(input, into: &tape)
            guard case .done = outcome else { return outcome }
            isInFields = true
            fields.restart(at: startLine.index)
            facts.restart()
        }
        let outcome = fields.advance(input, into: &tape, &facts)
        guard case .done = outcome else { return outcome }
        let meaning = TableMeaning(
            policy: policy, limits: limits, startLine: startLine, facts: facts, role: role,
            requestMethod: requestMethod, blankStart: fields.blankStart)
        switch meaning.judge(input, tape) {
        case .refused(let rejection): return .rejected(rejection)
        case .framed(let framing):
            self.framing = framing
            tape.append(
                Token(.framing, detail: framing.detail, offset: end, length: framing.length))
            return .done
        }
    }
}
