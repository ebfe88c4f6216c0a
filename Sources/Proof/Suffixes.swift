internal import Wire

/// The words that tell the states of a black box apart: what is put behind a prefix, to ask what the prefix has led to.
///
/// They are taken from the automata that the piece has under strict, under all its leniencies, and under each by itself: the
/// shortest word from each live state to acceptance. To these come each octet of the exhaustive alphabet by itself, and all
/// tails of words in which known names stand (`Piece.examples`).
struct Suffixes {
    /// No suffix first, then by length.
    let words: [[UInt8]]
    private let piece: Piece

    init(_ piece: Piece) {
        let single = (UInt8(0)..<64).map { Policy(bit: $0) }
            .filter { piece.leniencies.contains($0) }
        self.piece = piece
        var found: Set<[UInt8]> = [[]]
        for example in piece.examples {
            for count in 1...max(1, example.count) { found.insert(example.suffix(count)) }
        }
        for octet in Exhaustive.alphabet(of: piece) { found.insert([octet]) }
        for policy in [.strict, piece.leniencies] + single {
            found.formUnion(Self.endings(piece.automaton(policy), piece.preference))
        }
        words = found.sorted {
            $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count < $1.count
        }
    }

    /// Those that say something behind a word of so many octets: a frame's header is judged when it is whole.
    func words(behind count: Int) -> [[UInt8]] {
        switch piece {
        case .http2Header, .http2HeaderInBlock:
            words.filter { $0.isEmpty || count + $0.count == 9 }
        case .webSocketHeader, .webSocketServerHeader: words.filter { count + $0.count <= 14 }
        default: words
        }
    }

    /// For each live state of an automaton, the shortest word to acceptance.
    private static func endings(
        _ automaton: PieceAutomaton, _ preference: [UInt8]
    ) -> Set<[UInt8]> {
        var shortest: [Int: [UInt8]] = [:]
        for state in 0..<automaton.stateCount where automaton.accepts(state) {
            shortest[state] = []
        }
        var grown = shortest
        repeat {
            shortest = grown
            for state in 0..<automaton.stateCount where shortest[state] == nil {
                for octet in preference {
                    guard let rest = shortest[automaton.next(state, octet)] else { continue }
                    grown[state] = [octet] + rest
                    break
                }
            }
        } while grown.count > shortest.count
        return Set(shortest.values)
    }
}
