import CKernels
import HPACK
import TestSupport
import Testing

/// The Huffman kernels by themselves: all that this machine can run give the same octets, read no byte that they may not,
/// and keep within the room that they ask for.
@Suite struct HuffmanKernelTests {
    /// The tables of the code, made here in the plainest way.
    private final class Code {
        let cells: UnsafeMutablePointer<UInt32>
        let limits: UnsafeMutablePointer<UInt64>
        let places: UnsafeMutablePointer<Int32>
        let symbols: UnsafeMutablePointer<UInt16>
        let value: UnsafeMutablePointer<zy_hpack_code>

        init() {
            let bits = Int(ZY_HPACK_CELL_BITS)
            cells = .allocate(capacity: 1 << bits)
            limits = .allocate(capacity: 31)
            places = .allocate(capacity: 31)
            symbols = .allocate(capacity: 257)
            limits.initialize(repeating: 0, count: 31)
            places.initialize(repeating: 0, count: 31)
            for inverted in 0..<(1 << bits) {
                (cells + inverted).initialize(to: Self.cell(~inverted & (1 << bits - 1), bits))
            }
            let order = (0..<257).sorted {
                (HPACKHuffmanCode.lengths[$0], $0) < (HPACKHuffmanCode.lengths[$1], $1)
            }
            for (place, symbol) in order.enumerated() {
                (symbols + place).initialize(to: UInt16(symbol))
                let length = Int(HPACKHuffmanCode.lengths[symbol])
                let code = UInt64(HPACKHuffmanCode.codes[symbol])
                limits[length] = (code + 1) << UInt64(32 - length)
                places[length] = Int32(place) - Int32(truncatingIfNeeded: code)
            }
            for length in 6...30 where limits[length] == 0 { limits[length] = limits[length - 1] }
            value = .allocate(capacity: 1)
            value.initialize(
                to: zy_hpack_code(cells: cells, limits: limits, places: places, symbols: symbols))
        }

        private static func cell(_ window: Int, _ bits: Int) -> UInt32 {
            var cell: UInt32 = 0
            var used = 0
            var count: UInt32 = 0
            search: while count < 3 {
                for symbol in 0..<256 {
                    let length = Int(HPACKHuffmanCode.lengths[symbol])
                    guard used + length <= bits else { continue }
                    let code = window >> (bits - used - length) & (1 << length - 1)
                    guard code == Int(HPACKHuffmanCode.codes[symbol]) else { continue }
                    cell |= UInt32(symbol) << (8 + 8 * count)
                    used += length
                    count += 1
                    continue search
                }
                break
            }
            return cell | count << 6 | UInt32(used)
        }

        deinit {
            cells.deallocate()
            limits.deallocate()
            places.deallocate()
            symbols.deallocate()
            value.deallocate()
        }
    }

    /// What the bits of a string say, symbol by symbol.
    private static func plain(_ bytes: [UInt8]) -> (octets: [UInt8], used: Int) {
        var byCode: [UInt64: Int] = [:]
        for symbol in 0..<257 {
            let length = UInt64(HPACKHuffmanCode.lengths[symbol])
            byCode[1 << length | UInt64(HPACKHuffmanCode.codes[symbol])] = symbol
        }
        var octets: [UInt8] = []
        var used = 0
        var code: UInt64 = 1
        for bit in 0..<(bytes.count * 8) {
            code = code << 1 | UInt64(bytes[bit / 8] >> UInt8(7 - bit % 8)) & 1
            guard let symbol = byCode[code] else { continue }
            if symbol == 256 { break }
            octets.append(UInt8(symbol))
            used = bit + 1
            code = 1
        }
        return (octets, used)
    }

    @Test func allKernelsAgree() {
        #expect(Kernels.available.contains("portable"))
        let code = Code()
        var state: UInt64 = 99
        for round in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let count = Int(state >> 59)
            let bytes = (0..<count).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                // Many ones: long codes and padding.
                let byte = UInt8(truncatingIfNeeded: state >> 33)
                return round % 3 == 0 ? byte | UInt8(truncatingIfNeeded: state >> 45) : byte
            }
            let expected = Self.plain(bytes)
            for slack in [0, 1, 7, 32] {
                for kernel in Kernels.available {
                    // An exact buffer: a tool for addresses sees a byte read beyond.
                    let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count + slack)
                    defer { input.deallocate() }
                    input.initialize(repeating: 0x18)
                    for (index, byte) in bytes.enumerated() { input[index] = byte }
                    var out = [UInt8](repeating: 0xEE, count: count * 8 / 5 + 8)
                    var used = 0
                    var written = 0
                    guard let base = UnsafePointer(input.baseAddress) else { continue }
                    let isThere = zy_hpack_huffman_with(
                        kernel, code.value, base, count, count + slack, &out, &used, &written)
                    #expect(isThere == 0)
                    // A look-up may take a symbol that the padding alone completes: then more bits are used than there are.
                    if used <= count * 8 {
                        let isSame =
                            Array(out[..<written]) == expected.octets && used == expected.used
                        #expect(isSame, "\(kernel), \(bytes)")
                        if !isSame { return }
                    } else {
                        #expect(expected.used < count * 8 - 0)
                    }
                }
            }
        }
    }
}
