internal import Foundation
public import Wire

/// Writes imported inputs down as cases.
///
/// A case of the corpus states a verdict, and one that somebody thought of beforehand. An imported input has none. So that the
/// file can be read like any other, and so that a change of ours shows, the reference's verdict is written down, and the case's
/// source says that it is only that: it is no evidence that the reference is right.
public struct ImportedCases {
    private let file: String
    private let kind: ImportKind

    /// Makes a writer for inputs of `file`.
    public init(file: String, kind: ImportKind) {
        self.file = URL(fileURLWithPath: file).lastPathComponent
        self.kind = kind
    }

    /// The text of a case file for `inputs`, which must be of one protocol.
    ///
    /// - Throws: `UnknownName` where an input's context is not one of its protocol.
    public func text(
        _ inputs: [ImportedInput], _ description: ProtocolDescription
    ) throws(UnknownName) -> String {
        var text = "# Imported from \(file)\n\n"
        text += "Verdicts are the reference's own: they show changes, and prove nothing.\n"
        var ids: Set<String> = []
        for (index, input) in inputs.enumerated() {
            var id = "import-\(Self.slug(file))-\(Self.slug(input.name))"
            if !ids.insert(id).inserted {
                id += "-\(index)"
                ids.insert(id)
            }
            text += "\n" + (try one(input, id, description))
        }
        return text
    }

    private func one(
        _ input: ImportedInput, _ id: String, _ description: ProtocolDescription
    ) throws(UnknownName) -> String {
        let configuration = try TriageInput(bytes: input.bytes, context: input.context)
            .configuration(description)
        var verdict = Verdict.incomplete
        var clause = "imported: none"
        if let outcome = description.variants.first.flatMap({ Harness($0, configuration) })?.whole(
            input.bytes)
        {
            verdict = outcome.verdict
            if case .rejected(let rejection) = verdict,
                let reason = description.reason(of: rejection)
            {
                clause = reason.clause
            }
        }
        var text = "## \(id) \(Self.line(input.name))\n\n\(Self.line(input.note))\n\n"
        text += "```\(description.notation.isText ? "http" : "octets")\n"
        text += CaseBlock.text(input.bytes, isText: description.notation.isText) + "```\n\n"
        text += "- verdict: \(verdict.text(in: description))\n- clause: \(clause)\n"
        text +=
            "- source: imported from \(file) (\(kind.rawValue)); verdict computed by the reference\n"
        for (name, value) in input.context.sorted(by: { $0.key < $1.key }) {
            text += "- \(name): \(value)\n"
        }
        return text
    }

    /// Letters, digits and single hyphens; at most forty characters.
    static func slug(_ text: String) -> String {
        var slug = ""
        for scalar in text.lowercased().unicodeScalars {
            let isPlain = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
            if isPlain {
                slug.unicodeScalars.append(scalar)
            } else if !slug.isEmpty, !slug.hasSuffix("-") {
                slug += "-"
            }
        }
        return String(slug.prefix(40)).trimmingSuffix("-")
    }

    /// Foreign words on one line, which no reader of cases can take for anything else.
    private static func line(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.hasPrefix("-") || line.hasPrefix("#") || line.hasPrefix("`")
            ? "(\(line))" : line
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: Character) -> String {
        var text = self
        while text.last == suffix { text.removeLast() }
        return text
    }
}
