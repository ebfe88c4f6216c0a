/// Changes texts by their sequences: overlong forms, surrogates, pieces, sequences across the edges of vector blocks.
struct UTF8Mutator {
    var bytes: [UInt8]
    var random: SplitMix64

    init(_ bytes: [UInt8], _ random: SplitMix64) {
        self.bytes = bytes
        self.random = random
    }

    /// Makes one change.
    mutating func change() {
        guard !bytes.isEmpty else { return bytes = character() }
        let range = sequence()
        switch random.below(14) {
        case 0: bytes.removeSubrange(range)
        case 1: bytes.insert(contentsOf: Array(bytes[range]), at: start())
        case 2, 3: bytes.replaceSubrange(range, with: overlong(range))
        case 4: bytes.replaceSubrange(range, with: surrogate())
        case 5, 6: cut(range)
        case 7: bytes.insert(contentsOf: character(), at: range.lowerBound)
        case 8: bytes.replaceSubrange(range, with: random.pick(UTF8Inputs.sequences))
        case 9, 10: moveToEdge(range)
        case 11: bytes.insert(0x80 | random.octet() & 0x3F, at: range.upperBound)
        case 12: bytes[range.upperBound - 1] = random.pick(UTF8Inputs.alphabet)
        default: bytes[range.lowerBound] = random.pick(UTF8Inputs.alphabet)
        }
    }

    /// A sequence: an octet that is no continuation, and those behind it that are. One of more than one octet is looked for.
    private mutating func sequence() -> Range<Int> {
        var start = random.below(bytes.count)
        let from = start
        while start + 1 < bytes.count, start < from + 40, bytes[start] < 0x80 { start += 1 }
        if bytes[start] < 0x80 { start = from }
        while start > 0, bytes[start] & 0xC0 == 0x80, from - start < 3 { start -= 1 }
        var end = start + 1
        while end < bytes.count, end - start < 4, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return start..<end
    }

    private mutating func start() -> Int {
        random.once(in: 4) ? bytes.count : sequence().lowerBound
    }

    private mutating func character() -> [UInt8] {
        var writer = UTF8Writer(random: random)
        defer { random = writer.random }
        return writer.character()
    }

    /// The sequence's value in one or two octets more than it needs, or beyond what there is.
    private mutating func overlong(_ range: Range<Int>) -> [UInt8] {
        var value: UInt32 = 0
        let lead = UInt32(bytes[range.lowerBound])
        value = range.count == 1 ? lead & 0x7F : lead & (0x7F >> UInt32(range.count))
        for octet in bytes[range].dropFirst() { value = value << 6 | UInt32(octet & 0x3F) }
        if random.once(in: 5) { value = 0x11_0000 + value % 0x1_0000 }
        let most = value >= 0x1_0000 ? 4 : min(4, range.count + 1 + random.below(2))
        return Self.coded(value, count: max(2, most))
    }

    private mutating func surrogate() -> [UInt8] {
        let value = 0xD800 + UInt32(random.below(0x800))
        var pair = Self.coded(value, count: 3)
        if random.once(in: 2) { pair += Self.coded(0xDC00 + UInt32(random.below(0x400)), count: 3) }
        return pair
    }

    /// A value in `count` octets, whether it needs them or not.
    private static func coded(_ value: UInt32, count: Int) -> [UInt8] {
        var octets = [UInt8](repeating: 0, count: count)
        for place in 0..<count {
            let shift = UInt32(6 * (count - 1 - place))
            octets[place] = 0x80 | UInt8(truncatingIfNeeded: value >> shift) & 0x3F
        }
        let mark: UInt8 = count == 2 ? 0xC0 : count == 3 ? 0xE0 : 0xF0
        let bits: UInt8 = count == 2 ? 0x1F : count == 3 ? 0x0F : 0x07
        let top = UInt8(truncatingIfNeeded: value >> UInt32(6 * (count - 1)))
        octets[0] = mark | top & bits
        return octets
    }

    /// The sequence without its first octets, its last, or one inside; or the text's end behind a part of it.
    private mutating func cut(_ range: Range<Int>) {
        switch random.below(3) {
        case 0: bytes.remove(at: range.upperBound - 1)
        case 1: bytes.remove(at: range.lowerBound)
        default:
            let end = range.lowerBound + 1 + random.below(range.count)
            bytes.removeLast(bytes.count - end)
        }
    }

    /// ASCII before the sequence, or less of it, so that it starts up to three octets before an edge.
    private mutating func moveToEdge(_ range: Range<Int>) {
        let edge = random.pick([16, 32, 64, 128])
        let wanted = (range.lowerBound / edge + 1) * edge - random.below(4)
        let missing = wanted - range.lowerBound
        guard missing > 0 else { return }
        bytes.insert(contentsOf: [UInt8](repeating: 0x61, count: missing), at: range.lowerBound)
    }
}
