public import Wire

/// One head, read line by line. Used alone, and by the stream for each of its messages.
struct ReferenceHeadReader {
    private enum Stage {
        case awaitingStartLine
        case awaitingFieldLine
    }

    private let policy: Policy
    private let limits: HTTP1Limits
    private let isRequest: Bool
    private let answers: RequestMethod
    private var cursor: ReferenceCursor
    private var stage = Stage.awaitingStartLine
    private var emptyLines = 0
    private var start = ReferenceStartLine()
    private var fields: ReferenceFieldSection
    private var firstField = 0

    /// Makes a reader for the head that starts at `offset`.
    init(
        _ policy: Policy, _ limits: HTTP1Limits, isRequest: Bool, answers: RequestMethod,
        at offset: Int
    ) {
        self.policy = policy
        self.limits = limits
        self.isRequest = isRequest
        self.answers = answers
        cursor = ReferenceCursor(at: offset)
        fields = .header(policy, limits)
    }

    /// The first byte behind what was read.
    var position: Int { cursor.position }
    /// The status code of a response whose start line was read.
    var status: Int { start.status }
    /// Where the start line begins, once it was read.
    var startLineOffset: Int { isRequest ? start.method.offset : start.version.offset }

    /// Reads on; returns the framing when the head is whole. Tokens are appended, not committed.
    mutating func read(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceStop) -> Framing {
        if stage == .awaitingStartLine {
            try emptyLines(input)
            try startLine(input, &tape)
        }
        while true {
            var attempt = cursor
            let isEnd = try fields.step(input, &attempt, &tape)
            cursor = attempt
            if isEnd { break }
        }
        let meaning = ReferenceMeaning(
            policy: policy, limits: limits, answers: answers, start: start,
            firstField: firstField, emptyLineOffset: fields.emptyLineOffset)
        let framing = try meaning.framing(input, tape)
        tape.append(
            Token(
                .framing, detail: framing.detail, offset: cursor.position, length: framing.length))
        return framing
    }

    /// RFC 9112 §2.2: a server SHOULD ignore at least one empty line before a request line.
    private mutating func emptyLines(_ input: Span<UInt8>) throws(ReferenceStop) {
        guard isRequest else { return }
        while try cursor.isAtLineEnd(input) {
            let isBareLF = try cursor.peek(input) == ReferenceByte.lf
            if isBareLF, !policy.contains(.bareLF) {
                throw .rejected(.bareLF, at: cursor.position)
            }
            guard emptyLines < limits.emptyLinesMax else {
                throw .rejected(.tooManyEmptyLines, at: cursor.position)
            }
            var attempt = cursor
            try attempt.lineEnd(input, acceptsBareLF: policy.contains(.bareLF))
            cursor = attempt
            emptyLines += 1
        }
    }

    private mutating func startLine(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceStop) {
        let rules = ReferenceStartLineRules(policy: policy, limits: limits)
        var attempt = cursor
        start =
            isRequest
            ? try rules.requestLine(input, &attempt) : try rules.statusLine(input, &attempt)
        start.isConnect = isRequest && start.method.equals("CONNECT", input, tape)
        start.append(to: &tape)
        firstField = tape.appendedCount
        cursor = attempt
        cursor.sectionEnd = referenceOffset(cursor.position, plus: limits.fieldSectionBytesMax)
        stage = .awaitingFieldLine
    }
}

/// One request or response head, as the specification has it.
public struct ReferenceHead: Parser {
    private let policy: Policy
    private let limits: HTTP1Limits
    private let context: HTTP1Context
    private var reader: ReferenceHeadReader
    private var settled: Verdict?

    /// Makes a parser for the role, and the request that a response answers, of `configuration`'s context.
    public init(_ configuration: Configuration) {
        policy = configuration.policy
        limits = HTTP1Limits(configuration.limits)
        context = configuration.context as? HTTP1Context ?? HTTP1Context(role: .request)
        reader = Self.reader(policy, limits, context)
    }

    /// RFC 9112 §2.1: start line, field lines, empty line; then the meaning.
    public mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let settled { return settled }
        do {
            _ = try reader.read(input, &tape)
            tape.commit()
            settled = .complete(consumed: reader.position)
        } catch {
            settled = error.verdict
        }
        return settled ?? .incomplete
    }

    public mutating func reset() {
        reader = Self.reader(policy, limits, context)
        settled = nil
    }

    private static func reader(
        _ policy: Policy, _ limits: HTTP1Limits, _ context: HTTP1Context
    ) -> ReferenceHeadReader {
        ReferenceHeadReader(
            policy, limits, isRequest: context.role == .request,
            answers: context.requestMethods.first ?? .other, at: 0)
    }
}
