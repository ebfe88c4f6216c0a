internal import Foundation
public import Personas
internal import Synchronization
internal import Wire

/// Which cases tell a model with one quirk from the reference: the kill matrix of a corpus.
///
/// A leniency or a parsing quirk is killed by a case for which the model, under the case's own
/// configuration, comes to another outcome than the reference. A forwarding quirk is killed by a
/// case for which the next reader makes something else of what is sent on (`ChainLaw`).
public struct KillMatrix: Sendable {
    private let personas: [Persona]
    private let jobs: Int
    /// The models that concern each protocol, by its name.
    private let lineups: [String: Lineup]

    /// One protocol's reference, and the models that are held against it.
    private struct Lineup: Sendable {
        let description: ProtocolDescription
        let reference: Variant
        /// Each model with the index of its row.
        var models: [(row: Int, persona: Persona, variant: Variant, kind: Quirk.Kind?)] = []
    }

    /// Makes a matrix with one row for each of `quirks`; an empty list makes one row, for the plain
    /// model.
    public init(_ quirks: [Quirk], jobs: Int? = nil) {
        let personas =
            quirks.isEmpty ? [.plain] : quirks.compactMap { try? Personas.named($0.id) }
        var lineups: [String: Lineup] = [:]
        for description in Registry.protocols {
            guard let reference = description.variants.first else { continue }
            var lineup = Lineup(description: description, reference: reference)
            for (row, persona) in personas.enumerated() {
                guard let variant = persona.variant(of: description) else { continue }
                let kind = persona.quirks.first.flatMap(Personas.quirk)?.kind
                lineup.models.append((row, persona, variant, kind))
            }
            lineups[description.name] = lineup
        }
        self.personas = personas
        self.lineups = lineups
        self.jobs = max(1, jobs ?? ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Runs every quirk on every case that it concerns. The rows are the same whatever the number
    /// of threads.
    public func rows(
        _ cases: [CorpusCase], progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> [KillRow] {
        let next = Atomic<Int>(0)
        let merged = Mutex(personas.map(KillRow.init))
        DispatchQueue.concurrentPerform(iterations: min(jobs, max(1, cases.count))) { _ in
            var worker = Worker(rows: personas.map(KillRow.init))
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < cases.count else { break }
                worker.examine(cases[index], lineups[cases[index].protocolName])
                progress(index)
            }
            let found = worker.rows
            merged.withLock { all in
                for index in all.indices { all[index].add(found[index]) }
            }
        }
        return merged.withLock { $0 }
    }
}

extension KillMatrix {
    /// One thread's share: its own tapes, used again from case to case.
    private struct Worker: ~Copyable {
        var rows: [KillRow]
        private var expected = Tape(tokenCapacity: 256, arenaCapacity: 256)
        private var found = Tape(tokenCapacity: 256, arenaCapacity: 256)

        init(rows: [KillRow]) { self.rows = rows }

        mutating func examine(_ one: CorpusCase, _ lineup: Lineup?) {
            guard let lineup, !lineup.models.isEmpty else { return }
            let configuration = one.configuration(lineup.description)
            guard var reference = lineup.reference.makeParser(configuration) else { return }
            expected.removeAll()
            let verdict = reference.parse(one.bytes.span, into: &expected)
            for model in lineup.models {
                guard var parser = model.variant.makeParser(configuration) else { continue }
                rows[model.row].examined += 1
                found.removeAll()
                let other = parser.parse(one.bytes.span, into: &found)
                let isSame = other == verdict && found == expected
                let isSentOn = model.kind == .forwarding || (model.kind == nil && isSame)
                if model.kind != .forwarding, !isSame {
                    let outcomes = (
                        Outcome(verdict: verdict, tape: expected.snapshot()),
                        Outcome(verdict: other, tape: found.snapshot())
                    )
                    parted(model.row, one, lineup.description, configuration, outcomes)
                } else if isSentOn, isForwarded(lineup.description.name) {
                    let chain = ChainLaw(lineup.description, configuration)
                    let outcome = Outcome(verdict: other, tape: found.snapshot())
                    if let found = chain.violation(of: model.persona, outcome, one.bytes) {
                        rows[model.row].add(found.rank, one) {
                            "\(found.rank.name): \(found.detail)"
                        }
                    }
                }
            }
        }

        private mutating func parted(
            _ row: Int, _ one: CorpusCase, _ description: ProtocolDescription,
            _ configuration: Configuration, _ outcomes: (Outcome, Outcome)
        ) {
            let comparison = Comparison(description: description, context: configuration.context)
            let rank = comparison.rank(outcomes.0, outcomes.1, one.bytes)
            rows[row].add(rank, one) {
                comparison.summary(outcomes.0, outcomes.1, one.bytes)
            }
        }

        /// Whether inputs of that protocol are sent on at all. (The model without a quirk is held
        /// to both laws there.)
        private func isForwarded(_ protocolName: String) -> Bool {
            KillMatrix.forwarded.contains(protocolName)
        }
    }

    private static let forwarded = Set(
        Personas.quirks.filter { $0.kind == .forwarding }.flatMap(\.protocols))
}
