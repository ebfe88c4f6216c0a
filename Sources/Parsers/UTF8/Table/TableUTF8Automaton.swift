internal import Wire

/// The grammar as a DFA, and the DFA as one word for each byte.
///
/// A state is the set of what may still come. There are at most ten (the start; one, two or three continuations; behind
/// C0, E0, ED, F0, F4; refused), so six bits name a state, and one word of 64 bits holds a byte's successor for each of
/// them: the successor of state s is `word >> s`, where states are numbered 0, 6, 12, …
/// Source: Hoehrmann, "Flexible and Economical UTF-8 Decoder" (a DFA over byte classes), and Langdale's and Mytkowicz's
/// shift-based form of a DFA, which needs no classes and has one load that does not wait for the state.
struct TableUTF8Automaton {
    /// Bits of a state's number.
    private static let width = 6
    /// The start of a sequence.
    static let start: UInt64 = 0
    /// Behind an ill-formed sequence; every byte leads back to it.
    static let refused: UInt64 = 6
    /// What tells the bits of a state in a shifted word.
    static let mask: UInt64 = 63

    /// The successors, by byte.
    let words: [UInt64]
    /// Why a byte is refused in a state: raw values of reasons, by state / 6 × 256 + byte.
    private let reasons: [UInt8]

    /// Why `byte` leads from `state` to `refused`.
    func reason(_ byte: UInt8, in state: UInt64) -> UTF8Reason {
        let index = Int(truncatingIfNeeded: state & Self.mask) / Self.width * 256 + Int(byte)
        return UTF8Reason(rawValue: reasons[index]) ?? .truncatedSequence
    }

    /// The automaton under `policy`, which is made once: a parser for each connection must not pay for it.
    static func under(_ policy: Policy) -> TableUTF8Automaton {
        all[Int(truncatingIfNeeded: policy.rawValue) & (all.count - 1)]
    }

    /// One for each set of leniencies, by its bits.
    private static let all = (0..<(1 << UTF8Leniency.all.count)).map {
        TableUTF8Automaton(Policy(rawValue: UInt64($0)))
    }

    private init(_ policy: Policy) {
        let whole = Set(TableUTF8Grammar(policy).rows)
        // The refused state is the empty set.
        var states: [Set<TableUTF8Grammar.Row>] = [whole, []]
        var words = [UInt64](repeating: 0, count: 256)
        var reasons = [UInt8](repeating: UTF8Reason.truncatedSequence.rawValue, count: 512)
        var index = 0
        while index < states.count {
            for byte in UInt8.min...UInt8.max {
                let (next, reason) = Self.step(states[index], byte)
                let target: Int
                if next.contains(where: { $0.ranges.isEmpty && $0.refusal == nil }) {
                    target = 0
                } else if !next.contains(where: { $0.refusal == nil }) {
                    target = 1
                    reasons[index * 256 + Int(byte)] = reason.rawValue
                } else if let known = states.firstIndex(of: next) {
                    target = known
                } else {
                    target = states.count
                    states.append(next)
                    reasons += [UInt8](
                        repeating: UTF8Reason.truncatedSequence.rawValue, count: 256)
                }
                words[Int(byte)] |= UInt64(target * Self.width) << UInt64(index * Self.width)
            }
            index += 1
        }
        precondition(states.count * Self.width <= UInt64.bitWidth, "too many states for a word")
        self.words = words
        self.reasons = reasons
    }

    /// What may come behind `byte`, and why nothing may, if so.
    private static func step(
        _ state: Set<TableUTF8Grammar.Row>, _ byte: UInt8
    ) -> (next: Set<TableUTF8Grammar.Row>, reason: UTF8Reason) {
        var next: Set<TableUTF8Grammar.Row> = []
        var reason = UTF8Reason.truncatedSequence
        for row in state where row.ranges.first?.contains(byte) == true {
            let rest = TableUTF8Grammar.Row(Array(row.ranges.dropFirst()), row.refusal)
            if rest.ranges.isEmpty, let refusal = row.refusal {
                reason = refusal
            } else {
                next.insert(rest)
            }
        }
        return (next, reason)
    }
}
