internal import Wire

/// The nearest input that all participants read alike, and what tips it.
public struct Neighbour: Sendable {
    /// One edit: bytes of the find, and what stands in their place in the neighbour.
    public struct Edit: Hashable, Sendable {
        /// Where, in bytes from the find's first.
        public let offset: Int
        public let removed: [UInt8]
        public let inserted: [UInt8]
    }

    /// The input that is read alike.
    public let input: TriageInput
    /// What leads from the find to it, in ascending order of offsets.
    public let edits: [Edit]
    /// How it is read, in words.
    public let verdict: String

    /// The edits in words: `at 31: \r → (nothing)`.
    public var text: String {
        edits.map { edit in
            let sides = [edit.removed, edit.inserted].map { bytes in
                bytes.isEmpty ? "(nothing)" : "`\(EscapedBytes.text(bytes))`"
            }
            return "at \(edit.offset): \(sides[0]) → \(sides[1])"
        }.joined(separator: "; ")
    }
}

/// Looks for the neighbour of a find: one byte replaced, removed or inserted, then two.
///
/// Among neighbours at the same distance one that is accepted tells more than one that is refused
/// (it is easy to spoil an input so that everyone refuses it), and a replacement more than a
/// removal. Nothing is random.
public struct NeighbourSearch {
    /// Inputs that are read at most unless told otherwise (chosen: all single edits of an input of
    /// 120 bytes are about 60,000).
    public static let defaultTriesMax = 80_000

    /// Bytes that each participant parses at most (chosen: a few seconds with a dozen participants).
    private static let workBytesMax = 1 << 28
    /// Inputs above this many bytes are tried with single edits only (chosen: their pairs are millions).
    private static let pairedBytesMax = 1_024

    private let triage: Triage
    private let triesMax: Int

    /// Makes a search that reads at most `triesMax` inputs.
    public init(_ triage: Triage, triesMax: Int = defaultTriesMax) {
        self.triage = triage
        self.triesMax = triesMax
    }

    /// Bytes that are tried in pairs: what protocols give a meaning to.
    private static let pairBytes: [UInt8] = [0x0D, 0x0A, 0x20, 0x30, 0x31, 0x3A, 0x41, 0x00]

    /// A neighbour and how good it is; smaller is better.
    private struct Candidate {
        let rank: Int
        let neighbour: Neighbour
    }

    /// The neighbour of `find`, or nil where none is within two edits or the tries do not reach.
    ///
    /// Only what participants read is compared; laws about one parser have no neighbour.
    public func neighbour(of find: TriageInput) -> Neighbour? {
        var tries = 0
        var best: Candidate?
        let triesMax = min(triesMax, max(1, Self.workBytesMax / max(1, find.bytes.count)))
        for edit in singles(find.bytes) {
            guard tries < triesMax else { return best?.neighbour }
            tries += 1
            consider([edit], find, &best)
            if best?.rank == 0 { return best?.neighbour }
        }
        if best != nil || find.bytes.count > Self.pairedBytesMax { return best?.neighbour }
        for edits in pairs(find.bytes) {
            guard tries < triesMax else { break }
            tries += 1
            consider(edits, find, &best)
            if best?.rank == 0 { break }
        }
        return best?.neighbour
    }

    private func consider(
        _ edits: [Neighbour.Edit], _ find: TriageInput, _ best: inout Candidate?
    ) {
        var input = find
        for edit in edits.reversed() {
            let range = edit.offset..<(edit.offset + edit.removed.count)
            input = input.replacing(range, with: edit.inserted)
        }
        guard let finding = try? triage.examine(input, laws: false), finding.signature == nil,
            let outcome = finding.groups.first?.outcome
        else { return }
        let rank: Int
        switch outcome.verdict {
        case .complete(let consumed): rank = consumed == 0 ? 1 : 0
        case .incomplete: rank = 1
        case .rejected: rank = 2
        }
        guard rank < best?.rank ?? .max else { return }
        best = Candidate(
            rank: rank,
            neighbour: Neighbour(
                input: input, edits: edits,
                verdict: outcome.verdict.text(in: triage.description)))
    }

    /// Replacements, then removals, then insertions; those with a meaning before the others.
    private func singles(_ bytes: [UInt8]) -> some Sequence<Neighbour.Edit> {
        let values = Self.pairBytes + (0...255).filter { !Self.pairBytes.contains($0) }
        let replacements = values.lazy.flatMap { value in
            bytes.indices.lazy.filter { bytes[$0] != value }.map { index in
                Neighbour.Edit(offset: index, removed: [bytes[index]], inserted: [value])
            }
        }
        let removals = bytes.indices.lazy.map { index in
            Neighbour.Edit(offset: index, removed: [bytes[index]], inserted: [])
        }
        let insertions = values.lazy.flatMap { value in
            (0...bytes.count).lazy.map { index in
                Neighbour.Edit(offset: index, removed: [], inserted: [value])
            }
        }
        return [AnySequence(replacements), AnySequence(removals), AnySequence(insertions)].joined()
    }

    /// Two edits from a small set of bytes, near places first.
    private func pairs(_ bytes: [UInt8]) -> some Sequence<[Neighbour.Edit]> {
        let small = (0..<bytes.count).map { self.edits(bytes, at: $0) }
        return (1..<max(2, bytes.count)).lazy.flatMap { distance in
            (0..<max(0, bytes.count - distance)).lazy.flatMap { index in
                small[index].lazy.flatMap { first in
                    small[index + distance].lazy.map { second in [first, second] }
                }
            }
        }
    }

    private func edits(_ bytes: [UInt8], at index: Int) -> [Neighbour.Edit] {
        let removal = Neighbour.Edit(offset: index, removed: [bytes[index]], inserted: [])
        let others = Self.pairBytes.filter { $0 != bytes[index] }
        return [removal]
            + others.map {
                Neighbour.Edit(offset: index, removed: [bytes[index]], inserted: [$0])
            }
            + Self.pairBytes.map { Neighbour.Edit(offset: index, removed: [], inserted: [$0]) }
    }
}
