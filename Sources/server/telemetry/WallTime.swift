internal import Glibc

/// A time of day as people read it, in UTC: what logs say. Whoever drives a connection gives it, as it gives `Instant`s.
public struct WallTime: Hashable, Sendable, BitwiseCopyable {
    /// Seconds since 1970 without leap seconds.
    public var seconds: UInt64
    /// Milliseconds of the second, 0 … 999.
    public var milliseconds: UInt64

    /// Makes a time. Beyond the year 9999, which text has no place for, it is the last second of that year.
    public init(seconds: UInt64, milliseconds: UInt64 = 0) {
        self.seconds = min(seconds, 253_402_300_799)
        self.milliseconds = min(milliseconds, 999)
    }

    /// The system's.
    public static var now: WallTime {
        var time = timespec()
        // SAFETY: clock_gettime writes one timespec.
        guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else { return WallTime(seconds: 0) }
        return WallTime(
            seconds: UInt64(max(0, time.tv_sec)),
            milliseconds: UInt64(max(0, time.tv_nsec)) / 1_000_000)
    }

    private static let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"

    /// `2026-11-21T10:26:38.123Z` (RFC 3339 §5.6).
    func appendRFC3339(to bytes: inout [UInt8]) {
        let date = civil
        bytes.appendDecimal(date.year, digitsMin: 4)
        bytes.append("-")
        bytes.appendDecimal(date.month, digitsMin: 2)
        bytes.append("-")
        bytes.appendDecimal(date.day, digitsMin: 2)
        bytes.append("T")
        appendClock(to: &bytes)
        bytes.append(".")
        bytes.appendDecimal(milliseconds, digitsMin: 3)
        bytes.append("Z")
    }

    /// `21/Nov/2026:10:26:38 +0000`, as Apache's `%t` has it between brackets.
    func appendCommonLog(to bytes: inout [UInt8]) {
        let date = civil
        bytes.appendDecimal(date.day, digitsMin: 2)
        bytes.append("/")
        appendMonth(date.month, to: &bytes)
        bytes.append("/")
        bytes.appendDecimal(date.year, digitsMin: 4)
        bytes.append(":")
        appendClock(to: &bytes)
        bytes.append(" +0000")
    }

    private func appendClock(to bytes: inout [UInt8]) {
        let second = seconds % 86_400
        bytes.appendDecimal(second / 3_600, digitsMin: 2)
        bytes.append(":")
        bytes.appendDecimal(second / 60 % 60, digitsMin: 2)
        bytes.append(":")
        bytes.appendDecimal(second % 60, digitsMin: 2)
    }

    private func appendMonth(_ month: UInt64, to bytes: inout [UInt8]) {
        let start = Int(truncatingIfNeeded: min(max(month, 1), 12) - 1) * 3
        // SAFETY: start + 3 ≤ 36, the length of the text.
        unsafe bytes.append(
            contentsOf: UnsafeBufferPointer(start: Self.months.utf8Start + start, count: 3))
    }

    /// The date in the Gregorian calendar: eras of 400 years that begin on 1 March, so that leap days end them
    /// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
    private var civil: (year: UInt64, month: UInt64, day: UInt64) {
        let days = seconds / 86_400 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * fromMarch + 2) / 5 + 1
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
