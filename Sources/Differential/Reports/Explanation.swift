internal import HTTP1
public import Wire

/// How each parser read each byte of one input: the escaped bytes, line by line, with the spans of the tokens under
/// them; side by side where parsers part.
public struct Explanation {
    private let description: ProtocolDescription
    private let input: [UInt8]
    private let groups: [Group]
    private let unsupported: [String]
    /// A response is not answered: a gateway that gets it tells its own client 502 (RFC 9110 §15.6.3).
    private let isResponse: Bool

    /// Variants that read the input in the same way.
    private struct Group {
        var variants: [String]
        let outcome: Outcome
        /// Tokens of a message that did not get far enough to be certain.
        let uncertain: [Token]
    }

    /// Runs `variants` on `input`.
    public init(
        _ input: [UInt8], _ description: ProtocolDescription, _ configuration: Configuration,
        variants: [Variant]
    ) {
        self.input = input
        self.description = description
        isResponse = (configuration.context as? HTTP1Context)?.role == .response
        var groups: [Group] = []
        var unsupported: [String] = []
        for variant in variants {
            guard var parser = variant.makeParser(configuration) else {
                unsupported.append(variant.name)
                continue
            }
            var tape = Tape()
            let verdict = parser.parse(input.span, into: &tape)
            let outcome = Outcome(verdict: verdict, tape: tape.snapshot())
            if let index = groups.firstIndex(where: { $0.outcome == outcome }) {
                groups[index].variants.append(variant.name)
            } else {
                let uncertain = (tape.count..<tape.appendedCount).map { tape[$0] }
                groups.append(
                    Group(variants: [variant.name], outcome: outcome, uncertain: uncertain))
            }
        }
        self.groups = groups
        self.unsupported = unsupported
    }

    /// The longest part of an input that is shown (chosen: some screens).
    private static let bytesShown = 8_192
    /// The longest piece of a line on one row.
    private static let rowBytes = 96

    /// The explanation as text.
    public func text(colour: Bool) -> String {
        var text = ""
        for (index, group) in groups.enumerated() {
            let label = groups.count > 1 ? "\(letter(index)) = " : ""
            text += "\(label)\(group.variants.joined(separator: ", ")): "
            text += group.outcome.verdict.text(in: description) + "\n"
        }
        for name in unsupported { text += "\(name): unsupported under this policy\n" }
        text += "\n"
        for row in rows() { text += self.text(of: row, colour: colour) }
        if input.count > Self.bytesShown {
            text += "… \(input.count - Self.bytesShown) bytes more\n"
        }
        text += "\n"
        for (index, group) in groups.enumerated() { text += ending(group, index) }
        return text
    }

    private func letter(_ index: Int) -> String { String(UnicodeScalar(UInt8(65 + index % 26))) }

    /// Runs of bytes up to a line's end, or of the widest row.
    private func rows() -> [Range<Int>] {
        var rows: [Range<Int>] = []
        var start = 0
        let end = min(input.count, Self.bytesShown)
        for index in 0..<end {
            if input[index] == 0x0A || index + 1 - start == Self.rowBytes {
                rows.append(start..<(index + 1))
                start = index + 1
            }
        }
        if start < end { rows.append(start..<end) }
        return rows
    }

    private func text(of row: Range<Int>, colour: Bool) -> String {
        let offset = String(row.lowerBound)
        let margin = String(repeating: " ", count: max(0, 6 - offset.count)) + offset + "  "
        var text = margin + EscapedBytes.text(input[row]) + "\n"
        let marks = groups.map { self.marks($0, row) }
        let isSame = marks.allSatisfy { $0 == marks.first }
        for (index, lines) in marks.enumerated() where !isSame || index == 0 {
            let label = isSame ? "        " : "     \(letter(index))│ "
            for line in lines { text += label + paint(line, colour) + "\n" }
        }
        return text
    }

    private func paint(_ text: String, _ colour: Bool) -> String {
        guard colour else { return text }
        return "\u{1B}[\(text.contains("✗") ? "31" : "36")m\(text)\u{1B}[0m"
    }
}

// MARK: Spans

extension Explanation {
    /// A span of one row: columns, and what to say of it.
    private struct Span {
        let start: Int
        let end: Int
        let label: String
        let mark: Character
    }

    /// The lines of marks under a row: spans from left to right, on a new line where they would touch.
    private func marks(_ group: Group, _ row: Range<Int>) -> [String] {
        var spans = group.outcome.tape.tokens.compactMap { span($0, row, mark: "^") }
        spans += group.uncertain.compactMap { span($0, row, mark: "~") }
        var lines = lay(spans)
        if case .rejected(let rejection) = group.outcome.verdict, row.contains(rejection.offset) {
            let name = description.reason(of: rejection)?.name ?? ""
            let column = self.column(rejection.offset, row)
            lines.append(String(repeating: " ", count: column) + "✗ \(name)")
        }
        return lines
    }

