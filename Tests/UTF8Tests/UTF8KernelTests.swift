import CKernels
import Glibc
import Testing

/// Every kernel that this CPU runs finds well-formed prefixes, and reads nothing else.
@Suite struct UTF8KernelTests {
    static let available: [String] = {
        var names: [String] = []
        var index = 0
        while let name = zy_kernel_at(index) {
            if zy_kernel_is_available(name) != 0 { names.append(String(cString: name)) }
            index += 1
        }
        return names
    }()

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

    @Test(arguments: available)
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

    @Test(arguments: available)
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
    @Test(arguments: available)
    func nothingBehindTheInputIsRead(kernel: String) throws {
        let page = sysconf(Int32(_SC_PAGESIZE))
        let memory = mmap(nil, page * 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        let start = try #require(memory != MAP_FAILED ? memory : nil)
        defer { munmap(start, page * 2) }
        mprotect(start + page, page, PROT_NONE)
        let bytes = start.assumingMemoryBound(to: UInt8.self)
        for count in 1...200 {
            for index in 0..<count { bytes[page - count + index] = Self.text[index] }
            check(kernel, UnsafeBufferPointer(start: bytes + page - count, count: count))
        }
    }
}
