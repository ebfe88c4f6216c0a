internal import CKernels
public import Wire

/// One head, walked by bitmaps. Used alone, and by the stream for each of its messages.
struct SIMDHeadWalk: BitwiseCopyable {
    private let policy: Policy
    private let limits: HTTP1Limits
    var bodyBytesMax: Int { limits.bodyBytesMax }
    let isRequest: Bool
    private var answers: RequestMethod
    /// Where the start line is expected, until it was walked.
    private var start: Int
    private var emptyLines = 0
    private var hasStartLine = false
    private(set) var line = SIMDStartLine()
    private(set) var fields: SIMDFieldWalk
    /// The tape's index of the first field token.
    private var firstField = 0

    init(
        _ policy: Policy, _ limits: HTTP1Limits, isRequest: Bool, answers: RequestMethod,
        at start: Int
    ) {
        self.policy = policy
        self.limits = limits
        self.isRequest = isRequest
        self.answers = answers
        self.start = start
        fields = SIMDFieldWalk(policy, limits, isTrailers: false, at: start)
    }

    /// Makes the walk ready for the head that starts at `start`. What a head leaves behind is overwritten by the next
    /// one's start line.
    @inline(__always)
    mutating func begin(at start: Int) {
        self.start = start
        emptyLines = 0
        hasStartLine = false
    }

    /// The same, for a response to another request.
    @inline(__always)
    mutating func begin(at start: Int, answers: RequestMethod) {
        self.answers = answers
        begin(at: start)
    }

    /// Behind the head, once it is whole.
    var end: Int { fields.position }
    /// Whether nothing of the head was walked yet.
    var isUntouched: Bool { !hasStartLine && emptyLines == 0 }
    /// Where the start line begins.
    var startLineOffset: Int { isRequest ? line.methodStart : line.versionStart }

    /// Walks on; returns the framing when the head is whole. Tokens are appended, not committed.
    @inline(__always)
    mutating func walk(
        _ input: Span<UInt8>, _ maps: inout SIMDMaps, _ tape: inout Tape
    ) throws(SIMDStop) -> Framing {
        if !hasStartLine { try startLine(input, &maps, &tape) }
        try fields.walk(input, &maps, &tape)
        // A borrowed tape that is too small lacks the lines that the rules would look at.
        guard !tape.overflowed else { throw .needMore }
        let framing: Framing
        if let simple = simpleFraming(input, &maps, &tape) {
            framing = simple
        } else {
            framing = try fullFraming(input, tape)
        }
        tape.append(
            Token(.framing, detail: framing.detail, offset: end, length: framing.length))
        return framing
    }

    @inline(never)
    private func fullFraming(
        _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(SIMDStop) -> Framing {
        let meaning = SIMDMeaning(
            policy: policy, bodyBytesMax: limits.bodyBytesMax, isRequest: isRequest,
            answers: answers, line: line, seen: fields.seen, firstField: firstField,
            emptyLineOffset: fields.emptyLineOffset)
        return try meaning.framing(input, tape)
    }

    @inline(__always)
    private mutating func startLine(
        _ input: Span<UInt8>, _ maps: inout SIMDMaps, _ tape: inout Tape
    ) throws(SIMDStop) {
        if isRequest, start < input.count, input[start] == 0x0D || input[start] == 0x0A {
            try skipEmptyLines(input)
        }
        guard start < input.count else { throw .needMore }
        let walk = SIMDStartLineWalk(policy, limits, at: start)
        if isRequest {
            try walk.request(input, &maps, &line)
            tape.append(
                Token(
                    kindAndDetail: Token.bits(kind: HTTP1Token.Kind.method.rawValue),
                    offset: line.methodStart, length: line.methodEnd &- line.methodStart),
                Token(
                    kindAndDetail: Token.bits(
                        kind: HTTP1Token.Kind.target.rawValue, detail: line.form.rawValue),
                    offset: line.targetStart, length: line.targetEnd &- line.targetStart))
            tape.append(
                Token(.version, detail: UInt16(line.version), offset: line.versionStart, length: 8))
        } else {
            try walk.status(input, &maps, &line)
            tape.append(
                Token(.version, detail: UInt16(line.version), offset: line.versionStart, length: 8))
            tape.append(
                Token(
                    .status, detail: UInt16(line.status), offset: line.statusStart, length: 3))
            tape.append(
                Token(
                    .reasonPhrase, offset: line.phraseStart,
                    length: line.phraseEnd &- line.phraseStart))
        }
        hasStartLine = true
        firstField = tape.appendedCount
        fields.begin(at: line.end, bytesMax: limits.fieldSectionBytesMax)
    }

    /// Empty lines before a request line.
    @inline(never)
    private mutating func skipEmptyLines(_ input: Span<UInt8>) throws(SIMDStop) {
        while start < input.count, input[start] == 0x0D || input[start] == 0x0A {
            let isBare = input[start] == 0x0A
            if isBare, !policy.contains(.bareLF) { throw .rejected(.bareLF, start) }
            guard emptyLines < limits.emptyLinesMax else {
                throw .rejected(.tooManyEmptyLines, start)
            }
            if !isBare {
                guard start + 1 < input.count else { throw .needMore }
                guard input[start + 1] == 0x0A else { throw .rejected(.bareCR, start + 1) }
            }
            start += isBare ? 1 : 2
            emptyLines += 1
        }
    }
}

/// One request or response head, walked by bitmaps.
public struct SIMDHead: Parser, BitwiseCopyable {
    private var walk: SIMDHeadWalk
    private var settled: Verdict?

    /// Makes a parser for the role, and the request that a response answers, of `configuration`'s context.
    public init(_ configuration: Configuration) {
        let context = configuration.context as? HTTP1Context
        walk = SIMDHeadWalk(
            configuration.policy, HTTP1Limits(configuration.limits),
            isRequest: context?.role != .response,
            answers: context?.requestMethods.first ?? .other, at: 0)
    }

    public mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let settled { return settled }
        return unsafe withUnsafeTemporaryAllocation(
            of: UInt64.self, capacity: SIMDMaps.wordCount
        ) { words in
            // SAFETY: a temporary allocation of wordCount words has an address, and outlives the window.
            var maps = unsafe SIMDMaps(words.baseAddress.unsafelyUnwrapped)
            do throws(SIMDStop) {
                _ = try walk.walk(input, &maps, &tape)
                tape.commit()
                settled = .complete(consumed: walk.end)
                return .complete(consumed: walk.end)
            } catch {
                return settle(error)
            }
        }
    }

    @inline(never)
    private mutating func settle(_ stop: SIMDStop) -> Verdict {
        guard case .rejected(let reason, let offset) = stop else { return .incomplete }
        let verdict = Verdict.rejected(Rejection(reason, at: offset))
        settled = verdict
        return verdict
    }

    public mutating func reset() {
        walk.begin(at: 0)
        settled = nil
    }
}
