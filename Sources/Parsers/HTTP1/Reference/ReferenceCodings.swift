internal import Wire

/// Transfer-Encoding over all its lines. RFC 9112 §6.1, §6.3 case 4.
struct ReferenceCodings {
    let policy: Policy
    let isRequest: Bool

    /// The first Transfer-Encoding line.
    private(set) var firstLine: Int?
    private var lastLine = 0
    private var hasChunked = false
    private var firstRegisteredLine: Int?
    private var firstUnknownLine: Int?
    /// In a response: chunked is there and not last, or not there.
    private(set) var isNotFinal = false

    init(policy: Policy, isRequest: Bool) {
        self.policy = policy
        self.isRequest = isRequest
    }

    /// Whether a coding is left, so that Transfer-Encoding has a say in the framing.
    var isEffective: Bool { hasChunked || firstRegisteredLine != nil || firstUnknownLine != nil }

    /// Takes in one field line, which starts at `line`.
    mutating func add(
        _ text: ReferenceText, line: Int, isHTTP10: Bool, _ input: Span<UInt8>,
        _ tape: borrowing Tape
    ) throws(ReferenceStop) {
        if isHTTP10, !policy.contains(.transferEncodingInHTTP10) {
            throw .rejected(.transferEncodingInHTTP10, at: line)
        }
        if firstLine == nil { firstLine = line }
        lastLine = line
        var members = ReferenceMembers(of: text)
        while let member = members.nextMember(input, tape) {
            try addMember(member, line: line, input, tape)
        }
    }

    /// `Transfer-Encoding = #transfer-coding`. RFC 9112 §6.1.
    private mutating func addMember(
        _ member: ReferenceText, line: Int, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) throws(ReferenceStop) {
        if member.count == 0 {
            guard policy.contains(.emptyListElements) else {
                throw .rejected(.malformedTransferEncoding, at: line)
            }
            return
        }
        for index in 0..<member.count {
            guard !ReferenceByte.isWhitespace(member.byte(index, input, tape)) else {
                throw .rejected(.malformedTransferEncoding, at: line)
            }
        }
        if member.matches("chunked", input, tape) {
            guard !hasChunked || policy.contains(.chunkedTwice) else {
                throw .rejected(.chunkedTwice, at: line)
            }
            hasChunked = true
            return
        }
        let isRegistered = isRegisteredCoding(member, input, tape)
        if !isRegistered, policy.contains(.unknownCodingIgnored) { return }
        if hasChunked { try noteNotFinal(at: line) }
        if isRegistered {
            if firstRegisteredLine == nil { firstRegisteredLine = line }
        } else {
            if firstUnknownLine == nil { firstUnknownLine = line }
        }
    }

    /// The registry's codings other than chunked. RFC 9112 §7.2, §7.3.
    private func isRegisteredCoding(
        _ member: ReferenceText, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) -> Bool {
        member.matches("gzip", input, tape) || member.matches("x-gzip", input, tape)
            || member.matches("deflate", input, tape) || member.matches("compress", input, tape)
            || member.matches("x-compress", input, tape)
    }

    /// A request is refused, a response ends with its connection. RFC 9112 §6.3 case 4.
    private mutating func noteNotFinal(at line: Int) throws(ReferenceStop) {
        guard !isRequest else { throw .rejected(.chunkedNotFinal, at: line) }
        isNotFinal = true
    }

    /// What only the whole list tells.
    mutating func finish() throws(ReferenceStop) {
        if let line = firstUnknownLine { throw .rejected(.unsupportedTransferCoding, at: line) }
        guard let line = firstRegisteredLine else { return }
        if !hasChunked { try noteNotFinal(at: lastLine) }
        if hasChunked, !isNotFinal, !policy.contains(.codingsBeforeChunked) {
            throw .rejected(.unsupportedTransferCoding, at: line)
        }
    }
}
