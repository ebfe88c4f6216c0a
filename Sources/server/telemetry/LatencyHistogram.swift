/// A loop's durations: how many fell into each bucket, written by one thread, read by anyone without stopping it.
///
/// Buckets are log-linear: up to 32 ns one for each nanosecond, then 32 of equal width between each power of two and the
/// next. A bucket is never wider than 1/32 of its lowest value, so a quantile read from it is at most 3.125 % too high
/// and never too low. Durations beyond 2^37 ns (137 s, longer than any deadline) count as the last bucket's.
///
/// Our own, because those that exist keep plain numbers: `Histogram` of hdrhistogram-swift is a value that holds an array
/// and records through `mutating` functions, so a reader on another thread is a data race, or needs a lock that each
/// request takes, or a copy that the loop makes. Here a record is one load and one store, and reading disturbs nobody.
public final class LatencyHistogram: Sendable {
    static let linearBits = 5
    static let linearCount = 1 << linearBits
    static let exponentMax = 37
    static let bucketCount = (exponentMax - linearBits + 1) * linearCount

    /// The buckets, then the sum, then the largest.
    private let block: AtomicBlock

    /// Makes an empty histogram.
    public init(writers: Writers = .one) {
        block = AtomicBlock(count: Self.bucketCount + 2, writers: writers)
    }

    /// Counts a duration.
    @inline(__always)
    public func record(nanoseconds: UInt64) {
        block.add(1, at: Self.bucket(of: nanoseconds))
        block.add(nanoseconds, at: Self.bucketCount)
        block.raise(to: nanoseconds, at: Self.bucketCount + 1)
    }

    /// What was counted so far.
    public func snapshot() -> HistogramSnapshot {
        var snapshot = HistogramSnapshot()
        snapshot.counts = (0..<Self.bucketCount).map { block.value(at: $0) }
        snapshot.sumNanoseconds = block.value(at: Self.bucketCount)
        snapshot.largestNanoseconds = block.value(at: Self.bucketCount + 1)
        return snapshot
    }

    /// The bucket of a duration.
    @inline(__always)
    static func bucket(of nanoseconds: UInt64) -> Int {
        guard nanoseconds >= UInt64(linearCount) else {
            return Int(truncatingIfNeeded: nanoseconds)
        }
        let exponent = 63 &- nanoseconds.leadingZeroBitCount
        guard exponent < exponentMax else { return bucketCount &- 1 }
        let step = Int(truncatingIfNeeded: nanoseconds &>> UInt64(exponent &- linearBits))
        return (exponent &- linearBits) &* linearCount &+ step
    }

    /// The durations of a bucket.
    static func durations(of bucket: Int) -> ClosedRange<UInt64> {
        guard bucket >= linearCount else {
            let value = UInt64(max(0, bucket))
            return value...value
        }
        let shift = UInt64(bucket / linearCount - 1)
        let lowest = UInt64(linearCount + bucket % linearCount) << shift
        return lowest...lowest + (1 << shift) - 1
    }
}

/// What a histogram held at a moment: a value that can be added to others.
public struct HistogramSnapshot: Hashable, Sendable {
    /// How many durations fell into each bucket.
    var counts = [UInt64](repeating: 0, count: LatencyHistogram.bucketCount)
    /// Their sum.
    public internal(set) var sumNanoseconds: UInt64 = 0
    /// The largest.
    public internal(set) var largestNanoseconds: UInt64 = 0

    /// Nothing.
    public init() {}

    /// How many durations there are.
    public var count: UInt64 { counts.reduce(0, &+) }

    /// Adds what another histogram held.
    public mutating func merge(_ other: HistogramSnapshot) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
        sumNanoseconds &+= other.sumNanoseconds
        largestNanoseconds = max(largestNanoseconds, other.largestNanoseconds)
    }

    /// The duration that at least this share of all does not exceed: 0.99 for p99. At most 3.125 % too high, never too low;
    /// nil where nothing was counted.
    public func quantile(_ share: Double) -> UInt64? {
        let all = count
        guard all > 0 else { return nil }
        let wanted = (min(max(share, 0), 1) * Double(all)).rounded(.up)
        var sum: UInt64 = 0
        for (bucket, count) in counts.enumerated() {
            sum &+= count
            if sum > 0, Double(sum) >= wanted {
                let durations = LatencyHistogram.durations(of: bucket)
                guard bucket < counts.count - 1 else {
                    return max(durations.lowerBound, largestNanoseconds)
                }
                // The largest may have been read before the duration that is it was counted.
                return max(durations.lowerBound, min(durations.upperBound, largestNanoseconds))
            }
        }
        return largestNanoseconds
    }

    /// How many durations are below 2^exponent nanoseconds: exact, for powers of two begin buckets.
    func count(belowPowerOfTwo exponent: Int) -> UInt64 {
        let end = LatencyHistogram.bucket(of: 1 << UInt64(min(max(exponent, 0), 63)))
        return counts[..<end].reduce(0, &+)
    }
}
