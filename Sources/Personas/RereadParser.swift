internal import Wire

/// What a model makes of all bytes so far: what is certain, and the verdict.
struct ModelReading {
    var verdict = Verdict.incomplete
    /// The committed tokens and arena bytes.
    var tokens: [Token] = []
    var arena: [UInt8] = []
}

/// A parser that reads its whole input anew at each call, and releases nothing.
///
/// It keeps no state that a quirk could leave half changed; what was decided stays decided.
struct RereadParser: Parser {
    private let read: @Sendable ([UInt8]) -> ModelReading
    /// Whether an accepted input can go on.
    private let isStream: Bool
    private var settled: Verdict?

    /// Makes a parser around `read`.
    init(isStream: Bool, _ read: @escaping @Sendable ([UInt8]) -> ModelReading) {
        self.isStream = isStream
        self.read = read
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let settled { return settled }
        // SAFETY: the buffer is copied before the closure returns.
        let bytes = unsafe input.withUnsafeBufferPointer { unsafe Array($0) }
        let reading = read(bytes)
        tape.removeAll()
        for token in reading.tokens { tape.append(token) }
        for byte in reading.arena { tape.appendToArena(byte) }
        tape.commit()
        switch reading.verdict {
        case .rejected: settled = reading.verdict
        case .complete where !isStream: settled = reading.verdict
        case .complete, .incomplete: break
        }
        return reading.verdict
    }

    mutating func reset() { settled = nil }
}
