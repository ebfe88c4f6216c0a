internal import HPACK
internal import Wire

/// Random header blocks: whole representations, most of them right, then a few octets changed.
struct HPACKInputs: StructuredSource {
    func context(_ random: inout SplitMix64) -> [String: String] {
        var entries: [String: String] = [:]
        var blockCount = 1
        if random.below(4) > 0 {
            // One block alone is as long as the input, whatever that comes to.
            blockCount = 2 + random.below(3)
            let lengths = (0..<blockCount).map { _ in random.pick([0, 1, 3, 8, 20, 40, 90]) }
            entries["blocks"] = lengths.map(String.init).joined(separator: ",")
        }
        if random.below(3) == 0 {
            let sizes = (0..<blockCount).map { _ in
                random.pick(["-", "-", "0", "64", "100", "8192"])
            }
            entries["tableSizes"] = sizes.joined(separator: ",")
        }
        return entries
    }

    func valid(_ random: inout SplitMix64, _ context: any ParseContext) -> [UInt8] {
        var writer = HPACKWriter(random)
        defer { random = writer.random }
        let blocks = (context as? HPACKContext)?.blocks ?? [HPACKContext.Block(length: 0)]
        for block in blocks {
            let isOpen = blocks.count == 1 && block.length == 0
            writer.block(length: isOpen ? nil : block.length, tableSizeMax: block.tableSizeMax)
        }
        return writer.bytes
    }

    func change(
        _ bytes: inout [UInt8], _ context: any ParseContext, _ random: inout SplitMix64
    ) {
        var mutator = HPACKMutator(bytes, random, context as? HPACKContext)
        // The mutator alone holds the bytes, so it changes them where they are.
        bytes = []
        mutator.change()
        bytes = mutator.bytes
        random = mutator.random
    }

    /// Under several blocks, as many octets as they have together.
    func refit(_ bytes: inout [UInt8], _ context: any ParseContext) {
        guard let blocks = (context as? HPACKContext)?.blocks, blocks.count > 1 else { return }
        let wanted = blocks.reduce(0) { min($0 + min($1.length, 1 << 20), 1 << 20) }
        if bytes.count > wanted { bytes.removeLast(bytes.count - wanted) }
        while bytes.count < wanted { bytes.append(0x82) }
    }

    func borders(_ bytes: [UInt8], _ context: any ParseContext) -> [Int] {
        HPACKSplitter.parts(bytes).map(\.start) + [bytes.count]
    }

    var byteMutator: ByteMutator { Self.bytesAlone }

    private static let bytesAlone = ByteMutator(
        alphabet: HPACKInputMaker.alphabet, pieces: HPACKInputMaker.oddities)

    func input(_ random: inout SplitMix64, _ context: any ParseContext) -> [UInt8] {
        var maker = HPACKInputMaker(random: random)
        defer { random = maker.random }
        var bytes: [UInt8] = []
        // The context of an empty input has one empty block where lengths are left open.
        let blocks = (context as? HPACKContext)?.blocks ?? []
        let isOpen = blocks.count == 1 && blocks[0].length == 0
        for block in blocks {
            bytes += maker.block(
                block.tableSizeMax, length: isOpen ? maker.random.below(60) : block.length)
        }
        for _ in 0..<maker.random.below(3) { maker.mutate(&bytes) }
        return bytes
    }
}

struct HPACKInputMaker {
    var random: SplitMix64

    /// About `length` octets of representations: cut or filled up so that the block is mostly as long as it says.
    mutating func block(_ tableSizeMax: Int?, length: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        if let tableSizeMax, random.below(4) > 0 {
            bytes += integer(random.pick([tableSizeMax, tableSizeMax, 0, 50]), 5, 0x20)
        }
        while bytes.count < length {
            let next = representation()
            if bytes.count + next.count > length, random.below(8) > 0 {
                bytes += [UInt8](repeating: 0x82, count: length - bytes.count)
            } else {
                bytes += next
            }
        }
        if random.below(10) > 0 { bytes.removeLast(max(0, bytes.count - length)) }
        return bytes
    }

