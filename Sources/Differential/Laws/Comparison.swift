internal import Wire

/// Ranks and describes the difference between two outcomes. Symmetric: the order of the two does not matter.
struct Comparison {
    let description: ProtocolDescription
    let context: any ParseContext

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

    private typealias Difference = (rank: DifferenceRank, what: String)

    private func worst(_ left: Outcome, _ right: Outcome, _ input: [UInt8]) -> Difference {
        let items = [left, right].map {
            description.notation.items($0.tape, input: input, context: context)
        }
        var found: [Difference] = []
        for (index, pair) in zip(items[0], items[1]).enumerated() {
            found += differences(pair.0, pair.1).map { ($0.rank, "item \(index): \($0.what)") }
        }
        if items[0].count != items[1].count {
            found.append((.messageCount, "\(items[0].count) and \(items[1].count)"))
        }
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

    private func differences(_ a: Item, _ b: Item) -> [Difference] {
        var found: [Difference] = []
        if a.start != b.start || a.end != b.end { found.append((.messageBoundary, "boundary")) }
        if a.kind != b.kind { found.append((.framing, "kind")) }
        for property in a.properties {
            let other = b.properties.first { $0.name == property.name }
            if other?.value != property.value { found.append((property.rank, property.name)) }
        }
        let names = a.properties.map(\.name)
        found += b.properties.filter { !names.contains($0.name) }.map { ($0.rank, $0.name) }
        return found
    }

    private func firstTokenDifference(_ left: TapeSnapshot, _ right: TapeSnapshot) -> String {
        for (index, pair) in zip(left.tokens, right.tokens).enumerated() where pair.0 != pair.1 {
            return "token \(index): \(text(pair.0, left)) ≠ \(text(pair.1, right))"
        }
        if left.tokens.count != right.tokens.count {
            return "\(left.tokens.count) and \(right.tokens.count) tokens"
        }
        return "arena"
    }

    private func text(_ token: Token, _ tape: TapeSnapshot) -> String {
        let label = description.notation.label(of: token, tape: tape).text
        return "\(label) (kind \(token.kind), detail \(token.detail), "
            + "\(token.offset) + \(token.length))"
    }
}
