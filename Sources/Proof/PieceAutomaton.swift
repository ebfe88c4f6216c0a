/// A piece of a protocol as a finite automaton over octets: complete, deterministic, with a reading.
///
/// A **symbol** is what a step says of its octet: the element that it belongs to, and what a list's or a name's end tells
/// of what stood before. Two automata read a word alike where they accept it with the same symbols.
public struct PieceAutomaton: Sendable {
    /// What is known in a state.
    public enum Standing: Hashable, Sendable {
        /// More octets may follow.
        case live
        /// What led here is in the language; more may follow, as in a value.
        case accepting
        /// What led here is in the language, and the piece ends.
        case final
        /// The octet that led here is refused, for the reason with this code.
        case refused(UInt8)
    }

    /// The start state is 0.
    public static let start = 0

    /// For each state, what is known in it.
    public private(set) var standings: [Standing] = []
    private var moves: [Int32] = []
    private var symbols: [UInt16] = []
    /// The last symbol of a word that ends in a state: what its last member was.
    private var endings: [UInt16] = []

    /// Number of states.
    public var stateCount: Int { standings.count }

    /// Where `state` goes with `octet`.
    public func next(_ state: Int, _ octet: UInt8) -> Int { Int(moves[state * 256 + Int(octet)]) }

    /// What the step says of its octet.
    public func symbol(_ state: Int, _ octet: UInt8) -> UInt16 {
        symbols[state * 256 + Int(octet)]
    }

    /// What the end of a word in `state` says.
    public func ending(_ state: Int) -> UInt16 { endings[state] }

    /// Whether words that lead to `state` are in the language.
    public func accepts(_ state: Int) -> Bool {
        standings[state] == .accepting || standings[state] == .final
    }

    /// One step of what an automaton is explored from.
    struct Move<State: Hashable> {
        var state: State?
        var standing: Standing
        var symbol: UInt16
        var ending: UInt16 = 0
    }

    /// Explores everything that `step` reaches from `start`. A move without a state leads to a sink of its standing.
    init<State: Hashable>(
        start: State, standing: Standing, ending: UInt16 = 0,
        step: (State, UInt8) -> Move<State>
    ) {
        var numbers: [State: Int] = [start: 0]
        var sinks: [Standing: Int] = [:]
        var waiting: [State?] = [start]
        standings = [standing]
        endings = [ending]
        var index = 0
        while index < waiting.count {
            defer { index += 1 }
            for octet in UInt8.min...UInt8.max {
                guard let state = waiting[index] else {
                    moves.append(Int32(index))
                    symbols.append(0)
                    continue
                }
                let move = step(state, octet)
                symbols.append(move.symbol)
                let known = move.state.map { numbers[$0] } ?? sinks[move.standing]
                let number = known ?? waiting.count
                moves.append(Int32(number))
                guard known == nil else { continue }
                if let next = move.state {
                    numbers[next] = number
                } else {
                    sinks[move.standing] = number
                }
                waiting.append(move.state)
                standings.append(move.standing)
                endings.append(move.ending)
            }
        }
    }
}
