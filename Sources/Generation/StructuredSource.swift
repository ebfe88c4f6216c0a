internal import Wire

/// A source that takes inputs apart, however broken they are, to change what they are made of.
///
/// What a mutation is in all protocols stands here: some changes, most of them to the structure, some to bytes that
/// nobody understands; then lengths made right again in some runs and left wrong in others.
protocol StructuredSource: InputSource {
    /// Changes that know no structure.
    var byteMutator: ByteMutator { get }

    /// One change of so many is one of bytes.
    var byteChangeEvery: Int { get }

    /// Makes one change to the structure of what is not empty.
    func change(
        _ bytes: inout [UInt8], _ context: any ParseContext, _ random: inout SplitMix64)

    /// Makes lengths say what is there.
    func refit(_ bytes: inout [UInt8], _ context: any ParseContext)

    /// Where parts begin and end, ascending, the input's ends included.
    func borders(_ bytes: [UInt8], _ context: any ParseContext) -> [Int]
}

extension StructuredSource {
    var dictionary: [[UInt8]] { byteMutator.pieces }

    var byteChangeEvery: Int { 4 }

    func mutate(
        _ bytes: [UInt8], _ context: any ParseContext, bytesMax: Int, _ random: inout SplitMix64
    ) -> [UInt8] {
        guard !bytes.isEmpty else { return fresh(context, bytesMax: bytesMax, &random) }
        var result = bytes
        for _ in 0..<Self.changeCount(&random) where !result.isEmpty {
            if random.once(in: byteChangeEvery) {
                byteMutator.change(&result, &random)
            } else {
                change(&result, context, &random)
            }
        }
        // Chosen: a third each of lengths right, wrong by what was changed, and wrong on purpose.
        if random.once(in: 3) { refit(&result, context) }
        Self.bound(&result, bytesMax)
        return result
    }

    func crossOver(
        _ first: [UInt8], _ second: [UInt8], _ context: any ParseContext, bytesMax: Int,
        _ random: inout SplitMix64
    ) -> [UInt8] {
        guard !first.isEmpty, !second.isEmpty else {
            var one = first.isEmpty ? second : first
            Self.bound(&one, bytesMax)
            return one
        }
        let most = max(0, bytesMax)
        let end = place(first, context, &random)
        let start = place(second, context, &random)
        var result = Array(first.prefix(min(end, most)))
        if random.once(in: 2) {
            result += second.dropFirst(start).prefix(most - result.count)
        } else {
            // A part of the second between two places of the first.
            let stop = max(start, place(second, context, &random))
            result += second[start..<stop].prefix(most - result.count)
            let rest = max(end, place(first, context, &random))
            result += first[rest...].prefix(most - result.count)
        }
        if random.once(in: 3) { refit(&result, context) }
        Self.bound(&result, bytesMax)
        return result
    }

    /// A border, or at times any place.
    private func place(
        _ bytes: [UInt8], _ context: any ParseContext, _ random: inout SplitMix64
    ) -> Int {
        let borders = random.once(in: 6) ? [] : borders(bytes, context)
        guard !borders.isEmpty else { return random.below(bytes.count + 1) }
        return min(max(0, random.pick(borders)), bytes.count)
    }

    /// One change half the time, two a quarter, at most six.
    private static func changeCount(_ random: inout SplitMix64) -> Int {
        1 + min(5, random.next().trailingZeroBitCount)
    }

    private static func bound(_ bytes: inout [UInt8], _ bytesMax: Int) {
        let surplus = bytes.count - max(0, bytesMax)
        if surplus > 0 { bytes.removeLast(surplus) }
    }
}

/// Parts of the bytes: what a lenient splitter found.
extension Array where Element == UInt8 {
    /// The big-endian number in `count` octets from `index`, or nil where they are not there.
    func number(at index: Int, count: Int) -> Int? {
        guard index >= 0, count <= 8, index <= self.count - count else { return nil }
        var value: UInt64 = 0
        for octet in self[index..<index + count] { value = value << 8 | UInt64(octet) }
        return Int(truncatingIfNeeded: value & UInt64(Int.max))
    }

    /// Writes the low `count` octets of `value` from `index` on, as far as there is room.
    mutating func put(_ value: Int, at index: Int, count: Int) {
        for place in 0..<count where index + place < self.count {
            self[index + place] = UInt8(truncatingIfNeeded: value >> (8 * (count - 1 - place)))
        }
    }
}
