internal import Wire

/// A chunked body with its trailers (RFC 9112 §7.1).
///
///     *( chunk-size [ ext ] line-end data CRLF ) last-chunk-size [ ext ] line-end trailers line-end
///
/// Chunk data is passed by arithmetic: nobody looks at it, and it need not be kept.
struct ScalarChunked: Parser {
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

    let grammar: ScalarGrammar
    private var line = ScalarChunkLine()
    private var trailers: ScalarFieldSection
    private var state = State.awaitingLineEnd
    /// The next byte to look at, where no other machine has its own.
    private var position = 0
    /// Data bytes of the chunk that are still to come.
    private var remaining = 0
    private var rejection: Rejection?

    init(_ configuration: Configuration) {
        self.init(ScalarGrammar(configuration))
    }

    /// Makes a parser that shares its tables with others.
    init(_ grammar: ScalarGrammar) {
        self.grammar = grammar
        trailers = ScalarFieldSection(grammar.limits, isTrailer: true)
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
        case .awaitingDataEnd: ScalarGrammar.sum(position, remaining)
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

extension ScalarChunked {
    /// The byte behind the body, once it is whole.
    var end: Int { position }

    /// Begins a body at `offset`.
    mutating func begin(at offset: Int) {
        line.beginMessage(at: offset)
        state = .awaitingLineEnd
        position = offset
        remaining = 0
        rejection = nil
    }

    /// Goes on up to the body's end, the last byte, or a rejection. Commits what is certain.
    mutating func run(_ input: Span<UInt8>, _ tape: inout Tape) -> ScalarStep {
        while true {
            let step =
                switch state {
                case .awaitingLineEnd: awaitLineEnd(input, &tape)
                case .awaitingDataEnd: awaitDataEnd(input)
                case .awaitingDataCR: awaitDataCR(input)
                case .awaitingDataLF: awaitDataLF(input)
                case .awaitingSecondByte: awaitSecondByte(input)
                case .awaitingTrailersEnd: awaitTrailersEnd(input, &tape)
                case .finished: ScalarStep.finished
                }
            guard case .advanced = step else { return step }
        }
    }

    private mutating func awaitLineEnd(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) -> ScalarStep {
        let step = line.run(input, grammar)
        guard case .finished = step else { return step }
        position = line.position
        if let start = line.extensionStart {
            tape.append(
                Token(.chunkExtensions, offset: start, length: line.lineEndStart &- start))
        }
        if line.size > 0 {
            tape.append(Token(.chunk, offset: position, length: line.size))
            remaining = line.size
            state = .awaitingDataEnd
        } else {
            tape.append(Token(.lastChunk, offset: position, length: 0))
            trailers.begin(at: position)
            state = .awaitingTrailersEnd
        }
        tape.commit()
        return .advanced
    }

    /// Data is counted, not looked at.
    private mutating func awaitDataEnd(_ input: Span<UInt8>) -> ScalarStep {
        let step = min(remaining, input.count &- position)
        remaining &-= step
        position &+= step
        guard remaining == 0 else { return .starved }
        state = .awaitingDataCR
        return .advanced
    }

    /// The first byte behind the data.
    private mutating func awaitDataCR(_ input: Span<UInt8>) -> ScalarStep {
        guard position < input.count else { return .starved }
        let byte = input[position]
        let policy = grammar.policy
        if policy.contains(.uncheckedChunkDataTerminator) {
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

    private mutating func awaitDataLF(_ input: Span<UInt8>) -> ScalarStep {
        guard position < input.count else { return .starved }
        guard input[position] == 0x0A else { return .reject(.malformedChunkData, at: position) }
        beginLine()
        return .advanced
    }

    private mutating func awaitSecondByte(_ input: Span<UInt8>) -> ScalarStep {
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
    ) -> ScalarStep {
        let step = trailers.run(input, grammar, &tape)
        guard case .finished = step else { return step }
        if let line = trailers.facts.knownTrailerLine, !grammar.policy.contains(.forbiddenTrailer) {
            return .reject(.forbiddenTrailer, at: line)
        }
        position = trailers.position
        state = .finished
        tape.append(Token(.messageEnd, offset: position, length: 0))
        tape.commit()
        return .finished
    }
}
