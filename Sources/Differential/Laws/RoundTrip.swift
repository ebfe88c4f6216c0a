internal import Wire

/// parse(serialise(parse(x))) = parse(x): what was written anew is accepted by the strict policy, and says the same.
struct RoundTrip {
    let description: ProtocolDescription
    let configuration: Configuration
    /// The variant under the strict policy, for what was written.
    let strict: Harness

    /// Writes what `outcome` says of `input`, parses it again, and says what differs; nil where nothing does, or where
    /// the serialiser refuses what only a leniency let through.
    func violation(of outcome: Outcome, _ input: [UInt8]) -> String? {
        guard case .complete(let consumed) = outcome.verdict else { return nil }
        let notation = description.notation
        let seen = description.isStream ? input : Array(input[..<consumed])
        let rewritten: Rewritten
        do throws(RewriteRefusal) {
            let made = try notation.rewritten(
                outcome.tape, input: seen, configuration: configuration)
            guard let made else { return nil }
            rewritten = made
        } catch {
            guard configuration.policy == .strict, !error.isLimit else { return nil }
            return "the serialiser refuses an accepted message: \(error)"
        }
        let context = rewritten.context ?? configuration.context
        let again = strict.whole(rewritten.bytes, context: rewritten.context)
        guard case .complete = again.verdict else {
            return "what was written is not accepted: \(again.verdict.text(in: description))"
        }
        let before = notation.items(outcome.tape, input: seen, context: configuration.context)
        let after = notation.items(again.tape, input: rewritten.bytes, context: context)
        guard before.map(notation.essence) == after.map(notation.essence) else {
            return "what was written reads differently"
        }
        return nil
    }
}
