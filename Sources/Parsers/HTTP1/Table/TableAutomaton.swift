/// A compiled automaton: one dense table, immutable and never freed.
///
/// A **state** is the index of its row's first column, so that a step is `rows[state + class]`: one
/// load that depends on the one before. States are numbered by label, so "still in this element" is
/// one comparison. Behind the columns of the classes stand five more that a driver looks at only at
/// an element's border.
///
///     label | accepts << 8    tag    first row of the label    cells of its rows    loop mask
///
/// The **loop mask** is for runs: where a state's way to itself covers many octets (a field value,
/// a path), `loops[octet] & mask` says whether the octet stays, which needs no chain of dependent
/// loads.
///
/// Tables are made once for each grammar text and kept (the texts are finitely many: each set of
/// leniencies that a grammar knows has one), so pointers to them are good for ever and copies cost
/// no reference count.
@safe
struct TableAutomaton: @unchecked Sendable {
    private let rows: UnsafePointer<UInt16>
    private let classes: UnsafePointer<UInt8>
    private let loops: UnsafePointer<UInt8>

    /// Number of states, for tests and reports.
    let stateCount: Int
    /// Number of octet classes, for tests and reports.
    let classCount: Int

    /// The columns behind the classes.
    private enum Fact: Int, CaseIterable {
        case label, tag, first, size, loopMask
    }

    /// Packs `dfa`.
    ///
    /// - Throws: `tooLarge` where a row's index would not fit into 16 bits.
    ///
    /// - Returns: the automaton, and the start state of each entry rule.
    static func pack(
        _ dfa: TableDFA
    ) throws(TableGrammarError) -> (automaton: TableAutomaton, entries: [String: Int]) {
        let width = dfa.classCount + Fact.allCases.count
        guard dfa.states.count * width <= 0xffff else {
            throw .tooLarge(states: dfa.states.count)
        }
        let order = dfa.states.indices.sorted {
            (dfa.states[$0].label, $0) < (dfa.states[$1].label, $1)
        }
        var place = [Int](repeating: 0, count: order.count)
        for (index, state) in order.enumerated() { place[state] = index * width }
        var ranges: [UInt8: (first: Int, size: Int)] = [:]
        for (index, state) in order.enumerated() {
            let label = dfa.states[state].label
            ranges[label, default: (index * width, 0)].size += width
        }
        let runs = TableRuns(dfa)
        var cells: [UInt16] = []
        cells.reserveCapacity(order.count * width)
        for state in order {
            let row = state * dfa.classCount
            for index in 0..<dfa.classCount {
                cells.append(UInt16(place[Int(dfa.moves[row + index])]))
            }
            let own = dfa.states[state]
            let range = ranges[own.label, default: (0, 0)]
            cells.append(UInt16(own.label) | (own.accepts ? 0x100 : 0))
            cells.append(UInt16(own.tag))
            cells.append(UInt16(range.first))
            cells.append(UInt16(range.size))
            cells.append(UInt16(runs.masks[state]))
        }
        let automaton = TableAutomaton(
            cells: cells, classes: dfa.classes, loops: runs.loops, classCount: dfa.classCount,
            stateCount: dfa.states.count)
        return (automaton, dfa.entries.mapValues { place[$0] })
    }

    private init(
        cells: [UInt16], classes: [UInt8], loops: [UInt8], classCount: Int, stateCount: Int
    ) {
        unsafe rows = Self.kept(cells)
        unsafe self.classes = Self.kept(classes)
        unsafe self.loops = Self.kept(loops)
        self.classCount = classCount
        self.stateCount = stateCount
    }

    @unsafe
    private static func kept<Element: BitwiseCopyable>(
        _ values: [Element]
    ) -> UnsafePointer<Element> {
        let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: values.count)
        // SAFETY: the buffer holds values.count elements; values is never empty, so there is an
        // address.
        _ = unsafe buffer.initialize(from: values)
        return unsafe UnsafePointer(buffer.baseAddress.unsafelyUnwrapped)
    }
}

extension TableAutomaton {
    /// Where `state` goes with `octet`. `state` must be one that this automaton gave.
    @inline(__always)
    func next(_ state: Int, _ octet: UInt8) -> Int {
        // SAFETY: classes has 256 elements; a state is a row's start and a class lies below the
        // row's width.
        unsafe Int(rows[state &+ Int(classes[Int(octet)])])
    }

    /// The element of the octet that led to `state`.
    @inline(__always)
    func label(_ state: Int) -> UInt8 { UInt8(truncatingIfNeeded: fact(.label, state)) }

