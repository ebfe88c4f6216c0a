public import Wire

/// How each parser read each byte of one input: the escaped bytes, line by line, with the spans of the tokens under
/// them; side by side where parsers part.
public struct Explanation {
    private let description: ProtocolDescription
    private let input: [UInt8]
    private let groups: [Group]
    private let unsupported: [String]
    private let context: any ParseContext

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
        context = configuration.context
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
    /// The octets of a row where inputs are not text.
    private static let rowOctets = 16
    /// The longest content of the arena that is shown for one token (chosen: a screen's width).
    private static let arenaBytesShown = 64

    private var notation: any Notation { description.notation }

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
        for (index, group) in groups.enumerated() { text += arena(group, index) }
        if input.count > Self.bytesShown {
            text += "… \(input.count - Self.bytesShown) bytes more\n"
        }
        text += "\n"
        for (index, group) in groups.enumerated() { text += ending(group, index) }
        return text
    }

    private func letter(_ index: Int) -> String { String(UnicodeScalar(UInt8(65 + index % 26))) }

    /// Runs of bytes up to a line's end, or of the widest row; where inputs are not text, rows of sixteen octets.
    private func rows() -> [Range<Int>] {
        var rows: [Range<Int>] = []
        var start = 0
        let end = min(input.count, Self.bytesShown)
        let width = notation.isText ? Self.rowBytes : Self.rowOctets
        for index in 0..<end {
            let isLineEnd = notation.isText && input[index] == 0x0A
            if isLineEnd || index + 1 - start == width {
                rows.append(start..<(index + 1))
                start = index + 1
            }
        }
        if start < end { rows.append(start..<end) }
        return rows
    }

    /// One byte as it stands in a row: escaped text, or two digits and a space.
    private func shown(_ byte: UInt8) -> String {
        if notation.isText { return EscapedBytes.text(of: byte) }
        let hex = String(byte, radix: 16)
        return (hex.count == 1 ? "0" : "") + hex + " "
    }

    /// What stands in the arena: decoded strings, unmasked and decrypted bytes.
    private func arena(_ group: Group, _ index: Int) -> String {
        let tape = group.outcome.tape
        var text = ""
        for token in tape.tokens {
            let label = notation.label(of: token, tape: tape)
            guard label.place == .arena, token.offset <= tape.arena.count else { continue }
            let there = min(Int(clamping: token.length), tape.arena.count - token.offset)
            let bytes = tape.arena[token.offset..<(token.offset + there)]
            let more = there > Self.arenaBytesShown ? "… \(there) bytes" : ""
            let content = EscapedBytes.text(bytes.prefix(Self.arenaBytesShown))
            text += "        \(label.text): \(content)\(more)\n"
        }
        guard !text.isEmpty else { return "" }
        let name = groups.count > 1 ? "\(letter(index)): " : ""
        return "\n\(name)decoded\n" + text
    }

    private func text(of row: Range<Int>, colour: Bool) -> String {
        let offset = String(row.lowerBound)
        let margin = String(repeating: " ", count: max(0, 6 - offset.count)) + offset + "  "
        var text = margin + input[row].map(shown).joined() + "\n"
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
        let tape = group.outcome.tape
        var spans = tape.tokens.compactMap { span($0, tape, row, mark: "^") }
        spans += group.uncertain.compactMap { span($0, tape, row, mark: "~") }
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
    private func span(
        _ token: Token, _ tape: TapeSnapshot, _ row: Range<Int>, mark: Character
    ) -> Span? {
        let shown = notation.label(of: token, tape: tape)
        let label = shown.text
        switch shown.place {
        case .arena, .hidden: return nil
        case .point:
            // A point belongs behind the byte before it; at the input's start, before the first.
            let isBehind = token.offset > row.lowerBound && token.offset <= row.upperBound
            guard isBehind || (token.offset == 0 && row.lowerBound == 0) else { return nil }
            let column = self.column(token.offset, row)
            return Span(start: column, end: column, label: label, mark: "└")
        case .input: break
        }
        let length = shown.width ?? Int(clamping: token.length)
        let end = length > input.count - token.offset ? input.count : token.offset + length
        if length == 0, row.contains(token.offset) {
            let column = self.column(token.offset, row)
            return Span(start: column, end: column, label: label + " (empty)", mark: "·")
        }
        let start = max(token.offset, row.lowerBound)
        let stop = min(end, row.upperBound)
        guard start < stop else { return nil }
        let isContinued = start > token.offset
        // The space behind an octet's digits is not the octet's.
        let margin = notation.isText ? 0 : 1
        return Span(
            start: column(start, row), end: column(stop, row) - margin,
            label: isContinued ? "…\(label)" : label, mark: mark)
    }

    /// The column of a byte in a row of escaped bytes.
    private func column(_ offset: Int, _ row: Range<Int>) -> Int {
        input[row.lowerBound..<min(offset, row.upperBound)].reduce(0) {
            $0 + shown($1).count
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
            let byte = notation.isText ? EscapedBytes.text(of: seen) : "0x\(shown(seen).dropLast())"
            return """
                \(label)rejected at \(rejection.offset) ('\(byte)'): \(reason.name)
                    rule:    \(reason.rule)
                    clause:  \(reason.clause)
                    judged:  \(Self.words(reason.judgement)); blame: \(reason.blame.rawValue)
                    answer:  \(notation.reaction(to: reason, context: context))

                """
        }
    }

    private static func words(_ judgement: ReasonDescription.Judgement) -> String {
        switch judgement {
        case .syntax: "byte by byte; the offset is the first byte after which nothing valid follows"
        case .meaning:
            "once the section or element is whole; the offset is where the broken rule's line or field starts"
        case .limit: "against a local limit; the offset is the first byte beyond it"
        }
    }
}
