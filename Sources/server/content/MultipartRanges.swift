/// Several parts of a file as `multipart/byteranges` (RFC 9110 §14.6, RFC 2046 §5.1).
struct MultipartRanges {
    /// 128 bits in hexadecimal. Chosen anew for each response: whoever wrote the file cannot have put it there, so no part
    /// ends before its end.
    let boundary: String

    init(boundaryFrom generator: inout some RandomNumberGenerator) {
        boundary = (0..<2)
            .map { _ in
                let digits = String(generator.next() as UInt64, radix: 16)
                return String(repeating: "0", count: 16 - digits.utf8.count) + digits
            }
            .joined()
    }

    /// The response's own Content-Type.
    var contentTypeLine: [UInt8] {
        Array("Content-Type: multipart/byteranges; boundary=\(boundary)\r\n".utf8)
    }

    /// `Content-Range: bytes first-last/length`
    static func contentRange(_ range: Range<Int>, of count: Int) -> [UInt8] {
        Array("Content-Range: bytes \(range.lowerBound)-\(range.upperBound - 1)/\(count)\r\n".utf8)
    }

    /// The parts, each with its type and place, and the end.
    func body(_ parts: [Range<Int>], of entry: FileEntry) -> Body {
        var pieces: [Body.Piece] = []
        for (number, range) in parts.enumerated() {
            var lines = Array((number == 0 ? "--" : "\r\n--").utf8)
            lines.append(contentsOf: "\(boundary)\r\nContent-Type: \(entry.contentType)\r\n".utf8)
            lines.append(contentsOf: Self.contentRange(range, of: entry.count))
            lines.append("\r\n")
            pieces.append(.bytes(lines))
            let slice = FileSlice(entry.file, offset: range.lowerBound, count: range.count)
            pieces.append(.file(slice))
        }
        pieces.append(.bytes(Array("\r\n--\(boundary)--\r\n".utf8)))
        return .pieces(pieces)
    }
}
