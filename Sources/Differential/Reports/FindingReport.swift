public import Wire

/// A finding as text for people: who read what, what it is, who is wrong, what tips it.
public struct FindingReport {
    private let finding: Finding
    private let description: ProtocolDescription
    private let neighbour: Neighbour?

    /// Makes a report.
    public init(
        _ finding: Finding, _ description: ProtocolDescription, neighbour: Neighbour? = nil
    ) {
        self.finding = finding
        self.description = description
        self.neighbour = neighbour
    }

    /// Broken laws that are shown; a broken split law can break at every cut.
    private static let violationsShown = 8

    /// The report's lines.
    public var text: String {
        var text = "\(description.name), \(finding.input.bytes.count) bytes, policy \(policy)\n\n"
        text += CaseBlock.text(finding.input.bytes, isText: description.notation.isText) + "\n"
        for group in finding.groups {
            let verdict = group.outcome.verdict.text(in: description)
            text += "\(group.names.joined(separator: ", ")): \(verdict)\(items(group.outcome))\n"
        }
        for name in finding.unsupported { text += "\(name): unsupported under this policy\n" }
        if finding.groups.count > 1,
            !finding.groups.contains(where: { $0.outcome == finding.reference })
        {
            let verdict = finding.reference.verdict.text(in: description)
            text += "(reference: \(verdict)\(items(finding.reference)))\n"
        }
        text += "\n"
        guard let signature = finding.signature else {
            return text + "all agree, and every law holds\n"
        }
        text += "signature: \(signature)\nid: \(signature.id)\n"
        for violation in finding.violations.prefix(Self.violationsShown) {
            text +=
                "\(violation.law.rawValue): \(violation.variant) against \(violation.against): "
                + "\(violation.detail)\n"
        }
        let more = finding.violations.count - Self.violationsShown
        if more > 0 { text += "… and \(more) more\n" }
        guard finding.groups.count > 1 else { return text }
        return text + verdictOnReaders
    }

    private var verdictOnReaders: String {
        var text = ""
        if let label = finding.label(description) {
            text += "label: \(label.text)\nclause: \(label.clause)\n"
        } else {
            text += "label: none fits\n"
        }
        let wrong = finding.wrong
        text +=
            "not as the reference reads it: \(wrong.isEmpty ? "nobody" : wrong.joined(separator: ", "))\n"
        if let neighbour {
            text += "neighbour: \(neighbour.text): all read \(neighbour.verdict)\n"
        }
        return text
    }

    private var policy: String {
        let names = description.leniencies
            .filter { finding.input.policy.contains($0.policy) }.map(\.name)
        return names.isEmpty ? "strict" : names.joined(separator: ", ")
    }

    private func items(_ outcome: Outcome) -> String {
        let items = description.notation.items(
            outcome.tape, input: finding.input.bytes, context: finding.configuration.context)
        guard !items.isEmpty else { return "" }
        let texts = items.map { "\($0.summary) [\($0.start)…\($0.end.map(String.init) ?? "")]" }
        return "; " + texts.joined(separator: ", ")
    }
}
