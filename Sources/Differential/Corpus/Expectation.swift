public import Wire

/// What a case says that every variant must make of its bytes.
public struct Expectation: Hashable, Sendable {
    /// The verdict.
    public var verdict: Verdict
    /// The summary of each item in order (for HTTP/1 its framing, as `none`, `length 5`, `chunked`, `close`,
    /// `tunnel`); nil where the case does not say.
    public var items: [String]?

    /// Makes an expectation.
    public init(verdict: Verdict, items: [String]? = nil) {
        self.verdict = verdict
        self.items = items
    }

    /// What an outcome does not meet, or nil.
    func mismatch(
        _ outcome: Outcome, _ input: [UInt8], _ comparison: Comparison
    ) -> (rank: DifferenceRank, detail: String)? {
        let description = comparison.description
        if outcome.verdict != verdict {
            let rank = comparison.rank(
                Outcome(verdict: verdict, tape: TapeSnapshot()),
                Outcome(verdict: outcome.verdict, tape: TapeSnapshot()), input)
            let texts = [verdict, outcome.verdict].map { $0.text(in: description) }
            return (rank, "\(texts[0]) expected, \(texts[1]) found")
        }
        guard let items else { return nil }
        let found = description.notation
            .items(outcome.tape, input: input, context: comparison.context).map(\.summary)
        guard found == items else {
            let lists = [items, found].map { $0.joined(separator: ", ") }
            return (.framing, "items '\(lists[0])' expected, '\(lists[1])' found")
        }
        return nil
    }
}
