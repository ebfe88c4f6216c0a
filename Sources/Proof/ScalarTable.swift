internal import HTTP1
public import Wire

/// The Scalar variant's state machine against the Table variant's automaton, over everything that any word leads to.
///
/// Scalar's states are enumerated as they are met: `ScalarDoor` says what everything that follows depends on. So that two
/// machines give the same answer to every word is decided, as long as no limit is met.
public enum ScalarTable {
    /// Two answers that differ.
    public struct Parting: Hashable, Sendable {
        /// The shortest word on which they do.
        public var word: [UInt8]
        /// What each says of its last octet.
        public var scalar: String
        public var table: String
    }

    /// What a comparison found.
    public struct Result: Hashable, Sendable {
        public var parting: Parting?
        /// Pairs of states that were visited.
        public var stateCount: Int
    }

    /// The pieces that both have as machines.
    public static let pieces: [Piece] = [.requestLine, .statusLine, .fieldSection, .chunkLine]

    private static func part(_ piece: Piece) -> ScalarDoor.Part? {
        switch piece {
        case .requestLine: .requestLine
        case .statusLine: .statusLine
        case .fieldSection: .fieldSection
        case .chunkLine: .chunkLine
        default: nil
        }
    }

    private struct Pair: Hashable {
        var scalar: [Int]
        var table: Int
    }

    /// Compares the two under `policy`; nil for a piece that Scalar has no machine of.
    public static func compare(_ piece: Piece, _ policy: Policy) -> Result? {
        guard let part = part(piece) else { return nil }
        let automaton = piece.automaton(policy)
        let start = ScalarDoor(part, policy)
        var known: Set<Pair> = [Pair(scalar: start.state, table: PieceAutomaton.start)]
        var waiting = [(machine: start, table: PieceAutomaton.start, word: [UInt8]())]
        var index = 0
        while index < waiting.count {
            let (machine, table, word) = waiting[index]
            index += 1
            for octet in piece.preference {
                var scalar = machine
                let step = scalar.take(octet)
                let next = automaton.next(table, octet)
                let answers = (
                    words(step, at: word.count), words(automaton.standings[next], at: word.count)
                )
                guard answers.0 == answers.1 else {
                    return Result(
                        parting: Parting(
                            word: word + [octet], scalar: answers.0, table: answers.1),
                        stateCount: known.count)
                }
                guard case .goesOn = step else { continue }
                let pair = Pair(scalar: scalar.state, table: next)
                if known.insert(pair).inserted { waiting.append((scalar, next, word + [octet])) }
            }
        }
        return Result(parting: nil, stateCount: known.count)
    }

    /// The policies that a piece's machines can tell apart: every set of the leniencies that touch it.
    public static func policies(_ piece: Piece) -> [Policy] {
        let bits = (UInt8(0)..<64).map { Policy(bit: $0) }.filter {
            piece.leniencies.contains($0)
        }
        return (0..<(1 << bits.count)).map { choice in
            bits.indices.reduce(into: Policy.strict) { policy, index in
                if choice >> index & 1 == 1 { policy.formUnion(bits[index]) }
            }
        }
    }

    private static func words(_ step: ScalarDoor.Step, at offset: Int) -> String {
        switch step {
        case .goesOn: return "goes on"
        case .finished: return "ends"
        case .rejected(let rejection):
            let place = rejection.offset - offset
            return refusal(rejection.code) + (place == 0 ? "" : " \(place) octets off")
        }
    }

    private static func words(_ standing: PieceAutomaton.Standing, at offset: Int) -> String {
        switch standing {
        case .live, .accepting: "goes on"
        case .final: "ends"
        case .refused(let code): refusal(code)
        }
    }

    private static func refusal(_ code: UInt8) -> String {
        HTTP1Reason(rawValue: code).map { "refuses: \($0)" } ?? "refuses: \(code)"
    }
}
