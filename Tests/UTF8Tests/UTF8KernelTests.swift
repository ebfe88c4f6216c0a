import CKernels
import TestSupport
import Testing

/// Every kernel that this CPU runs finds well-formed prefixes, and reads nothing else.
@Suite struct UTF8KernelTests {
    /// How many bytes are whole sequences before the first that is open or ill-formed, by the standard library.
    private static func wholeCount(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var count = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            count += UTF8.width(scalar)
        }
        return count
    }

    private func check(_ kernel: String, _ bytes: UnsafeBufferPointer<UInt8>) {
        var found = 0
        #expect(zy_utf8_prefix_with(kernel, bytes.baseAddress, bytes.count, &found) == 0)
        let whole = Self.wholeCount(bytes)
        // The kernel may stop early in the block of the mistake, at a sequence's end; never behind it.
        let isRight =
            whole == bytes.count ? found == whole : found <= whole && whole - found < 67
        let isBoundary = found == bytes.count || found == 0 || bytes[found] & 0xC0 != 0x80
        if !isRight || (found < whole && !isBoundary) {
            Issue.record("\(kernel), \(bytes.count) bytes: \(found), well-formed: \(whole)")
        }
    }

    private static let text = Array(
        String(repeating: "aé漢😀 – Ж plain ASCII for a while, and then 字字字字", count: 12).utf8)

    @Test(arguments: Kernels.available)
    func everyLengthAndAlignment(kernel: String) {
        Self.text.withUnsafeBufferPointer { all in
            for start in 0..<70 {
                guard all[start] & 0xC0 != 0x80 else { continue }
                for count in stride(from: 1, through: 330, by: start % 7 == 0 ? 1 : 13) {
                    check(kernel, UnsafeBufferPointer(rebasing: all[start..<(start + count)]))
                }
            }
        }
    }

    @Test(arguments: Kernels.available)
    func everyMistakeEverywhere(kernel: String) {
        for wrong: UInt8 in [0x00, 0x80, 0xBF, 0xC0, 0xC3, 0xE2, 0xED, 0xF0, 0xF4, 0xF8, 0xFF] {
            for position in 0..<200 {
                var bytes = Array(Self.text.prefix(260))
                bytes[position] = wrong
                bytes.withUnsafeBufferPointer { check(kernel, $0) }
            }
        }
    }

    /// The input ends where the next page may not be touched.
    @Test(arguments: Kernels.available)
    func nothingBehindTheInputIsRead(kernel: String) throws {
        let memory = try #require(GuardedMemory())
        for count in 1...200 {
            for index in 0..<count { (memory.end - count)[index] = Self.text[index] }
            check(kernel, UnsafeBufferPointer(start: memory.end - count, count: count))
        }
    }
}
