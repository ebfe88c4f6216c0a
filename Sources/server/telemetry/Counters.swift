internal import HTTP1
public import Wire

/// One loop's counters: written by its thread alone, read by anyone without stopping it.
public final class Counters: Sendable {
    private static let refusalsOfParser = Counter.allCases.count
    private static let refusalsOfServer = refusalsOfParser + HTTP1Reason.allCases.count
    private static let countOfAll = refusalsOfServer + ServerReason.allCases.count

    private let block: AtomicBlock

    /// Makes counters at 0.
    public init(writers: Writers = .one) {
        block = AtomicBlock(count: Self.countOfAll, writers: writers)
    }

    /// Adds to a counter.
    @inline(__always)
    public func add(_ counter: Counter, _ amount: Int = 1) {
        // Negative amounts wrap around and make gauges smaller.
        block.add(UInt64(bitPattern: Int64(amount)), at: counter.rawValue)
    }

    /// Sets a gauge.
    public func set(_ gauge: Counter, to value: Int) {
        block.set(UInt64(bitPattern: Int64(value)), at: gauge.rawValue)
    }

    /// Counts a refusal by the parser.
    public func count(_ rejection: Rejection) {
        guard Int(rejection.code) < HTTP1Reason.allCases.count else { return }
        block.add(1, at: Self.refusalsOfParser + Int(rejection.code))
    }

    /// Counts a refusal by the server.
    public func count(_ reason: ServerReason) {
        block.add(1, at: Self.refusalsOfServer + Int(reason.rawValue))
    }

    /// A counter's value. A gauge that several threads move can be seen below 0 for a moment: it is 0 then.
    public func value(_ counter: Counter) -> UInt64 {
        let value = block.value(at: counter.rawValue)
        return counter.isGauge && Int64(bitPattern: value) < 0 ? 0 : value
    }

    /// How often the server refused for this reason.
    public func value(_ reason: ServerReason) -> UInt64 {
        block.value(at: Self.refusalsOfServer + Int(reason.rawValue))
    }

    /// How often the parser refused for this reason.
    func value(_ reason: HTTP1Reason) -> UInt64 {
        block.value(at: Self.refusalsOfParser + Int(reason.rawValue))
    }
}
