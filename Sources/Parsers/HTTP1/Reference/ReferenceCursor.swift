internal import Wire

/// How a rule ends when it does not match.
enum ReferenceStop: Error {
    /// The input ends inside the rule. Every byte so far fits.
    case needMore
    /// The byte at the offset fits no message.
    case rejected(HTTP1Reason, at: Int)

    /// The verdict that stays whatever comes, or nil where more bytes can change it.
    var verdict: Verdict? {
        switch self {
        case .needMore: nil
        case .rejected(let reason, let offset): .rejected(Rejection(reason, at: offset))
        }
    }
}

/// A position in the input, and the limits that bound what may be read there.
///
/// Rules read through `peek`, which judges the limits before anyone judges the byte: section, then line
/// (`Documentation/HTTP1.md` §2). A rule that throws leaves no trace: the caller restores the cursor.
struct ReferenceCursor {
    /// The offset of the next byte.
    var position: Int
    /// The first offset beyond the section, and what to call a byte there.
    var sectionEnd = Int.max
    var sectionReason = HTTP1Reason.fieldSectionTooLong
    /// The first offset beyond the line, and what to call a byte there.
    var lineEnd = Int.max
    var lineReason = HTTP1Reason.fieldLineTooLong

    init(at position: Int) { self.position = position }

    /// The next byte, which stays the next byte.
    func peek(_ input: Span<UInt8>) throws(ReferenceStop) -> UInt8 {
        guard position < input.count else { throw .needMore }
        guard position < sectionEnd else { throw .rejected(sectionReason, at: position) }
        guard position < lineEnd else { throw .rejected(lineReason, at: position) }
        return input[position]
    }

    /// Steps over the byte that `peek` returned.
    mutating func advance() { position += 1 }

    /// Whether a line end starts here, well-formed or not.
    func isAtLineEnd(_ input: Span<UInt8>) throws(ReferenceStop) -> Bool {
        let byte = try peek(input)
        return byte == ReferenceByte.cr || byte == ReferenceByte.lf
    }

    /// `line-end = CRLF`, or LF alone where `acceptsBareLF`. RFC 9112 §2.2.
    ///
    /// The caller has seen that CR or LF is next.
    mutating func lineEnd(
        _ input: Span<UInt8>, acceptsBareLF: Bool
    ) throws(ReferenceStop) {
        if try peek(input) == ReferenceByte.lf {
            guard acceptsBareLF else { throw .rejected(.bareLF, at: position) }
            advance()
            return
        }
        advance()
        guard try peek(input) == ReferenceByte.lf else { throw .rejected(.bareCR, at: position) }
        advance()
    }

    /// Steps over SP and HTAB. `OWS = *( SP / HTAB )`. RFC 9110 §5.6.3.
    mutating func whitespace(_ input: Span<UInt8>) throws(ReferenceStop) {
        while ReferenceByte.isWhitespace(try peek(input)) { advance() }
    }
}

/// `start` plus `count`, or the largest offset where that would overflow.
func referenceOffset(_ start: Int, plus count: Int) -> Int {
    let (sum, overflow) = start.addingReportingOverflow(count)
    return overflow ? Int.max : sum
}