    /// Whether what led to `state` is in the entry's language.
    @inline(__always)
    func accepts(_ state: Int) -> Bool { fact(.label, state) & 0x100 != 0 }

    /// The tag of `state`, or the reason if it refuses.
    @inline(__always)
    func tag(_ state: Int) -> UInt8 { UInt8(truncatingIfNeeded: fact(.tag, state)) }

    @inline(__always)
    private func fact(_ fact: Fact, _ state: Int) -> UInt16 {
        // SAFETY: each row has one cell for each class and behind them one for each Fact.
        unsafe rows[state &+ classCount &+ fact.rawValue]
    }

    /// Goes on from `index` as long as the octets belong to the element of `state`.
    ///
    /// - Parameters:
    ///   - end: where to stop, at most `input.count`.
    ///   - state: the state at `index`; then the last one inside the element.
    ///   - next: where the octet at the result leads; meaningful only where the result is below
    ///     `end`.
    /// - Returns: the index of the first octet that is of another element, or `end`.
    @inline(__always)
    func run(
        _ input: Span<UInt8>, from index: Int, to end: Int, _ state: inout Int, _ next: inout Int
    ) -> Int {
        precondition(index >= 0 && end <= input.count)
        let first = UInt16(truncatingIfNeeded: fact(.first, state))
        let size = fact(.size, state)
        var index = index
        while index < end {
            // SAFETY: 0 ≤ index < end ≤ input.count.
            let target = unsafe self.next(state, input[unchecked: index])
            if UInt16(truncatingIfNeeded: target) &- first >= size {
                next = target
                return index
            }
            index &+= 1
            if target == state {
                index = skip(input, from: index, to: end, state)
            } else {
                state = target
            }
        }
        return index
    }

    /// Passes over octets that lead from `state` to itself; all of them, some or none.
    ///
    /// The caller has checked that 0 ≤ `index` ≤ `end` ≤ `input.count`.
    @inline(__always)
    private func skip(_ input: Span<UInt8>, from index: Int, to end: Int, _ state: Int) -> Int {
        let mask = UInt8(truncatingIfNeeded: fact(.loopMask, state))
        guard mask != 0 else { return index }
        var index = index
        while index &+ 4 <= end {
            // SAFETY: index + 3 < end ≤ input.count, and loops has 256 elements.
            let first = unsafe loops[Int(input[unchecked: index])]
            let second = unsafe loops[Int(input[unchecked: index &+ 1])]
            let third = unsafe loops[Int(input[unchecked: index &+ 2])]
            let fourth = unsafe loops[Int(input[unchecked: index &+ 3])]
            guard first & second & third & fourth & mask != 0 else { break }
            index &+= 4
        }
        // SAFETY: index < end ≤ input.count, and loops has 256 elements.
        while index < end, unsafe loops[Int(input[unchecked: index])] & mask != 0 { index &+= 1 }
        return index
    }
}

/// Which octets keep a state where it is, as bits: one bit for each distinct set, the largest
/// eight.
private struct TableRuns {
    /// For each octet, the bits of the sets that contain it.
    var loops = [UInt8](repeating: 0, count: 256)
    /// For each state, the bit of its set, or 0.
    var masks: [UInt8]

    /// Chosen: a state that keeps fewer octets than this is not worth a bit.
    private static let octetsMin = 8

    init(_ dfa: TableDFA) {
        masks = Array(repeating: 0, count: dfa.states.count)
        var sets: [TableByteSet: [Int]] = [:]
        for state in dfa.states.indices where dfa.states[state].label != TableVocabulary.rejectLabel
        {
            let row = state * dfa.classCount
            guard dfa.moves[row..<row + dfa.classCount].contains(Int32(state)) else { continue }
            var set = TableByteSet()
            for octet in UInt8.min...UInt8.max where dfa.next(state, octet) == state {
                set.insert(octet)
            }
            sets[set, default: []].append(state)
        }
        let ranked = sets.filter { $0.key.count >= Self.octetsMin }
            .sorted { ($0.key.count, $1.value[0]) > ($1.key.count, $0.value[0]) }
        for (bit, entry) in ranked.prefix(8).enumerated() {
            for state in entry.value { masks[state] = 1 << UInt8(bit) }
            for octet in UInt8.min...UInt8.max where entry.key.contains(octet) {
                loops[Int(octet)] |= 1 << UInt8(bit)
            }
        }
    }
}
