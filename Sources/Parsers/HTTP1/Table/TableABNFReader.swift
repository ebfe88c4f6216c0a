/// Reads ABNF text by recursive descent, one function for each rule of RFC 5234 §4.
///
/// More freely than there: lines may end in LF, and a blank line may stand anywhere. As there, a
/// line that starts with white space goes on with the rule before it.
struct TableABNFReader {
    private let text: [UInt8]
    private var index = 0

    /// Makes a reader of `text`.
    init(_ text: String) {
        self.text = Array(text.utf8)
    }

    /// rulelist = 1*( rule / (*c-wsp c-nl) )
    mutating func readRules() throws(TableGrammarError) -> [String: TableNode] {
        var rules: [String: TableNode] = [:]
        skipBlank(acrossRules: true)
        while index < text.count {
            let startLine = line
            let name = try readName()
            skipBlank()
            guard take("=") else { throw expected("= or =/") }
            let extends = take("/")
            let node = try readAlternatives()
            guard (rules[name] != nil) == extends else {
                throw .misdefinedRule(name, line: startLine)
            }
            rules[name] = rules[name].map { .alternatives([$0, node]) } ?? node
            guard atRuleStart else { throw expected("an element or the end of the rule") }
            skipBlank(acrossRules: true)
        }
        return rules
    }

    /// alternation = concatenation *(*c-wsp "/" *c-wsp concatenation)
    private mutating func readAlternatives() throws(TableGrammarError) -> TableNode {
        var parts = [try readSequence()]
        while take("/") { parts.append(try readSequence()) }
        return parts.count == 1 ? parts[0] : .alternatives(parts)
    }

