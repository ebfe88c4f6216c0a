internal import HTTP1
public import Wire

/// What a case says that every variant must make of its bytes.
public struct Expectation: Hashable, Sendable {
    /// The verdict.
    public var verdict: Verdict
    /// The framing of each message in order, as `none`, `length 5`, `chunked`, `close`, `tunnel`; nil where the
    /// case does not say.
    public var framing: [String]?

    /// Makes an expectation.
    public init(verdict: Verdict, framing: [String]? = nil) {
        self.verdict = verdict
        self.framing = framing
    }

    /// What an outcome does not meet, or nil.
    func mismatch(
        _ outcome: Outcome, _ input: [UInt8], _ description: ProtocolDescription
    ) -> (rank: DifferenceRank, detail: String)? {
        if outcome.verdict != verdict {
            let rank = Comparison(description: description).rank(
                Outcome(verdict: verdict, tape: TapeSnapshot()),
                Outcome(verdict: outcome.verdict, tape: TapeSnapshot()), input)
            let texts = [verdict, outcome.verdict].map { $0.text(in: description) }
            return (rank, "\(texts[0]) expected, \(texts[1]) found")
        }
        guard let framing else { return nil }
        let found = HTTP1Transcript(outcome.tape, input: input).messages.map(Self.framingText)
        guard found == framing else {
            let lists = [framing, found].map { $0.joined(separator: ", ") }
            return (.framing, "framing '\(lists[0])' expected, '\(lists[1])' found")
        }
        return nil
    }

    private static func framingText(_ message: HTTP1Message) -> String {
        guard let framing = message.framing else { return "chunked" }
        return framing.kind == .length ? "length \(framing.length)" : "\(framing.kind)"
    }
}
