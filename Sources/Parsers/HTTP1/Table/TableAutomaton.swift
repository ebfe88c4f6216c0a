/// A compiled automaton: one dense table, immutable and never freed.
///
///     cells   0 … 255     for each octet, the column of its class
///           256 … 511     for each octet, the runs that it belongs to
///           512 …         a row for each state: the cells of `Fact`, then a column for each class
///
/// A **state** is the index of its row, so that a step is `cells[state + cells[octet]]`: one load
/// that depends on the one before. Everything stands in one table, so a loop holds one address.
/// States are numbered by label, so "still in this element" is one comparison.
///
/// A **run** is for a state whose way to itself covers many octets (a field value, a path):
/// `cells[256 + octet] & mask` says whether the octet stays, with no chain of dependent loads.
///
/// Tables are made once for each grammar text and kept (the texts are finitely many: each set of
/// leniencies that a grammar knows has one), so addresses are good for ever and copies cost no
/// reference count.
@safe
struct TableAutomaton: @unchecked Sendable {
    private let cells: UnsafePointer<UInt16>

    /// Number of states, for tests and reports.
    let stateCount: Int
    /// Number of octet classes, for tests and reports.
    let classCount: Int

    /// What stands in a row before the columns.
    private enum Fact: Int, CaseIterable {
        /// The label, and above it whether the state accepts.
        case label
        /// The tag, or the reason.
        case tag
        /// The first row with the same label, and how many cells such rows have.
        case first, size
        /// The run's bit, or 0.
        case run
    }

    /// Where the runs of octets start.
    private static let runsStart = 256
    /// Where the rows start.
    private static let rowsStart = 512

    /// Packs `dfa`.
    ///
    /// - Throws: `tooLarge` where a row's index would not fit into 16 bits.
    /// - Returns: the automaton, and the start state of each entry rule.
    static func pack(
        _ dfa: TableDFA
    ) throws(TableGrammarError) -> (automaton: TableAutomaton, entries: [String: Int]) {
        let factCount = Fact.allCases.count
        let width = dfa.classCount + factCount
        guard rowsStart + dfa.states.count * width <= 0xffff else {
            throw .tooLarge(states: dfa.states.count)
        }
        let order = dfa.states.indices.sorted {
            (dfa.states[$0].label, $0) < (dfa.states[$1].label, $1)
        }
        var place = [Int](repeating: 0, count: order.count)
        var ranges: [UInt8: (first: Int, size: Int)] = [:]
        for (index, state) in order.enumerated() {
            place[state] = rowsStart + index * width
            ranges[dfa.states[state].label, default: (place[state], 0)].size += width
        }
        let runs = TableRuns(dfa)
        var cells = dfa.classes.map { UInt16(factCount + Int($0)) } + runs.ofOctet
        for state in order {
            let own = dfa.states[state]
            let range = ranges[own.label, default: (0, 0)]
            cells.append(UInt16(own.label) | (own.accepts ? 0x100 : 0))
            cells.append(UInt16(own.tag))
            cells.append(UInt16(range.first))
            cells.append(UInt16(range.size))
            cells.append(runs.ofState[state])
            for move in dfa.moves[state * dfa.classCount..<(state + 1) * dfa.classCount] {
                cells.append(UInt16(place[Int(move)]))
            }
        }
        let automaton = TableAutomaton(
            cells: cells, classCount: dfa.classCount, stateCount: dfa.states.count)
        return (automaton, dfa.entries.mapValues { place[$0] })
    }

    private init(cells: [UInt16], classCount: Int, stateCount: Int) {
        let buffer = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: cells.count)
        // SAFETY: the buffer has room for all cells, and as there are some it has an address.
        _ = unsafe buffer.initialize(from: cells)
        unsafe self.cells = UnsafePointer(buffer.baseAddress.unsafelyUnwrapped)
        self.classCount = classCount
        self.stateCount = stateCount
    }
}

extension TableAutomaton {
    /// Where `state` goes with `octet`. `state` must be one that this automaton gave.
    @inline(__always)
    func next(_ state: Int, _ octet: UInt8) -> Int {
        // SAFETY: an octet is below 256; a state is a row's start, and a column lies in the row.
        unsafe Int(cells[state &+ Int(cells[Int(octet)])])
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
        // SAFETY: a state is a row's start, and each row starts with a cell for each Fact.
        unsafe cells[state &+ fact.rawValue]
    }

    /// The runs that `octet` belongs to.
    @inline(__always)
    private func runs(_ octet: UInt8) -> UInt16 {
        // SAFETY: runsStart + 255 is below rowsStart, where the rows start.
        unsafe cells[Self.runsStart &+ Int(octet)]
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
        let run = fact(.run, state)
        guard run != 0 else { return index }
        var index = index
        while index &+ 4 <= end {
            // SAFETY: index + 3 < end ≤ input.count.
            let first = unsafe runs(input[unchecked: index])
            let second = unsafe runs(input[unchecked: index &+ 1])
            let third = unsafe runs(input[unchecked: index &+ 2])
            let fourth = unsafe runs(input[unchecked: index &+ 3])
            guard first & second & third & fourth & run != 0 else { break }
            index &+= 4
        }
        // SAFETY: index < end ≤ input.count.
        while index < end, unsafe runs(input[unchecked: index]) & run != 0 { index &+= 1 }
        return index
    }
}

/// Which octets keep a state where it is, as bits: one bit for each distinct set of octets, the
/// largest sixteen.
private struct TableRuns {
    /// For each octet, the bits of the sets that contain it.
    var ofOctet = [UInt16](repeating: 0, count: 256)
    /// For each state, the bit of its set, or 0.
    var ofState: [UInt16]

    /// Chosen: a state that keeps fewer octets than this is not worth a bit.
    private static let octetsMin = 8

    init(_ dfa: TableDFA) {
        ofState = Array(repeating: 0, count: dfa.states.count)
        var sets: [TableByteSet: [Int]] = [:]
        for state in dfa.states.indices
        where dfa.states[state].label != TableVocabulary.rejectLabel {
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
        for (bit, entry) in ranked.prefix(UInt16.bitWidth).enumerated() {
            for state in entry.value { ofState[state] = 1 << UInt16(bit) }
            for octet in UInt8.min...UInt8.max where entry.key.contains(octet) {
                ofOctet[Int(octet)] |= 1 << UInt16(bit)
            }
        }
    }
}
