public import Wire

/// A DFA that takes sixteen bytes between two looks at its state.
public struct TableUTF8Validator: Sendable {
    /// Bytes between two looks (chosen: long enough that the look costs little, short enough to go back over).
    private static let stride = 16

    private let automaton: TableUTF8Automaton
    private var state = TableUTF8Automaton.start
    /// How many bytes of a sequence that is not whole have come: 0 to 3.
    public private(set) var openCount = 0

    /// Makes a validator that stands at the start of a text.
    public init(_ policy: Policy) { automaton = .under(policy) }

    /// Makes it stand at the start of a text.
    public mutating func reset() {
        state = TableUTF8Automaton.start
        openCount = 0
    }

    /// Looks at the next piece of the text.
    ///
    /// - Returns: the first ill-formed sequence, or nil where all is well so far.
    public mutating func validate(_ piece: Span<UInt8>) -> UTF8Fault? {
        let (end, reached) = run(piece)
        if end < piece.count { return fault(piece, from: end, reached) }
        openCount = reached == TableUTF8Automaton.start ? 0 : openBytes(piece)
        state = reached
        return nil
    }

    /// Runs the automaton over the piece.
    ///
    /// - Returns: the piece's end and the state there; or, before a stretch in which it refuses, that stretch's start and
    ///   the state at it.
    private func run(_ piece: Span<UInt8>) -> (end: Int, state: UInt64) {
        var state = self.state
        var index = 0
        // SAFETY: `words` has 256 entries, and a UInt8 indexes it.
        return unsafe automaton.words.withUnsafeBufferPointer { words in
            while piece.count &- index >= Self.stride {
                var next = state
                for step in 0..<Self.stride {
                    next = unsafe words[Int(piece[unchecked: index &+ step])] &>> next
                }
                next &= TableUTF8Automaton.mask
                guard next != TableUTF8Automaton.refused else { return (index, state) }
                state = next
                index &+= Self.stride
            }
            let stretch = index
            var next = state
            while index < piece.count {
                next = unsafe words[Int(piece[index])] &>> next
                index &+= 1
            }
            next &= TableUTF8Automaton.mask
            return next == TableUTF8Automaton.refused ? (stretch, state) : (piece.count, next)
        }
    }

    /// Goes over the stretch again, to say where its ill-formed sequence starts and why it is one.
    private mutating func fault(
        _ piece: Span<UInt8>, from start: Int, _ reached: UInt64
    ) -> UTF8Fault? {
        var open = reached == TableUTF8Automaton.start ? 0 : openBytes(piece.extracting(0..<start))
        state = reached
        for index in start..<piece.count {
            let byte = piece[index]
            let next = (automaton.words[Int(byte)] &>> state) & TableUTF8Automaton.mask
            if next == TableUTF8Automaton.refused {
                return UTF8Fault(
                    automaton.reason(byte, in: state), start: index &- open,
                    subpartCount: max(1, open))
            }
            state = next
            open = next == TableUTF8Automaton.start ? 0 : open &+ 1
        }
        return nil
    }

    /// The length of the sequence that is open behind `piece`: from its first byte, which is the only one that is no
    /// continuation.
    private func openBytes(_ piece: Span<UInt8>) -> Int {
        var count = 0
        while count < piece.count {
            count &+= 1
            if piece[piece.count &- count] & 0xC0 != 0x80 { return count }
        }
        return openCount &+ count
    }
}
