public import Wire

/// Why a text is not UTF-8 (`Documentation/UTF8.md` §3).
public enum UTF8Reason: UInt8, RejectionReason, BitwiseCopyable {
    /// A sequence starts with 80–BF.
    case unexpectedContinuation
    /// A character in more bytes than it needs.
    case overlong
    /// A surrogate, U+D800 to U+DFFF.
    case surrogate
    /// A character above U+10FFFF.
    case aboveMaximum
    /// A byte of F8–FF.
    case invalidByte
    /// A sequence is broken off by a byte that does not continue it.
    case truncatedSequence
}

extension UTF8Reason {
    /// The rule and its clause. What the recipient answers is the carrying protocol's to say.
    public var description: ReasonDescription {
        switch self {
        case .unexpectedContinuation:
            make("No sequence starts with 80–BF.", "RFC 3629 §3, §4")
        case .overlong:
            make(
                "A character is encoded in as few bytes as it needs: C0, C1, E0 before 80–9F and F0 "
                    + "before 80–8F are overlong.",
                "RFC 3629 §3, §10")
        case .surrogate:
            make(
                "Surrogates (U+D800 to U+DFFF, ED before A0–BF) are not characters.", "RFC 3629 §3")
        case .aboveMaximum:
            make(
                "No character lies above U+10FFFF: F4 before 90–BF, and F5–F7.", "RFC 3629 §3, §4")
        case .invalidByte:
            make("F8–FF stand in no UTF-8 text.", "RFC 3629 §1, §3")
        case .truncatedSequence:
            make(
                "A sequence goes on with as many bytes of 80–BF as its first byte says.",
                "RFC 3629 §3, §4")
        }
    }

    private func make(_ rule: String, _ clause: String) -> ReasonDescription {
        ReasonDescription(
            name: String(describing: self), rule: rule, clause: clause, judgement: .meaning,
            blame: .peer, status: 0, statusName: "discard")
    }
}
