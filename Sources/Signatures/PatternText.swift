/// Writes out the abbreviations of patterns. Without them each pattern would be a line of brackets, and nobody would see
/// that two differ in one byte.
enum PatternText {
    /// What an HTTP/1 pattern is held against: a connection, or a chunked body by itself.
    enum Start {
        case connection
        case chunkedBody
    }

    /// A pattern as Hyperscan reads it.
    static func expanded(_ text: String, start: Start) -> String {
        var text = oddCases(text)
        for (short, long) in abbreviations(start) { text = text.replacing(short, with: long) }
        return text
    }

    /// Whether a pattern is about chunked bodies, so that it applies to one without a head.
    static func isAboutBody(_ text: String) -> Bool {
        text.contains("<BODY>") || text.contains("<LAST>")
    }

    /// In this order, for those that stand before others can hold them.
    private static func abbreviations(_ start: Start) -> [(String, String)] {
        [
            // The line of a field, up to its colon.
            ("<TE>", #"<L>Transfer-Encoding:"#),
            ("<CL>", #"<L>Content-Length:"#),
            // A request line, up to somewhere in the target's path.
            ("<T>", #"<L>[A-Z]{3,7} [^ \r\n?]*"#),
            // The start of a message and some whole lines of its head.
            ("<H>", #" HTTP/1\.[01]\r\n(?:[^\r\n]+\r\n)*"#),
            // Some whole lines.
            ("<F>", #"(?:[^\r\n]+\r?\n)*"#),
            // Behind the last chunk's line, where trailers begin.
            ("<LAST>", #"<BODY>(?:<DATA>\r\n)*0+\r\n"#),
            // Where a chunked body begins.
            ("<BODY>", start == .chunkedBody ? "^" : chunkedHead),
            // A chunk's size line and data. Only sizes below sixteen: a pattern cannot count further, and probes are short.
            ("<DATA>", "(?:" + (1...15).map(data).joined(separator: "|") + ")"),
            ("<PRI>", #"(?:PRI \* HTTP/2\.0\r\n\r\nSM\r\n\r\n)"#),
            // The start of a line.
            ("<L>", #"(?:^|\n)"#),
            // White space, and the rest of a line.
            ("<S>", #"[ \t]*"#),
            ("<V>", #"[^\r\n]*"#),
        ]
    }

    private static let chunkedHead =
        #"(?i:\nTransfer-Encoding:[ \t]*chunked[ \t]*\r\n(?:[^\r\n]+\r\n)*\r\n)"#

    private static func data(_ size: Int) -> String {
        String(size, radix: 16) + #"\r\n.{"# + String(size) + "}"
    }

    /// `<odd:Word>` is the word in a case that nobody writes: a capital anywhere but at the start of a part.
    private static func oddCases(_ text: String) -> String {
        guard let start = text.firstRange(of: "<odd:"),
            let end = text[start.upperBound...].firstIndex(of: ">")
        else { return text }
        let word = Array(text[start.upperBound..<end])
        var forms: [String] = []
        for (index, letter) in word.enumerated() {
            guard letter.isLetter, index > 0, word[index - 1] != "-" else { continue }
            forms.append(
                word.enumerated().map { place, other in
                    if place == index { return other.uppercased() }
                    return other.isLetter
                        ? "[\(other.lowercased())\(other.uppercased())]" : String(other)
                }.joined())
        }
        let written = "(?:" + forms.joined(separator: "|") + ")"
        return text[..<start.lowerBound] + written
            + oddCases(String(text[text.index(after: end)...]))
    }
}
