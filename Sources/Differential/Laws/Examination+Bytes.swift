internal import Wire

/// The laws that hold for one variant by itself: splits, prefixes, what follows, reuse.
extension Examination {
    /// Laws 2 and 3 from the same runs: parse up to a cut, look, parse the whole.
    func splitAndPrefix(
        _ harness: Harness, _ input: [UInt8], _ whole: Outcome, _ plan: LawPlan,
        _ result: inout ExaminationResult
    ) {
        var prefixes = PrefixLaw(whole.verdict, tokenCount: whole.tape.tokens.count, description)
        // The harness remembers the whole run that `twoWay` compares with: the one that gave `whole`.
        for cut in plan.cuts {
            let seen = harness.twoWay(input, cut: cut)
            result.comparisons += 2
            if let outcome = seen.disagreement {
                add(.splitInvariance, harness, whole, outcome, input, "cut at \(cut)", &result)
            }
            if let found = prefixes.violation(at: cut, seen) {
                result.violations.append(
                    Violation(
                        law: .prefix, variant: harness.name, against: "itself",
                        rank: .incompleteOrReject, detail: "the first \(cut) bytes: \(found)"))
            }
        }
        if let steps = plan.steps {
            result.comparisons += 1
            if let outcome = harness.pieces(input, cuts: steps) {
                add(.splitInvariance, harness, whole, outcome, input, "byte by byte", &result)
            }
        }
        for cuts in plan.pieces {
            result.comparisons += 1
            if let outcome = harness.pieces(input, cuts: cuts) {
                add(.splitInvariance, harness, whole, outcome, input, "cuts at \(cuts)", &result)
            }
        }
    }

    /// Law 4: what stands behind a decided message changes nothing before it.
    func independence(
        _ harness: Harness, _ input: [UInt8], _ whole: Outcome, _ plan: LawPlan,
        _ result: inout ExaminationResult
    ) {
        if case .incomplete = whole.verdict { return }
        for tail in plan.tails {
            let longer = harness.whole(input + tail)
            result.comparisons += 1
            let isSame: Bool
            if description.isStream, case .complete = whole.verdict {
                isSame =
                    longer.tape.tokens.starts(with: whole.tape.tokens)
                    && longer.tape.arena.starts(with: whole.tape.arena)
            } else {
                isSame = longer == whole
            }
            guard !isSame else { continue }
            add(
                .independence, harness, whole, longer, input + tail,
                "with \(EscapedBytes.text(tail)) behind it", &result)
        }
    }

    /// Law 5: the harness's parser saw other inputs before and was cut off in them; a new one did not.
    func reuse(
        _ harness: Harness, _ input: [UInt8], _ whole: Outcome, _ plan: LawPlan,
        _ result: inout ExaminationResult
    ) {
        if plan.isFreshParserMade {
            result.comparisons += 1
            let fresh = harness.fresh(input)
            if fresh != whole {
                add(
                    .reuse, harness, fresh, whole, input, "a reused parser against a new one",
                    &result)
            }
        }
        guard plan.isResetHeld else { return }
        // Stop in the middle, reset, and parse again.
        result.comparisons += 1
        _ = harness.whole(Array(input.prefix(input.count / 2)))
        let again = harness.whole(input)
        if again != whole {
            add(.reuse, harness, whole, again, input, "after a reset in the middle", &result)
        }
    }

    private func add(
        _ law: Law, _ harness: Harness, _ expected: Outcome, _ seen: Outcome, _ input: [UInt8],
        _ how: String, _ result: inout ExaminationResult
    ) {
        result.violations.append(
            Violation(
                law: law, variant: harness.name, against: "itself",
                rank: comparison.rank(expected, seen, input),
                detail: "\(how): \(comparison.summary(expected, seen, input))"))
    }
}

/// The prefix law for one input: what may be said of each prefix, given what is said of the whole.
struct PrefixLaw {
    private let whole: Verdict
    private let tokenCount: Int
    private let isStream: Bool
    private let judgement: ReasonDescription.Judgement?
    /// Set once a prefix was rejected: all longer ones must be too.
    private var isRejected = false

    init(_ whole: Verdict, tokenCount: Int, _ description: ProtocolDescription) {
        self.whole = whole
        self.tokenCount = tokenCount
        isStream = description.isStream
        if case .rejected(let rejection) = whole {
            judgement = description.reason(of: rejection)?.judgement
        } else {
            judgement = nil
        }
    }

    /// What is wrong with the verdict over the first `cut` bytes, or nil. Cuts must ascend.
    mutating func violation(at cut: Int, _ seen: Harness.TwoWay) -> String? {
        guard seen.isTapePrefix else { return "the tape does not begin the whole input's" }
        switch whole {
        case .complete(let consumed): return complete(at: cut, consumed, seen)
        case .incomplete: return unfinished(at: cut, seen.verdict)
        case .rejected(let rejection): return rejected(at: cut, rejection, seen)
        }
    }

    private func complete(at cut: Int, _ consumed: Int, _ seen: Harness.TwoWay) -> String? {
        guard cut < consumed else {
            if seen.verdict == .complete(consumed: consumed), seen.isTapeWhole { return nil }
            return "\(seen.verdict), though the message has ended"
        }
        return unfinished(at: cut, seen.verdict)
    }

    private func unfinished(at cut: Int, _ verdict: Verdict) -> String? {
        switch verdict {
        case .incomplete: return nil
        case .complete(let consumed) where isStream && consumed <= cut: return nil
        case .complete, .rejected: return "\(verdict), and \(whole) for the whole"
        }
    }

    private mutating func rejected(
        at cut: Int, _ rejection: Rejection, _ seen: Harness.TwoWay
    ) -> String? {
        if seen.verdict == whole {
            isRejected = true
            guard cut > rejection.offset else { return "rejected before its offset was there" }
            return seen.isTapeWhole ? nil : "rejected with another tape"
        }
        if isRejected { return "\(seen.verdict), though a shorter prefix was rejected" }
        // A limit on a declared length is judged with the meaning of the head that declares it.
        if judgement == .syntax, cut > rejection.offset {
            return "\(seen.verdict), though the offending byte was there"
        }
        return unfinished(at: cut, seen.verdict)
    }
}
