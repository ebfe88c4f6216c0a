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

    /// One thing in which two outcomes differ.
    struct Difference: Hashable {
        let rank: DifferenceRank
        /// The property, or `boundary`, `kind`, `count`, `verdict`, `tape`.
        let name: String
        /// The item that it is in, where it is in one.
        var item: Int?
        /// More about it, where there is more to say.
        var detail = ""
    }

    /// Everything in which the two differ, in the input's order; never stops at the first. Empty where they are equal.
    func differences(_ left: Outcome, _ right: Outcome, _ input: [UInt8]) -> [Difference] {
        guard left != right else { return [] }
        let items = [left, right].map {
            description.notation.items($0.tape, input: input, context: context)
        }
        var found: [Difference] = []
        for (index, pair) in zip(items[0], items[1]).enumerated() {
            found += differences(pair.0, pair.1).map { one in
                Difference(rank: one.rank, name: one.name, item: index)
            }
        }
        if items[0].count != items[1].count {
            // Items that are missing because their reader refused the rest are no other number of messages.
            let shorter = items[0].count < items[1].count ? left : right
            if case .rejected = shorter.verdict, left.verdict != right.verdict {
                // The verdicts say it.
            } else {
                let counts = "\(items[0].count) and \(items[1].count)"
                found.append(Difference(rank: .messageCount, name: "count", detail: counts))
            }
        }
        if let verdict = verdictRank(left.verdict, right.verdict) {
            found.append(Difference(rank: verdict, name: "verdict"))
        }
        if found.isEmpty {
            let token = firstTokenDifference(left.tape, right.tape)
            found.append(Difference(rank: .tape, name: "tape", detail: token))
        }
        return found
    }

    private func worst(
        _ left: Outcome, _ right: Outcome, _ input: [UInt8]
    ) -> (rank: DifferenceRank, what: String) {
        let found = differences(left, right, input)
        guard let worst = found.min(by: { $0.rank < $1.rank }) else { return (.tape, "") }
        if let item = worst.item { return (worst.rank, "item \(item): \(worst.name)") }
        return (worst.rank, worst.detail.isEmpty ? worst.name : worst.detail)
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

    private func differences(_ a: Item, _ b: Item) -> [(rank: DifferenceRank, name: String)] {
        var found: [(rank: DifferenceRank, name: String)] = []
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
