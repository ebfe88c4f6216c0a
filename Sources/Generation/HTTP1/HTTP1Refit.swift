/// Makes lengths say what is there: Content-Length up to the next start line, chunk sizes up to the next CRLF.
struct HTTP1Refit {
    private let bytes: [UInt8]
    /// What stands where in the result, from left to right.
    private var edits: [(range: Range<Int>, text: [UInt8])] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The bytes with the lengths that are right, where they can be made so.
    mutating func refitted(chunkedAlone: Bool) -> [UInt8] {
        let bytes = bytes
        let input = bytes.span
        var index = 0
        if chunkedAlone { index = chunks(input, from: 0) }
        while index < input.count {
            let before = index
            index = head(input, from: index)
            if index <= before { break }
        }
        guard !edits.isEmpty else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 16)
        var done = 0
        for edit in edits {
            result += bytes[done..<edit.range.lowerBound]
            result += edit.text
            done = edit.range.upperBound
        }
        return result + bytes[done...]
    }

    /// A head and its body; the index behind them.
    private mutating func head(_ input: Span<UInt8>, from start: Int) -> Int {
        var index = start
        var digits: Range<Int>?
        var isChunked = false
        while index < input.count {
            let end = Self.lineEnd(input, from: index)
            let count = end - index
            if count == 1 || count == 2 && input[index] == 0x0D {
                index = end
                // Empty lines before the first line of a head end nothing.
                if end - start <= 2 { continue }
                break
            }
            switch Self.name(input, index, end) {
            case 0x43: digits = HTTP1Splitter.digits(input, index, end, radix: 10)
            case 0x54: isChunked = true
            default: break
            }
            index = end
        }
        if isChunked { return chunks(input, from: index) }
        guard let digits else { return index }
        let end = Self.nextStart(input, from: index)
        edits.append((digits, Array(String(end - index).utf8)))
        return end
    }

    /// The chunks and trailers; the index behind them.
    private mutating func chunks(_ input: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < input.count {
            let end = Self.lineEnd(input, from: index)
            guard let digits = HTTP1Splitter.digits(input, index, end, radix: 16) else {
                return end
            }
            let size = HTTP1Splitter.number(input, index, end, radix: 16)
            if size == 0 { return Self.sectionEnd(input, from: end) }
            var dataEnd = end + (size ?? 0)
            if size == nil || !Self.isLineEnd(input, dataEnd) {
                dataEnd = end
                while dataEnd < input.count, !Self.isLineEnd(input, dataEnd) { dataEnd += 1 }
                // A size of 0 would end the body here.
                if dataEnd > end {
                    edits.append((digits, Array(String(dataEnd - end, radix: 16).utf8)))
                }
            }
            index = max(end, min(input.count, dataEnd + 2))
        }
        return index
    }

    private static func isLineEnd(_ input: Span<UInt8>, _ index: Int) -> Bool {
        index >= 0 && index < input.count - 1 && input[index] == 0x0D && input[index + 1] == 0x0A
    }

    private static func lineEnd(_ input: Span<UInt8>, from index: Int) -> Int {
        var end = index
        while end < input.count {
            end += 1
            if input[end - 1] == 0x0A { break }
        }
        return end
    }

    /// Behind the next empty line.
    private static func sectionEnd(_ input: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < input.count {
            let end = lineEnd(input, from: index)
            let count = end - index
            index = end
            if count == 1 || count == 2 && input[end - 2] == 0x0D { break }
        }
        return index
    }

    /// `C` for Content-Length, `T` for Transfer-Encoding, by their first letter and their colon's place.
    private static func name(_ input: Span<UInt8>, _ start: Int, _ end: Int) -> UInt8 {
        let first = input[start] & 0xDF
        if first == 0x43, start + 14 < end, input[start + 14] == 0x3A { return first }
        if first == 0x54, start + 17 < end, input[start + 17] == 0x3A { return first }
        return 0
    }

    private static let mark = Array("HTTP/1.".utf8)

    /// Where the next line starts that has ` HTTP/1.` in it, or begins with `HTTP/1.`; or the end.
    private static func nextStart(_ input: Span<UInt8>, from start: Int) -> Int {
        var index = start
        var line = start
        while index < input.count {
            if input[index] == 0x0A { line = index + 1 }
            if input[index] == 0x48, isMark(input, index) { return line }
            index += 1
        }
        return input.count
    }

    private static func isMark(_ input: Span<UInt8>, _ index: Int) -> Bool {
        guard index + mark.count <= input.count else { return false }
        for place in mark.indices where input[index + place] != mark[place] { return false }
        return true
    }
}
