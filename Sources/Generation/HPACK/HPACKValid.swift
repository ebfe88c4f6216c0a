internal import HPACK

/// Blocks that the strict policy accepts, under any lengths and settings that a context states.
///
/// It keeps the sizes of the dynamic table's entries, for an index must be one of them. It does not keep the entries:
/// an entry's name has a length, and that is all that eviction asks.
struct HPACKWriter {
    var random: SplitMix64
    private(set) var bytes: [UInt8] = []
    /// The newest first: the lengths of names, and the entries' sizes.
    private var table: [(name: Int, size: Int)] = []
    private var tableSize = 0
    private var sizeMax = HPACKContext.initialTableSize
    private var sizeAllowed = HPACKContext.initialTableSize
    private var sizeOwed: Int?
    /// Octets that went into the table for this block; beyond half of what is allowed nothing more does.
    private var churn = 0

    init(_ random: SplitMix64) { self.random = random }

    /// A block that is as long as it says, or of any length.
    mutating func block(length: Int?, tableSizeMax: Int?) {
        if let tableSizeMax { allow(tableSizeMax) }
        churn = 0
        let start = bytes.count
        let end = start + (length ?? (random.once(in: 8) ? random.below(300) : random.below(60)))
        updateSizes(room: length ?? 8)
        while bytes.count < end {
            let room = length == nil ? Int.max : end - bytes.count
            if !representation(room: room) { filler() }
        }
    }

    private mutating func allow(_ size: Int) {
        sizeAllowed = size
        if size < sizeMax { sizeOwed = min(sizeOwed ?? size, size) }
    }

    /// The update that is owed, or at times one that is not.
    private mutating func updateSizes(room: Int) {
        guard room > 0 else { return }
        if let owed = sizeOwed {
            update(random.once(in: 2) ? owed : random.below(owed + 1), room: room)
            sizeOwed = nil
        } else if random.once(in: 5) {
            update(random.pick([0, 31, 64, 4_096, sizeAllowed]), room: room)
        }
        if random.once(in: 6), room >= 12 { update(sizeAllowed, room: 6) }
    }

    private mutating func update(_ size: Int, room: Int) {
        var size = min(size, sizeAllowed)
        var coded = HPACKCode.integer(size, prefix: 5, pattern: 0x20)
        if coded.count > room {
            size = 0
            coded = [0x20]
        }
        bytes += coded
        sizeMax = size
        evict(downTo: size)
    }

    /// One octet that is a whole field, whatever the table holds.
    private mutating func filler() { bytes.append(0x82 + UInt8(random.below(60))) }

    /// A field of at most `room` octets; false where it would have more.
    private mutating func representation(room: Int) -> Bool {
        let count = HPACKStaticTable.count + table.count
        let forms: [(prefix: Int, pattern: UInt8)] = [(6, 0x40), (4, 0x00), (4, 0x10)]
        if random.once(in: 3) {
            let index = random.once(in: 2) ? 1 + random.below(61) : 1 + random.below(count)
            let coded = HPACKCode.integer(index, prefix: 7, pattern: 0x80)
            guard coded.count <= room else { return false }
            bytes += coded
            return true
        }
        let isSpent = churn > HPACKLimits().tableChurnBytesMax / 4
        let form = isSpent ? forms[1] : random.pick(forms)
        let index = random.once(in: 3) ? 0 : 1 + random.below(count)
        var coded = HPACKCode.integer(index, prefix: form.prefix, pattern: form.pattern)
        var nameCount = self.nameCount(index)
        if index == 0 {
            let name = random.pick(HPACKCode.texts)
            nameCount = name.count
            coded += string(name)
        }
        let value = random.pick(HPACKCode.texts)
        coded += string(value)
        guard coded.count <= room else { return false }
        bytes += coded
        if form.pattern == 0x40 { insert(name: nameCount, value: value.count) }
        return true
    }

    private mutating func string(_ text: [UInt8]) -> [UInt8] {
        HPACKCode.string(text, isHuffman: random.once(in: 2))
    }

    private func nameCount(_ index: Int) -> Int {
        let place = index - 1 - HPACKStaticTable.count
        if table.indices.contains(place) { return table[place].name }
        guard HPACKStaticTable.entries.indices.contains(index - 1) else { return 0 }
        return HPACKStaticTable.entries[index - 1].name.utf8CodeUnitCount
    }

    private mutating func insert(name: Int, value: Int) {
        let size = name + value + 32
        evict(downTo: sizeMax - size)
        guard size <= sizeMax else { return }
        churn += size
        table.insert((name, size), at: 0)
        tableSize += size
    }

    private mutating func evict(downTo size: Int) {
        while tableSize > size, let oldest = table.popLast() { tableSize -= oldest.size }
    }
}

/// The primitive types of RFC 7541 §5, written right or wrong.
enum HPACKCode {
    static let texts: [[UInt8]] = [
        "", "a", "cookie", "x-y", "www.example.com", "302", "private", "no-cache",
        "Mon, 21 Oct 2013 20:13:21 GMT", "<>{}|^~@[]\\\"", "\u{0}\u{1}\u{7F}", "\u{FC}\u{2028}",
        "GET", "/a/b?c=d",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ].map { Array($0.utf8) }

    /// An integer, with its first octet's other bits as in `pattern`, and `padding` superfluous zero octets behind it.
    static func integer(
        _ value: Int, prefix: Int, pattern: UInt8, padding: Int = 0
    ) -> [UInt8] {
        let mask = (1 << prefix) - 1
        if value < mask, padding == 0 { return [pattern | UInt8(truncatingIfNeeded: value)] }
        var bytes = [pattern | UInt8(truncatingIfNeeded: mask)]
        var rest = max(0, value - mask)
        while rest >= 128 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
        for _ in 0..<padding {
            bytes[bytes.count - 1] |= 128
            bytes.append(0)
        }
        return bytes
    }

    /// A string literal.
    static func string(_ text: [UInt8], isHuffman: Bool) -> [UInt8] {
        guard isHuffman else { return integer(text.count, prefix: 7, pattern: 0) + text }
        let coded = huffman(text)
        return integer(coded.count, prefix: 7, pattern: 0x80) + coded
    }

    /// Huffman code with its padding.
    static func huffman(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var waiting: UInt64 = 0
        var count = 0
        for octet in text {
            let length = Int(HPACKHuffmanCode.lengths[Int(octet)])
            waiting = waiting << UInt64(length) | UInt64(HPACKHuffmanCode.codes[Int(octet)])
            count += length
            while count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: waiting >> UInt64(count)))
            }
        }
        if count > 0 {
            let padded = waiting << UInt64(8 - count) | 0xFF >> UInt64(count)
            bytes.append(UInt8(truncatingIfNeeded: padded))
        }
        return bytes
    }
}
