internal import Wire

/// The words that tell the states of a black box apart: what is put behind a prefix, to ask what the prefix has led to.
///
/// They are taken from the automata that the piece has under strict, under all its leniencies, and under each by itself: the
/// shortest word from each live state to acceptance. A box with the states of one of these automata is told apart by them as
/// far as any word tells it apart from a refusal. Each octet of the exhaustive alphabet stands there by itself, too.
struct Suffixes {
    /// No suffix first, then by length.
    let words: [[UInt8]]

    init(_ piece: Piece) {
        let single = (UInt8(0)..<64).map { Policy(bit: $0) }
            .filter { piece.leniencies.contains($0) }
        var found: Set<[UInt8]> = [[]]
        for octet in Exhaustive.alphabet(of: piece) { found.insert([octet]) }
        for policy in [.strict, piece.leniencies] + single {
            let endings = Endings(piece.automaton(policy), piece.preference)
            found.formUnion(endings.words)
            // The rules of a frame's header look at all its octets together, once they are there.
            if piece.isFrameHeader { found.formUnion(endings.wordsOfMoves) }
        }
        words = found.sorted {
            $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count < $1.count
        }
    }

    /// For each live state of an automaton, the shortest word to acceptance.
    private struct Endings {
        var words: Set<[UInt8]> = []
        /// Each move from a live state, with the shortest word behind it.
        var wordsOfMoves: Set<[UInt8]> = []

        init(_ automaton: PieceAutomaton, _ preference: [UInt8]) {
            var shortest: [Int: [UInt8]] = [:]
            for state in 0..<automaton.stateCount where automaton.accepts(state) {
                shortest[state] = []
            }
            var isGrowing = true
            while isGrowing {
                isGrowing = false
                var grown = shortest
                for state in 0..<automaton.stateCount where shortest[state] == nil {
                    for octet in preference {
                        guard let rest = shortest[automaton.next(state, octet)] else { continue }
                        grown[state] = [octet] + rest
                        isGrowing = true
                        break
                    }
                }
                shortest = grown
            }
            words = Set(shortest.values)
            for state in shortest.keys where automaton.standings[state] != .final {
                for octet in preference {
                    guard let rest = shortest[automaton.next(state, octet)] else { continue }
                    wordsOfMoves.insert([octet] + rest)
                }
            }
        }
    }
}
