internal import HTTP1
internal import Wire

/// The automaton of a piece of HTTP/1: the grammar's, with the moves that its driver makes between entries.
struct GrammarPiece {
    /// Where the piece ends, and which entries it goes through.
    enum Shape {
        /// A line: it ends with its LF.
        case line
        /// The same, where the method chooses how the target goes on, and one empty line may stand before.
        case requestLine
        /// Lines up to the empty one.
        case fieldSection
        /// It ends as soon as what stands there is in the language.
        case accepted
        /// It ends where someone else says so.
        case value
    }

    private let dfa: TableDFA
    private let shape: Shape
    /// Labels at which the driver does something.
    private let lf = TableDoor.label("lf")
    private let droppedLF = TableDoor.label("droppedLF")
    private let blankLF = TableDoor.label("blankLF")
    private let comma = TableDoor.label("comma")
    private let method = TableDoor.label("method")
    private let separator = TableDoor.label("separator")
    /// The tags with which the method is CONNECT.
    private let connect: Set<UInt8>

    init(_ dfa: TableDFA, _ shape: Shape) {
        self.dfa = dfa
        self.shape = shape
        connect = Set(
            dfa.states.map(\.tag).filter { TableDoor.requestLine.tag($0) == "connect" })
    }

    /// The automaton from an entry rule.
    func automaton(from entry: String) -> PieceAutomaton {
        guard let start = dfa.entries[entry] else {
            preconditionFailure("the grammar has no entry \(entry)")
        }
        let accepts = shape == .value && dfa.states[start].accepts
        return PieceAutomaton(
            start: start, standing: accepts ? .accepting : .live, ending: ending(start)
        ) { state, octet in move(state, octet) }
    }

    private func move(_ state: Int, _ octet: UInt8) -> PieceAutomaton.Move<Int> {
        let next = dfa.next(state, octet)
        let own = dfa.states[state]
        let entered = dfa.states[next]
        guard !TableDoor.refuses(entered.label) else {
            return PieceAutomaton.Move(state: nil, standing: .refused(entered.tag), symbol: 0)
        }
        // A name or a member is known by its tag where it ends.
        let ends = own.label != entered.label || entered.label == comma
        let symbol = UInt16(entered.label) << 8 | (ends ? UInt16(own.tag) : 0)
        let element = entered.label
        switch shape {
        case .value:
            return PieceAutomaton.Move(
                state: next, standing: entered.accepts ? .accepting : .live, symbol: symbol,
                ending: ending(next))
        case .accepted:
            guard entered.accepts else { break }
            return PieceAutomaton.Move(state: nil, standing: .final, symbol: symbol)
        case .line, .requestLine:
            if shape == .requestLine, element == blankLF {
                return live("request-start-full", symbol)
            }
            if element == lf || element == droppedLF || element == blankLF {
                return PieceAutomaton.Move(state: nil, standing: .final, symbol: symbol)
            }
            if shape == .requestLine, own.label == method,
                element == separator
            {
                return live(connect.contains(own.tag) ? "after-connect" : "after-method", symbol)
            }
        case .fieldSection:
            if element == blankLF {
                return PieceAutomaton.Move(state: nil, standing: .final, symbol: symbol)
            }
            if element == lf { return live("next", symbol) }
            if element == droppedLF { return live("dropped", symbol) }
        }
        return PieceAutomaton.Move(state: next, standing: .live, symbol: symbol)
    }

    private func live(_ entry: String, _ symbol: UInt16) -> PieceAutomaton.Move<Int> {
        guard let state = dfa.entries[entry] else {
            preconditionFailure("the grammar has no entry \(entry)")
        }
        return PieceAutomaton.Move(state: state, standing: .live, symbol: symbol)
    }

    private func ending(_ state: Int) -> UInt16 {
        shape == .value ? UInt16(dfa.states[state].tag) : 0
    }
}
