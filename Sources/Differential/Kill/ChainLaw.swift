public import Personas
public import Wire

/// Law 9, chain: what a persona sends on is read as the messages that it read itself.
///
/// The next reader is the reference, once strict and once with every leniency on: the first shows
/// what a careful reader refuses, the second what a careless one makes of it.
public struct ChainLaw {
    /// How bad what the next reader makes of it is, and in words.
    public typealias Finding = (rank: DifferenceRank, detail: String)

    private let description: ProtocolDescription
    private let configuration: Configuration
    private let readers: [(name: String, configuration: Configuration)]

    /// Next readers for what is read under `configuration`.
    public init(_ description: ProtocolDescription, _ configuration: Configuration) {
        self.description = description
        self.configuration = configuration
        var strict = configuration
        strict.policy = .strict
        var lenient = configuration
        lenient.policy = description.leniencies.reduce(.strict) { $0.union($1.policy) }
        readers = [("strict", strict), ("lenient", lenient)]
    }

    /// The worst that a next reader makes of what `persona` sends on, or nil where both read the
    /// same messages.
    public func violation(of persona: Persona, _ outcome: Outcome, _ input: [UInt8]) -> Finding? {
        guard let sent = persona.forward(input, configuration) else { return nil }
        let notation = description.notation
        let read = notation.items(outcome.tape, input: input, context: configuration.context)
            .map(notation.essence)
        return readers.compactMap { reader in
            finding(sent, read, reader.configuration).map { found in
                (found.rank, "\(reader.name) reader: \(found.detail)")
            }
        }.min { $0.0 < $1.0 }
    }

    private func finding(
        _ sent: [UInt8], _ read: [Item], _ reader: Configuration
    ) -> Finding? {
        guard let reference = description.variants.first else { return nil }
        var reader = reader
        reader.context = context(for: sent)
        guard let outcome = Harness(reference, reader)?.whole(sent) else { return nil }
        let text = outcome.verdict.text(in: description)
        let notation = description.notation
        let found = notation.items(outcome.tape, input: sent, context: reader.context)
        for (index, pair) in zip(read, found.map(notation.essence)).enumerated() {
            if let worst = Self.worstDifference(pair.0, pair.1) {
                return (worst.rank, "message \(index): \(worst.name); \(text)")
            }
        }
        if found.count > read.count { return (.messageCount, "more messages; \(text)") }
        switch outcome.verdict {
        case .rejected: return (.acceptOrReject, text)
        case .incomplete: return (.messageBoundary, "waits for more")
        case .complete(let consumed):
            let isOpen = found.last.map { notation.ownsRest([$0]) } ?? false
            return consumed < sent.count && !isOpen
                ? (.messageBoundary, "\(sent.count - consumed) bytes left over") : nil
        }
    }

    /// The persona's own context, with the lengths of what it sent where the context has lengths.
    private func context(for sent: [UInt8]) -> any ParseContext {
        guard description.isStream else { return description.defaultContext(for: sent) }
        return configuration.context
    }

    /// The worst of what differs in two items whose places do not matter.
    private static func worstDifference(
        _ left: Item, _ right: Item
    ) -> (rank: DifferenceRank, name: String)? {
        var found: [(rank: DifferenceRank, name: String)] = []
        if left.kind != right.kind { found.append((.framing, "kind")) }
        for (one, other) in [(left, right), (right, left)] {
            for property in one.properties {
                let same = other.properties.first { $0.name == property.name }
                if same?.value != property.value { found.append((property.rank, property.name)) }
            }
        }
        return found.min { $0.rank < $1.rank }
    }
}
