public import Personas
public import Wire

/// What a set of cases makes of one quirk.
public struct KillRow: Sendable {
    /// The quirk, or nil for the model without one.
    public let quirk: Quirk?
    /// The id in reports.
    public let id: String
    /// Cases in which the quirk could have shown.
    public var examined = 0
    /// Cases in which it did.
    public var kills = 0
    /// Kills by protocol.
    public var killsOf: [String: Int] = [:]
    /// The worst difference that it made.
    public var worst: DifferenceRank?
    /// The case with the shortest input that kills it.
    public var shortest: Kill?

    /// A case that kills a quirk.
    public struct Kill: Sendable {
        /// The case's id.
        public let id: String
        /// The length of its input.
        public let bytes: Int
        /// What differs.
        public let detail: String
    }

    /// Whether some case tells the quirk from the reference.
    public var isKilled: Bool { kills > 0 }

    /// Makes an empty row.
    init(_ persona: Persona) {
        quirk = persona.quirks.first.flatMap(Personas.quirk)
        id = persona.name
    }

    mutating func add(
        _ rank: DifferenceRank, _ one: CorpusCase, detail: () -> String
    ) {
        kills += 1
        killsOf[one.protocolName, default: 0] += 1
        worst = min(worst ?? rank, rank)
        guard isShorter(one.id, one.bytes.count) else { return }
        shortest = Kill(id: one.id, bytes: one.bytes.count, detail: detail())
    }

    /// Of two inputs as long, the one whose id comes first counts as shorter.
    private func isShorter(_ id: String, _ bytes: Int) -> Bool {
        guard let shortest else { return true }
        return (bytes, id) < (shortest.bytes, shortest.id)
    }

    mutating func add(_ other: KillRow) {
        examined += other.examined
        kills += other.kills
        killsOf.merge(other.killsOf, uniquingKeysWith: +)
        if let rank = other.worst { worst = min(worst ?? rank, rank) }
        if let found = other.shortest, isShorter(found.id, found.bytes) { shortest = found }
    }
}
