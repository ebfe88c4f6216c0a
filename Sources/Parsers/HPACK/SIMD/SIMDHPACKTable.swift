internal import Wire

/// Static and dynamic table. The dynamic one's octets stand in one run, newest last, which moves to the front of its memory
/// when that ends: no entry is ever in two pieces, and nothing is allocated for one.
struct SIMDHPACKTable {
    private let fixed = SIMDHPACKStatic.shared
    private var storage = SIMDHPACKStorage(octetCapacity: 1_024, entryCapacity: 16)
    /// Numbers of entries since the beginning.
    private var inserted = 0
    private var evicted = 0
    /// The byte behind the newest entry's last.
    private var octetEnd = 0
    private var sum: UInt64 = 0
    private(set) var size = 0
    private(set) var sizeMax = HPACKContext.initialTableSize

    @inline(__always)
    var count: Int { inserted &- evicted }
    @inline(__always)
    var digest: UInt64 { sum &+ UInt64(truncatingIfNeeded: sizeMax) &* 0x9E37_79B9_7F4A_7C15 }

    mutating func reset() {
        inserted = 0
        evicted = 0
        octetEnd = 0
        sum = 0
        size = 0
        sizeMax = HPACKContext.initialTableSize
    }

    /// Memory of its own, where the table was copied since.
    @inline(__always)
    mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&storage) { storage = storage.copied() }
    }

    /// Whether `index` names an entry.
    @inline(__always)
    func holds(_ index: Int) -> Bool {
        index > 0 && index <= HPACKStaticTable.count &+ count
    }

    /// The entry that `index`, which the table must hold, names, and where its octets are. They have slack behind them.
    @unsafe
    @inline(__always)
    func entry(_ index: Int) -> (entry: SIMDHPACKEntry, octets: UnsafePointer<UInt8>) {
        if index <= HPACKStaticTable.count {
            // SAFETY: 1 ≤ index ≤ 61.
            let entry = unsafe fixed.entries[index &- 1]
            return unsafe (entry, fixed.octets + entry.start)
        }
        let number = inserted &- (index &- HPACKStaticTable.count)
        // SAFETY: the masked number lies in the ring; its entry's octets lie in the run.
        let entry = unsafe storage.entries[number & (storage.entryCapacity &- 1)]
        return unsafe (entry, UnsafePointer(storage.octets) + entry.start)
    }
}

// MARK: Changes

extension SIMDHPACKTable {
    /// Sets the maximum size; returns how many octets that evicts.
    mutating func resize(_ sizeMax: Int) -> Int {
        self.sizeMax = sizeMax
        return evict(downTo: sizeMax)
    }

    /// Inserts the field whose name and value stand at `octets`, slack behind them; returns how many octets went in and
    /// out. `nameHash` is its name's where that is known.
    @unsafe
    @inline(__always)
    mutating func insert(
        _ octets: UnsafePointer<UInt8>, nameCount: Int, valueCount: Int, nameHash: UInt64?
    ) -> Int {
        let entrySize = nameCount &+ valueCount &+ 32
        var churn = 0
        if size > sizeMax &- entrySize {
            churn = evict(downTo: sizeMax &- entrySize)
            guard entrySize <= sizeMax else { return churn }
        }
        makeRoom(nameCount &+ valueCount)
        let start = octetEnd
        // SAFETY: the run has room for the entry and slack behind it.
        unsafe SIMDHPACKCopy.copy(octets, storage.octets + start, nameCount &+ valueCount)
        // SAFETY: the caller promises slack behind both strings.
        let nameHash = unsafe nameHash ?? SIMDHPACKCopy.hash(octets, nameCount)
        let valueHash = unsafe SIMDHPACKCopy.hash(octets + nameCount, valueCount)
        let hash = nameHash &* 0x94D0_49BB_1331_11EB &+ valueHash
        let share = hash &* (UInt64(truncatingIfNeeded: inserted) &* 2 &+ 1)
        let entry = SIMDHPACKEntry(
            start: start, nameCount: UInt32(truncatingIfNeeded: nameCount),
            valueCount: UInt32(truncatingIfNeeded: valueCount), nameHash: nameHash, share: share)
        // SAFETY: the masked number lies in the ring.
        unsafe storage.entries[inserted & (storage.entryCapacity &- 1)] = entry
        sum &+= share
        size &+= entrySize
        inserted &+= 1
        octetEnd = start &+ nameCount &+ valueCount
        return churn &+ entrySize
    }

    /// Evicts the oldest entries until the size is at most `target`, or none is left.
    private mutating func evict(downTo target: Int) -> Int {
        let before = size
        while size > target, evicted < inserted {
            // SAFETY: the masked number lies in the ring.
            let oldest = unsafe storage.entries[evicted & (storage.entryCapacity &- 1)]
            size &-= oldest.size
            sum &-= oldest.share
            evicted &+= 1
        }
        return before &- size
    }

    /// Makes room for one more entry of `octets`.
    @inline(__always)
    private mutating func makeRoom(_ octets: Int) {
        if octets > storage.octetCapacity &- octetEnd { moveOctets(octets) }
        if count == storage.entryCapacity { storage.growEntries(evicted..<inserted) }
    }

    /// Moves the entries to the front. Memory that they would half fill is doubled, so each octet is moved a bounded number
    /// of times.
    @inline(never)
    private mutating func moveOctets(_ octets: Int) {
        let mask = storage.entryCapacity &- 1
        // SAFETY: masked numbers lie in the ring.
        let start = count > 0 ? unsafe storage.entries[evicted & mask].start : octetEnd
        var capacity = storage.octetCapacity
        while (octetEnd &- start &+ octets) &* 2 > capacity { capacity *= 2 }
        storage.moveOctets(start..<octetEnd, capacity: capacity)
        octetEnd &-= start
        for number in evicted..<inserted {
            unsafe storage.entries[number & mask].start &-= start
        }
    }
}
