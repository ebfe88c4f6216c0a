internal import Foundation
public import Wire

/// Writes a find down as a case of the corpus: readable, and read back by `zyparse diff` like any other.
public struct FoundCase: Sendable {
    /// What became of it.
    public enum Place: Hashable, Sendable {
        /// It was written to this file.
        case written(String)
        /// This file holds a find with the same signature already.
        case known(String)
    }

    /// Why it was not written.
    public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String
    }

    private let finding: Finding
    private let signature: Signature
    private let description: ProtocolDescription
    private let label: Label?
    private let neighbour: Neighbour?
    private let source: String

    /// Makes a case of a find, or nil where nothing was found.
    ///
    /// - Parameter source: who found it, in words: `found by fuzz-hpack, seed 7`.
    public init?(
        _ finding: Finding, _ description: ProtocolDescription, neighbour: Neighbour?,
        source: String
    ) {
        guard let signature = finding.signature else { return nil }
        self.finding = finding
        self.signature = signature
        self.description = description
        self.neighbour = neighbour
        self.source = source
        label = finding.label(description)
    }

    /// Its id, which names its file: equal signatures have equal ids.
    public var id: String { "found-\(description.name)-\(signature.id.prefix(8))" }

    /// Writes the case below `corpus`, in `<protocol>/found`, as a whole or not at all.
    ///
    /// A file that is there is never changed. Where it holds the same signature, it is the find's place; where another
    /// signature has the same id, the name gets a number.
    public func write(into corpus: String) throws(Problem) -> Place {
        let folder = "\(corpus)/\(description.name)/found"
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw Problem(description: "\(folder): cannot be made: \(error.localizedDescription)")
        }
        for number in 1...Self.collisionsMax {
            let name = number == 1 ? id : "\(id)-\(number)"
            let file = "\(folder)/\(name).md"
            if let there = try? String(contentsOfFile: file, encoding: .utf8) {
                if there.contains(signatureLine) { return .known(file) }
                continue
            }
            do {
                // Never over a file that came into being since: a link fails where a rename would replace.
                let draft = "\(folder)/.\(name)-\(ProcessInfo.processInfo.processIdentifier)"
                try Data(text(id: name).utf8).write(to: URL(fileURLWithPath: draft))
                defer { try? FileManager.default.removeItem(atPath: draft) }
                try FileManager.default.linkItem(atPath: draft, toPath: file)
            } catch {
                if FileManager.default.fileExists(atPath: file) { continue }
                throw Problem(
                    description: "\(file): cannot be written: \(error.localizedDescription)")
            }
            return .written(file)
        }
        throw Problem(description: "\(folder): \(Self.collisionsMax) finds have the id \(id)")
    }

    /// Finds with one id and different signatures (chosen: with 32 bits of hash a second one is already rare).
    private static let collisionsMax = 100
}

// MARK: Text

extension FoundCase {
    private var signatureLine: String { "Signature: `\(signature)`" }

    /// The file's text.
    public func text(id: String? = nil) -> String {
        var text = "# A find in \(description.name)\n\n## \(id ?? self.id) \(title)\n\n"
        text += prose + "\n\n" + signatureLine + "\n\n"
        text += "```\(description.notation.isText ? "http" : "octets")\n\(block)```\n\n"
        for entry in entries { text += "- \(entry.key): \(entry.value)\n" }
        return text + "\n" + readings
    }

    private var title: String {
        let groups = signature.partition.map { $0.prefix(4).joined(separator: ", ") }
        let names = groups.prefix(3).joined(separator: " against ")
        let what = signature.law == .agreement ? signature.rank.name : signature.law.rawValue
        return "\(label?.kind.rawValue ?? what): \(names)"
    }

