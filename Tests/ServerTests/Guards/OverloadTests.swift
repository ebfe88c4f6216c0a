import Foundation
import Server
import Synchronization
import Testing

@Suite struct OverloadTests {
    private static func limits() -> ServerLimits {
        var limits = ServerLimits()
        limits.connectionsMax = 100
        limits.shedConnectionsMax = 10
        limits.connectionsResumePercent = 90
        limits.retryAfterSeconds = 7
        limits.acceptPauseMilliseconds = 50
        return limits
    }

    private static let start = Instant(nanoseconds: 1_000_000_000)

    @Test func loadIsShedThenAcceptingPausesAndTheWayBackIsLower() {
        var overload = Overload(limits: Self.limits())
        func decide(_ count: Int) -> Overload.Decision {
            overload.decide(openCount: count, at: Self.start)
        }
        let refused = Overload.Decision.refuse(.tooManyConnections, retryAfterSeconds: 7)
        #expect(decide(0) == .serve)
        #expect(decide(99) == .serve)
        #expect(decide(100) == refused)
        #expect(decide(109) == refused)
        #expect(decide(110) == .pause(until: nil))
        #expect(!overload.isWelcoming)
        #expect(decide(99) == refused)
        #expect(decide(91) == refused)
        #expect(decide(90) == .serve)
        #expect(overload.isWelcoming)
        #expect(decide(99) == .serve)
    }

    @Test func withoutDescriptorsNothingIsAcceptedForAWhile() {
        var overload = Overload(limits: Self.limits())
        overload.descriptorsExhausted(at: Self.start)
        let end = Self.start.advanced(milliseconds: 50)
        #expect(overload.decide(openCount: 1, at: Self.start) == .pause(until: end))
        #expect(!overload.isWelcoming)
        let before = Self.start.advanced(milliseconds: 49)
        #expect(overload.decide(openCount: 1, at: before) == .pause(until: end))
        #expect(overload.decide(openCount: 1, at: end) == .serve)
        #expect(overload.isWelcoming)
    }

    @Test func whoGoesDownSaysSo() {
        var overload = Overload(limits: Self.limits())
        overload.shutDown()
        let refused = Overload.Decision.refuse(.shutdown, retryAfterSeconds: 7)
        #expect(overload.decide(openCount: 1, at: Self.start) == refused)
        #expect(!overload.isWelcoming)
    }

    @Test func limitsOfOneDoNotTrap() {
        var limits = Self.limits()
        limits.connectionsMax = 1
        limits.connectionsResumePercent = 100
        var overload = Overload(limits: limits)
        #expect(overload.decide(openCount: 0, at: Self.start) == .serve)
        #expect(overload.decide(openCount: 1, at: Self.start) != .serve)
        #expect(overload.decide(openCount: 0, at: Self.start) == .serve)
    }
}

@Suite struct DescriptorReserveTests {
    /// A system with so many descriptors.
    final class System: Sendable {
        let free: Mutex<Int>
        init(free: Int) { self.free = Mutex(free) }

        var source: DescriptorReserve.Source {
            DescriptorReserve.Source(
                open: {
                    self.free.withLock { free in
                        guard free > 0 else { return nil }
                        free -= 1
                        return Int32(free)
                    }
                },
                close: { _ in self.free.withLock { $0 += 1 } })
        }
        var freeCount: Int { free.withLock { $0 } }
    }

    @Test func oneIsLentAndTakenBack() {
        let system = System(free: 3)
        var reserve = DescriptorReserve(count: 3, source: system.source)
        let heldCount = reserve.heldCount
        #expect(heldCount == 3)
        #expect(system.freeCount == 0)
        var seen = 0
        let lent = reserve.lend { seen = system.freeCount }
        #expect(lent)
        #expect(seen == 1)
        let isFull = reserve.isFull
        #expect(isFull)
    }

    @Test func whatSomebodyElseTookComesBackLater() {
        let system = System(free: 1)
        var reserve = DescriptorReserve(count: 1, source: system.source)
        let lent = reserve.lend { system.free.withLock { $0 -= 1 } }
        #expect(lent)
        let heldCount = reserve.heldCount
        #expect(heldCount == 0)
        var isCalled = false
        let again = reserve.lend { isCalled = true }
        #expect(!again)
        #expect(!isCalled)
        system.free.withLock { $0 += 1 }
        reserve.refill()
        let isFull = reserve.isFull
        #expect(isFull)
    }

    @Test func allAreGivenBackAtTheEnd() {
        let system = System(free: 5)
        do {
            let reserve = DescriptorReserve(count: 4, source: system.source)
            let heldCount = reserve.heldCount
            #expect(heldCount == 4)
        }
        #expect(system.freeCount == 5)
    }

    @Test func theSystemGivesDescriptors() {
        var reserve = DescriptorReserve(count: 2)
        let heldCount = reserve.heldCount
        #expect(heldCount == 2)
        var opened: Int32 = -1
        let lent = reserve.lend {
            opened = open("/dev/null", O_RDONLY)
            close(opened)
        }
        #expect(lent)
        #expect(opened >= 0)
        let isFull = reserve.isFull
        #expect(isFull)
    }
}
