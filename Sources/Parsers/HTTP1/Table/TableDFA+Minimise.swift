extension TableDFA {
    /// The smallest automaton that behaves alike (Moore): start from the partition by label, tag and
    /// acceptance, and divide until all states of a block go to the same blocks.
    ///
    /// Moore's rounds cost n·k each and there are as many as the longest keyword has letters; for a few hundred
    /// states that is below a millisecond, and the algorithm has no place for a mistake to hide.
    func minimised() -> TableDFA {
        var blocks = [Int32](repeating: 0, count: states.count)
        var kinds: [State: Int32] = [:]
        for (index, state) in states.enumerated() {
            let next = Int32(kinds.count)
            blocks[index] = kinds[state] ?? next
            if blocks[index] == next { kinds[state] = next }
        }
        var count = kinds.count
        while true {
            let divided = divide(blocks)
            blocks = divided.blocks
            guard divided.count > count else { break }
            count = divided.count
        }
        return merged(blocks, count: count)
    }

    /// One round: states stay together when they are together and all their moves lead together.
    private func divide(_ blocks: [Int32]) -> (blocks: [Int32], count: Int) {
        var result = [Int32](repeating: 0, count: blocks.count)
        var known: [[Int32]: Int32] = [:]
        var signature = [Int32](repeating: 0, count: classCount + 1)
        for state in blocks.indices {
            signature[classCount] = blocks[state]
            let row = state * classCount
            for index in 0..<classCount { signature[index] = blocks[Int(moves[row + index])] }
            let next = Int32(known.count)
            result[state] = known[signature] ?? next
            if result[state] == next { known[signature] = next }
        }
        return (result, known.count)
    }

    /// One state for each block.
    private func merged(_ blocks: [Int32], count: Int) -> TableDFA {
        var result = self
        var representative = [Int](repeating: 0, count: count)
        for state in blocks.indices.reversed() { representative[Int(blocks[state])] = state }
        result.states = representative.map { states[$0] }
        result.moves = representative.flatMap { state in
            (0..<classCount).map { blocks[Int(moves[state * classCount + $0])] }
        }
        result.entries = entries.mapValues { Int(blocks[$0]) }
        return result
    }
}
