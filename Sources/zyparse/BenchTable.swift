internal import Foundation
internal import ParserBench

/// The results of a bench as tables.
enum BenchTable {
    /// A table for the terminal.
    static func text(_ results: [BenchResult]) -> String {
        var text = row("protocol", "input", "variant", "ns/message", "GB/s", "×classify", "") + "\n"
        var last = ""
        for result in results {
            let isNew = result.protocol + result.input != last
            last = result.protocol + result.input
            text += row(
                isNew ? result.protocol : "", isNew ? result.input : "", result.variant,
                format(result.nsPerMessage, 1), format(result.gbPerSecond, 2),
                format(result.timesClassify, 1), note(result))
            text += "\n"
        }
        for name in winners(results) { text += "\n" + name }
        return text
    }

    /// The same as Markdown, with what a reader needs to repeat it.
    static func markdown(_ results: [BenchResult], _ machine: Machine) -> String {
        var text = """
            # Bench

            \(machine.long)

            A time is the median of the fastest quarter of the samples; all variants of an input take turns. ×classify is the
            multiple of the bare classification kernel's time on the same bytes.

            | protocol | input | variant | ns/message | GB/s | ×classify | |
            |---|---|---|--:|--:|--:|---|

            """
        for result in results {
            text += "| \(result.protocol) | \(result.input) | \(result.variant) "
            text += "| \(format(result.nsPerMessage, 1)) | \(format(result.gbPerSecond, 2)) "
            text += "| \(format(result.timesClassify, 1)) | \(note(result)) |\n"
        }
        return text + "\n" + winners(results).map { "- \($0)" }.joined(separator: "\n") + "\n"
    }

    private static func winners(_ results: [BenchResult]) -> [String] {
        var lines: [String] = []
        for result in results where result.winner {
            let line = "winner of \(result.protocol): \(result.variant)"
            if !lines.contains(line) { lines.append(line) }
        }
        return lines
    }

    private static func note(_ result: BenchResult) -> String {
        guard let time = result.nsPerPart, let part = result.part else { return "" }
        return "\(format(time, 1)) ns per \(part)"
    }

    private static func row(_ columns: String...) -> String {
        let widths = [15, 30, 10, 12, 8, 10, 0]
        var text = ""
        for (column, width) in zip(columns, widths) {
            let padding = String(repeating: " ", count: max(0, width - column.count))
            let isNumber =
                width == 12 || width == 8 || (width == 10 && column.first?.isLetter != true)
            text += isNumber ? padding + column + "  " : column + padding + "  "
        }
        return text
    }

    private static func format(_ value: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", value)
    }
}
