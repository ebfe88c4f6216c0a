/// What one loop measures.
public struct LoopTelemetry: Sendable {
    /// Its counters.
    public let counters: Counters
    /// From a head's last byte to the last byte of its answer.
    public let requestDurations: LatencyHistogram

    /// Makes one with nothing counted.
    public init(writers: Writers = .one) {
        counters = Counters(writers: writers)
        requestDurations = LatencyHistogram(writers: writers)
    }
}

/// What all loops measure, for those who read it.
public struct Telemetry: Sendable {
    /// One for each loop, all there from the start.
    public let loops: [LoopTelemetry]

    /// Makes telemetry for so many loops.
    public init(loopCount: Int, writers: Writers = .one) {
        loops = (0..<max(1, loopCount)).map { _ in LoopTelemetry(writers: writers) }
    }

    /// A counter over all loops.
    public func value(_ counter: Counter) -> UInt64 {
        loops.reduce(0) { $0 &+ $1.counters.value(counter) }
    }

    /// A reason's count over all loops.
    public func value(_ reason: ServerReason) -> UInt64 {
        loops.reduce(0) { $0 &+ $1.counters.value(reason) }
    }

    /// The durations of all loops.
    public func requestDurations() -> HistogramSnapshot {
        var all = HistogramSnapshot()
        for loop in loops { all.merge(loop.requestDurations.snapshot()) }
        return all
    }
}
