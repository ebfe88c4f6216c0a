/// A point on a clock that never goes back, in nanoseconds from an origin that only its owner knows.
///
/// Connections never ask for the time: whoever drives one says what time it is, so that a simulator's clock works as well as
/// the kernel's.
public struct Instant: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Nanoseconds from the origin.
    public var nanoseconds: UInt64

    /// Makes an instant.
    @inlinable
    public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The instant so many milliseconds later; the last there is, where that would be behind it.
    @inlinable
    public func advanced(milliseconds: Int) -> Instant {
        let (step, tooFar) = UInt64(max(0, milliseconds)).multipliedReportingOverflow(by: 1_000_000)
        let (sum, behind) = nanoseconds.addingReportingOverflow(step)
        return Instant(nanoseconds: tooFar || behind ? .max : sum)
    }

    /// Milliseconds from `earlier` to here, rounded down; 0 where `earlier` is later.
    @inlinable
    public func milliseconds(since earlier: Instant) -> Int {
        guard earlier < self else { return 0 }
        return Int(truncatingIfNeeded: (nanoseconds - earlier.nanoseconds) / 1_000_000)
    }
}
