internal import Wire

/// Reads the primitive types of RFC 7541 §5 from one representation.
struct ReferenceHPACKCursor {
    /// The representation's first byte.
    let start: Int
    /// The next byte to read.
    var position: Int
    private let blockEnd: Int
    private let policy: Policy

    init(at start: Int, blockEnd: Int, _ policy: Policy) {
        self.start = start
        position = start
        self.blockEnd = blockEnd
        self.policy = policy
    }

    /// The next octet, left where it is.
    func peek(_ input: Span<UInt8>) throws(ReferenceHPACKStop) -> UInt8 {
        guard position < blockEnd else { throw .reject(.truncatedBlock, at: start) }
        guard position < input.count else { throw .starved }
        return input[position]
    }

    private mutating func octet(_ input: Span<UInt8>) throws(ReferenceHPACKStop) -> UInt8 {
        let octet = try peek(input)
        position += 1
        return octet
    }

    /// Integer, RFC 7541 §5.1, whose first octet has `prefix` bits of it.
    mutating func integer(
        prefix: Int, _ input: Span<UInt8>
    ) throws(ReferenceHPACKStop) -> Int {
        let mask = 1 << prefix - 1
        var value = Int(try octet(input)) & mask
        guard value == mask else { return value }
        var weight = 1
        for number in 1... {
            let octet = try octet(input)
            value += Int(octet & 0x7F) * weight
            weight *= 128
            let isLast = octet & 0x80 == 0
            if value > Int(UInt32.max) || (number == 5 && !isLast) {
                throw .reject(.integerOverflow, at: position - 1)
            }
            if octet == 0, number > 1, !policy.contains(.paddedInteger) {
                throw .reject(.integerNotMinimal, at: position - 1)
            }
            if isLast { break }
        }
        return value
    }

    /// String literal, RFC 7541 §5.2, decoded into the arena.
    mutating func string(
        _ input: Span<UInt8>, _ limits: HPACKLimits, _ tape: inout Tape
    ) throws(ReferenceHPACKStop) -> (count: Int, isHuffman: Bool) {
        let stringStart = position
        let isHuffman = try peek(input) & 0x80 != 0
        let count = try integer(prefix: 7, input)
        if count > limits.stringBytesMax { throw .reject(.stringTooLong, at: stringStart) }
        if count > blockEnd - position { throw .reject(.truncatedBlock, at: start) }
        if count > input.count - position { throw .starved }
        let octets = position..<(position + count)
        let arenaStart = tape.arenaAppendedCount
        if isHuffman {
            try huffman(input, octets, &tape)
        } else {
            for index in octets { tape.appendToArena(input[index]) }
        }
        position += count
        return (tape.arenaAppendedCount - arenaStart, isHuffman)
    }

    /// A Huffman-coded string, bit by bit down the tree, and what may stand behind its last symbol.
    private func huffman(
        _ input: Span<UInt8>, _ octets: Range<Int>, _ tape: inout Tape
    ) throws(ReferenceHPACKStop) {
        let tree = ReferenceHPACKTree.shared
        var node = tree.root
        var padding = 0
        var isPaddingOnes = true
        for index in octets {
            for shift in stride(from: 7, through: 0, by: -1) {
                let bit = Int(input[index] >> UInt8(shift)) & 1
                padding += 1
                isPaddingOnes = isPaddingOnes && bit == 1
                switch tree.child(of: node, bit: bit) {
                case .node(let child):
                    node = child
                case .symbol(HPACKHuffmanCode.endOfString):
                    throw .reject(.huffmanEOS, at: index)
                case .symbol(let symbol):
                    tape.appendToArena(UInt8(symbol))
                    node = tree.root
                    padding = 0
                    isPaddingOnes = true
                }
            }
        }
        if policy.contains(.uncheckedHuffmanPadding) { return }
        if padding > 7 { throw .reject(.huffmanPaddingTooLong, at: octets.upperBound - 1) }
        if !isPaddingOnes { throw .reject(.huffmanPaddingNotOnes, at: octets.upperBound - 1) }
    }
}

/// The Huffman code as a binary tree.
struct ReferenceHPACKTree: Sendable {
    enum Child {
        case node(Int)
        case symbol(Int)
    }

    /// Built once.
    static let shared = ReferenceHPACKTree()

    let root = 0
    /// Two children for each node: another node's number, or −1 − symbol; 0 where there is none yet.
    private var children = [0, 0]

    private init() {
        for symbol in HPACKHuffmanCode.codes.indices {
            let length = Int(HPACKHuffmanCode.lengths[symbol])
            var node = root
            for shift in stride(from: length - 1, through: 0, by: -1) {
                let slot = node * 2 + Int(HPACKHuffmanCode.codes[symbol] >> UInt32(shift)) & 1
                if shift == 0 {
                    children[slot] = -1 - symbol
                } else {
                    if children[slot] == 0 {
                        children[slot] = children.count / 2
                        children += [0, 0]
                    }
                    node = children[slot]
                }
            }
        }
    }

    func child(of node: Int, bit: Int) -> Child {
        let child = children[node * 2 + bit]
        return child < 0 ? .symbol(-1 - child) : .node(child)
    }
}
