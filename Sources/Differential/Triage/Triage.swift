public import Wire

/// Holds participants against each other on one input after the other, and says what each find is.
///
/// A participant is any `Variant`: one of the protocol's own, a model of another product, a parser with a known fault.
public final class Triage {
    /// The protocol.
    public let description: ProtocolDescription
    /// The participants, in the order in which reports name them; of two that differ the earlier is the front.
    public let participants: [Variant]
    /// The least bad difference that counts.
    public let floor: DifferenceRank
    private let heldToLaws: Set<String>
    private var prepared: Prepared?

    /// Parsers for one configuration; most inputs that a triage sees share it.
    private struct Prepared {
        let key: Key
        let configuration: Configuration
        let harnesses: [Harness]
        let unsupported: [String]
        let reference: Harness?
    }

    private struct Key: Hashable {
        let policy: Policy
        let limits: Limits
        let context: String
    }

    /// Makes a triage.
    ///
    /// - Parameters:
    ///   - floor: differences that are less bad than this one do not count. Acceptance against refusal always counts: without
    ///     it "reads like" would be no equivalence.
    ///   - heldToLaws: the participants that must keep the laws about one parser (splits, prefixes, …); by default those
    ///     that are the protocol's own variants, for a model of a product need not.
    public init(
        _ description: ProtocolDescription, participants: [Variant],
        floor: DifferenceRank = .tape, heldToLaws: Set<String>? = nil
    ) {
        self.description = description
        self.participants = participants
        self.floor = floor
        self.heldToLaws = heldToLaws ?? Set(description.variants.map(\.name))
    }

    /// Reads an input with every participant, holds those that must to the laws, and says what find it is.
    ///
    /// - Parameter laws: whether the laws about one parser are tried where all participants agree. They cost thousands
    ///   of runs.
    /// - Throws: `UnknownName` where the input states a limit or a context that the protocol does not have.
    public func examine(
        _ input: TriageInput, laws: Bool = true
    ) throws(UnknownName) -> Finding {
        let prepared = try prepare(input)
        let seen = groups(input, prepared)
        let outcome = prepared.reference?.whole(input.bytes)
        let reference =
            outcome ?? seen.first?.outcome ?? Outcome(verdict: .incomplete, tape: TapeSnapshot())
        var violations: [Violation] = []
        if laws, seen.count < 2 { violations = self.violations(input, prepared) }
        let signature =
            seen.count > 1
            ? self.signature(seen, reference, input, prepared)
            : self.signature(violations, reference, prepared)
        return Finding(
            input: input, configuration: prepared.configuration, groups: seen,
            unsupported: prepared.unsupported, reference: reference, violations: violations,
            signature: signature)
    }

    private func prepare(_ input: TriageInput) throws(UnknownName) -> Prepared {
        let configuration = try input.configuration(description)
        let key = Key(
            policy: configuration.policy, limits: configuration.limits,
            context: String(describing: configuration.context))
        if let prepared, prepared.key == key { return prepared }
        var harnesses: [Harness] = []
        var unsupported: [String] = []
        for participant in participants {
            if let harness = Harness(participant, configuration) {
                harnesses.append(harness)
            } else {
                unsupported.append(participant.name)
            }
        }
        let reference = description.variants.first.flatMap { Harness($0, configuration) }
        let made = Prepared(
            key: key, configuration: configuration, harnesses: harnesses, unsupported: unsupported,
            reference: reference)
        prepared = made
        return made
    }

    private func groups(_ input: TriageInput, _ prepared: Prepared) -> [Finding.Group] {
        var groups: [Finding.Group] = []
        var indexOf: [ReadingKey: Int] = [:]
        for harness in prepared.harnesses {
            let outcome = harness.whole(input.bytes)
            let key = ReadingKey(
                outcome, floor: floor, notation: description.notation, input: input.bytes,
                context: prepared.configuration.context)
            if let index = indexOf[key] {
                groups[index].names.append(harness.name)
            } else {
                indexOf[key] = groups.count
                groups.append(Finding.Group(names: [harness.name], outcome: outcome))
            }
        }
        return groups
    }
}

