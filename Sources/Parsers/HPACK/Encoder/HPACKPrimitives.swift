/// Writes the primitive types of RFC 7541 §5.
enum HPACKPrimitives {
    /// RFC 7541 §5.1: an integer, with its first octet's other bits as in `pattern`.
    static func writeInteger(
        _ value: Int, prefix: Int, pattern: UInt8, to bytes: inout [UInt8]
    ) {
        let mask = 1 << prefix - 1
        guard value >= mask else {
            bytes.append(pattern | UInt8(truncatingIfNeeded: value))
            return
        }
        bytes.append(pattern | UInt8(truncatingIfNeeded: mask))
        var rest = value - mask
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// RFC 7541 §5.2: a string, in Huffman code where that is shorter. Returns the length that it states.
    static func writeString(_ string: [UInt8], to bytes: inout [UInt8]) -> Int {
        let huffman = huffmanCount(string)
        guard huffman < string.count else {
            writeInteger(string.count, prefix: 7, pattern: 0, to: &bytes)
            bytes += string
            return string.count
        }
        writeInteger(huffman, prefix: 7, pattern: 0x80, to: &bytes)
        writeHuffman(string, to: &bytes)
        return huffman
    }

    /// How many octets a string has in Huffman code.
    static func huffmanCount(_ string: [UInt8]) -> Int {
        let lengths = HPACKHuffmanCode.lengths
        return (string.reduce(0) { $0 + Int(lengths[Int($1)]) } + 7) / 8
    }

    /// A string in Huffman code, padded with ones.
    static func writeHuffman(_ string: [UInt8], to bytes: inout [UInt8]) {
        let codes = HPACKHuffmanCode.codes
        let lengths = HPACKHuffmanCode.lengths
        // Fewer than eight bits wait between two symbols, so 38 are the most.
        var waiting: UInt64 = 0
        var count = 0
        for octet in string {
            waiting = waiting << UInt64(lengths[Int(octet)]) | UInt64(codes[Int(octet)])
            count += Int(lengths[Int(octet)])
            while count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: waiting >> UInt64(count)))
            }
        }
        guard count > 0 else { return }
        let padded = waiting << UInt64(8 - count) | 0xFF >> UInt64(count)
        bytes.append(UInt8(truncatingIfNeeded: padded))
    }
}
