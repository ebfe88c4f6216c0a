internal import HTTP1

/// A part of what may be a message: a line with its end, or data.
struct HTTP1Part {
    enum Kind {
        case startLine
        /// A field line whose name decides where messages end, or who gets them.
        case framingField
        case field
        /// The empty line behind fields.
        case blank
        case chunkLine
        /// A chunk's data with what ends it.
        case chunkData
        case body
    }

    var kind: Kind
    var start: Int
    var end: Int
    /// Which message it belongs to.
    var message: Int
    /// Of a field line, the bytes before its first colon.
    var nameCount = 0

    var range: Range<Int> { start..<end }
    var isField: Bool { kind == .field || kind == .framingField }
}

/// Takes messages apart as a reader would who minds nothing: a line ends at LF, a size is the digits that are there.
///
/// It is no parser: it never refuses, and where it is wrong a mutation falls in an odd place, which is welcome.
struct HTTP1Splitter {
    private(set) var parts: [HTTP1Part] = []
    private var message = 0
    private var length: Int?
    private var isChunked = false

    /// Chosen: a mutation looks at no more parts than this, however long the input.
    private static let partsMax = 400

    init(_ bytes: [UInt8], chunkedAlone: Bool) {
        parts.reserveCapacity(24)
        let input = bytes.span
        var index = 0
        if chunkedAlone { index = chunks(input, from: index) }
        while index < input.count, parts.count < Self.partsMax {
            index = head(input, from: index)
            if isChunked {
                index = chunks(input, from: index)
            } else if let length, length > 0 {
                let end = index + min(length, input.count - index)
                add(.body, index, end)
                index = end
            }
            message += 1
            length = nil
            isChunked = false
        }
        if index < input.count { add(.body, index, input.count) }
    }

    private mutating func add(
        _ kind: HTTP1Part.Kind, _ start: Int, _ end: Int, nameCount: Int = 0
    ) {
        guard end > start else { return }
        parts.append(
            HTTP1Part(
                kind: kind, start: start, end: end, message: message, nameCount: nameCount))
    }

    /// The index behind the line that starts at `index`.
    private func lineEnd(_ input: Span<UInt8>, from index: Int) -> Int {
        var end = index
        while end < input.count {
            end += 1
            if input[end - 1] == 0x0A { break }
        }
        return end
    }

    private func isBlank(_ input: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        end - start == 1 && input[start] == 0x0A
            || end - start == 2 && input[start] == 0x0D && input[start + 1] == 0x0A
    }

    private mutating func head(_ input: Span<UInt8>, from start: Int) -> Int {
        let end = lineEnd(input, from: start)
        if isBlank(input, start, end) {
            add(.blank, start, end)
            return end
        }
        add(.startLine, start, end)
        return fields(input, from: end)
    }

    private mutating func fields(_ input: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < input.count, parts.count < Self.partsMax {
            let end = lineEnd(input, from: index)
            if isBlank(input, index, end) {
                add(.blank, index, end)
                return end
            }
            var colon = index
            while colon < end, input[colon] != 0x3A { colon += 1 }
            let frames = note(input, index, colon, end)
            add(frames ? .framingField : .field, index, end, nameCount: colon - index)
            index = end
        }
        return index
    }

    /// Reads what frames the message; true where the name is one that decides something.
    private mutating func note(
        _ input: Span<UInt8>, _ start: Int, _ colon: Int, _ end: Int
    ) -> Bool {
        switch colon - start {
        case 14 where Self.matches(input, start, Self.contentLength):
            length = Self.number(input, colon + 1, end, radix: 10) ?? length
        case 17 where Self.matches(input, start, Self.transferEncoding): isChunked = true
        case 4: return Self.matches(input, start, Self.host)
        case 6: return Self.matches(input, start, Self.expect)
        case 7:
            return Self.matches(input, start, Self.upgrade)
                || Self.matches(input, start, Self.trailer)
        case 10: return Self.matches(input, start, Self.connection)
        default: return false
        }
        return true
    }

    private static let contentLength = Array("content-length".utf8)
    private static let transferEncoding = Array("transfer-encoding".utf8)
    private static let host = Array("host".utf8)
    private static let expect = Array("expect".utf8)
    private static let upgrade = Array("upgrade".utf8)
    private static let trailer = Array("trailer".utf8)
    private static let connection = Array("connection".utf8)

    private static func matches(_ input: Span<UInt8>, _ start: Int, _ name: [UInt8]) -> Bool {
        for place in name.indices where input[start + place] | 0x20 != name[place] { return false }
        return true
    }

    private mutating func chunks(_ input: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < input.count, parts.count < Self.partsMax {
            let end = lineEnd(input, from: index)
            add(.chunkLine, index, end)
            guard let size = Self.number(input, index, end, radix: 16), size > 0 else {
                return fields(input, from: end)
            }
            var dataEnd = end + min(size, input.count - end)
            if dataEnd < input.count, input[dataEnd] == 0x0D { dataEnd += 1 }
            if dataEnd < input.count, input[dataEnd] == 0x0A { dataEnd += 1 }
            add(.chunkData, end, dataEnd)
            index = max(dataEnd, end)
        }
        return index
    }

    /// The first digits of a line as a number; nil where there are none or too many.
    static func number(_ input: Span<UInt8>, _ start: Int, _ end: Int, radix: Int) -> Int? {
        guard let digits = digits(input, start, end, radix: radix), digits.count < 12 else {
            return nil
        }
        var value = 0
        for index in digits { value = value * radix + (Self.value(input[index], radix) ?? 0) }
        return value
    }

    /// Where the first digits of a line stand.
    static func digits(
        _ input: Span<UInt8>, _ start: Int, _ end: Int, radix: Int
    ) -> Range<Int>? {
        var index = start
        while index < end, value(input[index], radix) == nil { index += 1 }
        let first = index
        while index < end, value(input[index], radix) != nil { index += 1 }
        return index > first ? first..<index : nil
    }

    private static func value(_ octet: UInt8, _ radix: Int) -> Int? {
        switch octet {
        case 0x30...0x39: Int(octet) - 0x30
        case 0x41...0x46 where radix == 16: Int(octet) - 55
        case 0x61...0x66 where radix == 16: Int(octet) - 87
        default: nil
        }
    }
}
