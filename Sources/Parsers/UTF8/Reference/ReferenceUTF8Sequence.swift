internal import Wire

/// The bytes of one sequence as far as they have come, held against the ABNF of RFC 3629 §4.
struct ReferenceUTF8Sequence {
    /// How a sequence stands to a rule.
    enum Match {
        /// No byte that follows makes it match.
        case no
        /// It begins what the rule says.
        case begun
        /// It is what the rule says.
        case whole
    }

    private var first: UInt8 = 0
    private var second: UInt8 = 0
    private var third: UInt8 = 0
    private var fourth: UInt8 = 0
    /// How many bytes there are: 0 to 4.
    private(set) var count = 0

    /// Appends a byte.
    mutating func append(_ byte: UInt8) {
        switch count {
        case 0: first = byte
        case 1: second = byte
        case 2: third = byte
        default: fourth = byte
        }
        count += 1
    }

    /// `UTF8-char = UTF8-1 / UTF8-2 / UTF8-3 / UTF8-4`, and what the policy adds.
    func isCharacter(_ policy: Policy) -> Match {
        var found = best(utf8_1(), best(utf8_2(), best(utf8_3(), utf8_4())))
        if policy.contains(.wtf8Surrogates) { found = best(found, surrogates()) }
        if policy.contains(.overlongNUL) { found = best(found, overlongNUL()) }
        if policy.contains(.overlongSequences) { found = best(found, overlongSequences()) }
        if policy.contains(.codePointsAboveMaximum) { found = best(found, aboveMaximum()) }
        return found
    }

    /// Why it is none: `Documentation/UTF8.md` §3, row by row.
    var reason: UTF8Reason {
        if count == 1 {
            if tail.contains(first) { return .unexpectedContinuation }
            if first <= 0xC1 { return .overlong }
            if first <= 0xF7 { return .aboveMaximum }
            return .invalidByte
        }
        if !tail.contains(last) { return .truncatedSequence }
        if first == 0xED { return .surrogate }
        if first == 0xF4 { return .aboveMaximum }
        return .overlong
    }

    private var last: UInt8 {
        switch count {
        case 2: second
        case 3: third
        default: fourth
        }
    }

    // MARK: The rules of the grammar

    /// `UTF8-tail = %x80-BF`
    private var tail: ClosedRange<UInt8> { 0x80...0xBF }

    /// `UTF8-1 = %x00-7F`
    private func utf8_1() -> Match { match(0x00...0x7F) }

    /// `UTF8-2 = %xC2-DF UTF8-tail`
    private func utf8_2() -> Match { match(0xC2...0xDF, tail) }

    /// `UTF8-3 = %xE0 %xA0-BF UTF8-tail / %xE1-EC 2( UTF8-tail ) / %xED %x80-9F UTF8-tail / %xEE-EF 2( UTF8-tail )`
    private func utf8_3() -> Match {
        best(
            best(match(0xE0...0xE0, 0xA0...0xBF, tail), match(0xE1...0xEC, tail, tail)),
            best(match(0xED...0xED, 0x80...0x9F, tail), match(0xEE...0xEF, tail, tail)))
    }

    /// `UTF8-4 = %xF0 %x90-BF 2( UTF8-tail ) / %xF1-F3 3( UTF8-tail ) / %xF4 %x80-8F 2( UTF8-tail )`
    private func utf8_4() -> Match {
        best(
            match(0xF0...0xF0, 0x90...0xBF, tail, tail),
            best(
                match(0xF1...0xF3, tail, tail, tail),
                match(0xF4...0xF4, 0x80...0x8F, tail, tail)))
    }

    /// `%xED %xA0-BF UTF8-tail`
    private func surrogates() -> Match { match(0xED...0xED, 0xA0...0xBF, tail) }

    /// `%xC0 %x80`
    private func overlongNUL() -> Match { match(0xC0...0xC0, 0x80...0x80) }

    /// `%xC0-C1 UTF8-tail / %xE0 %x80-9F UTF8-tail / %xF0 %x80-8F 2( UTF8-tail )`
    private func overlongSequences() -> Match {
        best(
            match(0xC0...0xC1, tail),
            best(
                match(0xE0...0xE0, 0x80...0x9F, tail),
                match(0xF0...0xF0, 0x80...0x8F, tail, tail)))
    }

    /// `%xF4 %x90-BF 2( UTF8-tail ) / %xF5-F7 3( UTF8-tail )`
    private func aboveMaximum() -> Match {
        best(
            match(0xF4...0xF4, 0x90...0xBF, tail, tail),
            match(0xF5...0xF7, tail, tail, tail))
    }

    // MARK: Concatenation and alternatives

    /// Holds the bytes against one range for each byte of the rule.
    private func match(
        _ range1: ClosedRange<UInt8>, _ range2: ClosedRange<UInt8>? = nil,
        _ range3: ClosedRange<UInt8>? = nil, _ range4: ClosedRange<UInt8>? = nil
    ) -> Match {
        guard count >= 1 else { return .begun }
        guard range1.contains(first) else { return .no }
        guard let range2 else { return count == 1 ? .whole : .no }
        guard count >= 2 else { return .begun }
        guard range2.contains(second) else { return .no }
        guard let range3 else { return count == 2 ? .whole : .no }
        guard count >= 3 else { return .begun }
        guard range3.contains(third) else { return .no }
        guard let range4 else { return count == 3 ? .whole : .no }
        guard count >= 4 else { return .begun }
        return range4.contains(fourth) ? .whole : .no
    }

    /// `left / right`. No two alternatives begin alike and end at different bytes.
    private func best(_ left: Match, _ right: Match) -> Match {
        left == .no ? right : left
    }
}
