import HPACK
import Wire

/// Static and dynamic table. Entries stand in the order of their insertion; what was evicted is cut off in front once it is
/// half of what there is, so that each octet is moved a bounded number of times.
struct FaultyHPACKTable {
    private struct Entry {
        var start: Int
        var nameCount: Int
        var valueCount: Int
        /// What it adds to the digest.
        var share: UInt64

        var size: Int { nameCount &+ valueCount &+ 32 }
        var end: Int { start &+ nameCount &+ valueCount }
    }

    private static let staticTexts = HPACKStaticTable.entries.map {
        (name: Array($0.name.description.utf8), value: Array($0.value.description.utf8))
    }

    private let fault: HPACKFault?
    private var entries: [Entry] = []
    private var octets: [UInt8] = []
    /// The oldest entry that is still there.
    private var oldest = 0
    private var insertions: UInt64 = 0
    private var sum: UInt64 = 0
    private(set) var size = 0
    private(set) var sizeMax = HPACKContext.initialTableSize

    init(_ fault: HPACKFault?) { self.fault = fault }

    var count: Int { entries.count &- oldest }
    var digest: UInt64 {
        fault == .digestForgetsSize ? sum : sum &+ UInt64(sizeMax) &* 0x9E37_79B9_7F4A_7C15
    }

    mutating func reset() {
        if fault != .resetKeepsEntries {
            entries.removeAll(keepingCapacity: true)
            octets.removeAll(keepingCapacity: true)
            oldest = 0
            insertions = 0
            sum = 0
            size = 0
        }
        if fault != .resetKeepsSize { sizeMax = HPACKContext.initialTableSize }
    }

    func contains(_ index: Int) -> Bool {
        index > 0
            && index <= HPACKStaticTable.count &+ count
                &- (fault == .oldestEntryRefused && count > 0 ? 1 : 0)
    }

    func copyName(_ index: Int, to tape: inout Tape) {
        if index <= HPACKStaticTable.count {
            let text = Self.staticTexts[index &- 1].name
            tape.appendToArena(contentsOf: text.span)
        } else {
            let entry = entry(index)
            let end = entry.start &+ entry.nameCount
            tape.appendToArena(contentsOf: octets.span.extracting(entry.start..<end))
        }
    }

    func copyValue(_ index: Int, to tape: inout Tape) {
        if index <= HPACKStaticTable.count {
            let text = Self.staticTexts[index &- 1].value
            tape.appendToArena(contentsOf: text.span)
        } else {
            let entry = entry(index)
            let start = entry.start &+ entry.nameCount
            tape.appendToArena(contentsOf: octets.span.extracting(start..<entry.end))
        }
    }

    private func entry(_ index: Int) -> Entry {
        fault == .oldestEntryFirst
            ? entries[oldest &+ index &- HPACKStaticTable.count &- 1]
            : entries[entries.count &- (index &- HPACKStaticTable.count)]
    }

    /// Sets the maximum size; returns how many octets that evicts.
    mutating func resize(_ sizeMax: Int) -> Int {
        self.sizeMax = sizeMax
        return fault == .updateEvictsLater ? 0 : evict(room: 0)
    }

    /// Inserts the field at `arenaStart`; returns how many octets went in and out.
    mutating func insert(
        _ tape: borrowing Tape, at arenaStart: Int, nameCount: Int, valueCount: Int
    ) -> Int {
        let entrySize = nameCount &+ valueCount &+ (fault == .entriesCountTheirOctets ? 0 : 32)
        if fault == .largeEntryKeepsTable, entrySize > sizeMax { return 0 }
        let evicted = evict(room: entrySize)
        guard entrySize <= sizeMax else { return evicted }
        let start = octets.count
        for offset in 0..<(nameCount &+ valueCount) {
            octets.append(tape.arenaByte(at: arenaStart &+ offset))
        }
        let nameEnd = start &+ nameCount
        let hash =
            hash(start, nameEnd) &* 0x94D0_49BB_1331_11EB
            &+ hash(nameEnd, nameEnd &+ valueCount)
        let share = hash &* (fault == .digestForgetsOrder ? 1 : insertions &* 2 &+ 1)
        insertions &+= 1
        sum &+= share
        size &+= entrySize
        entries.append(
            Entry(start: start, nameCount: nameCount, valueCount: valueCount, share: share))
        return (fault == .churnForgetsEvictions ? 0 : evicted) &+ entrySize
    }

    /// Evicts the oldest entries until there is `room`.
    private mutating func evict(room: Int) -> Int {
        let before = size
        let less = fault == .exactFitEvicts && room > 0 ? 1 : 0
        while oldest < entries.count, size > sizeMax &- room &- less {
            size &-= entries[oldest].size
            if fault != .digestKeepsEvicted { sum &-= entries[oldest].share }
            oldest &+= 1
        }
        cutEvicted()
        return before &- size
    }

    private mutating func cutEvicted() {
        guard oldest > 16, oldest > entries.count / 2 else { return }
        let start = oldest < entries.count ? entries[oldest].start : octets.count
        entries.removeSubrange(0..<oldest)
        octets.removeSubrange(0..<start)
        oldest = 0
        for index in entries.indices { entries[index].start &-= start }
    }

    /// The hash of a string of `octets`, eight at a time.
    private func hash(_ start: Int, _ end: Int) -> UInt64 {
        var hash = UInt64(end &- start &+ 1) &* 0x9E37_79B9_7F4A_7C15
        var position = start
        while position < (fault == .digestOfLastWord ? end &- 7 : end) {
            var word: UInt64 = 0
            for place in 0..<min(8, end &- position) {
                word |= UInt64(octets[position &+ place]) &<< UInt64(8 &* place)
            }
            let mixed = hash ^ word
            hash = (mixed &<< 29 | mixed &>> 35) &* 0xBF58_476D_1CE4_E5B9
            position &+= 8
        }
        return hash ^ (hash &>> 32)
    }
}
