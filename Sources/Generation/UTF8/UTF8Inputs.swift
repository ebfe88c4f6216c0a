internal import Wire

/// Random texts: characters of every length, broken in places.
struct UTF8Inputs: StructuredSource {
    func context(_ random: inout SplitMix64) -> [String: String] { [:] }

    func valid(_ random: inout SplitMix64, _ context: any ParseContext) -> [UInt8] {
        var writer = UTF8Writer(random: random)
        defer { random = writer.random }
        return writer.text()
    }

    func change(
        _ bytes: inout [UInt8], _ context: any ParseContext, _ random: inout SplitMix64
    ) {
        var mutator = UTF8Mutator(bytes, random)
        // The mutator alone holds the bytes, so it changes them where they are.
        bytes = []
        mutator.change()
        bytes = mutator.bytes
        random = mutator.random
    }

    /// A text has no lengths.
    func refit(_ bytes: inout [UInt8], _ context: any ParseContext) {}

    func borders(_ bytes: [UInt8], _ context: any ParseContext) -> [Int] {
        bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 }.prefix(400) + [bytes.count]
    }

    var byteMutator: ByteMutator { Self.bytesAlone }

    private static let bytesAlone = ByteMutator(alphabet: alphabet, pieces: sequences)

    func input(_ random: inout SplitMix64, _ context: any ParseContext) -> [UInt8] {
        var bytes: [UInt8] = []
        let count = random.below(random.below(4) == 0 ? 200 : 24)
        for _ in 0..<count {
            switch random.below(8) {
            case 0, 1: bytes += [UInt8](repeating: 0x61, count: random.below(70))
            default: bytes += Array(String(random.pick(Self.characters)).utf8)
            }
        }
        for _ in 0..<random.below(3) { mutate(&bytes, &random) }
        return bytes
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        guard !bytes.isEmpty else { return }
        let at = random.below(bytes.count)
        switch random.below(5) {
        case 0: bytes[at] = random.pick(Self.alphabet)
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(random.pick(Self.alphabet), at: at)
        case 3: bytes.insert(contentsOf: random.pick(Self.sequences), at: at)
        default: bytes.removeLast(min(bytes.count, random.below(4)))
        }
    }

    private static let characters: [Character] = [
        "a", "\u{0}", "\u{7F}", "\u{80}", "é", "Ж", "\u{7FF}", "\u{800}", "漢", "字", "\u{D7FF}",
        "\u{E000}", "\u{FEFF}", "\u{FFFF}", "\u{10000}", "😀", "\u{3FFFF}", "\u{FFFFF}",
        "\u{10FFFF}",
    ]

    static let alphabet: [UInt8] = [
        0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
        0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xF7, 0xF8, 0xFF,
    ]

    /// Ill-formed ones, each let through by some leniency or by none.
    static let sequences: [[UInt8]] = [
        [0xED, 0xA0, 0x80], [0xED, 0xA0, 0x81, 0xED, 0xB0, 0x80], [0xC0, 0x80], [0xC0, 0xAF],
        [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xF0, 0x80, 0x80, 0x80],
        [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF7, 0xBF, 0xBF, 0xBF],
        [0xF8, 0x88, 0x80, 0x80, 0x80], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xF1, 0x80],
    ]
}
