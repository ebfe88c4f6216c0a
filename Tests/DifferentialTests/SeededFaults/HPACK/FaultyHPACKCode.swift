import HPACK
import Wire

/// The Huffman code by its canonical order: how long a code is follows from where its bits, seen as a number, fall among
/// the first codes of each length.
struct FaultyHPACKCode: Sendable {
    /// Built once.
    static let shared = FaultyHPACKCode()

    /// For each length the first number, aligned to 32 bits, that belongs to a longer code.
    private var limits = [UInt64](repeating: 0, count: 31)
    /// For each length what to add to a code to have its place in `symbols`.
    private var places = [Int](repeating: 0, count: 31)
    /// The symbols in canonical order.
    private var symbols: [UInt16] = []

    private init() {
        var code: UInt64 = 0
        for length in HPACKHuffmanCode.bitsMin...HPACKHuffmanCode.bitsMax {
            code <<= 1
            if length == HPACKHuffmanCode.bitsMin { code = 0 }
            places[length] = symbols.count - Int(code)
            for symbol in HPACKHuffmanCode.lengths.indices
            where HPACKHuffmanCode.lengths[symbol] == length {
                symbols.append(UInt16(symbol))
                code += 1
            }
            limits[length] = code << UInt64(32 - length)
        }
    }

    /// Decodes a string into the arena; returns what is wrong with it.
    func decode(
        _ input: Span<UInt8>, _ octets: Range<Int>, _ policy: Policy,
        _ fault: HPACKFault?, into tape: inout Tape
    ) -> Rejection? {
        // Bits that are not used yet, aligned to the left, with zeros behind them.
        var window: UInt64 = 0
        var windowBits = 0
        var next = octets.lowerBound
        while true {
            while windowBits <= 56, next < octets.upperBound {
                window |= UInt64(input[next]) &<< UInt64(56 &- windowBits)
                windowBits &+= 8
                next &+= 1
            }
            guard windowBits >= HPACKHuffmanCode.bitsMin else { break }
            let number = window &>> 32
            var length = HPACKHuffmanCode.bitsMin
            while length < HPACKHuffmanCode.bitsMax, number >= limits[length] { length &+= 1 }
            if fault == .longestCodesShort, length == 30, windowBits < 40 { length = 31 }
            guard length <= min(windowBits, HPACKHuffmanCode.bitsMax) else { break }
            let code = Int(number &>> UInt64(32 &- length))
            let symbol = symbols[code &+ places[length]]
            window &<<= UInt64(length)
            windowBits &-= length
            if symbol == HPACKHuffmanCode.endOfString, fault == .endOfStringIsPadding {
                return Rejection(HPACKReason.huffmanPaddingTooLong, at: octets.upperBound &- 1)
            }
            if symbol == HPACKHuffmanCode.endOfString {
                let lastBit =
                    (next &- octets.lowerBound) &* 8 &- windowBits
                    &- (fault == .endOfStringAtItsFirstOctet ? 30 : 1)
                return Rejection(HPACKReason.huffmanEOS, at: octets.lowerBound &+ lastBit &>> 3)
            }
            tape.appendToArena(UInt8(truncatingIfNeeded: symbol))
        }
        return policy.contains(.uncheckedHuffmanPadding)
            ? nil : judgePadding(window, windowBits, last: octets.upperBound &- 1, fault)
    }

    private func judgePadding(
        _ window: UInt64, _ bits: Int, last: Int, _ fault: HPACKFault?
    ) -> Rejection? {
        if fault == .paddingJudgedByOnes, bits > 7, window != ~(UInt64.max &>> UInt64(bits)) {
            return Rejection(HPACKReason.huffmanPaddingNotOnes, at: last)
        }
        if bits > (fault == .eightBitsOfPadding ? 8 : 7) {
            return Rejection(HPACKReason.huffmanPaddingTooLong, at: last)
        }
        let ones = ~(UInt64.max &>> UInt64(bits))
        return bits == 0 || window == ones || fault == .paddingBitsUnchecked
            ? nil : Rejection(HPACKReason.huffmanPaddingNotOnes, at: last)
    }
}
