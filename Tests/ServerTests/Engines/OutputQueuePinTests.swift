import Testing

@testable import Server

/// Output that is sent by someone who reads it later: what is pinned stays, whatever happens to the queue meanwhile.
@Suite struct OutputQueuePinTests {
    private let pool = BufferPool(bytesMax: 1 << 24)

    @Test func bytesLeaveInOrderThoughMoreIsAppendedMeanwhile() throws {
        for seed in 0..<200 {
            var random = SeededGenerator(seed: UInt64(seed))
            var queue = OutputQueue()
            var expected: [UInt8] = []
            var received: [UInt8] = []
            var next: UInt8 = 0
            func made(_ count: Int) -> [UInt8] {
                (0..<count).map { _ in
                    next &+= 1
                    return next
                }
            }
            func append() {
                // As a connection does: it stops before a block is full.
                guard queue.count < 150_000 else { return }
                let isLarge = Int.random(in: 0..<6, using: &random) == 0
                let bytes = made(Int.random(in: 1...(isLarge ? 40_000 : 3_000), using: &random))
                let isAppended = queue.append(bytes, pool)
                #expect(isAppended)
                expected += bytes
            }
            for _ in 0..<40 {
                append()
                guard !queue.isEmpty else { continue }
                queue.pinNext()
                let pointer = queue.withNext { segment -> UnsafeRawBufferPointer? in
                    if case .bytes(let bytes, _) = segment { bytes } else { nil }
                }
                let bytes = try #require(pointer)
                let content = Array(bytes)
                for _ in 0..<Int.random(in: 0...6, using: &random) { append() }
                // As the kernel would read it now.
                #expect(bytes.elementsEqual(content))
                let sent = Int.random(in: 0...content.count, using: &random)
                received += content[..<sent]
                queue.unpin(pool)
                queue.drop(sent, pool)
                #expect(queue.count == expected.count - received.count)
            }
            #expect(expected.starts(with: received))
            queue.removeAll(pool)
        }
        #expect(pool.statistics.taken == [0, 0, 0])
    }

    /// A connection that ends while the kernel reads: its block goes to nobody else before that is over.
    @Test func whatIsPinnedIsNotUsedAgain() throws {
        var queue = OutputQueue()
        let isAppended = queue.append(Array(repeating: 7, count: 4_000), pool)
        #expect(isAppended)
        queue.pinNext()
        let pointer = queue.withNext { segment -> UnsafeRawBufferPointer? in
            if case .bytes(let bytes, _) = segment { bytes } else { nil }
        }
        let bytes = try #require(pointer)
        queue.removeAll(pool)
        let others = (0..<100).compactMap { _ in pool.take(.small) }
        let nines = [UInt8](repeating: 9, count: 4_096)
        for other in others {
            let isFilled = other.append(nines.span)
            #expect(isFilled)
        }
        #expect(bytes.allSatisfy { $0 == 7 })
        queue.unpin(pool)
        for other in others { pool.give(other) }
        #expect(pool.statistics.taken == [0, 0, 0])
    }
}
