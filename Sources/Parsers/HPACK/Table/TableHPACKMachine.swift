internal import Wire

/// The Huffman code as a finite-state machine: a state for each proper prefix of a code, and for each state and octet the
/// state behind it and the symbols that became whole.
struct TableHPACKMachine: Sendable {
    /// Built once.
    static let shared = TableHPACKMachine()

    /// How far a string has come.
    struct Progress {
        var state = 0
        /// The octet that made the end-of-string code whole.
        var endOfStringAt: Int?
    }

    private static let endOfStringFlag: UInt32 = 0x400

    /// 256 cells for each state. Bits 0–7 the next state, 8–9 how many symbols, 10 the end of the string, 16–23 the first
    /// symbol, 24–31 the second. An octet ends at most two codes, as the shortest has five bits.
    private var cells: [UInt32] = []
    /// How many bits the prefix of each state has.
    private var depths: [Int] = []
    /// Whether the prefix of each state is all ones.
    private var isOnes: [Bool] = []

    private init() {
        // A prefix with a one in front of it is a number that stands for it and for nothing else.
        var states = [1: 0]
        var prefixes = [1]
        var symbols: [Int: Int] = [:]
        for symbol in HPACKHuffmanCode.codes.indices {
            let length = Int(HPACKHuffmanCode.lengths[symbol])
            let code = 1 << length | Int(HPACKHuffmanCode.codes[symbol])
            symbols[code] = symbol
            for depth in 1..<length where states[code >> (length - depth)] == nil {
                states[code >> (length - depth)] = prefixes.count
                prefixes.append(code >> (length - depth))
            }
        }
        precondition(prefixes.count == 256, "257 codes have 256 proper prefixes")
        for prefix in prefixes {
            let depth = Int.bitWidth - 1 - prefix.leadingZeroBitCount
            depths.append(depth)
            isOnes.append(prefix == 2 << depth - 1)
            for octet in 0..<256 { cells.append(Self.cell(prefix, octet, states, symbols)) }
        }
    }

    private static func cell(
        _ prefix: Int, _ octet: Int, _ states: [Int: Int], _ symbols: [Int: Int]
    ) -> UInt32 {
        var prefix = prefix
        var cell: UInt32 = 0
        var count: UInt32 = 0
        for place in stride(from: 7, through: 0, by: -1) {
            prefix = prefix << 1 | octet >> place & 1
            guard let symbol = symbols[prefix] else { continue }
            if symbol == HPACKHuffmanCode.endOfString { return endOfStringFlag }
            cell |= UInt32(symbol) << (16 + 8 * count)
            count += 1
            prefix = 1
        }
        return cell | count << 8 | UInt32(states[prefix] ?? 0)
    }
}

extension TableHPACKMachine {
    /// Decodes octets of a string into the arena.
    func run(
        _ input: Span<UInt8>, _ octets: Range<Int>, _ progress: inout Progress,
        _ tape: inout Tape
    ) {
        guard progress.endOfStringAt == nil else { return }
        var state = progress.state
        for position in octets {
            let cell = cells[state &* 256 &+ Int(input[position])]
            if cell & Self.endOfStringFlag != 0 {
                progress.endOfStringAt = position
                return
            }
            if cell & 0x300 != 0 { tape.appendToArena(UInt8(truncatingIfNeeded: cell &>> 16)) }
            if cell & 0x200 != 0 { tape.appendToArena(UInt8(truncatingIfNeeded: cell &>> 24)) }
            state = Int(cell & 0xFF)
        }
        progress.state = state
    }

    /// What is wrong with a string that is whole.
    func fault(_ progress: Progress, _ policy: Policy) -> HPACKReason? {
        if progress.endOfStringAt != nil { return .huffmanEOS }
        if policy.contains(.uncheckedHuffmanPadding) { return nil }
        if depths[progress.state] > 7 { return .huffmanPaddingTooLong }
        return isOnes[progress.state] ? nil : .huffmanPaddingNotOnes
    }
}
