extension HTTPDate {
    /// Reads an HTTP-date in any of its three forms (RFC 9110 §5.6.7), or nil where it is none.
    ///
    ///     HTTP-date    = IMF-fixdate / obs-date
    ///     IMF-fixdate  = day-name "," SP date1 SP time-of-day SP GMT    Sun, 06 Nov 1994 08:49:37 GMT
    ///     rfc850-date  = day-name-l "," SP date2 SP time-of-day SP GMT  Sunday, 06-Nov-94 08:49:37 GMT
    ///     asctime-date = day-name SP date3 SP time-of-day SP year       Sun Nov  6 08:49:37 1994
    ///
    /// Letters count in their own case. The day must exist and be of the week that the date says: a sender that contradicts
    /// itself means nothing, and a condition that is no date is ignored.
    ///
    /// - Parameter now: For years of two digits: one that seems more than 50 years ahead is of the century before.
    static func read(_ text: Span<UInt8>, now: HTTPDate) -> HTTPDate? {
        var reader = DateReader()
        guard let parts = reader.date(text, now: now), reader.index == text.count else {
            return nil
        }
        return parts.date
    }
}

/// What a date says, field by field.
private struct DateParts {
    var weekday = 0
    var year = 0
    var month = 1
    var dayOfMonth = 1
    var hour = 0
    var minute = 0
    var second = 0

    /// The date, where it exists. Second 60 is a leap second, which is only ever the last of a UTC day (RFC 5905 §7.3); it
    /// counts as the next day's first, as in POSIX.
    var date: HTTPDate? {
        guard (1...HTTPDate.daysOfMonth(month, year: year)).contains(dayOfMonth), hour < 24,
            minute < 60, second < 60 || (second == 60 && hour == 23 && minute == 59)
        else { return nil }
        let day = HTTPDate.day(year: year, month: month, dayOfMonth: dayOfMonth)
        guard HTTPDate.weekday(day: day) == weekday else { return nil }
        return HTTPDate(
            seconds: day * HTTPDate.secondsOfDay + hour * 3_600 + minute * 60 + second)
    }
}

/// Walks through a date's text.
private struct DateReader {
    var index = 0

    mutating func date(_ text: Span<UInt8>, now: HTTPDate) -> DateParts? {
        if let weekday = name(of: HTTPDate.longDayNames, text) {
            return rfc850(text, weekday, now: now)
        }
        guard let weekday = name(of: HTTPDate.dayNames, text) else { return nil }
        return skip(",", text) ? imfFixdate(text, weekday) : asctime(text, weekday)
    }

    /// `date1 = day SP month SP year`
    private mutating func imfFixdate(_ text: Span<UInt8>, _ weekday: Int) -> DateParts? {
        var parts = DateParts(weekday: weekday)
        guard skip(" ", text), let day = number(2, text), skip(" ", text),
            let month = name(of: HTTPDate.monthNames, text), skip(" ", text),
            let year = number(4, text), skip(" ", text), time(text, &parts), skip(" GMT", text)
        else { return nil }
        (parts.year, parts.month, parts.dayOfMonth) = (year, month + 1, day)
        return parts
    }

    /// `date2 = day "-" month "-" 2DIGIT`
    private mutating func rfc850(
        _ text: Span<UInt8>, _ weekday: Int, now: HTTPDate
    ) -> DateParts? {
        var parts = DateParts(weekday: weekday)
        guard skip(", ", text), let day = number(2, text), skip("-", text),
            let month = name(of: HTTPDate.monthNames, text), skip("-", text),
            let year = number(2, text), skip(" ", text), time(text, &parts), skip(" GMT", text)
        else { return nil }
        (parts.month, parts.dayOfMonth) = (month + 1, day)
        parts.year = Self.year(year, parts, now: now)
        return parts
    }

    /// `date3 = month SP ( 2DIGIT / ( SP 1DIGIT ))`
    private mutating func asctime(_ text: Span<UInt8>, _ weekday: Int) -> DateParts? {
        var parts = DateParts(weekday: weekday)
        guard skip(" ", text), let month = name(of: HTTPDate.monthNames, text), skip(" ", text),
            let day = skip(" ", text) ? number(1, text) : number(2, text), skip(" ", text),
            time(text, &parts), skip(" ", text), let year = number(4, text)
        else { return nil }
        (parts.year, parts.month, parts.dayOfMonth) = (year, month + 1, day)
        return parts
    }

    /// `time-of-day = hour ":" minute ":" second`
    private mutating func time(_ text: Span<UInt8>, _ parts: inout DateParts) -> Bool {
        guard let hour = number(2, text), skip(":", text), let minute = number(2, text),
            skip(":", text), let second = number(2, text)
        else { return false }
        (parts.hour, parts.minute, parts.second) = (hour, minute, second)
        return true
    }

    /// The year that two digits mean: the latest one that is not more than 50 years ahead, to the second.
    private static func year(_ digits: Int, _ parts: DateParts, now: HTTPDate) -> Int {
        let today = HTTPDate.civil(
            day: (now.seconds - (now.seconds < 0 ? HTTPDate.secondsOfDay - 1 : 0))
                / HTTPDate.secondsOfDay)
        var year = today.year / 100 * 100 + 100 + digits
        let limit = (
            today.year + 50, today.month, today.dayOfMonth,
            ((now.seconds % HTTPDate.secondsOfDay) + HTTPDate.secondsOfDay) % HTTPDate.secondsOfDay
        )
        let second = parts.hour * 3_600 + parts.minute * 60 + parts.second
        while year >= 100, (year, parts.month, parts.dayOfMonth, second) > limit { year -= 100 }
        return min(year, 9_999)
    }

    /// `count` digits.
    private mutating func number(_ count: Int, _ text: Span<UInt8>) -> Int? {
        guard text.count - index >= count else { return nil }
        var number = 0
        for _ in 0..<count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number * 10 + Int(digit)
            index += 1
        }
        return number
    }

    /// The number of the first of these names that stands here.
    private mutating func name(of names: [StaticString], _ text: Span<UInt8>) -> Int? {
        for number in names.indices where skip(names[number], text) { return number }
        return nil
    }

    /// Goes behind `literal`, where it stands here.
    private mutating func skip(_ literal: StaticString, _ text: Span<UInt8>) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard literal.hasPointerRepresentation, text.count - index >= count else { return false }
        for place in 0..<count {
            // SAFETY: place < the literal's count.
            guard unsafe text[index + place] == literal.utf8Start[place] else { return false }
        }
        index += count
        return true
    }
}
