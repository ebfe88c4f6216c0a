import HTTP1
import Wire

/// A chunked body with its trailers (RFC 9112 §7.1).
///
///     *( chunk-size [ ext ] line-end data CRLF ) last-chunk-size [ ext ] line-end trailers line-end
///
/// Chunk data is passed by arithmetic: nobody looks at it, and it need not be kept.
struct FaultyChunked: Parser {
    /// What the body awaits.
    private enum State {
        case awaitingLineEnd
        case awaitingDataEnd
        /// CR behind the data, or what leniencies admit.
        case awaitingDataCR
        case awaitingDataLF
        /// The second of two bytes that nobody checks.
        case awaitingSecondByte
        case awaitingTrailersEnd
        case finished
    }

    let grammar: FaultyGrammar
    private var line = FaultyChunkLine()
    private var trailers: FaultyFieldSection
    private var state = State.awaitingLineEnd
    /// The next byte to look at, where no other machine has its own.
    private var position = 0
    /// Data bytes of the chunk that are still to come.
    private var remaining = 0
    private var rejection: Rejection?

    init(_ configuration: Configuration, fault: HTTP1Fault?) {
        self.init(FaultyGrammar(configuration, fault))
    }

    /// Makes a parser that shares its tables with others.
    init(_ grammar: FaultyGrammar) {
        self.grammar = grammar
        trailers = FaultyFieldSection(grammar.limits, isTrailer: true, fault: grammar.fault)
        begin(at: 0)
    }

    mutating func reset() { begin(at: 0) }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let rejection { return .rejected(rejection) }
        switch run(input, &tape) {
        case .advanced, .starved:
            return .incomplete
        case .finished:
            return .complete(consumed: position)
        case .rejected(let rejection):
            self.rejection = rejection
            return .rejected(rejection)
        }
    }

    /// All before the bytes that are still to be named by a token.
    ///
    /// A chunk-size line is kept from its start, for its extensions; trailers are kept like a head.
    var releasableCount: Int {
        guard rejection == nil else { return 0 }
        return switch state {
        case .awaitingLineEnd: line.start
        case .awaitingTrailersEnd: trailers.start
        case .awaitingDataEnd: FaultyGrammar.sum(position, remaining)
        case .awaitingDataCR, .awaitingDataLF, .awaitingSecondByte, .finished: position
        }
    }

    mutating func release(_ count: Int) {
        precondition(count >= 0 && count <= releasableCount, "not releasable")
        guard count > 0 else { return }
        position &-= count
        line.release(count)
        // The tape was emptied, so trailers that are half read append their tokens again.
        if state == .awaitingTrailersEnd { trailers.begin(at: trailers.start &- count) }
    }
}

extension FaultyChunked {
    /// The byte behind the body, once it is whole.
    var end: Int { position }

    /// Begins a body at `offset`.
    mutating func begin(at offset: Int) {
        line.beginMessage(at: offset, grammar.fault)
        state = .awaitingLineEnd
        position = offset
        remaining = 0
        rejection = nil
    }

    /// Goes on up to the body's end, the last byte, or a rejection. Commits what is certain.
    mutating func run(_ input: Span<UInt8>, _ tape: inout Tape) -> FaultyStep {
        while true {
            let step =
                switch state {
                case .awaitingLineEnd: awaitLineEnd(input, &tape)
                case .awaitingDataEnd: awaitDataEnd(input)
                case .awaitingDataCR: awaitDataCR(input)
                case .awaitingDataLF: awaitDataLF(input)
                case .awaitingSecondByte: awaitSecondByte(input)
                case .awaitingTrailersEnd: awaitTrailersEnd(input, &tape)
                case .finished: FaultyStep.finished
                }
            guard case .advanced = step else { return step }
        }
    }

    private mutating func awaitLineEnd(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) -> FaultyStep {
        let step = line.run(input, grammar)
        guard case .finished = step else { return step }
        position = line.position
        if let start = line.extensionStart {
            tape.append(
                Token(
                    .chunkExtensions,
                    offset: grammar.has(.extensionBehindSemicolon) ? start &+ 1 : start,
                    length: line.lineEndStart &- start))
        }
        if line.size > 0 {
            tape.append(Token(.chunk, offset: position, length: line.size))
            remaining = line.size
            state = .awaitingDataEnd
        } else {
            tape.append(Token(.lastChunk, offset: position, length: 0))
            trailers.begin(at: position)
            state = grammar.has(.trailersSkipped) ? .finished : .awaitingTrailersEnd
        }
        if !grammar.has(.chunksCommittedAtEnd) { tape.commit() }
        return .advanced
    }

    /// Data is counted, not looked at.
    private mutating func awaitDataEnd(_ input: Span<UInt8>) -> FaultyStep {
        let step = min(remaining, input.count &- position)
        let before = remaining
        remaining &-= step
        position &+= step
        guard remaining == 0 else {
            if grammar.has(.dataCountRestartsAtCut) { remaining = before }
            return .starved
        }
        state = .awaitingDataCR
        return .advanced
    }

    /// The first byte behind the data.
    private mutating func awaitDataCR(_ input: Span<UInt8>) -> FaultyStep {
        guard position < input.count else { return .starved }
        let byte = input[position]
        let policy = grammar.policy
        if policy.contains(.uncheckedChunkDataTerminator) || grammar.has(.terminatorUnchecked) {
            position &+= 1
            state = .awaitingSecondByte
        } else if byte == 0x0D {
            position &+= 1
            state = .awaitingDataLF
        } else if byte == 0x0A, policy.contains(.bareLFAfterChunkData) {
            beginLine()
        } else {
            return .reject(.malformedChunkData, at: position)
        }
        return .advanced
    }

    private mutating func awaitDataLF(_ input: Span<UInt8>) -> FaultyStep {
        guard position < input.count else { return .starved }
        guard input[position] == 0x0A || grammar.has(.terminatorHalfChecked) else {
            return .reject(.malformedChunkData, at: position)
        }
        beginLine()
        return .advanced
    }

    private mutating func awaitSecondByte(_ input: Span<UInt8>) -> FaultyStep {
        guard position < input.count else { return .starved }
        beginLine()
        return .advanced
    }

    /// The last byte behind the data is at the position.
    private mutating func beginLine() {
        position &+= 1
        line.begin(at: position)
        state = .awaitingLineEnd
    }

    /// Trailers, and what they may not say (RFC 9110 §6.5.1).
    private mutating func awaitTrailersEnd(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) -> FaultyStep {
        let step = trailers.run(input, grammar, &tape)
        guard case .finished = step else { return step }
        if grammar.has(.trailersCommittedEarly) { tape.commit() }
        if let line = trailers.facts.knownTrailerLine, !grammar.has(.trailersUnjudged),
            !grammar.policy.contains(.forbiddenTrailer)
        {
            return .reject(.forbiddenTrailer, at: line)
        }
        position = trailers.position
        if grammar.has(.chunkedBodyEatsLineEnd), position &+ 1 < input.count,
            input[position] == 0x0D
        {
            position &+= 2
        }
        state = .finished
        tape.append(Token(.messageEnd, offset: position, length: 0))
        tape.commit()
        return .finished
    }
}
