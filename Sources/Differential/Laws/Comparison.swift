internal import HTTP1
public import Wire

/// Ranks and describes the difference between two outcomes. Symmetric: the order of the two does not matter.
struct Comparison {
    let description: ProtocolDescription

    /// The worst difference between the two.
    func rank(_ left: Outcome, _ right: Outcome, _ input: [UInt8]) -> DifferenceRank {
        worst(left, right, input).rank
    }

    /// The two verdicts, or what differs where they are the same.
    func summary(_ left: Outcome, _ right: Outcome, _ input: [UInt8]) -> String {
        let found = worst(left, right, input)
        if left.verdict != right.verdict {
            let texts = [left, right].map { $0.verdict.text(in: description) }
            return "\(found.rank.name): \(texts[0]) ≠ \(texts[1])"
        }
        return "\(found.rank.name): \(found.what)"
    }

    private func worst(
        _ left: Outcome, _ right: Outcome, _ input: [UInt8]
    ) -> (rank: DifferenceRank, what: String) {
        let a = HTTP1Transcript(left.tape, input: input).messages
        let b = HTTP1Transcript(right.tape, input: input).messages
        var found: [(rank: DifferenceRank, what: String)] = []
        for (index, pair) in zip(a, b).enumerated() {
            found += differences(pair.0, pair.1).map { ($0.0, "message \(index): \($0.1)") }
        }
        if a.count != b.count { found.append((.messageCount, "\(a.count) and \(b.count)")) }
        if let verdict = verdictRank(left.verdict, right.verdict) {
            found.append((verdict, "verdicts"))
        }
        if found.isEmpty { found.append((.tape, firstTokenDifference(left.tape, right.tape))) }
        return found.min { $0.rank < $1.rank } ?? (.tape, "")
    }

    private func verdictRank(_ left: Verdict, _ right: Verdict) -> DifferenceRank? {
        guard left != right else { return nil }
        switch (left, right) {
        case (.complete, .complete): return .messageBoundary
        case (.rejected, .rejected): return .reason
        case (.incomplete, .rejected), (.rejected, .incomplete): return .incompleteOrReject
        case (.complete, .rejected), (.rejected, .complete): return .acceptOrReject
        case (.complete, .incomplete), (.incomplete, .complete): return .messageBoundary
        case (.incomplete, .incomplete): return nil
        }
    }

    private func differences(
        _ a: HTTP1Message, _ b: HTTP1Message
    ) -> [(DifferenceRank, String)] {
        var found: [(DifferenceRank, String)] = []
        if a.start != b.start || a.end != b.end { found.append((.messageBoundary, "boundary")) }
        if a.framing != b.framing { found.append((.framing, "framing")) }
        if a.trailers != b.trailers { found.append((.trailers, "trailers")) }
        if a.body != b.body || a.chunks != b.chunks { found.append((.body, "body")) }
        if a.fields != b.fields {
            let isSecurity =
                a.fields.filter { $0.id != .other } != b.fields.filter { $0.id != .other }
            found.append((isSecurity ? .securityFields : .otherFields, "fields"))
        }
        let isStartLineSame =
            a.method == b.method && a.target == b.target && a.form == b.form
            && a.status == b.status && a.reasonPhrase == b.reasonPhrase
            && a.version.map { $0.major * 16 + $0.minor }
                == b.version.map { $0.major * 16 + $0.minor }
        if !isStartLineSame { found.append((.targetAndMethod, "start line")) }
        return found
    }

    private func firstTokenDifference(_ left: TapeSnapshot, _ right: TapeSnapshot) -> String {
        for (index, pair) in zip(left.tokens, right.tokens).enumerated() where pair.0 != pair.1 {
            return "token \(index): \(TokenText.text(pair.0)) ≠ \(TokenText.text(pair.1))"
        }
        if left.tokens.count != right.tokens.count {
            return "\(left.tokens.count) and \(right.tokens.count) tokens"
        }
        return "arena"
    }
}

/// A token in words.
public enum TokenText {
    /// Kind, detail, offset and length.
    public static func text(_ token: Token) -> String {
        let kind = token.http1Kind.map(String.init(describing:)) ?? "kind \(token.kind)"
        return "\(kind)(detail \(token.detail), \(token.offset) + \(token.length))"
    }
}
