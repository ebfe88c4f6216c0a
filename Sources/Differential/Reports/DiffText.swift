internal import Foundation
internal import Wire

/// A run's report as text for people, and as one JSON object a line for programs. Both are the same for the same
/// tree and corpus, whatever the machine and the number of threads.
public enum DiffReport {
    /// Text: each case with its broken laws, then one line that sums up.
    public static func text(_ report: RunReport, colour: Bool) -> String {
        var text = ""
        for found in report.disagreements {
            let place = found.one.line > 0 ? "\(found.one.file):\(found.one.line)" : found.one.file
            let title = found.one.title.isEmpty ? "" : " \(found.one.title)"
            text += paint("✗ \(found.one.id)", "31;1", colour) + "\(title)  (\(place))\n"
            if found.one.id != found.one.file {
                text += "    \(EscapedBytes.text(found.one.bytes.prefix(160)))"
                text += found.one.bytes.count > 160 ? "… \(found.one.bytes.count) bytes\n" : "\n"
            }
            for violation in found.violations.prefix(violationsShown) {
                text +=
                    "    \(violation.law.rawValue): \(violation.variant) against "
                    + "\(violation.against): \(violation.detail)\n"
            }
            let more = found.violations.count - violationsShown
            if more > 0 { text += "    … and \(more) more\n" }
            if !found.one.clause.isEmpty { text += "    clause: \(found.one.clause)\n" }
        }
        return text + counts(report) + summary(report) + "\n"
    }

    /// Broken laws shown for one case; a broken split law can break at every cut.
    private static let violationsShown = 8

    /// A line for each protocol, where there is more than one.
    private static func counts(_ report: RunReport) -> String {
        guard report.inputsOf.count > 1 else { return "" }
        var text = ""
        for name in Registry.names {
            guard let inputs = report.inputsOf[name] else { continue }
            let found = report.disagreements.filter { $0.one.protocolName == name }
            let broken = found.reduce(0) { $0 + $1.violations.count }
            let padding = String(repeating: " ", count: max(1, 16 - name.count))
            text += name + padding + "\(count(inputs, "input")), \(count(broken, "disagreement"))\n"
        }
        return text
    }

    /// The last line of the text.
    public static func summary(_ report: RunReport) -> String {
        var parts = [
            count(report.inputs, "input"), count(report.comparisons, "comparison"),
            count(report.parserRuns, "parser run"),
        ]
        if report.unsupported > 0 { parts.append("\(report.unsupported) unsupported") }
        parts.append(
            report.disagreements.isEmpty
                ? "0 disagreements"
                : "\(count(report.violationCount, "disagreement")) in "
                    + count(report.disagreements.count, "input"))
        return parts.joined(separator: ", ")
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    private static func paint(_ text: String, _ code: String, _ colour: Bool) -> String {
        colour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    /// One object for each broken law, then one that sums up.
    public static func jsonLines(_ report: RunReport) -> String {
        var lines: [String] = []
        for found in report.disagreements {
            for violation in found.violations {
                lines.append(JSONText.encode(Line(found, violation)))
            }
        }
        let summary = Summary(
            inputs: report.inputs, comparisons: report.comparisons, parserRuns: report.parserRuns,
            unsupported: report.unsupported, inputsOf: report.inputsOf,
            disagreements: report.violationCount,
            disagreeingInputs: report.disagreements.count)
        lines.append(JSONText.encode(["summary": summary]))
        return lines.joined(separator: "\n") + "\n"
    }

    private struct Line: Encodable {
        let id, file, `protocol`, law, variant, against, rank, detail, clause, input: String
        let line: Int
        let verdicts: [String: String]

        init(_ found: CaseReport, _ violation: Violation) {
            id = found.one.id
            file = found.one.file
            line = found.one.line
            self.protocol = found.one.protocolName
            law = violation.law.rawValue
            variant = violation.variant
            against = violation.against
            rank = violation.rank.name
            detail = violation.detail
            clause = found.one.clause
            input = Data(found.one.bytes).base64EncodedString()
            verdicts = Dictionary(found.verdicts, uniquingKeysWith: { first, _ in first })
        }
    }

    private struct Summary: Encodable {
        let inputs, comparisons, parserRuns, unsupported: Int
        let inputsOf: [String: Int]
        let disagreements, disagreeingInputs: Int
    }
}
