/// What a request's Range comes to for a file of some length (RFC 9110 §14.2).
enum RangeSelection: Hashable {
    /// 200 with all of it: there is no Range that counts.
    case whole
    /// 206: these parts, in the order in which they were asked for.
    case parts([Range<Int>])
    /// 416: no part lies in the file.
    case unsatisfiable
}

/// Reads Range's value.
///
///     ranges-specifier = range-unit "=" range-set
///     range-set        = 1#range-spec
///     int-range        = first-pos "-" [ last-pos ]
///     suffix-range     = "-" suffix-length
///
/// A client may ask for thousands of parts that lie over each other (CVE-2011-3192), or for positions that overflow
/// (CVE-2017-7529). So specs are counted and the whole file is sent where there are too many; positions too large to count
/// stand for the largest one; parts that touch, or nearly, are sent as one; and more bytes than the file has are never
/// sent. A value that is malformed, or of another unit, is ignored (RFC 9110 §14.2).
enum ByteRanges {
    /// Parts with a smaller gap between them are sent as one (RFC 9110 §15.3.7.2: the overhead of a part is about 80 bytes).
    static let gapBytesMin = 80

    private struct Part {
        var range: Range<Int>
        /// Its place in the request.
        var order: Int
    }

    /// What the value selects of a file of `count` bytes.
    static func select(_ value: Span<UInt8>, of count: Int, rangesMax: Int) -> RangeSelection {
        guard let start = startOfSet(value) else { return .whole }
        var parts: [Part] = []
        var specs = 0
        var sum = 0
        var index = start
        while index < value.count {
            var end = index
            while end < value.count, value[end] != UInt8(ascii: ",") { end += 1 }
            let element = trimmed(value, index..<end)
            index = end + 1
            // Empty elements are allowed, and not counted: the field's length limits them (RFC 9110 §5.6.1.2).
            if element.isEmpty { continue }
            guard specs < rangesMax, let spec = RangeSpec(value.extracting(element)) else {
                return .whole
            }
            specs += 1
            guard let range = spec.resolved(count) else { continue }
            let (total, overflow) = sum.addingReportingOverflow(range.count)
            sum = overflow ? .max : total
            parts.append(Part(range: range, order: specs))
        }
        // An empty file has no part that Content-Range could name, though a suffix of it is asked for rightly.
        guard specs > 0, sum <= count, !parts.contains(where: \.range.isEmpty) else {
            return .whole
        }
        return parts.isEmpty ? .unsatisfiable : .parts(coalesced(parts))
    }

    /// Where the set begins behind `bytes=`, whose letters may have any case (RFC 9110 §14.1).
    private static func startOfSet(_ value: Span<UInt8>) -> Int? {
        let unit: StaticString = "bytes="
        guard value.count > unit.utf8CodeUnitCount else { return nil }
        for index in 0..<unit.utf8CodeUnitCount - 1 {
            // SAFETY: index < the literal's count.
            guard unsafe value[index] | 0x20 == unit.utf8Start[index] else { return nil }
        }
        let start = unit.utf8CodeUnitCount
        return value[start - 1] == UInt8(ascii: "=") ? start : nil
    }

    private static func trimmed(_ value: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, value[start] == 0x20 || value[start] == 0x09 { start += 1 }
        while start < end, value[end - 1] == 0x20 || value[end - 1] == 0x09 { end -= 1 }
        return start..<end
    }

    /// Parts that lie over each other or nearly touch, made one, which takes the place of the first that was asked for.
    private static func coalesced(_ parts: [Part]) -> [Range<Int>] {
        var merged: [Part] = []
        for part in parts.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            guard let last = merged.last,
                part.range.lowerBound - last.range.upperBound < gapBytesMin
            else {
                merged.append(part)
                continue
            }
            let end = max(last.range.upperBound, part.range.upperBound)
            merged[merged.count - 1] = Part(
                range: last.range.lowerBound..<end, order: min(last.order, part.order))
        }
        return merged.sorted { $0.order < $1.order }.map(\.range)
    }
}

/// One part that is asked for.
private enum RangeSpec {
    /// `first-pos "-" [ last-pos ]`
    case positions(first: Int, last: Int?)
    /// `"-" suffix-length`
    case suffix(Int)

    init?(_ text: Span<UInt8>) {
        var index = 0
        let first = Self.number(text, &index)
        guard index < text.count, text[index] == UInt8(ascii: "-") else { return nil }
        index += 1
        let last = Self.number(text, &index)
        guard index == text.count else { return nil }
        switch (first, last) {
        case (let first?, let last?) where first <= last:
            self = .positions(first: first, last: last)
        case (let first?, nil): self = .positions(first: first, last: nil)
        case (nil, let last?): self = .suffix(last)
        case (nil, nil), (_?, _?): return nil
        }
    }

    /// The bytes of a file with `count` of them; nil where there are none (RFC 9110 §14.1.2).
    func resolved(_ count: Int) -> Range<Int>? {
        switch self {
        case .positions(let first, let last):
            guard first < count else { return nil }
            guard let last, last < count - 1 else { return first..<count }
            return first..<last + 1
        case .suffix(let length):
            return length > 0 ? max(0, count - min(length, count))..<count : nil
        }
    }

    /// Digits from `index` on; what is too large counts as the largest number.
    private static func number(_ text: Span<UInt8>, _ index: inout Int) -> Int? {
        let start = index
        var number = 0
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            let (tens, tensOverflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = tens.addingReportingOverflow(Int(digit))
            number = tensOverflow || sumOverflow ? .max : sum
            index += 1
        }
        return index > start ? number : nil
    }
}
