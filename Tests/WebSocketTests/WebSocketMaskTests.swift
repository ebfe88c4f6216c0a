import CKernels
import TestSupport
import Testing
import WebSocket

/// Unmasking: each kernel, at each length, alignment and phase, and nothing behind the run.
@Suite struct WebSocketMaskTests {
    private static let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
    private static let word: UInt32 = 0x3D21_FA37

    @Test(arguments: Kernels.available)
    func everyLengthAndAlignment(kernel: String) {
        let source = (0..<1_400).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ 5) }
        for start in 0..<66 {
            for count in 0...(start < 4 ? 1_100 : 300) {
                let expected = (0..<count).map { source[start + $0] ^ Self.key[$0 & 3] }
                var copy = [UInt8](repeating: 0xEE, count: count + 64)
                source.withUnsafeBufferPointer { from in
                    _ = zy_unmask_with(
                        kernel, &copy, from.baseAddress.map { $0 + start }, count, Self.word)
                }
                let isRight =
                    copy[..<count].elementsEqual(expected)
                    && copy[count...].allSatisfy { $0 == 0xEE }
                var inPlace = source
                inPlace.withUnsafeMutableBufferPointer { buffer in
                    let at = buffer.baseAddress.map { $0 + start }
                    _ = zy_unmask_with(kernel, at, at, count, Self.word)
                }
                let isRightInPlace =
                    inPlace[start..<(start + count)].elementsEqual(expected)
                    && inPlace[..<start].elementsEqual(source[..<start])
                    && inPlace[(start + count)...].elementsEqual(source[(start + count)...])
                if !isRight || !isRightInPlace {
                    Issue.record("\(kernel), \(count) bytes at \(start)")
                    return
                }
            }
        }
    }

    /// The run ends where the next page may not be touched.
    @Test(arguments: Kernels.available)
    func nothingBehindTheRunIsTouched(kernel: String) throws {
        let memory = try #require(GuardedMemory())
        for count in 0...700 {
            let at = memory.end - count
            for index in 0..<count { at[index] = Self.key[index & 3] }
            #expect(zy_unmask_with(kernel, at, at, count, Self.word) == 0)
            #expect((0..<count).allSatisfy { at[$0] == 0 })
        }
    }

    @Test func anyPieceInAnyPhase() {
        let source = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 11) }
        let masked = source.indices.map { source[$0] ^ Self.key[$0 & 3] }
        let key = WebSocketMask.key([0x37, 0xFA, 0x21, 0x3D])
        #expect(key == Self.word)
        for cut in 0...300 {
            var bytes = masked
            var span = bytes.mutableSpan
            WebSocketMask.apply(to: &span, in: 0..<cut, key: key)
            WebSocketMask.apply(to: &span, in: cut..<300, key: key, phase: cut)
            #expect(bytes == source)
            var whole = bytes.mutableSpan
            WebSocketMask.apply(to: &whole, key: key)
            #expect(bytes == masked)
        }
    }
}
