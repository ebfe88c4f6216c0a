package import Wire

/// The automaton of frame headers one octet at a time, for who compares automata. Nothing that parses comes through here.
package struct TableHeaderDoor: Sendable {
    private let automaton: TableHeaderAutomaton

    /// A place in a header: the automaton's state, and whether a key will follow.
    package struct Place: Hashable, Sendable {
        fileprivate var state: UInt8
        fileprivate var isMasked = false
    }

    /// What one more octet leads to.
    package enum Step: Sendable {
        case goesOn(Place)
        /// The header is whole.
        case finished
        /// Refused, for the reason with this code.
        case refused(UInt8)
    }

    /// The automaton under `policy`, in `context`.
    package init(_ policy: Policy, _ context: WebSocketContext) {
        automaton = TableHeaderAutomaton.under(policy, context)
    }

    /// Before a header, where no message is open.
    package var start: Place { Place(state: TableHeaderAutomaton.firstOctet) }

    /// Where `octet` leads.
    package func step(_ place: Place, _ octet: UInt8) -> Step {
        let cell = automaton.cell(place.state, octet)
        if cell >= TableHeaderAutomaton.refusal {
            return .refused(cell & ~TableHeaderAutomaton.refusal)
        }
        var next = place
        if TableHeaderAutomaton.isSecondOctet(place.state) { next.isMasked = octet & 0x80 != 0 }
        next.state = cell
        if cell == TableHeaderAutomaton.lengthEnd {
            next.state =
                next.isMasked ? TableHeaderAutomaton.key : TableHeaderAutomaton.payload
        }
        return next.state == TableHeaderAutomaton.payload ? .finished : .goesOn(next)
    }
}