    mutating func representation() -> [UInt8] {
        switch random.below(16) {
        case 0...5: return integer(random.pick(Self.indices), 7, 0x80)
        case 6...10: return literal(6, 0x40)
        case 11, 12: return literal(4, 0)
        case 13: return literal(4, 0x10)
        case 14: return integer(random.pick([0, 30, 31, 60, 100, 4_096, 4_097]), 5, 0x20)
        default: return random.pick(Self.oddities)
        }
    }

    private mutating func literal(_ bits: Int, _ pattern: UInt8) -> [UInt8] {
        let index = random.pick(Self.indices)
        var bytes = integer(index, bits, pattern)
        if index == 0 { bytes += string() }
        return bytes + string()
    }

    private mutating func string() -> [UInt8] {
        let text = Array(random.pick(Self.texts).utf8)
        switch random.below(5) {
        case 0: return integer(text.count, 7, 0) + text
        case 1:
            var wrong = huffman(text)
            if random.below(2) == 0 { wrong.append(0xFF) }
            if !wrong.isEmpty, random.below(2) == 0 { wrong[wrong.count - 1] &= 0xFE }
            return integer(wrong.count, 7, 0x80) + wrong
        default:
            let coded = huffman(text)
            return integer(coded.count, 7, 0x80) + coded
        }
    }

    private func huffman(_ text: [UInt8]) -> [UInt8] {
        var bits: [UInt8] = []
        for octet in text {
            let length = Int(HPACKHuffmanCode.lengths[Int(octet)])
            for place in stride(from: length - 1, through: 0, by: -1) {
                bits.append(
                    UInt8(truncatingIfNeeded: HPACKHuffmanCode.codes[Int(octet)] >> UInt32(place))
                        & 1)
            }
        }
        while bits.count % 8 != 0 { bits.append(1) }
        return stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<(start + 8)].reduce(0) { $0 << 1 | $1 }
        }
    }

    private func integer(_ value: Int, _ bits: Int, _ pattern: UInt8) -> [UInt8] {
        let mask = 1 << bits - 1
        if value < mask { return [pattern | UInt8(value)] }
        var bytes = [pattern | UInt8(mask)]
        var rest = value - mask
        while rest >= 128 {
            bytes.append(UInt8(rest % 128) | 128)
            rest /= 128
        }
        return bytes + [UInt8(rest)]
    }

    mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let at = random.below(bytes.count)
        switch random.below(5) {
        case 0: bytes.insert(random.pick(Self.alphabet), at: at)
        case 1: bytes[at] = random.pick(Self.alphabet)
        case 2: bytes.remove(at: at)
        case 3: bytes[at] = UInt8(truncatingIfNeeded: random.next())
        default: bytes[at] ^= 1 << UInt8(random.below(8))
        }
    }
}

extension HPACKInputMaker {
    private static let indices = [
        0, 0, 0, 1, 2, 4, 7, 8, 16, 28, 31, 32, 58, 61, 62, 62, 63, 64, 66, 127, 128,
    ]
    private static let texts = [
        "", "a", "cookie", "x-y", "www.example.com", "302", "private", "no-cache",
        "Mon, 21 Oct 2013 20:13:21 GMT", "<>{}|^~@[]\\\"", "\u{0}\u{1}\u{7F}", "\u{FC}\u{2028}",
        "GET", "/a/b?c=d",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ]
    static let oddities: [[UInt8]] = [
        [0x80], [0xFF, 0x80, 0x00], [0xFF, 0x80, 0x80, 0x80, 0x80, 0x00], [0xFF, 0x00], [0x3F],
        [0x40, 0x81, 0xFF, 0x00], [0x00, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x00], [0x41, 0x7F, 0x00],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x41, 0xFF, 0x80, 0x80, 0x04],
        [0x7E, 0x01, 0x61],
    ]
    static let alphabet: [UInt8] = [
        0x00, 0x01, 0x0F, 0x10, 0x1F, 0x20, 0x3F, 0x40, 0x7F, 0x80, 0x81, 0x82, 0xBE, 0xBF, 0xFF,
        0xFE,
    ]
}
