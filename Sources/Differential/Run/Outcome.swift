public import Wire

/// What one variant made of one input: the verdict, and what is certain of the tape.
public struct Outcome: Hashable, Sendable {
    /// The verdict over all bytes.
    public var verdict: Verdict
    /// The committed tokens and arena bytes.
    public var tape: TapeSnapshot

    /// Makes an outcome.
    public init(verdict: Verdict, tape: TapeSnapshot) {
        self.verdict = verdict
        self.tape = tape
    }
}

/// What a participant answers, `unsupported` included: it is counted and shown, never passed.
public enum Answer: Hashable, Sendable {
    /// The variant parsed the input.
    case outcome(Outcome)
    /// The variant does not implement a leniency that the policy asks for.
    case unsupported
}

extension Verdict {
    /// The verdict in the words of cases and reports, with the reason's name where there is one.
    public func text(in description: ProtocolDescription) -> String {
        switch self {
        case .complete(let consumed): return "complete \(consumed)"
        case .incomplete: return "incomplete"
        case .rejected(let rejection):
            let name = description.reason(of: rejection)?.name ?? "reason \(rejection.code)"
            return "rejected \(name) at \(rejection.offset)"
        }
    }
}