    private func lay(_ spans: [Span]) -> [String] {
        var lines: [String] = []
        var ends: [Int] = []
        for span in spans.sorted(by: { $0.start < $1.start }) {
            let width = max(1, span.end - span.start)
            let piece = String(repeating: span.mark, count: width) + " " + span.label
            let index = ends.firstIndex { $0 < span.start } ?? ends.count
            if index == ends.count {
                lines.append("")
                ends.append(-1)
            }
            let padding = span.start - lines[index].count
            lines[index] += String(repeating: " ", count: max(0, padding)) + piece
            ends[index] = lines[index].count
        }
        return lines
    }

    /// The part of a token's span that lies in a row, or nil. Only tokens of the input have one.
    private func span(_ token: Token, _ row: Range<Int>, mark: Character) -> Span? {
        guard let kind = token.http1Kind else { return nil }
        let label: String
        switch kind {
        case .fieldValueUnfolded, .trailerValueUnfolded: return nil
        case .framing, .messageEnd, .lastChunk, .opaque:
            guard token.offset == row.upperBound, kind != .messageEnd || token.offset > 0 else {
                return nil
            }
            let column = self.column(row.upperBound, row)
            return Span(start: column, end: column, label: self.label(token, kind), mark: "└")
        default: label = self.label(token, kind)
        }
        let length = Int(truncatingIfNeeded: token.length)
        let end = length > input.count - token.offset ? input.count : token.offset + length
        if length == 0, row.contains(token.offset) {
            let column = self.column(token.offset, row)
            return Span(start: column, end: column, label: label + " (empty)", mark: "·")
        }
        let start = max(token.offset, row.lowerBound)
        let stop = min(end, row.upperBound)
        guard start < stop else { return nil }
        let isContinued = start > token.offset
        return Span(
            start: column(start, row), end: column(stop, row),
            label: isContinued ? "…\(label)" : label, mark: mark)
    }

    private func label(_ token: Token, _ kind: HTTP1Token.Kind) -> String {
        switch kind {
        case .framing: return Self.text(of: token)
        case .target:
            return "target (\(TargetForm(rawValue: token.detail).map { "\($0)" } ?? "?") form)"
        case .fieldName, .trailerName: return kind == .fieldName ? "name" : "trailer name"
        case .fieldValue: return "value"
        case .trailerValue: return "trailer value"
        case .chunk: return "chunk of \(token.length)"
        case .chunkExtensions: return "extensions"
        case .lastChunk: return "last chunk"
        case .messageEnd: return "message ends"
        case .opaque: return "opaque from here"
        default: return "\(kind)"
        }
    }

    private static func text(of token: Token) -> String {
        guard let framing = Framing(token: token) else { return "framing" }
        let length = framing.kind == .length ? " \(framing.length)" : ""
        let keepAlive = framing.keepAlive ? "" : ", then the connection closes"
        return "head ends; framing: \(framing.kind)\(length) (\(framing.why))\(keepAlive)"
    }

    /// The column of a byte in a row of escaped bytes.
    private func column(_ offset: Int, _ row: Range<Int>) -> Int {
        input[row.lowerBound..<min(offset, row.upperBound)].reduce(0) {
            $0 + EscapedBytes.text(of: $1).count
        }
    }

    /// What the verdict means, with rule and clause where something was refused.
    private func ending(_ group: Group, _ index: Int) -> String {
        let label = groups.count > 1 ? "\(letter(index)): " : ""
        switch group.outcome.verdict {
        case .complete(let consumed):
            let left = input.count - consumed
            return "\(label)complete: \(consumed) bytes"
                + (left > 0 ? ", \(left) left over\n" : "\n")
        case .incomplete: return "\(label)incomplete: more bytes are needed\n"
        case .rejected(let rejection):
            guard let reason = description.reason(of: rejection) else { return "" }
            let seen = rejection.offset < input.count ? input[rejection.offset] : 0
            return """
                \(label)rejected at \(rejection.offset) ('\(EscapedBytes.text(of: seen))'): \(reason.name)
                    rule:    \(reason.rule)
                    clause:  \(reason.clause)
                    judged:  \(Self.words(reason.judgement)); blame: \(reason.blame.rawValue)
                    answer:  \(isResponse ? 502 : reason.status), \(reason.closes ? "close" : "keep") the connection

                """
        }
    }

    private static func words(_ judgement: ReasonDescription.Judgement) -> String {
        switch judgement {
        case .syntax: "byte by byte; the offset is the first byte after which nothing valid follows"
        case .meaning:
            "at the end of the section; the offset is where the broken rule's line starts"
        case .limit: "against a local limit; the offset is the first byte beyond it"
        }
    }
}
