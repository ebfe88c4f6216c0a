internal import Wire

/// The grammar of RFC 3629 §4 as rows of byte ranges, with what may not stand beside it and why.
struct TableUTF8Grammar {
    /// One alternative: a range for each byte. With a reason, it is what the text is refused for once the row is whole.
    struct Row: Hashable {
        var ranges: [ClosedRange<UInt8>]
        var refusal: UTF8Reason?

        init(_ ranges: [ClosedRange<UInt8>], _ refusal: UTF8Reason? = nil) {
            self.ranges = ranges
            self.refusal = refusal
        }
    }

    /// The rows in force. A row that admits comes before every row that refuses.
    let rows: [Row]

    init(_ policy: Policy) {
        rows =
            Self.wellFormed
            + Self.lenient.filter { policy.contains($0.policy) }.flatMap(\.rows)
            + Self.refused
    }

    private static let tail: ClosedRange<UInt8> = 0x80...0xBF

    private static let wellFormed = [
        Row([0x00...0x7F]),
        Row([0xC2...0xDF, tail]),
        Row([0xE0...0xE0, 0xA0...0xBF, tail]),
        Row([0xE1...0xEC, tail, tail]),
        Row([0xED...0xED, 0x80...0x9F, tail]),
        Row([0xEE...0xEF, tail, tail]),
        Row([0xF0...0xF0, 0x90...0xBF, tail, tail]),
        Row([0xF1...0xF3, tail, tail, tail]),
        Row([0xF4...0xF4, 0x80...0x8F, tail, tail]),
    ]

    private static let lenient: [(policy: Policy, rows: [Row])] = [
        (.wtf8Surrogates, [Row([0xED...0xED, 0xA0...0xBF, tail])]),
        (.overlongNUL, [Row([0xC0...0xC0, 0x80...0x80])]),
        (
            .overlongSequences,
            [
                Row([0xC0...0xC1, tail]), Row([0xE0...0xE0, 0x80...0x9F, tail]),
                Row([0xF0...0xF0, 0x80...0x8F, tail, tail]),
            ]
        ),
        (
            .codePointsAboveMaximum,
            [
                Row([0xF4...0xF4, 0x90...0xBF, tail, tail]), Row([0xF5...0xF7, tail, tail, tail]),
            ]
        ),
    ]

    private static let refused = [
        Row([tail], .unexpectedContinuation),
        Row([0xC0...0xC1], .overlong),
        Row([0xC0...0xC0, tail], .overlong),
        Row([0xE0...0xE0, tail], .overlong),
        Row([0xF0...0xF0, tail], .overlong),
        Row([0xED...0xED, tail], .surrogate),
        Row([0xF4...0xF4, tail], .aboveMaximum),
        Row([0xF5...0xF7], .aboveMaximum),
        Row([0xF8...0xFF], .invalidByte),
    ]
}
