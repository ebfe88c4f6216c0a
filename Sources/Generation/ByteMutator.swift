/// Changes bytes whose meaning it does not know, with a protocol's octets and pieces at hand.
///
/// What knows the structure comes first (`InputSource.mutate`); this is for what no structure foresees.
struct ByteMutator: Sendable {
    /// Octets that the protocol's rules speak of.
    let alphabet: [UInt8]
    /// Runs that mean something to it.
    let pieces: [[UInt8]]

    /// The longest run that one change moves, doubles or drops (chosen: a field line of usual length).
    private static let runMax = 40

    /// Makes one change.
    func change(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        guard !bytes.isEmpty else {
            bytes = random.pick(pieces)
            return
        }
        let at = random.below(bytes.count)
        switch random.below(14) {
        case 0: bytes[at] = random.pick(alphabet)
        case 1: bytes.insert(random.pick(alphabet), at: at)
        case 2: bytes.remove(at: at)
        case 3: bytes[at] = random.octet()
        case 4: bytes[at] ^= 1 << UInt8(random.below(8))
        case 5: bytes[at] = bytes[at] &+ (random.once(in: 2) ? 1 : 255)
        case 6, 7: bytes.insert(contentsOf: random.pick(pieces), at: at)
        case 8: overwrite(&bytes, at, with: random.pick(pieces))
        case 9: bytes.insert(contentsOf: Array(bytes[run(at, bytes, &random)]), at: at)
        case 10: bytes.removeSubrange(run(at, bytes, &random))
        case 11:
            let copy = Array(bytes[run(at, bytes, &random)])
            bytes.insert(contentsOf: copy, at: random.below(bytes.count + 1))
        case 12: bytes.swapAt(at, random.below(bytes.count))
        default: bytes.removeLast(1 + random.below(min(bytes.count, Self.runMax)))
        }
    }

    private func run(
        _ start: Int, _ bytes: [UInt8], _ random: inout SplitMix64
    ) -> Range<Int> {
        start..<min(bytes.count, start + 1 + random.below(Self.runMax))
    }

    private func overwrite(_ bytes: inout [UInt8], _ at: Int, with piece: [UInt8]) {
        let end = min(bytes.count, at + piece.count)
        bytes.replaceSubrange(at..<end, with: piece)
    }
}
