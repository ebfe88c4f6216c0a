internal import Differential
internal import Foundation
internal import Proof
internal import Wire

/// One line of what `prove` found: the same for text and JSON.
struct ProofRow: Encodable {
    var subject: String
    var result: String
    /// States, pairs or inputs that were visited.
    var count: Int
    var counted: String
    var word: String?
    var input: String?
    var context: [String: String]?
    var readings: [String] = []
    var differs = false

    enum CodingKeys: CodingKey {
        case subject, result, count, counted, word, input, context, readings
    }

    /// Two policies over a piece.
    init(_ found: ShortestDifference, names: (String, String)) {
        let place = found.piece?.rawValue ?? found.protocolName
        subject = "\(place): \(names.0) and \(names.1)"
        result = found.kind
        count = found.count
        counted = found.piece == nil ? "inputs" : "pairs of states"
        word = found.piece == nil ? nil : found.word.map { EscapedBytes.text($0) }
        input = found.input.map { Self.short($0) }
        context = found.entries.isEmpty ? nil : found.entries
        differs = found.word != nil
        if differs { readings = ["\(names.0): \(found.left)", "\(names.1): \(found.right)"] }
    }

    /// One leniency against strict.
    init(_ entry: SingleLeniencies.Entry) {
        self.init(entry.difference, names: ("strict", entry.leniency.name))
    }

    /// A policy under which two machines part.
    init(_ piece: Piece, _ policy: Policy, _ found: ScalarTable.Result) {
        let names =
            Registry.protocolNamed(piece.protocolName)?.leniencies
            .filter { policy.contains($0.policy) }.map(\.name) ?? []
        subject = "\(piece.rawValue): \(names.isEmpty ? "strict" : names.joined(separator: ","))"
        result = "the machines part"
        count = found.stateCount
        counted = "pairs of states"
        word = found.parting.map { EscapedBytes.text($0.word) }
        readings = found.parting.map { ["scalar: \($0.scalar)", "table: \($0.table)"] } ?? []
        differs = true
    }

    /// All policies of a piece.
    init(_ piece: Piece, policyCount: Int, states: Int, _ parted: Int) {
        subject = "\(piece.rawValue): scalar and table"
        let policies = policyCount == 1 ? "1 policy" : "\(policyCount) policies"
        result = parted == 0 ? "equal under \(policies)" : "\(parted) of \(policies) part them"
        count = states
        counted = "pairs of states"
        differs = parted > 0
    }

    /// All short strings.
    init(_ piece: Piece, _ length: Int, _ found: Exhaustive.Result) {
        subject = "\(piece.rawValue): all strings of up to \(length) octets"
        result = found.disagreementCount == 0 ? "equal" : "\(found.disagreementCount) differ"
        count = found.inputCount
        counted = "inputs"
        differs = found.disagreementCount > 0
        input = found.disagreements.first.map { Self.short($0.input) }
        readings = found.disagreements.first?.answers ?? []
    }

    /// An input as cases write it; a run of zeros at its end by its length.
    private static func short(_ input: [UInt8]) -> String {
        let zeros = input.reversed().prefix { $0 == 0 }.count
        guard zeros > 40 else { return EscapedBytes.text(input) }
        return EscapedBytes.text(input.dropLast(zeros)) + "\\repeat{\(zeros)}{\\0}"
    }

    /// Lines for a person.
    var text: String {
        var text = "\(subject): \(result) (\(count) \(counted))\n"
        if let word { text += "    word   \(word.isEmpty ? "(nothing)" : word)\n" }
        if let input { text += "    input  \(input)\n" }
        if let context {
            let entries = context.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            text += "    under  \(entries.joined(separator: ", "))\n"
        }
        for reading in readings { text += "    \(reading)\n" }
        return text
    }

    /// The rows as a JSON array, keys in order.
    static func json(_ rows: [ProofRow]) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = (try? encoder.encode(rows)) ?? Data("[]".utf8)
        return String(decoding: data, as: UTF8.self)
    }
}
