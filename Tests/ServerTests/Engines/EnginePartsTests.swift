import Synchronization
import Testing

@testable import Server

/// What engines are made of, by itself.
@Suite struct EnginePartsTests {
    @Test func everyItemIsTakenOnceThoughWorkersSteal() throws {
        let queues = WorkQueues(workers: 3, countMax: 64)
        let seen = Mutex([Int](repeating: 0, count: 5_000))
        let threads = (0..<3).compactMap { worker in
            LoopThread("test-worker") {
                while let item = queues.take(worker: worker) {
                    guard case .tick(let number) = item else { continue }
                    seen.withLock { $0[number] += 1 }
                }
            }
        }
        try #require(threads.count == 3)
        // All for one worker: the others have nothing but what they steal.
        for number in 0..<5_000 {
            while !queues.append(.tick(stripe: number), worker: 0) {}
        }
        queues.end()
        for thread in threads { thread.join() }
        #expect(seen.withLock { $0.allSatisfy { $0 == 1 } })
    }

    @Test func whatDoesNotFitIsRefused() {
        let queues = WorkQueues(workers: 2, countMax: 2)
        let taken = (0..<5).map { queues.append(.tick(stripe: $0), worker: 0) }
        #expect(taken == [true, true, true, true, false])
        // The own queue's oldest first, then the other's youngest.
        let order = (0..<4).map { _ in
            if case .tick(let number) = queues.take(worker: 0) { number } else { -1 }
        }
        #expect(order == [0, 1, 3, 2])
        #expect(queues.steals == 2)
    }

    /// Every entry is looked at once, at its tick or later by no more than a jump of the clock, never before.
    @Test func theWheelForgetsNothing() {
        var random = SeededGenerator(seed: 17)
        var now = Instant(nanoseconds: 1_000_000_000)
        var wheel = TimerWheel(at: now)
        var waiting: [UInt32: Int] = [:]
        for number in 0..<UInt32(4_000) {
            let id = ConnectionID(slot: number, generation: 0)
            let deadline = now.advanced(milliseconds: Int.random(in: 0...20_000, using: &random))
            waiting[number] = wheel.add(id, at: deadline)
            let jump = number % 500 == 499 ? 40_000 : Int.random(in: 0...40, using: &random)
            now = now.advanced(milliseconds: jump)
            for entry in wheel.takeDue(at: now) {
                #expect(waiting.removeValue(forKey: entry.id.slot) == entry.tick)
                #expect(entry.tick < TimerWheel.tick(now))
            }
            #expect(waiting.values.allSatisfy { $0 >= TimerWheel.tick(now) })
            #expect(wheel.count == waiting.count)
        }
    }
}
