/// Chunked bodies of the published families, in which two readers part at one line end.
///
/// The names say where the readers part: at a terminator inside an extension (TERM.EXT, EXT.TERM), at octets behind the data
/// (TERM.SPILL, SPILL.TERM, two octets unread), at a terminator before a trailer (TERM.TRAIL).
extension HTTP1Mutator {
    mutating func family() {
        let end = random.pick(Self.ends)
        let inner = "AAAABBBBCCCC"
        let text: String
        switch random.below(9) {
        case 0: text = "2;\(end)XX\r\n10\r\n1f\r\n\(inner)\r\n0\r\n\r\nDDDDEEEEFFFF\r\n0\r\n\r\n"
        case 1: text = "2;\(end)XX\r\n22\r\nc\r\n\(inner)\r\n0\r\n\r\nDDDDEEEEFFFF\r\n0\r\n\r\n"
        case 2: text = "5\r\nAAAAA\(end)c\r\n17\r\nAAAABBBB\r\n0\r\n\r\nCCCCDDDD\r\n0\r\n\r\n"
        case 3: text = "5\r\nAAAAA\(end)1a\r\n8\r\nAAAABBBB\r\n0\r\n\r\nCCCCDDDD\r\n0\r\n\r\n"
        case 4: text = "0\r\n\(end)xxx: yyy\r\n\r\n"
        case 5: text = "2\r\nXX\(end)12\r\nXX\r\n19\r\nXXAAAABBBB\r\n0\r\n\r\nCCCCDDDD\r\n0\r\n\r\n"
        case 6: text = "2\r\nXX\(end)10\r\n\r\n\(inner)DD\r\n0\r\n\r\n"
        case 7: text = "2\r\nXX012\r\nXX\r\n19\r\nXXAAAABBBB\r\n0\r\n\r\nCCCCDDDD\r\n0\r\n\r\n"
        default: text = "2\r\nxx010\r\n\r\n\(inner)DD\r\n0\r\n\r\n"
        }
        let body = Array(text.utf8)
        if let first = parts.first(where: { $0.kind == .chunkLine }) {
            // In place of the body that is there.
            let last = parts.last { $0.message == first.message } ?? first
            bytes.replaceSubrange(first.start..<max(first.start, last.end), with: body)
        } else if isChunkedAlone {
            bytes = body
        } else if let blank = parts.first(where: { $0.kind == .blank && $0.message > 0 })
            ?? parts.last(where: { $0.kind == .blank })
        {
            bytes.insert(contentsOf: body, at: blank.end)
            bytes.insert(contentsOf: "Transfer-Encoding: chunked\r\n".utf8, at: blank.start)
        }
    }

    private static let ends = ["\n", "\r", "\rX", "\r\r", "\r\n", "", "XX", "\n\r", "\r\n "]
}
