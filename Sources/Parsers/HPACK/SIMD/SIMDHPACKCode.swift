internal import CKernels
internal import Wire

/// The Huffman code for the kernel, and the judgement of what the kernel leaves.
@safe
struct SIMDHPACKCode: @unchecked Sendable {
    /// Built once, on the first use, and never freed.
    static let shared = SIMDHPACKCode()

    private let tables: UnsafePointer<zy_hpack_code>

    private init() {
        let made = UnsafeMutablePointer<zy_hpack_code>.allocate(capacity: 1)
        let order = Self.order()
        // SAFETY: room for one value was just allocated; its arrays are allocated here too, and none is ever freed.
        unsafe made.initialize(
            to: zy_hpack_code(
                cells: Self.kept(Self.cells()), limits: Self.kept(order.limits),
                places: Self.kept(order.places), symbols: Self.kept(order.symbols)))
        unsafe tables = UnsafePointer(made)
    }

    /// A copy of an array that is never freed.
    @unsafe
    private static func kept<Element: BitwiseCopyable>(_ array: [Element]) -> UnsafePointer<Element>
    {
        let made = UnsafeMutablePointer<Element>.allocate(capacity: array.count)
        for (index, element) in array.enumerated() {
            // SAFETY: index < array.count, the capacity.
            unsafe (made + index).initialize(to: element)
        }
        return unsafe UnsafePointer(made)
    }

    /// Every look-up's bits, inverted, with the symbols that they start with.
    private static func cells() -> [UInt32] {
        let bits = Int(ZY_HPACK_CELL_BITS)
        // The symbols and lengths that begin with each of the look-ups' bits; codes of up to that many bits only.
        var firsts = [(symbol: UInt32, length: Int)](repeating: (0, 0), count: 1 << bits)
        for symbol in 0..<256 {
            let length = Int(HPACKHuffmanCode.lengths[symbol])
            guard length <= bits else { continue }
            let start = Int(HPACKHuffmanCode.codes[symbol]) << (bits - length)
            for index in start..<(start + 1 << (bits - length)) {
                firsts[index] = (UInt32(symbol), length)
            }
        }
        return (0..<(1 << bits)).map { inverted in
            let window = ~inverted & (1 << bits - 1)
            var cell: UInt32 = 0
            var used = 0
            var count: UInt32 = 0
            while count < 3 {
                let first = firsts[window << used & (1 << bits - 1)]
                guard first.length > 0, used + first.length <= bits else { break }
                cell |= first.symbol << (8 + 8 * count)
                used += first.length
                count += 1
            }
            return cell | count << 6 | UInt32(used)
        }
    }

    /// The canonical order, for codes that no look-up holds.
    private static func order() -> (limits: [UInt64], places: [Int32], symbols: [UInt16]) {
        var limits = [UInt64](repeating: 0, count: 31)
        var places = [Int32](repeating: 0, count: 31)
        var symbols: [UInt16] = []
        var code: UInt64 = 0
        for length in HPACKHuffmanCode.bitsMin...HPACKHuffmanCode.bitsMax {
            places[length] = Int32(symbols.count) - Int32(truncatingIfNeeded: code)
            for symbol in HPACKHuffmanCode.lengths.indices
            where HPACKHuffmanCode.lengths[symbol] == length {
                symbols.append(UInt16(symbol))
                code += 1
            }
            limits[length] = code << UInt64(32 - length)
            code <<= 1
        }
        return (limits, places, symbols)
    }
}

extension SIMDHPACKCode {
    /// How many octets the kernel may write for a string of `count` bytes.
    @inline(__always)
    static func roomNeeded(_ count: Int) -> Int { count &+ (count &* 3) / 5 &+ 8 }

    /// Decodes `count` bytes; `readable` of them and of what stands behind may be read. `out` must have the room that
    /// `roomNeeded` says. Returns how many octets it wrote, or −1 where the string is not a valid one.
    @unsafe
    @inline(__always)
    func decode(
        _ bytes: UnsafePointer<UInt8>, _ count: Int, readable: Int,
        _ out: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var used = 0
        // SAFETY: the caller has checked count ≤ readable, and has made room.
        let written = unsafe zy_hpack_huffman(tables, bytes, count, readable, out, &used)
        let left = count &* 8 &- used
        if left == 0 { return written }
        guard left > 0, left < 8 else { return -1 }
        // SAFETY: left > 0, so there is a last byte.
        let last = unsafe bytes[count &- 1]
        let ones = UInt8(truncatingIfNeeded: 0xFF &>> (8 &- left))
        return last & ones == ones ? written : -1
    }

    /// What is wrong with a string that `decode` refuses: read again, one symbol at a time. Nil where only its padding
    /// is, and the policy does not look at that; `written` is then right.
    @unsafe
    func fault(
        _ bytes: UnsafePointer<UInt8>, _ count: Int, _ policy: Policy,
        _ out: UnsafeMutablePointer<UInt8>, _ written: inout Int
    ) -> (reason: HPACKReason, index: Int)? {
        var bit = 0
        written = 0
        let total = count &* 8
        while let (symbol, length) = unsafe next(bytes, from: bit, total) {
            bit &+= length
            if symbol == HPACKHuffmanCode.endOfString { return (.huffmanEOS, (bit &- 1) / 8) }
            // SAFETY: each symbol takes at least five bits, and the room is for as many octets as that gives.
            unsafe out[written] = UInt8(truncatingIfNeeded: symbol)
            written &+= 1
        }
        if policy.contains(.uncheckedHuffmanPadding) { return nil }
        return (total &- bit > 7 ? .huffmanPaddingTooLong : .huffmanPaddingNotOnes, count &- 1)
    }

    /// The symbol at `bit`, or nil where the string ends before it is whole. One comparison for each bit: the codes of
    /// one length are consecutive numbers, so a string that is refused costs no more than it is long.
    @unsafe
    private func next(
        _ bytes: UnsafePointer<UInt8>, from bit: Int, _ total: Int
    ) -> (symbol: Int, length: Int)? {
        var code: UInt64 = 0
        for length in 1...HPACKHuffmanCode.bitsMax {
            let place = bit &+ length &- 1
            guard place < total else { return nil }
            // SAFETY: place < total, so its byte is one of the string's.
            let octet = unsafe bytes[place / 8]
            code = code &<< 1 | UInt64(octet &>> UInt8(7 &- place % 8)) & 1
            // SAFETY: `order` made 31 limits and places, one for each length up to 30; a code below its length's limit has
            // its place among the 257 symbols.
            guard unsafe code &<< UInt64(32 &- length) < tables.pointee.limits[length] else {
                continue
            }
            let index = unsafe Int(tables.pointee.places[length]) &+ Int(code)
            return unsafe (Int(tables.pointee.symbols[index]), length)
        }
        return nil
    }
}