    private var prose: String {
        var sentences: [String] = []
        if let label {
            sentences.append("\(label.text) (\(label.clause)).")
        } else if let worst = finding.violations.first {
            sentences.append("\(worst.variant) breaks \(worst.law.rawValue): \(worst.detail).")
        } else {
            sentences.append("The readings differ: \(signature.fields.joined(separator: ", ")).")
        }
        if !finding.wrong.isEmpty {
            sentences.append(
                "Not as the reference reads it: \(finding.wrong.joined(separator: ", ")).")
        }
        if let neighbour {
            sentences.append("All read alike with this change: \(neighbour.text).")
        }
        // A line that starts like an entry of the list would be taken for one.
        return sentences.joined(separator: "\n")
    }

    /// Who read what, behind the list, where readers of cases look no more.
    private var readings: String {
        var text = "| participants | reading | items |\n|---|---|---|\n"
        for group in finding.groups {
            let names = group.names.joined(separator: ", ")
            let verdict = group.outcome.verdict.text(in: description)
            let items = summaries(group.outcome).joined(separator: "; ")
            text += "| \(names) | \(verdict) | \(items) |\n"
        }
        if !finding.unsupported.isEmpty {
            text += "| \(finding.unsupported.joined(separator: ", ")) | unsupported | |\n"
        }
        return text
    }

    private func summaries(_ outcome: Outcome) -> [String] {
        description.notation
            .items(outcome.tape, input: finding.input.bytes, context: finding.configuration.context)
            .map { item in "\(item.summary) [\(item.start)…\(item.end.map(String.init) ?? "")]" }
    }

    private var entries: [(key: String, value: String)] {
        let input = finding.input
        var entries = [("verdict", finding.reference.verdict.text(in: description))]
        entries.append(("clause", clause))
        entries.append(("source", source))
        let summaries = description.notation
            .items(
                finding.reference.tape, input: input.bytes, context: finding.configuration.context
            ).map(\.summary)
        if !summaries.isEmpty, !summaries.contains(where: { $0.contains(",") }) {
            entries.append(("items", summaries.joined(separator: ", ")))
        }
        let leniencies = description.leniencies.filter { input.policy.contains($0.policy) }
        if !leniencies.isEmpty {
            entries.append(("policy", leniencies.map(\.name).joined(separator: ", ")))
        }
        if !input.limits.isEmpty {
            let limits = input.limits.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            entries.append(("limits", limits.joined(separator: ", ")))
        }
        for (name, value) in input.context.sorted(by: { $0.key < $1.key }) {
            entries.append((name, value))
        }
        return entries
    }

    private var clause: String {
        if let label { return label.clause }
        guard case .rejected(let rejection) = finding.reference.verdict,
            let reason = description.reason(of: rejection)
        else { return "law: \(signature.law.rawValue)" }
        return reason.clause
    }

    private var block: String {
        CaseBlock.text(finding.input.bytes, isText: description.notation.isText)
    }
}

/// Bytes as the block of a case: lines of a text where they end, rows of octets where they do not.
public enum CaseBlock {
    /// Octets of a row (chosen: four escapes each, within 100 columns).
    private static let rowOctets = 24
    /// Bytes of a row of a text without line ends.
    private static let rowBytes = 80

    /// The block's lines, each with its line end; empty for no bytes.
    public static func text(_ bytes: [UInt8], isText: Bool) -> String {
        var text = ""
        var row = ""
        var count = 0
        func close() {
            // Editors remove a trailing space, and three accents would end the block.
            if row.hasSuffix(" ") { row = row.dropLast() + "\\x20" }
            if row.hasPrefix("```") { row = "\\x60" + row.dropFirst() }
            text += row + "\n"
            row = ""
            count = 0
        }
        for byte in bytes {
            row += isText ? EscapedBytes.text(of: byte) : octet(byte)
            count += 1
            if count >= (isText ? rowBytes : rowOctets) || (isText && byte == 0x0A) { close() }
        }
        if count > 0 { close() }
        return text
    }

    private static func octet(_ byte: UInt8) -> String {
        let hex = String(byte, radix: 16)
        return "\\x" + (hex.count == 1 ? "0" : "") + hex
    }
}
