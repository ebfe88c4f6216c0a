internal import Wire

/// Static and dynamic table; the dynamic one as two rings, of octets and of entries, whose sizes are powers of two.
struct TableHPACKEntries {
    private struct Entry {
        /// The number of octets that were ever inserted before it.
        var start = 0
        var nameCount = 0
        var valueCount = 0
        var share: UInt64 = 0

        var size: Int { nameCount + valueCount + 32 }
    }

    /// One text of all static names and values, and where each starts.
    private struct Fixed {
        var octets: [UInt8] = []
        var bounds = [0]

        init() {
            for entry in HPACKStaticTable.entries {
                for text in [entry.name, entry.value] {
                    octets += Array(text.description.utf8)
                    bounds.append(octets.count)
                }
            }
        }

        func append(_ place: Int, to tape: inout Tape) {
            tape.appendToArena(
                contentsOf: octets.span.extracting(bounds[place]..<bounds[place + 1]))
        }
    }

    private static let fixed = Fixed()

    private var octetRing = [UInt8](repeating: 0, count: 64)
    private var entryRing = [Entry](repeating: Entry(), count: 4)
    /// Numbers of entries and octets since the beginning: inserted, and evicted.
    private var insertedEntries = 0
    private var evictedEntries = 0
    private var insertedOctets = 0
    private var evictedOctets = 0
    private var sum: UInt64 = 0
    private(set) var sizeMax = HPACKContext.initialTableSize

    var count: Int { insertedEntries - evictedEntries }
    var size: Int { insertedOctets - evictedOctets + 32 * count }
    var digest: UInt64 { sum &+ 0x9E37_79B9_7F4A_7C15 &* UInt64(sizeMax) }

    mutating func clear() {
        insertedEntries = 0
        evictedEntries = 0
        insertedOctets = 0
        evictedOctets = 0
        sum = 0
        sizeMax = HPACKContext.initialTableSize
    }
}

// MARK: Looking up

extension TableHPACKEntries {
    func has(_ index: Int) -> Bool { (1...(HPACKStaticTable.count + count)).contains(index) }

    func appendName(_ index: Int, to tape: inout Tape) {
        guard index > HPACKStaticTable.count else {
            return Self.fixed.append(2 * index - 2, to: &tape)
        }
        let entry = entry(index)
        append(entry.start, entry.nameCount, to: &tape)
    }

    func appendValue(_ index: Int, to tape: inout Tape) {
        guard index > HPACKStaticTable.count else {
            return Self.fixed.append(2 * index - 1, to: &tape)
        }
        let entry = entry(index)
        append(entry.start + entry.nameCount, entry.valueCount, to: &tape)
    }

    private func entry(_ index: Int) -> Entry {
        let number = insertedEntries - (index - HPACKStaticTable.count)
        return entryRing[number & (entryRing.count - 1)]
    }

    private func append(_ start: Int, _ count: Int, to tape: inout Tape) {
        let mask = octetRing.count - 1
        for offset in start..<(start + count) { tape.appendToArena(octetRing[offset & mask]) }
    }
}

// MARK: Changing

extension TableHPACKEntries {
    /// Sets the maximum size; returns how many octets that evicts.
    mutating func limit(to size: Int) -> Int {
        sizeMax = size
        return evict(until: size)
    }

    /// Inserts a field of the arena; returns how many octets went in and out.
    mutating func insert(
        _ tape: borrowing Tape, name: Range<Int>, value: Range<Int>
    ) -> Int {
        var entry = Entry()
        entry.start = insertedOctets
        entry.nameCount = name.count
        entry.valueCount = value.count
        let evicted = evict(until: sizeMax - entry.size)
        if entry.size > sizeMax { return evicted }
        let hash = hash(tape, name) &* 0x94D0_49BB_1331_11EB &+ hash(tape, value)
        entry.share = hash &* UInt64(2 * insertedEntries + 1)
        sum &+= entry.share
        makeRoom(name.count + value.count)
        let mask = octetRing.count - 1
        for offset in name.lowerBound..<value.upperBound {
            octetRing[insertedOctets & mask] = tape.arenaByte(at: offset)
            insertedOctets += 1
        }
        entryRing[insertedEntries & (entryRing.count - 1)] = entry
        insertedEntries += 1
        return evicted + entry.size
    }

    private mutating func evict(until target: Int) -> Int {
        let before = size
        while count > 0, size > target {
            let oldest = entryRing[evictedEntries & (entryRing.count - 1)]
            evictedEntries += 1
            evictedOctets += oldest.nameCount + oldest.valueCount
            sum &-= oldest.share
        }
        return before - size
    }

    /// Grows the rings where one more entry of `octets` would not fit.
    private mutating func makeRoom(_ octets: Int) {
        while insertedOctets - evictedOctets + octets > octetRing.count {
            let old = octetRing
            octetRing = [UInt8](repeating: 0, count: old.count * 2)
            for offset in evictedOctets..<insertedOctets {
                octetRing[offset & (octetRing.count - 1)] = old[offset & (old.count - 1)]
            }
        }
        if count == entryRing.count {
            let old = entryRing
            entryRing = [Entry](repeating: Entry(), count: old.count * 2)
            for number in evictedEntries..<insertedEntries {
                entryRing[number & (entryRing.count - 1)] = old[number & (old.count - 1)]
            }
        }
    }

    /// The hash of a string, octet by octet: each eighth one, and the last, closes a word.
    private func hash(_ tape: borrowing Tape, _ string: Range<Int>) -> UInt64 {
        var hash = UInt64(string.count + 1) &* 0x9E37_79B9_7F4A_7C15
        var word: UInt64 = 0
        for (place, offset) in string.enumerated() {
            word |= UInt64(tape.arenaByte(at: offset)) << UInt64(place % 8 * 8)
            guard place % 8 == 7 || place == string.count - 1 else { continue }
            hash ^= word
            hash = (hash << 29 | hash >> 35) &* 0xBF58_476D_1CE4_E5B9
            word = 0
        }
        return hash ^ hash >> 32
    }
}
