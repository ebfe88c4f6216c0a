import Foundation
import HTTP1
import Testing
import Wire

@testable import Server

@Suite struct CountersTests {
    /// Each thread has its own block; a reader sums all the time; at the end nothing is lost.
    @Test func loopsLoseNothingWhileSomeoneReads() {
        let telemetry = Telemetry(loopCount: 4)
        let perLoop = 250_000
        DispatchQueue.concurrentPerform(iterations: 5) { thread in
            guard thread < 4 else {
                var last: UInt64 = 0
                for _ in 0..<2_000 {
                    let now = telemetry.value(.requests)
                    #expect(now >= last)
                    last = now
                }
                return
            }
            let loop = telemetry.loops[thread]
            for index in 0..<perLoop {
                loop.counters.add(.requests)
                loop.counters.add(.bytesSent, 3)
                if index % 100 == 0 { loop.counters.count(ServerReason.headerTimeout) }
            }
        }
        #expect(telemetry.value(.requests) == UInt64(4 * perLoop))
        #expect(telemetry.value(.bytesSent) == UInt64(12 * perLoop))
        #expect(telemetry.value(.headerTimeout) == UInt64(4 * perLoop / 100))
        #expect(telemetry.value(.overload) == 0)
    }

    @Test func severalWritersOfOneBlockLoseNothing() {
        let telemetry = Telemetry(loopCount: 1, writers: .several)
        let loop = telemetry.loops[0]
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            for index in 0..<50_000 {
                loop.counters.add(.requests)
                loop.requestDurations.record(nanoseconds: UInt64(index))
            }
        }
        #expect(telemetry.value(.requests) == 200_000)
        #expect(telemetry.requestDurations().count == 200_000)
        #expect(telemetry.requestDurations().largestNanoseconds == 49_999)
    }

    @Test func gaugesGoDownAndNeverBelowNothing() {
        let counters = Counters()
        counters.add(.openConnections, 3)
        counters.add(.openConnections, -1)
        #expect(counters.value(.openConnections) == 2)
        counters.add(.openConnections, -5)
        #expect(counters.value(.openConnections) == 0)
        counters.set(.buffersInUse, to: 9)
        #expect(counters.value(.buffersInUse) == 9)
    }

    @Test func eachReasonHasItsOwnPlace() {
        let counters = Counters()
        for (index, reason) in HTTP1Reason.allCases.enumerated() {
            for _ in 0...index { counters.count(Rejection(reason, at: 0)) }
        }
        for (index, reason) in ServerReason.allCases.enumerated() {
            for _ in 0...index { counters.count(reason) }
        }
        // A code that the parser does not have is nobody's.
        counters.count(Rejection(code: 255, offset: 0))
        for (index, reason) in HTTP1Reason.allCases.enumerated() {
            #expect(counters.value(reason) == UInt64(index + 1))
        }
        for (index, reason) in ServerReason.allCases.enumerated() {
            #expect(counters.value(reason) == UInt64(index + 1))
        }
        for counter in Counter.allCases { #expect(counters.value(counter) == 0) }
    }
}

@Suite struct LatencyHistogramTests {
    @Test func bucketsFollowOneAnotherWithoutGap() {
        var next: UInt64 = 0
        for bucket in 0..<LatencyHistogram.bucketCount {
            let durations = LatencyHistogram.durations(of: bucket)
            #expect(durations.lowerBound == next)
            #expect(LatencyHistogram.bucket(of: durations.lowerBound) == bucket)
            #expect(LatencyHistogram.bucket(of: durations.upperBound) == bucket)
            let width = durations.upperBound - durations.lowerBound + 1
            #expect(width == 1 || width * 32 <= durations.lowerBound)
            next = durations.upperBound + 1
        }
        #expect(next == 1 << 37)
        #expect(LatencyHistogram.bucket(of: 1 << 37) == LatencyHistogram.bucketCount - 1)
        #expect(LatencyHistogram.bucket(of: .max) == LatencyHistogram.bucketCount - 1)
    }

    /// Against the sorted durations themselves.
    @Test func quantilesAreWithinTheStatedError() {
        let histogram = LatencyHistogram()
        let other = LatencyHistogram()
        var state: UInt64 = 1
        var durations: [UInt64] = []
        for index in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // From nanoseconds to seconds, each power of two as likely as the next.
            let duration = (state >> 20) & ((1 << (4 + (state >> 59))) - 1)
            durations.append(duration)
            (index % 2 == 0 ? histogram : other).record(nanoseconds: duration)
        }
        durations.sort()
        var all = histogram.snapshot()
        all.merge(other.snapshot())
        #expect(all.count == 20_000)
        #expect(all.sumNanoseconds == durations.reduce(0, +))
        #expect(all.largestNanoseconds == durations.last)
        for share in [0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1] {
            let exact = durations[Int((share * 20_000).rounded(.up)) - 1]
            let read = all.quantile(share) ?? 0
            #expect(read >= exact)
            #expect(Double(read) <= Double(exact) * 1.03125)
        }
        for exponent in [5, 10, 20, 30] {
            let exact = durations.filter { $0 < 1 << UInt64(exponent) }.count
            #expect(all.count(belowPowerOfTwo: exponent) == UInt64(exact))
        }
        #expect(HistogramSnapshot().quantile(0.5) == nil)
    }
}
