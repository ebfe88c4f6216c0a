internal import Wire

/// A reading by the reference of an input that a quirk has made right: a model for quirks that
/// leave a check out.
///
/// Where the reference refuses what the quirk lets pass, the input is changed at that place into
/// what the quirk takes it for, and read again; the tape then gets back what really stood there. So
/// everything but the quirk is the reference's own reading.
struct RepairedReference {
    /// What is read in place of the input.
    struct Attempt {
        var bytes: [UInt8]
        var configuration: Configuration
        /// What tokens get back of the input as it stood.
        private(set) var restored: [Place: Restored] = [:]
        /// Where the reading ends, if not where the reference says.
        var consumed: Int?

        init(bytes: [UInt8], configuration: Configuration) {
            self.bytes = bytes
            self.configuration = configuration
        }

        /// Keeps what a token said before its bytes were changed; of several changes the first
        /// knows.
        mutating func keep(
            kind: UInt8, offset: Int, detail: UInt16? = nil, length: Int? = nil
        ) {
            let place = Place(kind: kind, offset: offset)
            if restored[place] == nil { restored[place] = Restored(detail: detail, length: length) }
        }
    }

    /// Which token.
    struct Place: Hashable {
        let kind: UInt8
        let offset: Int
    }

    /// What a token says of the input as it stood.
    struct Restored {
        let detail: UInt16?
        let length: Int?
    }

    /// Repairs of one input (chosen: more than a readable case has; behind them the refusal
    /// stands).
    static let repairCountMax = 32

    /// Makes the reference's parser.
    let make: @Sendable (Configuration) -> any Parser
    /// Changes the input before anything is read.
    let prepare: @Sendable (inout Attempt) -> Void
    /// Makes a refused input right, or says that no quirk lets it pass.
    let repair: @Sendable (inout Attempt, Rejection) -> Bool
    /// Changes what was read.
    let finish: @Sendable (inout ModelReading, Attempt) -> Void

    func read(_ bytes: [UInt8], _ configuration: Configuration) -> ModelReading {
        var attempt = Attempt(bytes: bytes, configuration: configuration)
        prepare(&attempt)
        var reading = run(attempt)
        for _ in 0..<Self.repairCountMax {
            guard case .rejected(let rejection) = reading.verdict, repair(&attempt, rejection)
            else { break }
            reading = run(attempt)
        }
        restore(&reading, attempt)
        finish(&reading, attempt)
        if case .complete = reading.verdict, let consumed = attempt.consumed {
            reading.verdict = .complete(consumed: consumed)
        }
        return reading
    }

    private func run(_ attempt: Attempt) -> ModelReading {
        var parser = make(attempt.configuration)
        var tape = Tape()
        let verdict = parser.parse(attempt.bytes.span, into: &tape)
        let snapshot = tape.snapshot()
        return ModelReading(verdict: verdict, tokens: snapshot.tokens, arena: snapshot.arena)
    }

    private func restore(_ reading: inout ModelReading, _ attempt: Attempt) {
        guard !attempt.restored.isEmpty else { return }
        for index in reading.tokens.indices {
            let token = reading.tokens[index]
            guard
                let old = attempt.restored[Place(kind: token.kind, offset: token.offset)]
            else { continue }
            reading.tokens[index] = Token(
                kind: token.kind, detail: old.detail ?? token.detail, offset: token.offset,
                length: old.length ?? Int(truncatingIfNeeded: token.length))
        }
    }
}
