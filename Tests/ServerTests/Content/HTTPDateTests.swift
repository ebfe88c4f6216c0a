import Glibc
import Testing

@testable import Server

struct HTTPDateTests {
    /// 2026-11-21T00:00:00Z.
    private let now = HTTPDate(seconds: 1_795_219_200)

    private func read(_ text: String, now: HTTPDate? = nil) -> Int? {
        HTTPDate.read(Array(text.utf8).span, now: now ?? self.now)?.seconds
    }

    private static let validDates: [(String, Int)] = [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
        ("Sun Nov  6 08:49:37 1994", 784_111_777),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
        ("Thu, 29 Feb 2024 12:00:00 GMT", 1_709_208_000),
        ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400),
        ("Wed Nov 16 08:49:37 1994", 784_975_777),
        // Leap seconds: the last of 2016, and as POSIX counts it.
        ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
        ("Sat, 01 Jan 0000 00:00:00 GMT", -62_167_219_200),
    ]

    @Test(arguments: validDates)
    func valid(_ text: String, _ seconds: Int) { #expect(read(text) == seconds) }

    @Test(
        arguments: [
            "", "Sun", "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT",
            "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 gmt", "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
            "Sun,06 Nov 1994 08:49:37 GMT", "Sun, 06-Nov-1994 08:49:37 GMT",
            // The week says otherwise.
            "Mon, 06 Nov 1994 08:49:37 GMT", "Monday, 06-Nov-94 08:49:37 GMT",
            "Mon Nov  6 08:49:37 1994",
            // No such day or time.
            "Wed, 00 Nov 1994 08:49:37 GMT", "Thu, 31 Nov 1994 08:49:37 GMT",
            "Wed, 29 Feb 2023 00:00:00 GMT", "Thu, 29 Feb 1900 00:00:00 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT",
            "Sun, 06 Nov 1994 08:49:60 GMT", "Sun, 06 Nov 1994 23:59:61 GMT",
            "Sun, 06 Nov 1994 -8:49:37 GMT", "Sun, 06 Nov +994 08:49:37 GMT",
            "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994",
            "Sun Nov  06 08:49:37 1994", "Sun Nov  6 08:49:37 1994 GMT", "784111777",
        ])
    func invalid(_ text: String) { #expect(read(text) == nil) }

    /// RFC 9110 §5.6.7: a year of two digits that appears to be more than 50 years ahead is of the past.
    private static let shortYears: [(String, Int?)] = [
        // 2076-11-21 is 50 years ahead of now to the second: still ahead. One second more is 1976.
        ("Saturday, 21-Nov-76 00:00:00 GMT", 2076), ("Sunday, 21-Nov-76 00:00:01 GMT", 1976),
        ("Sunday, 22-Nov-76 00:00:00 GMT", nil), ("Monday, 22-Nov-76 00:00:00 GMT", 1976),
        ("Saturday, 01-Jan-00 00:00:00 GMT", 2000), ("Friday, 31-Dec-99 23:59:59 GMT", 1999),
    ]

    @Test(arguments: shortYears)
    func yearsOfTwoDigits(_ text: String, _ year: Int?) {
        let found = read(text).map { HTTPDate.civil(day: $0 / 86_400).year }
        #expect(found == year)
    }

    /// Every day from year 1 to 9999 with the C library, there and back.
    @Test func agreesWithTheCLibrary() {
        var compared = 0
        for day in stride(from: -719_162, through: 2_932_896, by: 1) {
            let seconds = day * 86_400 + (day & 0xFFFF) % 86_400
            var clock = seconds
            var parts = tm()
            gmtime_r(&clock, &parts)
            let (year, month, dayOfMonth) = HTTPDate.civil(day: day)
            if year != Int(parts.tm_year) + 1900 || month != Int(parts.tm_mon) + 1
                || dayOfMonth != Int(parts.tm_mday)
                || HTTPDate.weekday(day: day) != (Int(parts.tm_wday) + 6) % 7
                || HTTPDate.day(year: year, month: month, dayOfMonth: dayOfMonth) != day
            {
                Issue.record("day \(day)")
            }
            compared += 1
        }
        #expect(compared > 3_000_000)
    }

    @Test func whatIsWrittenIsReadAgain() {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<20_000 {
            let date = HTTPDate(
                seconds: Int.random(in: -62_167_219_200...253_402_300_799, using: &generator))
            #expect(date.text.utf8.count == 29)
            #expect(read(date.text) == date.seconds)
        }
        #expect(HTTPDate(seconds: 784_111_777).text == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate(seconds: .min).text == "Sat, 01 Jan 0000 00:00:00 GMT")
        #expect(HTTPDate(seconds: .max).text == "Fri, 31 Dec 9999 23:59:59 GMT")
    }

    /// A date with any one byte changed is another date, or none; nothing traps.
    @Test(
        arguments: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ])
    func oneByteChanged(_ text: String) {
        let whole = Array(text.utf8)
        var valid = 0
        for index in whole.indices {
            for byte in UInt8.min ... .max {
                var changed = whole
                changed[index] = byte
                if HTTPDate.read(changed.span, now: now) != nil { valid += 1 }
            }
            #expect(HTTPDate.read(Array(whole[..<index]).span, now: now) == nil)
        }
        #expect(valid >= whole.count && valid < whole.count + 200)
    }
}
