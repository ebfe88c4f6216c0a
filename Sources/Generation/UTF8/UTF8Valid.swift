/// Texts that are well-formed, of any length and with characters of any length across the edges of vector blocks.
struct UTF8Writer {
    var random: SplitMix64

    private static let edges: [Int] = [15, 16, 31, 32, 33, 63, 64, 65, 127, 128]

    /// A text.
    mutating func text() -> [UInt8] {
        var bytes: [UInt8] = []
        let parts = random.once(in: 4) ? random.below(60) : 1 + random.below(12)
        for _ in 0..<parts {
            switch random.below(6) {
            case 0: bytes += [UInt8](repeating: 0x61, count: random.below(70))
            case 1: padToEdge(&bytes)
            case 2: bytes += [UInt8](repeating: UInt8(random.below(0x80)), count: 1)
            default: bytes += character()
            }
        }
        return bytes
    }

    /// Fills up with ASCII so that the next character starts just before an edge.
    private mutating func padToEdge(_ bytes: inout [UInt8]) {
        let before = random.below(4)
        guard let edge = Self.edges.first(where: { $0 - before >= bytes.count }) else { return }
        let count = edge - before - bytes.count
        bytes += [UInt8](repeating: 0x20, count: count)
        bytes += character()
    }

    /// Any scalar value, those at the ends of the ranges of each length more often.
    mutating func character() -> [UInt8] {
        let value: UInt32
        if random.once(in: 2) {
            value = random.pick(Self.ends)
        } else {
            let top: UInt32 = random.pick([0x80, 0x800, 0x1_0000, 0x11_0000])
            value = UInt32(truncatingIfNeeded: random.next()) % top
        }
        let scalar = UnicodeScalar(value) ?? "\u{FFFD}"
        return Array(String(Character(scalar)).utf8)
    }

    private static let ends: [UInt32] = [
        0, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xCFFF, 0xD000, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF,
        0x1_0000, 0x3_FFFF, 0x4_0000, 0xF_FFFF, 0x10_0000, 0x10_FFFF,
    ]
}
