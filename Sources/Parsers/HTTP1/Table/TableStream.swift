import Wire

/// All messages of one direction of a connection.
struct TableStream: Parser {
    private let role: HTTP1Context.Role
    private let requestMethods: [RequestMethod]
    private let informationalCountMax: Int

    private var head: TableHeadMachine
    private var chunks: TableChunkMachine
    private var awaited = Part.head
    /// Where the last message ended; for a body of known length, where it ends.
    private var position = 0
    /// Final responses so far.
    private var finalCount = 0
    /// Informational responses since the last final one.
    private var informationalCount = 0
    private var keepsAlive = true
    private var rejection: Rejection?
    /// How many tokens were on the tape at the last return: fewer show that the caller emptied it.
    private var tokenCount = 0

    /// What the stream waits for.
    private enum Part {
        case head, body, chunks, nothing
    }

    init(_ configuration: Configuration) {
        let context = configuration.context as? HTTP1Context ?? HTTP1Context(role: .request)
        role = context.role
        requestMethods = context.requestMethods
        informationalCountMax = HTTP1Limits(configuration.limits).informationalCountMax
        head = TableHeadMachine(configuration)
        chunks = TableChunkMachine(configuration)
    }

    mutating func reset() {
        position = 0
        finalCount = 0
        informationalCount = 0
        keepsAlive = true
        rejection = nil
        awaitHead(at: 0)
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let rejection { return .rejected(rejection) }
        if awaited == .head, tape.appendedCount < tokenCount { head.restart(at: position) }
        defer { tokenCount = tape.appendedCount }
        while true {
            switch awaited {
            case .nothing: return .complete(consumed: position)
            case .head:
                if input.count <= position { return .complete(consumed: position) }
                switch head.advance(input, into: &tape) {
                case .more: return .incomplete
                case .rejected(let found): return reject(found)
                case .done:
                    if let found = countInformational() { return reject(found) }
                    endHead(into: &tape)
                }
            case .body:
                guard input.count >= position else { return .incomplete }
                endMessage(into: &tape)
            case .chunks:
                switch chunks.advance(input, into: &tape) {
                case .more: return .incomplete
                case .rejected(let found): return reject(found)
                case .done:
                    position = chunks.end
                    awaitNext()
                }
            }
        }
    }

    var releasableCount: Int {
        if rejection != nil { return 0 }
        return awaited == .chunks ? chunks.releasableCount : position
    }

    mutating func release(_ count: Int) {
        precondition(count >= 0 && count <= releasableCount, "not releasable")
        position -= count
        switch awaited {
        case .head: head.restart(at: position)
        case .chunks: chunks.release(count)
        case .body, .nothing: break
        }
    }
}

extension TableStream {
    private mutating func reject(_ found: Rejection) -> Verdict {
        rejection = found
        return .rejected(found)
    }

    /// Whether the head is an informational response. 101 is a final one: no other follows it.
    private var isInformational: Bool {
        role == .response && head.status / 100 == 1 && head.status != 101
    }

    private mutating func countInformational() -> Rejection? {
        guard isInformational else { return nil }
        informationalCount += 1
        guard informationalCount > informationalCountMax else { return nil }
        return Rejection(HTTP1Reason.tooManyInformational, at: head.start)
    }

    /// The head is accepted: what follows it, in the same commit.
    private mutating func endHead(into tape: inout Tape) {
        let framing = head.framing
        keepsAlive = framing.keepAlive || isInformational
        if role == .response, !isInformational {
            finalCount += 1
            informationalCount = 0
        }
        position = head.end
        switch framing.kind {
        case .none: endMessage(into: &tape)
        case .length:
            if framing.length == 0 { return endMessage(into: &tape) }
            tape.append(Token(.body, offset: position, length: framing.length))
            tape.commit()
            position = TableLimit.sum(position, framing.length)
            awaited = .body
        case .chunked:
            tape.commit()
            chunks.restart(at: position)
            awaited = .chunks
        case .close, .tunnel:
            tape.append(Token(.opaque, offset: position, length: 0))
            tape.commit()
            awaited = .nothing
        }
    }

    /// The message ends at `position`.
    private mutating func endMessage(into tape: inout Tape) {
        tape.append(Token(.messageEnd, offset: position, length: 0))
        tape.commit()
        awaitNext()
    }

    private mutating func awaitNext() {
        if keepsAlive {
            awaitHead(at: position)
        } else {
            awaited = .nothing
        }
    }

    private mutating func awaitHead(at start: Int) {
        awaited = .head
        head.requestMethod =
            requestMethods.indices.contains(finalCount) ? requestMethods[finalCount] : .other
        head.restart(at: start)
    }
}
