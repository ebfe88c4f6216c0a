/// Two automata side by side: whether they accept the same words and read them alike, and the shortest word where not.
public struct Product: Sendable {
    /// What was found.
    public struct Result: Hashable, Sendable {
        /// The shortest word on which the two differ, or nil where there is none.
        public var word: [UInt8]?
        /// How they differ on it.
        public var kind: Difference?
        /// Pairs of states that were visited.
        public var stateCount: Int
    }

    /// How two readings of a word differ.
    public enum Difference: String, Hashable, Sendable {
        /// One accepts it, the other does not.
        case acceptance = "one accepts it"
        /// Both accept it and divide it differently.
        case reading = "both accept it and read it differently"
        /// One refuses it, and the other waits for more.
        case waiting = "one refuses it, the other goes on"
        /// Neither accepts it, and they refuse it at different octets or for different reasons.
        case refusal = "both refuse it, differently"
    }

    private struct Pair: Hashable {
        var left: Int
        var right: Int
        /// Whether the symbols on the way were different.
        var isParted: Bool
    }

    private let left: PieceAutomaton
    private let right: PieceAutomaton
    private let preference: [UInt8]

    /// The product of two automata of one piece.
    public init(_ left: PieceAutomaton, _ right: PieceAutomaton, preference: [UInt8]) {
        self.left = left
        self.right = right
        self.preference = preference
    }

    /// Goes through all pairs that any word leads to, the shortest words first, and among those of one length the preferred
    /// octets first; stops at the first difference.
    ///
    /// - Parameter refusals: whether two ways to refuse count as a difference too.
    public func compare(refusals: Bool = false) -> Result {
        let start = Pair(left: PieceAutomaton.start, right: PieceAutomaton.start, isParted: false)
        var pairs = [start]
        var origins: [(from: Int, octet: UInt8)] = [(0, 0)]
        var known: Set<Pair> = [start]
        if let kind = difference(start, refusals) {
            return Result(word: [], kind: kind, stateCount: 1)
        }
        var index = 0
        while index < pairs.count {
            let pair = pairs[index]
            for octet in preference {
                let next = step(pair, octet)
                guard known.insert(next).inserted else { continue }
                pairs.append(next)
                origins.append((index, octet))
                if let kind = difference(next, refusals) {
                    return Result(
                        word: word(to: pairs.count - 1, origins), kind: kind,
                        stateCount: pairs.count)
                }
            }
            index += 1
        }
        return Result(word: nil, kind: nil, stateCount: pairs.count)
    }

    private func step(_ pair: Pair, _ octet: UInt8) -> Pair {
        let next = Pair(
            left: left.next(pair.left, octet), right: right.next(pair.right, octet),
            isParted: pair.isParted
                || left.symbol(pair.left, octet) != right.symbol(pair.right, octet))
        // Where either has refused, how they divided what came before says nothing any more.
        return isOver(left, next.left) || isOver(right, next.right)
            ? Pair(left: next.left, right: next.right, isParted: false) : next
    }

    private func isOver(_ automaton: PieceAutomaton, _ state: Int) -> Bool {
        if case .refused = automaton.standings[state] { return true }
        return false
    }

    private func difference(_ pair: Pair, _ refusals: Bool) -> Difference? {
        let accepts = (left.accepts(pair.left), right.accepts(pair.right))
        if accepts.0 != accepts.1 { return .acceptance }
        if accepts.0, pair.isParted || left.ending(pair.left) != right.ending(pair.right) {
            return .reading
        }
        guard refusals, !accepts.0 else { return nil }
        let standings = (left.standings[pair.left], right.standings[pair.right])
        if standings.0 == standings.1 { return nil }
        return isOver(left, pair.left) && isOver(right, pair.right) ? .refusal : .waiting
    }

    private func word(to index: Int, _ origins: [(from: Int, octet: UInt8)]) -> [UInt8] {
        var word: [UInt8] = []
        var place = index
        while place > 0 {
            word.append(origins[place].octet)
            place = origins[place].from
        }
        return word.reversed()
    }
}
