import HTTP1
import Wire

/// What the Content-Length lines of a head say (RFC 9110 §8.6, RFC 9112 §6.3).
struct FaultyLengths {
    /// The first line, whatever it says.
    private(set) var line: Int?
    /// The first rule that is broken, by lines and members in order.
    private(set) var rejection: Rejection?
    /// The value that counts, and its line.
    private(set) var value = 0
    private(set) var valueLine = 0
    private var firstValue: Int?

    /// What one list member says.
    private enum Member {
        case value(Int)
        case malformed
        case overflowing
    }

    /// Notes a Content-Length line.
    mutating func note(
        _ line: FaultyLine, _ input: Span<UInt8>, _ grammar: FaultyGrammar,
        _ tape: borrowing Tape
    ) {
        let policy = grammar.policy
        if self.line == nil { self.line = line.start }
        var members = FaultyList(line.value)
        while rejection == nil, let member = members.next(input, tape) {
            switch Self.read(line.value, member, input, grammar, tape) {
            case .value(let value): note(value, at: line.start, policy, grammar)
            case .malformed:
                let isEarly = grammar.has(.meaningAtFirstLine)
                let offset = isEarly ? self.line ?? line.start : line.start
                rejection = Rejection(HTTP1Reason.malformedContentLength, at: offset)
            case .overflowing:
                rejection = Rejection(HTTP1Reason.overflowingContentLength, at: line.start)
            }
            if grammar.has(.lengthListUnseen) { break }
        }
    }

    /// Compares a member's value with the first one.
    private mutating func note(
        _ value: Int, at line: Int, _ policy: Policy, _ grammar: FaultyGrammar
    ) {
        let countsFirst = policy.contains(.conflictingContentLengthFirst)
        let countsLast = policy.contains(.conflictingContentLengthLast)
        guard let firstValue else {
            self.firstValue = value
            self.value = value
            valueLine = line
            return
        }
        if !countsFirst, !countsLast {
            if value != firstValue, !grammar.has(.conflictingLengthsTakeFirst) {
                rejection = Rejection(HTTP1Reason.conflictingContentLength, at: line)
            } else if !policy.contains(.duplicateContentLength),
                !grammar.has(.equalLengthsAccepted)
            {
                rejection = Rejection(HTTP1Reason.duplicateContentLength, at: line)
            }
        } else if !countsFirst {
            self.value = value
            valueLine = line
        }
    }

    /// Reads one member: digits, and what leniencies allow around them.
    ///
    /// The value is gathered while the digits pass; it stays beyond the largest `Int` once it was there, as
    /// a byte that is no digit is the graver fault, wherever it stands.
    private static func read(
        _ text: FaultyValue, _ member: Range<Int>, _ input: Span<UInt8>,
        _ grammar: FaultyGrammar, _ tape: borrowing Tape
    ) -> Member {
        let policy = grammar.policy
        guard !member.isEmpty else {
            return policy.contains(.emptyContentLength) ? .value(0) : .malformed
        }
        var at = member.lowerBound
        if policy.contains(.plusSignInContentLength) || grammar.has(.lengthAdmitsPlus),
            text.byte(at, input, tape) == 0x2B
        {
            at &+= 1
        }
        let firstDigit = at
        var value: Int? = 0
        while at < member.upperBound {
            let byte = text.byte(at, input, tape)
            guard FaultyGrammar.isDigit(byte) else { break }
            if grammar.has(.lengthWraps) {
                value = value.map { ($0 &* 10 &+ Int(byte &- 0x30)) & Int.max }
            } else {
                value = value.flatMap { appending(byte, to: $0) }
            }
            at &+= 1
        }
        guard at > firstDigit else { return .malformed }
        if at < member.upperBound, !policy.contains(.contentLengthLongestPrefix) {
            return .malformed
        }
        if at &- firstDigit > 1, text.byte(firstDigit, input, tape) == 0x30,
            !policy.contains(.leadingZerosInContentLength),
            !grammar.has(.leadingZerosAccepted)
        {
            return .malformed
        }
        return value.map { .value($0) } ?? .overflowing
    }

    /// `value` with one more decimal digit, or nil where it does not fit.
    private static func appending(_ digit: UInt8, to value: Int) -> Int? {
        let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
        guard !overflow else { return nil }
        let (sum, carry) = tenfold.addingReportingOverflow(Int(digit &- 0x30))
        return carry ? nil : sum
    }
}
