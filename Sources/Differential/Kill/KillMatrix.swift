internal import Foundation
public import Personas
internal import Synchronization
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

    fileprivate mutating func add(
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

    fileprivate mutating func add(_ other: KillRow) {
        examined += other.examined
        kills += other.kills
        killsOf.merge(other.killsOf, uniquingKeysWith: +)
        if let rank = other.worst { worst = min(worst ?? rank, rank) }
        if let found = other.shortest, isShorter(found.id, found.bytes) { shortest = found }
    }
}

/// Which cases tell a model with one quirk from the reference: the kill matrix of a corpus.
///
/// A leniency or a parsing quirk is killed by a case for which the model, under the case's own configuration,
/// comes to another outcome than the reference. A forwarding quirk is killed by a case for which the next reader
/// makes something else of what is sent on (`ChainLaw`).
public struct KillMatrix: Sendable {
    private let personas: [Persona]
    private let jobs: Int

    /// Makes a matrix with one row for each of `quirks`; an empty list makes one row, for the plain model.
    public init(_ quirks: [Quirk], jobs: Int? = nil) {
        personas =
            quirks.isEmpty ? [.plain] : quirks.compactMap { try? Personas.named($0.id) }
        self.jobs = max(1, jobs ?? ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Runs every quirk on every case that it concerns. The rows are the same whatever the number of threads.
    public func rows(
        _ cases: [CorpusCase], progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> [KillRow] {
        let next = Atomic<Int>(0)
        let merged = Mutex(personas.map(KillRow.init))
        DispatchQueue.concurrentPerform(iterations: min(jobs, max(1, cases.count))) { _ in
            var rows = personas.map(KillRow.init)
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < cases.count else { break }
                examine(cases[index], &rows)
                progress(index)
            }
            let found = rows
            merged.withLock { all in
                for index in all.indices { all[index].add(found[index]) }
            }
        }
        return merged.withLock { $0 }
    }

    private func examine(_ one: CorpusCase, _ rows: inout [KillRow]) {
        guard let description = Registry.protocolNamed(one.protocolName),
            let reference = description.variants.first
        else { return }
        let configuration = one.configuration(description)
        guard let expected = Harness(reference, configuration)?.whole(one.bytes) else { return }
        let comparison = Comparison(description: description, context: configuration.context)
        let chain = ChainLaw(description, configuration)
        for (index, persona) in personas.enumerated() {
            guard let variant = persona.variant(of: description),
                let harness = Harness(variant, configuration)
            else { continue }
            rows[index].examined += 1
            let outcome = harness.whole(one.bytes)
            let kind = rows[index].quirk?.kind
            // The model without a quirk is held to both: to the reference, and to what it sends on.
            if kind != .forwarding, outcome != expected {
                rows[index].add(comparison.rank(expected, outcome, one.bytes), one) {
                    comparison.summary(expected, outcome, one.bytes)
                }
            } else if kind == .forwarding || (kind == nil && isForwarded(description.name)),
                let found = chain.violation(of: persona, outcome, one.bytes)
            {
                rows[index].add(found.rank, one) { "\(found.rank.name): \(found.detail)" }
            }
        }
    }

    /// Whether inputs of that protocol are sent on at all.
    private func isForwarded(_ protocolName: String) -> Bool {
        Personas.quirks.contains {
            $0.kind == .forwarding && $0.protocols.contains(protocolName)
        }
    }
}
