import Wire

/// A chunked body with its trailers, by the DFAs of its grammar.
struct TableChunked: Parser {
    private var machine: TableChunkMachine
    private var verdict: Verdict?

    init(_ configuration: Configuration) {
        machine = TableChunkMachine(configuration)
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let verdict { return verdict }
        switch machine.advance(input, into: &tape) {
        case .more: return .incomplete
        case .rejected(let rejection): verdict = .rejected(rejection)
        case .done: verdict = .complete(consumed: machine.end)
        }
        return verdict ?? .incomplete
    }

    mutating func reset() {
        verdict = nil
        machine.restart(at: 0)
    }

    var releasableCount: Int {
        switch verdict {
        case nil: machine.releasableCount
        case .complete(let consumed): consumed
        case .incomplete, .rejected: 0
        }
    }

    mutating func release(_ count: Int) {
        precondition(count >= 0 && count <= releasableCount, "not releasable")
        if case .complete(let consumed) = verdict {
            verdict = .complete(consumed: consumed - count)
        } else {
            machine.release(count)
        }
    }
}

/// Walks a chunked body, wherever it stands in the input.
struct TableChunkMachine {
    private let policy: Policy
    private let dataEnd: TableDataEndGrammar

    private var line: TableChunkLine
    private var trailers: TableFieldSection
    private var facts: TableFacts
    private var awaited = Part.chunkLine
    /// Where the awaited part starts, or for data, where it ends.
    private var position = 0
    private var state = 0
    /// How many tokens were on the tape at the last return: fewer show that the caller emptied it.
    private var tokenCount = 0

    /// What the machine waits for.
    private enum Part {
        case chunkLine, data, dataEnd, trailers
    }

    /// The index behind the body, when it is done.
    var end: Int { trailers.index }

    init(_ configuration: Configuration) {
        policy = configuration.policy
        let limits = HTTP1Limits(configuration.limits)
        dataEnd = TableDataEndGrammar.cache[policy]
        line = TableChunkLine(policy, limits)
        trailers = TableFieldSection(policy, limits, isTrailer: true)
        facts = TableFacts(policy, isRequest: true)
    }

    /// Makes the machine ready for a body at `start`.
    mutating func restart(at start: Int) {
        awaited = .chunkLine
        line.restart(at: start)
    }

    /// What lies before this is not looked at again.
    var releasableCount: Int {
        switch awaited {
        case .chunkLine: line.start
        case .data, .dataEnd: position
        case .trailers: trailers.start
        }
    }

    /// The caller dropped `count` octets and emptied the tape. Trailers are then walked again from
    /// their start, since their tokens were not committed.
    mutating func release(_ count: Int) {
        switch awaited {
        case .chunkLine: line.release(count)
        case .data, .dataEnd: position -= count
        case .trailers:
            trailers.restart(at: trailers.start - count)
            facts.restart()
        }
    }

    /// Looks at the octets that it has not seen.
    mutating func advance(_ input: Span<UInt8>, into tape: inout Tape) -> TableOutcome {
        if awaited == .trailers, tape.appendedCount < tokenCount { release(0) }
        defer { tokenCount = tape.appendedCount }
        while true {
            switch awaited {
            case .chunkLine:
                let outcome = line.advance(input)
                guard case .done = outcome else { return outcome }
                endLine(into: &tape)
            case .data:
                guard input.count >= position else { return .more }
                awaited = .dataEnd
                state = dataEnd.start
            case .dataEnd:
                guard position < input.count else { return .more }
                if let rejection = advanceDataEnd(input[position]) { return .rejected(rejection) }
            case .trailers:
                let outcome = trailers.advance(input, into: &tape, &facts)
                guard case .done = outcome else { return outcome }
                if let line = facts.firstKnown, !policy.contains(.forbiddenTrailer) {
                    return .reject(.forbiddenTrailer, at: line)
                }
                tape.append(Token(.messageEnd, offset: end, length: 0))
                tape.commit()
                return .done
            }
        }
    }

    /// The chunk-size line is whole.
    private mutating func endLine(into tape: inout Tape) {
        let start = line.index
        if let range = line.extensions {
            tape.append(
                Token(.chunkExtensions, offset: range.start, length: range.end - range.start))
        }
        if line.size > 0 {
            // A size that was not refused is at most bodyBytesMax, an Int.
            let size = Int(truncatingIfNeeded: line.size)
            tape.append(Token(.chunk, offset: start, length: size))
            position = TableLimit.sum(start, size)
            awaited = .data
        } else {
            tape.append(Token(.lastChunk, offset: start, length: 0))
            trailers.restart(at: start)
            facts.restart()
            awaited = .trailers
        }
        tape.commit()
    }

    private mutating func advanceDataEnd(_ octet: UInt8) -> Rejection? {
        state = dataEnd.automaton.next(state, octet)
        if dataEnd.automaton.label(state) == TableElement.reject.rawValue {
            return Rejection(code: dataEnd.automaton.tag(state), offset: position)
        }
        position += 1
        if dataEnd.automaton.accepts(state) {
            line.beginLine(at: position)
            awaited = .chunkLine
        }
        return nil
    }
}
