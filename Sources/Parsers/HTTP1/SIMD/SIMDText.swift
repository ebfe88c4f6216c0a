internal import Wire

/// A run of bytes in the input or in the tape's arena.
struct SIMDText: BitwiseCopyable {
    var start: Int
    var end: Int
    var isInArena: Bool

    init(_ start: Int, _ end: Int, isInArena: Bool) {
        self.start = start
        self.end = end
        self.isInArena = isInArena
    }

    var count: Int { end - start }
    var isEmpty: Bool { start == end }

    /// The byte at `offset`, which lies in `start ..< end`.
    func byte(_ offset: Int, _ input: Span<UInt8>, _ tape: borrowing Tape) -> UInt8 {
        isInArena ? tape.arenaByte(at: offset) : input[offset]
    }

    /// Whether this is `word` (in lower case), letters in any case.
    func isWord(_ word: String, _ input: Span<UInt8>, _ tape: borrowing Tape) -> Bool {
        guard count == word.utf8.count else { return false }
        var offset = start
        for expected in word.utf8 {
            guard Self.folded(byte(offset, input, tape)) == expected else { return false }
            offset += 1
        }
        return true
    }

    /// Whether both hold the same bytes, letters in any case.
    func isSame(as other: SIMDText, _ input: Span<UInt8>, _ tape: borrowing Tape) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count {
            let left = Self.folded(byte(start + index, input, tape))
            guard left == Self.folded(other.byte(other.start + index, input, tape)) else {
                return false
            }
        }
        return true
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }
}

/// The members of a list, cut at commas and trimmed.
struct SIMDList {
    private let text: SIMDText
    private var start: Int
    private var isDone = false

    init(_ text: SIMDText) {
        self.text = text
        start = text.start
    }

    mutating func next(_ input: Span<UInt8>, _ tape: borrowing Tape) -> SIMDText? {
        guard !isDone else { return nil }
        var end = start
        while end < text.end, text.byte(end, input, tape) != 0x2C { end += 1 }
        var member = SIMDText(start, end, isInArena: text.isInArena)
        while member.start < member.end,
            SIMDBytes.isWhitespace(text.byte(member.start, input, tape))
        {
            member.start += 1
        }
        while member.start < member.end,
            SIMDBytes.isWhitespace(text.byte(member.end - 1, input, tape))
        {
            member.end -= 1
        }
        isDone = end == text.end
        start = end + 1
        return member
    }
}

/// Content-Length values, one member after another.
struct SIMDLength {
    let policy: Policy
    private var first: Int?
    private(set) var value: Int?
    private(set) var line = 0

    init(policy: Policy) { self.policy = policy }

    mutating func add(
        _ text: SIMDText, _ line: Int, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(SIMDStop) {
        var list = SIMDList(text)
        while let member = list.next(input, tape) {
            let number = try number(member, line, input, tape)
            if let first {
                try check(number, against: first, line)
                let lastCounts =
                    policy.contains(.conflictingContentLengthLast)
                    && !policy.contains(.conflictingContentLengthFirst)
                guard lastCounts else { continue }
            } else {
                first = number
            }
            value = number
            self.line = line
        }
    }

    private func check(_ number: Int, against first: Int, _ line: Int) throws(SIMDStop) {
        let anyOrder: Policy = [.conflictingContentLengthFirst, .conflictingContentLengthLast]
        guard policy.isDisjoint(with: anyOrder) else { return }
        guard number == first else { throw .rejected(.conflictingContentLength, line) }
        guard policy.contains(.duplicateContentLength) else {
            throw .rejected(.duplicateContentLength, line)
        }
    }

    private func number(
        _ member: SIMDText, _ line: Int, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(SIMDStop) -> Int {
        if member.isEmpty, policy.contains(.emptyContentLength) { return 0 }
        var offset = member.start
        if policy.contains(.plusSignInContentLength), member.count > 1,
            member.byte(offset, input, tape) == 0x2B,
            SIMDBytes.isDigit(member.byte(offset + 1, input, tape))
        {
            offset += 1
        }
        let firstDigit = offset
        var end = offset
        while end < member.end, SIMDBytes.isDigit(member.byte(end, input, tape)) { end += 1 }
        let isWhole = end == member.end || policy.contains(.contentLengthLongestPrefix)
        let hasLeadingZero =
            end - firstDigit > 1 && member.byte(firstDigit, input, tape) == 0x30
        guard end > firstDigit, isWhole,
            !hasLeadingZero || policy.contains(.leadingZerosInContentLength)
        else { throw .rejected(.malformedContentLength, line) }
        var number = 0
        while offset < end {
            let digit = Int(member.byte(offset, input, tape) &- 0x30)
            guard number <= (Int.max - digit) / 10 else {
                throw .rejected(.overflowingContentLength, line)
            }
            number = number * 10 + digit
            offset += 1
        }
        return number
    }
}

/// Transfer-Encoding members, one after another.
struct SIMDCodings {
    let policy: Policy
    let isRequest: Bool
    private var hasChunked = false
    private var firstRegistered = Int.max
    private var firstUnknown = Int.max
    private var lastLine = 0
    private(set) var isNotFinal = false

    init(policy: Policy, isRequest: Bool) {
        self.policy = policy
        self.isRequest = isRequest
    }

    var isEffective: Bool { hasChunked || firstRegistered < Int.max || firstUnknown < Int.max }

    mutating func add(
        _ text: SIMDText, _ line: Int, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(SIMDStop) {
        lastLine = line
        var list = SIMDList(text)
        while let member = list.next(input, tape) {
            if member.isEmpty {
                if policy.contains(.emptyListElements) { continue }
                throw .rejected(.malformedTransferEncoding, line)
            }
            for offset in member.start..<member.end
            where SIMDBytes.isWhitespace(member.byte(offset, input, tape)) {
                throw .rejected(.malformedTransferEncoding, line)
            }
            try add(member, line: line, input, tape)
        }
    }

    private mutating func add(
        _ member: SIMDText, line: Int, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(SIMDStop) {
        if member.isWord("chunked", input, tape) {
            if hasChunked, !policy.contains(.chunkedTwice) { throw .rejected(.chunkedTwice, line) }
            hasChunked = true
            return
        }
        let isRegistered = isRegistered(member, input, tape)
        if !isRegistered, policy.contains(.unknownCodingIgnored) { return }
        if hasChunked { try notFinal(line) }
        if isRegistered {
            firstRegistered = min(firstRegistered, line)
        } else {
            firstUnknown = min(firstUnknown, line)
        }
    }

    private func isRegistered(
        _ member: SIMDText, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Bool {
        switch member.count {
        case 4: member.isWord("gzip", input, tape)
        case 6: member.isWord("x-gzip", input, tape)
        case 7: member.isWord("deflate", input, tape)
        case 8: member.isWord("compress", input, tape)
        case 10: member.isWord("x-compress", input, tape)
        default: false
        }
    }

    private mutating func notFinal(_ line: Int) throws(SIMDStop) {
        if isRequest { throw .rejected(.chunkedNotFinal, line) }
        isNotFinal = true
    }

    mutating func finish() throws(SIMDStop) {
        if firstUnknown < Int.max { throw .rejected(.unsupportedTransferCoding, firstUnknown) }
        guard firstRegistered < Int.max else { return }
        guard hasChunked else { return try notFinal(lastLine) }
        if !isNotFinal, !policy.contains(.codingsBeforeChunked) {
            throw .rejected(.unsupportedTransferCoding, firstRegistered)
        }
    }
}
