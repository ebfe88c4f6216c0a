import HTTP1
import Wire

/// All messages of one direction of a connection: heads, bodies, and where each ends.
struct FaultyStream: Parser {
    /// What the stream awaits.
    private enum State {
        /// The first byte of a message, or the end of the connection.
        case awaitingMessage
        case awaitingHeadEnd
        case awaitingBodyEnd
        case awaitingChunksEnd
        /// Nothing: what follows is no message.
        case finished
    }

    private let grammar: FaultyGrammar
    private var head: FaultyHead
    private var chunks: FaultyChunked
    private var state = State.awaitingMessage
    /// The next byte to look at, where no other machine has its own.
    private var position = 0
    /// Body bytes that are still to come.
    private var remaining = 0
    /// Final responses so far, and informational ones since the last of them.
    private var finalCount = 0
    private var informationalCount = 0
    private var rejection: Rejection?

    init(_ configuration: Configuration, fault: HTTP1Fault?) {
        grammar = FaultyGrammar(configuration, fault)
        head = FaultyHead(grammar)
        chunks = FaultyChunked(grammar)
    }

    mutating func reset() {
        state = .awaitingMessage
        position = 0
        remaining = 0
        if !grammar.has(.resetKeepsResponseCount) { finalCount = 0 }
        informationalCount = 0
        rejection = nil
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let rejection { return .rejected(rejection) }
        while true {
            let step =
                switch state {
                case .awaitingMessage: awaitMessage(input)
                case .awaitingHeadEnd: awaitHeadEnd(input, &tape)
                case .awaitingBodyEnd: awaitBodyEnd(input, &tape)
                case .awaitingChunksEnd: awaitChunksEnd(input, &tape)
                case .finished: FaultyStep.finished
                }
            switch step {
            case .advanced: continue
            case .starved: return .incomplete
            case .finished: return .complete(consumed: position)
            case .rejected(let rejection):
                self.rejection = rejection
                return .rejected(rejection)
            }
        }
    }

    var releasableCount: Int {
        guard rejection == nil else { return 0 }
        return switch state {
        case .awaitingMessage, .finished: position
        case .awaitingHeadEnd: head.start
        case .awaitingBodyEnd: FaultyGrammar.sum(position, remaining)
        case .awaitingChunksEnd: chunks.releasableCount
        }
    }

    mutating func release(_ count: Int) {
        precondition(count >= 0 && count <= releasableCount, "not releasable")
        guard count > 0 else { return }
        position &-= count
        switch state {
        case .awaitingHeadEnd:
            // The tape was emptied, so a head that is half read appends its tokens again.
            head.begin(at: head.start &- count, answering: head.requestMethod)
        case .awaitingChunksEnd:
            chunks.release(count)
        case .awaitingMessage, .awaitingBodyEnd, .finished:
            break
        }
    }
}

extension FaultyStream {
    /// A message begins with its first byte; without one the stream is whole.
    private mutating func awaitMessage(_ input: Span<UInt8>) -> FaultyStep {
        guard position < input.count else {
            return grammar.has(.streamWaitsAtItsEnd) && position > 0 ? .starved : .finished
        }
        head.begin(at: position, answering: grammar.requestMethod(at: finalCount))
        state = .awaitingHeadEnd
        return .advanced
    }

    private mutating func awaitHeadEnd(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) -> FaultyStep {
        let step = head.run(input, &tape)
        guard case .finished = step else { return step }
        if isInterim {
            let spare = grammar.has(.informationalLimitOffByOne) ? 1 : 0
            guard informationalCount &- spare < grammar.limits.informationalCountMax else {
                return .reject(.tooManyInformational, at: head.start)
            }
            informationalCount &+= 1
            if grammar.has(.interimTakesRequest) { finalCount &+= 1 }
        } else {
            informationalCount = 0
            finalCount &+= 1
        }
        position = head.end
        beginBody(&tape)
        tape.commit()
        return .advanced
    }

    /// Whether the message is a 1xx response that another one follows (RFC 9110 §15.2).
    private var isInterim: Bool { head.isInformational && head.startLine.status != 101 }

    /// The head is accepted: what follows it.
    private mutating func beginBody(_ tape: inout Tape) {
        switch head.framing.kind {
        case .none:
            endMessage(&tape)
        case .length:
            remaining = head.framing.length
            guard remaining > 0 else { return endMessage(&tape) }
            tape.append(Token(.body, offset: position, length: remaining))
            if grammar.has(.messageEndCommittedEarly) {
                tape.append(Token(.messageEnd, offset: position &+ remaining, length: 0))
            }
            state = .awaitingBodyEnd
        case .chunked:
            chunks.begin(at: position)
            state = .awaitingChunksEnd
        case .close, .tunnel:
            tape.append(Token(.opaque, offset: position, length: 0))
            state = .finished
        }
    }

    /// Appends the end of a message that is not chunked.
    private mutating func endMessage(_ tape: inout Tape) {
        let isEarly = grammar.has(.messageEndCommittedEarly) && head.framing.length > 0
        if !isEarly { tape.append(Token(.messageEnd, offset: position, length: 0)) }
        awaitNextMessage()
    }

    /// Another message may follow, unless this one said that it is the last.
    private mutating func awaitNextMessage() {
        state =
            head.framing.keepAlive || isInterim && !grammar.has(.interimEndsStream)
                || grammar.has(.streamGoesOnBehindClose)
            ? .awaitingMessage : .finished
    }

    /// The body is counted, not looked at.
    private mutating func awaitBodyEnd(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) -> FaultyStep {
        let step = min(remaining, input.count &- position)
        let before = remaining
        remaining &-= step
        position &+= step
        guard remaining == 0 else {
            if grammar.has(.bodyCountRestartsAtCut) { remaining = before }
            return .starved
        }
        endMessage(&tape)
        tape.commit()
        return .advanced
    }

    private mutating func awaitChunksEnd(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) -> FaultyStep {
        let step = chunks.run(input, &tape)
        guard case .finished = step else { return step }
        position = chunks.end
        awaitNextMessage()
        return .advanced
    }
}
