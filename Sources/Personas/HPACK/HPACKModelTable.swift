internal import HPACK

/// The model's index space: the static table, and behind it the dynamic one, the newest entry
/// first.
struct HPACKModelTable {
    /// One entry, with its insertion number.
    struct Entry {
        var name: [UInt8]
        let value: [UInt8]
        let number: Int
    }

    private let flags: Flags<HPACKFlag>
    /// The oldest entry first.
    private(set) var entries: [Entry] = []
    private(set) var size = 0
    private(set) var sizeMax = HPACKContext.initialTableSize
    private var insertions = 0

    init(_ flags: Flags<HPACKFlag>) { self.flags = flags }

    private static let fixed: [(name: [UInt8], value: [UInt8])] =
        HPACKStaticTable.entries.map {
            (Array($0.name.description.utf8), Array($0.value.description.utf8))
        }

    /// The entry at an index from 1, or nil.
    subscript(index: Int) -> (name: [UInt8], value: [UInt8])? {
        guard index >= 1 else { return nil }
        if index <= Self.fixed.count { return Self.fixed[index - 1] }
        return place(of: index).map { (entries[$0].name, entries[$0].value) }
    }

    /// The insertion number of the dynamic entry at an index, or nil where there is none.
    func number(of index: Int) -> Int? { place(of: index).map { entries[$0].number } }

    /// Whether the entry of that number is still there.
    func holds(_ number: Int) -> Bool { entries.first.map { $0.number <= number } ?? false }

    private func place(of index: Int) -> Int? {
        let age = index - Self.fixed.count
        guard age >= 1, age <= entries.count else { return nil }
        return flags.has(.dynamicOldestFirst) ? age - 1 : entries.count - age
    }

    private func size(_ name: [UInt8], _ value: [UInt8]) -> Int {
        name.count + value.count + (flags.has(.entrySizeWithout32) ? 0 : 32)
    }

    /// Inserts a field; returns how many octets went in and out.
    mutating func insert(_ name: [UInt8], _ value: [UInt8]) -> Int {
        let added = size(name, value)
        // At the exact size nothing need go; a reader that compares with >= lets one more go.
        let room = flags.has(.evictionAtExactSize) ? sizeMax - 1 : sizeMax
        if added > room, flags.has(.largeEntryKeepsTable) { return 0 }
        let evicted = evict(downTo: room - added)
        guard added <= room else { return evicted }
        entries.append(Entry(name: name, value: value, number: insertions))
        insertions += 1
        size += added
        return evicted + added
    }

    mutating func setSizeMax(_ sizeMax: Int) -> Int {
        self.sizeMax = sizeMax
        return evict(downTo: sizeMax)
    }

    mutating func removeAll() { _ = evict(downTo: 0) }

    /// Loses the name of the newest entry.
    mutating func renameNewest(to name: [UInt8]) {
        guard let last = entries.indices.last else { return }
        size -= entries[last].name.count - name.count
        entries[last].name = name
    }

    private mutating func evict(downTo target: Int) -> Int {
        let before = size
        var count = 0
        while size > target, count < entries.count {
            size -= size(entries[count].name, entries[count].value)
            count += 1
        }
        entries.removeFirst(count)
        return before - size
    }

    /// `Documentation/HPACK.md` §9.
    var digest: UInt64 {
        entries.reduce(UInt64(truncatingIfNeeded: sizeMax) &* 0x9E37_79B9_7F4A_7C15) {
            let hash =
                Self.hash($1.name) &* 0x94D0_49BB_1331_11EB &+ Self.hash($1.value)
            return $0 &+ hash &* UInt64(truncatingIfNeeded: 2 * $1.number + 1)
        }
    }

    private static func hash(_ text: [UInt8]) -> UInt64 {
        var hash = UInt64(text.count + 1) &* 0x9E37_79B9_7F4A_7C15
        for start in stride(from: 0, to: text.count, by: 8) {
            let octets = text[start..<min(start + 8, text.count)]
            hash ^= octets.reversed().reduce(0) { $0 << 8 | UInt64($1) }
            hash = (hash << 29 | hash >> 35) &* 0xBF58_476D_1CE4_E5B9
        }
        return hash ^ hash >> 32
    }
}