    /// concatenation = repetition *(1*c-wsp repetition)
    private mutating func readSequence() throws(TableGrammarError) -> TableNode {
        var parts: [TableNode] = []
        skipBlank()
        while startsElement {
            parts.append(try readRepetition())
            skipBlank()
        }
        guard !parts.isEmpty else { throw expected("an element") }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// repetition = [repeat] element; repeat = 1*DIGIT / (*DIGIT "*" *DIGIT)
    private mutating func readRepetition() throws(TableGrammarError) -> TableNode {
        let low = try readNumber(radix: 10)
        guard take("*") else {
            let element = try readElement()
            return low.map { .repetition(min: $0, max: $0, element) } ?? element
        }
        let high = try readNumber(radix: 10)
        if let high, high < low ?? 0 {
            throw expected("an upper bound that is not below the lower")
        }
        return .repetition(min: low ?? 0, max: high, try readElement())
    }

    /// element = rulename / group / option / char-val / num-val / prose-val
    private mutating func readElement() throws(TableGrammarError) -> TableNode {
        if take("(") { return try readAlternatives(until: ")") }
        if take("[") { return .repetition(min: 0, max: 1, try readAlternatives(until: "]")) }
        if take("\"") { return try readQuoted(anyCase: true) }
        if take("%") { return try readNumeric() }
        if take("<") { return .mark(try readMark()) }
        return .rule(try readName())
    }

    private mutating func readAlternatives(
        until close: Character
    ) throws(TableGrammarError) -> TableNode {
        let node = try readAlternatives()
        guard take(close) else { throw expected("\(close)") }
        return node
    }

    /// char-val, behind its opening quote: each letter in both cases, or (RFC 7405) as it stands.
    private mutating func readQuoted(anyCase: Bool) throws(TableGrammarError) -> TableNode {
        var parts: [TableNode] = []
        while let octet = peek, octet != UInt8(ascii: "\"") {
            guard octet >= 0x20, octet <= 0x7e else { throw expected("a quotation mark") }
            var set = TableByteSet(octet...octet)
            let isLetter = (0x41...0x5a).contains(octet & 0xdf)
            if anyCase, isLetter { set.insert(octet ^ 0x20) }
            parts.append(.octets(set))
            index += 1
        }
        guard take("\"") else { throw expected("a quotation mark") }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// num-val, and the `%s` and `%i` of RFC 7405, behind the percent sign.
    private mutating func readNumeric() throws(TableGrammarError) -> TableNode {
        if take("s") || take("S") { return try readQuotedBehindPrefix(anyCase: false) }
        if take("i") || take("I") { return try readQuotedBehindPrefix(anyCase: true) }
        let radix: Int
        if take("x") || take("X") {
            radix = 16
        } else if take("d") || take("D") {
            radix = 10
        } else if take("b") || take("B") {
            radix = 2
        } else {
            throw expected("x, d, b, s or i")
        }
        let first = try readOctet(radix: radix)
        if take("-") {
            let last = try readOctet(radix: radix)
            guard first <= last else { throw expected("a range that is not empty") }
            return .octets(TableByteSet(first...last))
        }
        var parts: [TableNode] = [.octets(TableByteSet(first...first))]
        while take(".") {
            let octet = try readOctet(radix: radix)
            parts.append(.octets(TableByteSet(octet...octet)))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func readQuotedBehindPrefix(
        anyCase: Bool
    ) throws(TableGrammarError) -> TableNode {
        guard take("\"") else { throw expected("a quotation mark") }
        return try readQuoted(anyCase: anyCase)
    }

    /// A mark, behind `<`: a verb, a space, a name.
    private mutating func readMark() throws(TableGrammarError) -> TableMark {
        let start = index
        while let octet = peek, octet != UInt8(ascii: ">"), octet != UInt8(ascii: "\n") {
            index += 1
        }
        let words = text[start..<index].split(separator: UInt8(ascii: " "))
            .map { String(decoding: $0, as: UTF8.self) }
        guard take(">"), words.count == 2 else { throw expected("<verb name>") }
        switch words[0] {
        case "else": return .otherwise(words[1])
        case "reject": return .reject(words[1])
        case "is": return .tag(words[1])
        default: throw expected("else, reject or is")
        }
    }

    /// rulename = ALPHA *(ALPHA / DIGIT / "-"), in lower case.
    private mutating func readName() throws(TableGrammarError) -> String {
        let start = index
        while let octet = peek, isNameOctet(octet, first: index == start) { index += 1 }
        guard index > start else { throw expected("a rule's name") }
        return String(decoding: text[start..<index], as: UTF8.self).lowercased()
    }

    private mutating func readOctet(radix: Int) throws(TableGrammarError) -> UInt8 {
        guard let value = try readNumber(radix: radix), let octet = UInt8(exactly: value) else {
            throw expected("an octet's number")
        }
        return octet
    }

    private mutating func readNumber(radix: Int) throws(TableGrammarError) -> Int? {
        let start = index
        var value = 0
        while let octet = peek,
            let digit = digitValue(octet), digit < radix
        {
            value = value * radix + digit
            guard value <= 65_536 else { throw expected("a smaller number") }
            index += 1
        }
        return index > start ? value : nil
    }
}

extension TableABNFReader {
    private var peek: UInt8? { index < text.count ? text[index] : nil }

    /// Whether the reader stands at the start of a line that does not go on with a rule, or at the
    /// end.
    private var atRuleStart: Bool {
        guard let octet = peek, index > 0 else { return true }
        return text[index - 1] == UInt8(ascii: "\n") && octet != 0x20 && octet != 0x09
    }

    private var startsElement: Bool {
        guard let octet = peek, !atRuleStart else { return false }
        return "([\"%<*".utf8.contains(octet)
            || isNameOctet(octet, first: false)
                && octet != UInt8(ascii: "-")
    }

    private func isNameOctet(_ octet: UInt8, first: Bool) -> Bool {
        if (0x41...0x5a).contains(octet & 0xdf) { return true }
        return !first && (digitValue(octet) != nil || octet == UInt8(ascii: "-"))
    }

    /// The value of a hexadecimal digit.
    private func digitValue(_ octet: UInt8) -> Int? {
        switch octet {
        case 0x30...0x39: Int(octet) - 0x30
        case 0x41...0x46, 0x61...0x66: Int(octet & 0xdf) - 0x41 + 10
        default: nil
        }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard let octet = peek, octet == character.asciiValue else { return false }
        index += 1
        return true
    }

    /// Skips white space and comments; line ends too, as far as the rule goes on (or in any case).
    private mutating func skipBlank(acrossRules: Bool = false) {
        while let octet = peek {
            switch octet {
            case 0x20, 0x09, 0x0d: index += 1
            case UInt8(ascii: ";"):
                while let inner = peek, inner != UInt8(ascii: "\n") { index += 1 }
            case UInt8(ascii: "\n"):
                index += 1
                if atRuleStart, !acrossRules, peek != UInt8(ascii: "\n"), peek != UInt8(ascii: ";")
                {
                    return
                }
            default: return
            }
        }
    }

    /// The number of the line in which the reader stands, from 1.
    private var line: Int { 1 + text[..<index].count { $0 == UInt8(ascii: "\n") } }

    private func expected(_ what: String) -> TableGrammarError {
        .malformed(line: line, expected: what)
    }
}
