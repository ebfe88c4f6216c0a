internal import Wire

/// The index address space of RFC 7541 §2.3: the static table, and behind it the dynamic one, the newest entry first.
struct ReferenceHPACKTable {
    /// An entry's lengths and its insertion number; its octets stand in `octets`.
    private struct Entry {
        var nameCount: Int
        var valueCount: Int
        var number: Int

        /// RFC 7541 §4.1.
        var size: Int { nameCount + valueCount + 32 }
    }

    private static let staticNames = HPACKStaticTable.entries.map { octets(of: $0.name) }
    private static let staticValues = HPACKStaticTable.entries.map { octets(of: $0.value) }

    /// The oldest entry first.
    private var entries: [Entry] = []
    /// Names and values, the oldest entry first.
    private var octets: [UInt8] = []
    private var insertions = 0
    private(set) var sizeMax = HPACKContext.initialTableSize

    var entryCount: Int { entries.count }

    /// RFC 7541 §4.1.
    var size: Int { entries.reduce(0) { $0 + $1.size } }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        octets.removeAll(keepingCapacity: true)
        insertions = 0
        sizeMax = HPACKContext.initialTableSize
    }

    private static func octets(of text: StaticString) -> [UInt8] {
        Array(text.description.utf8)
    }
}

// MARK: Indices

extension ReferenceHPACKTable {
    /// Whether `index` names an entry (RFC 7541 §2.3.3).
    func holds(_ index: Int) -> Bool {
        index >= 1 && index <= HPACKStaticTable.count + entries.count
    }

    /// Appends the name of an entry to the arena.
    func appendName(_ index: Int, to tape: inout Tape) {
        if index <= HPACKStaticTable.count {
            for octet in Self.staticNames[index - 1] { tape.appendToArena(octet) }
        } else {
            for octet in octets[place(of: index).name] { tape.appendToArena(octet) }
        }
    }

    /// Appends the value of an entry to the arena.
    func appendValue(_ index: Int, to tape: inout Tape) {
        if index <= HPACKStaticTable.count {
            for octet in Self.staticValues[index - 1] { tape.appendToArena(octet) }
        } else {
            for octet in octets[place(of: index).value] { tape.appendToArena(octet) }
        }
    }

    /// Where a dynamic entry's octets stand.
    private func place(of index: Int) -> (name: Range<Int>, value: Range<Int>) {
        let entryIndex = entries.count - (index - HPACKStaticTable.count)
        let start = entries[..<entryIndex].reduce(0) { $0 + $1.nameCount + $1.valueCount }
        let entry = entries[entryIndex]
        let nameEnd = start + entry.nameCount
        return (start..<nameEnd, nameEnd..<(nameEnd + entry.valueCount))
    }
}

// MARK: Changes

extension ReferenceHPACKTable {
    /// Inserts a field that stands in the arena (RFC 7541 §4.4); returns how many octets went in and out.
    ///
    /// An entry larger than the table empties it and is not inserted; that is no error.
    mutating func insert(_ field: ReferenceHPACKField, from tape: borrowing Tape) -> Int {
        let evicted = evict(downTo: sizeMax - field.size)
        guard field.size <= sizeMax else { return evicted }
        for offset in 0..<(field.nameCount + field.valueCount) {
            octets.append(tape.arenaByte(at: field.arenaStart + offset))
        }
        entries.append(
            Entry(nameCount: field.nameCount, valueCount: field.valueCount, number: insertions))
        insertions += 1
        return evicted + field.size
    }

    /// Changes the maximum size (RFC 7541 §4.3); returns how many octets were evicted.
    mutating func setSizeMax(_ sizeMax: Int) -> Int {
        self.sizeMax = sizeMax
        return evict(downTo: sizeMax)
    }

    /// Evicts the oldest entries until the size is at most `target`, or the table is empty.
    private mutating func evict(downTo target: Int) -> Int {
        var evicted = 0
        var size = size
        while size > target, let oldest = entries.first {
            entries.removeFirst()
            octets.removeFirst(oldest.nameCount + oldest.valueCount)
            size -= oldest.size
            evicted += oldest.size
        }
        return evicted
    }
}

// MARK: Digest

extension ReferenceHPACKTable {
    /// The digest that `Documentation/HPACK.md` §9 defines, from all that the table holds.
    var digest: UInt64 {
        var sum = UInt64(sizeMax) &* 0x9E37_79B9_7F4A_7C15
        var start = 0
        for entry in entries {
            let nameEnd = start + entry.nameCount
            let end = nameEnd + entry.valueCount
            let hash =
                stringHash(octets[start..<nameEnd]) &* 0x94D0_49BB_1331_11EB
                &+ stringHash(octets[nameEnd..<end])
            sum &+= hash &* UInt64(2 * entry.number + 1)
            start = end
        }
        return sum
    }

    private func stringHash(_ string: ArraySlice<UInt8>) -> UInt64 {
        var hash = UInt64(string.count + 1) &* 0x9E37_79B9_7F4A_7C15
        var start = string.startIndex
        while start < string.endIndex {
            var word: UInt64 = 0
            for (place, octet) in string[start..<min(start + 8, string.endIndex)].enumerated() {
                word |= UInt64(octet) << UInt64(8 * place)
            }
            let mixed = hash ^ word
            hash = (mixed << 29 | mixed >> 35) &* 0xBF58_476D_1CE4_E5B9
            start += 8
        }
        return hash ^ (hash >> 32)
    }
}
