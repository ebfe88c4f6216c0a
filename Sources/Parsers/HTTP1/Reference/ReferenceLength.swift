internal import Wire

/// Content-Length over all its lines. RFC 9110 §8.6, RFC 9112 §6.3 case 5.
struct ReferenceLength {
    let policy: Policy

    /// The first member's value, once there is one.
    private var first: Int?
    /// The value that counts.
    private(set) var value: Int?
    /// The line whose value counts.
    private(set) var line = 0
    /// The first Content-Length line.
    private(set) var firstLine: Int?

    init(policy: Policy) { self.policy = policy }

    /// Takes in one field line, which starts at `line`.
    mutating func add(
        _ text: ReferenceText, line: Int, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(ReferenceStop) {
        if firstLine == nil { firstLine = line }
        var members = ReferenceMembers(of: text)
        while let member = members.nextMember(input, tape) {
            try addMember(member, line: line, input, tape)
        }
    }

    private mutating func addMember(
        _ member: ReferenceText, line: Int, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(ReferenceStop) {
        let number = try contentLength(member, line: line, input, tape)
        guard let first else {
            first = number
            value = number
            self.line = line
            return
        }
        let firstCounts = policy.contains(.conflictingContentLengthFirst)
        let lastCounts = policy.contains(.conflictingContentLengthLast) && !firstCounts
        if number != first, !firstCounts, !lastCounts {
            throw .rejected(.conflictingContentLength, at: line)
        }
        if number == first, !firstCounts, !lastCounts, !policy.contains(.duplicateContentLength) {
            throw .rejected(.duplicateContentLength, at: line)
        }
        if lastCounts {
            value = number
            self.line = line
        }
    }

    /// `Content-Length = 1*DIGIT`, without leading zeros unless the policy allows them. RFC 9110 §8.6.
    private func contentLength(
        _ member: ReferenceText, line: Int, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(ReferenceStop) -> Int {
        if member.count == 0, policy.contains(.emptyContentLength) { return 0 }
        var digits = member
        if policy.contains(.plusSignInContentLength), digits.count > 1,
            digits.byte(0, input, tape) == UInt8(ascii: "+"),
            ReferenceByte.isDigit(digits.byte(1, input, tape))
        {
            digits = digits.part(1, digits.count)
        }
        if policy.contains(.contentLengthLongestPrefix) {
            var end = 0
            while end < digits.count, ReferenceByte.isDigit(digits.byte(end, input, tape)) {
                end += 1
            }
            digits = digits.part(0, end)
        }
        guard digits.count > 0 else { throw .rejected(.malformedContentLength, at: line) }
        for index in 0..<digits.count {
            guard ReferenceByte.isDigit(digits.byte(index, input, tape)) else {
                throw .rejected(.malformedContentLength, at: line)
            }
        }
        let hasLeadingZero = digits.count > 1 && digits.byte(0, input, tape) == 0x30
        guard !hasLeadingZero || policy.contains(.leadingZerosInContentLength) else {
            throw .rejected(.malformedContentLength, at: line)
        }
        return try decimal(digits, line: line, input, tape)
    }

    private func decimal(
        _ digits: ReferenceText, line: Int, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(ReferenceStop) -> Int {
        var number = 0
        for index in 0..<digits.count {
            let digit = Int(digits.byte(index, input, tape)) - 0x30
            let (tens, tensOverflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = tens.addingReportingOverflow(digit)
            guard !tensOverflow, !sumOverflow else {
                throw .rejected(.overflowingContentLength, at: line)
            }
            number = sum
        }
        return number
    }
}
