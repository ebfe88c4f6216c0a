extension TableDFA {
    /// The smallest automaton that behaves alike (Moore): start from the partition by label, tag
    /// and acceptance, and divide blocks until all states of a block go to the same blocks.
    ///
    /// A pass looks at one class after the other and divides by where it leads. Each pass costs
    /// n·k, and there are few: a pass already uses what the classes before have divided.
    func minimised() -> TableDFA {
        var blocks = [Int](repeating: 0, count: states.count)
        var kinds: [State: Int] = [:]
        for (index, state) in states.enumerated() {
            blocks[index] = kinds[state, default: kinds.count]
            kinds[state] = blocks[index]
        }
        var count = kinds.count
        var parts = Parts()
        while true {
            let before = count
            for index in 0..<classCount { count = divide(&blocks, by: index, &parts) }
            guard count > before else { return merged(blocks, count: count) }
        }
    }

    /// Two states of a block stay together when the class leads both to the same block.
    ///
    /// - Returns: the number of blocks, which then are 0 ..< that number.
    private func divide(_ blocks: inout [Int], by index: Int, _ parts: inout Parts) -> Int {
        parts.clear(blockCount: blocks.count)
        for state in blocks.indices {
            let target = blocks[Int(moves[state * classCount + index])]
            parts.divided[state] = parts.number(of: blocks[state], leadingTo: target)
        }
        swap(&blocks, &parts.divided)
        return parts.targets.count
    }

    /// Numbers for pairs of a block and where it leads: for each block a chain of the targets met
    /// so far.
    private struct Parts {
        private var newest: [Int] = []
        private var older: [Int] = []
        private(set) var targets: [Int] = []
        /// Room for the numbers of all states.
        var divided: [Int] = []

        mutating func clear(blockCount: Int) {
            older.removeAll(keepingCapacity: true)
            targets.removeAll(keepingCapacity: true)
            if newest.count == blockCount {
                for block in newest.indices { newest[block] = -1 }
            } else {
                newest = Array(repeating: -1, count: blockCount)
                divided = newest
            }
        }

        mutating func number(of block: Int, leadingTo target: Int) -> Int {
            var part = newest[block]
            while part >= 0 {
                if targets[part] == target { return part }
                part = older[part]
            }
            older.append(newest[block])
            newest[block] = targets.count
            targets.append(target)
            return newest[block]
        }
    }

    /// One state for each block.
    private func merged(_ blocks: [Int], count: Int) -> TableDFA {
        var result = self
        var representative = [Int](repeating: 0, count: count)
        for state in blocks.indices.reversed() { representative[blocks[state]] = state }
        result.states = representative.map { states[$0] }
        result.moves = representative.flatMap { state in
            (0..<classCount).map { Int32(blocks[Int(moves[state * classCount + $0])]) }
        }
        result.entries = entries.mapValues { blocks[$0] }
        return result
    }
}
