internal import WebSocket
internal import Wire

/// Frame headers of one side, as the Table variant's automaton has them.
struct WebSocketHeaderPiece {
    private let sender: WebSocketContext.Sender

    init(_ sender: WebSocketContext.Sender) { self.sender = sender }

    func automaton(_ policy: Policy) -> PieceAutomaton {
        let door = TableHeaderDoor(policy, WebSocketContext(sender: sender))
        return PieceAutomaton(start: door.start, standing: .live) { place, octet in
            switch door.step(place, octet) {
            case .goesOn(let next):
                PieceAutomaton.Move(state: next, standing: .live, symbol: 1)
            case .finished: PieceAutomaton.Move(state: nil, standing: .final, symbol: 1)
            case .refused(let code):
                PieceAutomaton.Move(state: nil, standing: .refused(code), symbol: 0)
            }
        }
    }

    /// The header with as many zeros of payload as it announces, at most 64 KiB and some.
    static func input(_ word: [UInt8]) -> [UInt8] {
        guard word.count >= 2 else { return word }
        var length = Int(word[1] & 127)
        if length >= 126 {
            let octets = word.dropFirst(2).prefix(length == 126 ? 2 : 8)
            length = octets.reduce(0) { min($0 << 8 | Int($1), 1 << 40) }
        }
        return word + [UInt8](repeating: 0, count: min(length, 66_000))
    }
}
