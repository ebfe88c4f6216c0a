/// A point in time as HTTP writes it: whole seconds, UTC (RFC 9110 §5.6.7).
public struct HTTPDate: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let seconds: Int

    /// A point in time; before year 0 or behind year 9999, which no HTTP date can say, the nearest one that can be said.
    public init(seconds: Int) {
        self.seconds = min(max(seconds, Self.secondsMin), Self.secondsMax)
    }

    /// 0000-01-01T00:00:00Z, the first that four digits of a year can say.
    private static let secondsMin = -62_167_219_200
    /// 9999-12-31T23:59:59Z, the last.
    private static let secondsMax = 253_402_300_799

    static let dayNames: [StaticString] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    static let longDayNames: [StaticString] = [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]
    static let monthNames: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    static let secondsOfDay = 86_400

    public static func < (left: HTTPDate, right: HTTPDate) -> Bool { left.seconds < right.seconds }

    /// `IMF-fixdate`, the form that is sent: `Sun, 06 Nov 1994 08:49:37 GMT`.
    public var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends `IMF-fixdate`: 29 bytes.
    func append(to bytes: inout [UInt8]) {
        let day = Self.floorDivided(seconds, by: Self.secondsOfDay)
        let second = seconds - day * Self.secondsOfDay
        let (year, month, dayOfMonth) = Self.civil(day: day)
        bytes.append(Self.dayNames[Self.weekday(day: day)])
        bytes.append(", ")
        bytes.appendDecimal(dayOfMonth, digitsMin: 2)
        bytes.append(" ")
        bytes.append(Self.monthNames[month - 1])
        bytes.append(" ")
        bytes.appendDecimal(year, digitsMin: 4)
        bytes.append(" ")
        bytes.appendDecimal(second / 3_600, digitsMin: 2)
        bytes.append(":")
        bytes.appendDecimal(second / 60 % 60, digitsMin: 2)
        bytes.append(":")
        bytes.appendDecimal(second % 60, digitsMin: 2)
        bytes.append(" GMT")
    }
}

/// The calendar: Gregorian, also where it was not used yet.
extension HTTPDate {
    /// Days from 1970-01-01 to a date, which must be one with a year of 0 to 9999.
    ///
    /// Years are counted from March, so that the leap day is the last of its year; 400 years are 146,097 days.
    static func day(year: Int, month: Int, dayOfMonth: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = floorDivided(year, by: 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + dayOfMonth - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The date so many days behind 1970-01-01.
    static func civil(day: Int) -> (year: Int, month: Int, dayOfMonth: Int) {
        let shifted = day + 719_468
        let era = floorDivided(shifted, by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    /// 0 for Monday; 1970-01-01 was a Thursday.
    static func weekday(day: Int) -> Int { ((day + 3) % 7 + 7) % 7 }

    static func daysOfMonth(_ month: Int, year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    private static func floorDivided(_ number: Int, by divisor: Int) -> Int {
        number >= 0 ? number / divisor : -((divisor - 1 - number) / divisor)
    }
}
