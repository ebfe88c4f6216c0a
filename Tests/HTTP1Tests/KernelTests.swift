import CKernels
import TestSupport
import Testing

/// Every kernel that this CPU runs gives the maps that the classes' definitions give.
@Suite struct KernelTests {
    /// The classes as the RFCs write them, not as the rows encode them.
    private static func isOutside(_ map: Int, _ byte: UInt8) -> Bool {
        let character = Character(UnicodeScalar(byte))
        let isAlphanumeric = character.isASCII && (character.isLetter || character.isNumber)
        switch map {
        case 0: return !isAlphanumeric && !"!#$%&'*+-.^_`|~".contains(character)
        case 1: return (byte < 0x20 && byte != 0x09) || byte == 0x7F
        case 2: return !isAlphanumeric && !"-._~!$&'()*+,;=:@/?".contains(character)
        default: return !isAlphanumeric && !"-.".contains(character)
        }
    }

    private static let outside: [[Bool]] = (0..<Int(ZY_MAP_COUNT)).map { map in
        (0...255).map { isOutside(map, UInt8($0)) }
    }

    private func check(_ kernel: String, _ bytes: UnsafeBufferPointer<UInt8>) {
        let blocks = (bytes.count + 63) / 64
        let width = Int(ZY_MAP_COUNT)
        var maps = [UInt64](repeating: 0x5A5A, count: (blocks + 1) * width)
        #expect(zy_http1_classify_with(kernel, bytes.baseAddress, bytes.count, &maps) == 0)
        for position in 0..<(blocks * 64) {
            for map in 0..<width {
                let bit = maps[position / 64 * width + map] >> UInt64(position % 64) & 1 != 0
                let expected =
                    position < bytes.count ? Self.outside[map][Int(bytes[position])] : true
                if bit != expected {
                    Issue.record("\(kernel), \(bytes.count) bytes, map \(map), byte \(position)")
                    return
                }
            }
        }
        #expect(maps[blocks * width] == 0x5A5A, "\(kernel) writes behind its last block")
    }

    @Test(arguments: Kernels.available)
    func allBytesAndAllLengths(kernel: String) {
        var bytes = (0..<512).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
        bytes.replaceSubrange(0..<256, with: (0...255).map { UInt8($0) })
        bytes.withUnsafeBufferPointer { all in
            for count in 0...200 { check(kernel, UnsafeBufferPointer(rebasing: all[..<count])) }
            for start in 0..<64 {
                check(kernel, UnsafeBufferPointer(rebasing: all[start..<(start + 300)]))
            }
            check(kernel, all)
        }
    }

    /// The input ends where the next page may not be touched.
    @Test(arguments: Kernels.available)
    func nothingBehindTheInputIsRead(kernel: String) throws {
        let memory = try #require(GuardedMemory())
        let bytes = memory.end - memory.count
        for index in 0..<memory.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
        for count in 1...200 {
            check(kernel, UnsafeBufferPointer(start: memory.end - count, count: count))
        }
    }

    @Test func portableIsAlwaysThere() {
        #expect(Kernels.available.contains("portable"))
        #expect(Kernels.available.contains(String(cString: zy_kernel_name())))
        #expect(zy_kernel_is_available("nonsense") == 0)
    }
}