// MARK: Laws about one parser

extension Triage {
    private func violations(_ input: TriageInput, _ prepared: Prepared) -> [Violation] {
        let lawful = participants.filter { variant in
            heldToLaws.contains(variant.name) && !prepared.unsupported.contains(variant.name)
        }
        let examination = Examination(
            description, prepared.configuration, variants: lawful, splits: .edges)
        var found = examination.examine(input.bytes).violations
        let cuts = input.cuts.filter { $0 >= 0 && $0 <= input.bytes.count }.sorted()
        guard !cuts.isEmpty else { return found }
        let comparison = examination.comparison
        for harness in prepared.harnesses where heldToLaws.contains(harness.name) {
            let whole = harness.whole(input.bytes)
            guard let other = harness.pieces(input.bytes, cuts: cuts) else { continue }
            found.append(
                Violation(
                    law: .splitInvariance, variant: harness.name, against: "itself",
                    rank: comparison.rank(whole, other, input.bytes),
                    detail: "cuts at \(cuts): \(comparison.summary(whole, other, input.bytes))"))
        }
        return found.sorted { ($0.rank, $0.law.rawValue) < ($1.rank, $1.law.rawValue) }
    }

    private func signature(
        _ violations: [Violation], _ reference: Outcome, _ prepared: Prepared
    ) -> Signature? {
        guard let worst = violations.first(where: { $0.law != .agreement }) else { return nil }
        let breaking = Set(violations.filter { $0.law == worst.law }.map(\.variant))
        let keeping = prepared.harnesses.map(\.name).filter { !breaking.contains($0) }
        return Signature(
            protocolName: description.name, law: worst.law, rank: worst.rank,
            partition: [Array(breaking), keeping], fields: [], reference: words(reference))
    }
}

// MARK: Differences

extension Triage {
    private func signature(
        _ groups: [Finding.Group], _ reference: Outcome, _ input: TriageInput, _ prepared: Prepared
    ) -> Signature {
        let comparison = Comparison(
            description: description, context: prepared.configuration.context)
        var rank = DifferenceRank.tape
        var fields: Set<String> = []
        for (index, left) in groups.enumerated() {
            for right in groups[(index + 1)...] {
                let found = comparison.differences(left.outcome, right.outcome, input.bytes)
                rank = min(rank, found.map(\.rank).min() ?? .tape)
                fields.formUnion(found.filter { $0.rank <= floor }.map(\.name))
            }
        }
        return Signature(
            protocolName: description.name, law: .agreement, rank: rank,
            partition: groups.map(\.names), fields: fields, reference: words(reference))
    }

    /// A verdict without numbers.
    private func words(_ outcome: Outcome) -> String {
        switch outcome.verdict {
        case .complete: return "complete"
        case .incomplete: return "incomplete"
        case .rejected(let rejection):
            return "rejected " + (description.reason(of: rejection)?.name ?? "\(rejection.code)")
        }
    }
}

/// As much of a reading as counts down to a rank: participants with equal keys read alike.
///
/// A key and not a comparison of two: equality of keys is an equivalence, so that groups are partitions whatever the
/// order of the participants.
private struct ReadingKey: Hashable {
    private let outcome: Outcome?
    private let items: [Item]
    private let verdict: Verdict?

    init(
        _ outcome: Outcome, floor: DifferenceRank, notation: any Notation, input: [UInt8],
        context: any ParseContext
    ) {
        guard floor < .tape else {
            self.outcome = outcome
            items = []
            verdict = nil
            return
        }
        self.outcome = nil
        items = notation.items(outcome.tape, input: input, context: context).map { item in
            var item = item
            item.properties.removeAll { $0.rank > floor }
            item.summary = ""
            return item
        }
        switch outcome.verdict {
        case .complete: verdict = outcome.verdict
        case .incomplete: verdict = floor >= .incompleteOrReject ? .incomplete : nil
        case .rejected:
            if floor >= .reason {
                verdict = outcome.verdict
            } else if floor >= .incompleteOrReject {
                verdict = .rejected(Rejection(code: 0, offset: 0))
            } else {
                verdict = nil
            }
        }
    }
}
