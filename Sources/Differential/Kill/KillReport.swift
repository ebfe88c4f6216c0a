internal import Foundation
internal import Personas
internal import Wire

/// The kill matrix as text, JSON or Markdown. The same rows give the same bytes.
public struct KillReport: Sendable {
    private let rows: [KillRow]
    private let plain: KillRow
    private let times: FuzzTimes?

    /// Makes a report of `rows`, and of the row of the model without a quirk.
    public init(_ rows: [KillRow], plain: KillRow, times: FuzzTimes? = nil) {
        self.rows = rows
        self.plain = plain
        self.times = times
    }

    /// The quirks that no case kills.
    public var survivors: [String] { rows.filter { !$0.isKilled }.map(\.id) }

    /// Whether every quirk is killed, and the models without a quirk read what the reference reads.
    public var isClean: Bool { survivors.isEmpty && !plain.isKilled }

    private var summary: String {
        let killed = rows.count - survivors.count
        let kinds = Quirk.Kind.allCases.map { kind in
            "\(rows.count { $0.quirk?.kind == kind }) \(kind.rawValue)"
        }
        var text = "\(killed) of \(rows.count) quirks killed (\(kinds.joined(separator: ", ")))"
        if !survivors.isEmpty { text += "; survivors: " + survivors.joined(separator: ", ") }
        text += ". The models without a quirk differ from the reference on "
        text += "\(plain.kills) of \(plain.examined) cases"
        if let shortest = plain.shortest { text += ", such as \(shortest.id): \(shortest.detail)" }
        return text + "."
    }
}

// MARK: Text

extension KillReport {
    /// A line for each quirk, survivors marked, and the summary.
    public var text: String {
        var lines = rows.map { row in
            let mark = row.isKilled ? "killed  " : "SURVIVES"
            let columns = [
                row.id, mark, "\(row.kills) of \(row.examined)", row.worst?.name ?? "—",
                row.shortest.map { "\($0.id) (\($0.bytes) bytes)" } ?? "—",
            ]
            return Self.padded(columns + timeColumns(row))
        }
        lines.append(summary)
        lines += times?.overview(within: 60) ?? []
        return lines.joined(separator: "\n") + "\n"
    }

    private static func padded(_ columns: [String]) -> String {
        let widths = [32, 9, 16, 22, 44, 18]
        return columns.enumerated().map { index, column in
            let width = index < columns.count - 1 ? widths[min(index, widths.count - 1)] : 0
            return column + String(repeating: " ", count: max(0, width - column.count))
        }.joined()
    }

    private func timeColumns(_ row: KillRow) -> [String] {
        guard times != nil else { return [] }
        guard let found = times?.summary(of: row.id) else { return ["—", "—"] }
        return [
            found.executions.map { "\(Int($0)) executions" } ?? "not found",
            found.seconds.map { String(format: "%.2f s", $0) } ?? "—",
        ]
    }
}

// MARK: JSON

extension KillReport {
    private struct Row: Encodable {
        let quirk: String
        let kind: String
        let protocols: [String]
        let effect: String
        let clause: String
        let seenIn: String
        let killed: Bool
        let examined: Int
        let kills: Int
        let killsByProtocol: [String: Int]
        let worst: String?
        let shortest: String?
        let shortestBytes: Int?
        let difference: String?
        let fuzz: FuzzTimes.Summary?
    }

    private struct Document: Encodable {
        let quirks: [Row]
        let killed: Int
        let survivors: [String]
        let casesWithoutQuirk: Int
        let differencesWithoutQuirk: Int
    }

    /// The whole matrix as one JSON object.
    public var json: String {
        let entries = rows.map { row in
            Row(
                quirk: row.id, kind: row.quirk?.kind.rawValue ?? "",
                protocols: row.quirk?.protocols ?? [], effect: row.quirk?.effect ?? "",
                clause: row.quirk?.clause ?? "", seenIn: row.quirk?.seenIn ?? "",
                killed: row.isKilled, examined: row.examined, kills: row.kills,
                killsByProtocol: row.killsOf, worst: row.worst?.name,
                shortest: row.shortest?.id, shortestBytes: row.shortest?.bytes,
                difference: row.shortest?.detail,
                fuzz: times?.summary(of: row.id))
        }
        return JSONText.encode(
            Document(
                quirks: entries, killed: rows.count - survivors.count, survivors: survivors,
                casesWithoutQuirk: plain.examined, differencesWithoutQuirk: plain.kills),
            pretty: true) + "\n"
    }
}

// MARK: Markdown

extension KillReport {
    /// A table for people; `head` stands before it.
    public func markdown(head: String) -> String {
        var lines = [head, "", summary, ""]
        if let times {
            lines.append("Fuzzers, from an empty corpus on one core; the table has medians:")
            lines += [""] + times.overview(within: 60).map { "- " + $0 } + [""]
        }
        let columns = [
            "Quirk", "Kind", "What the model does", "Clause", "Cases that kill it",
            "Worst difference", "Shortest case",
        ]
        let timed = times == nil ? [] : ["Fuzzer: executions", "seconds"]
        lines.append(Self.row(columns + timed))
        lines.append(Self.row((columns + timed).map { _ in "---" }))
        for row in rows {
            lines.append(
                Self.row(
                    [
                        "`\(row.id)`", row.quirk?.kind.rawValue ?? "", row.quirk?.effect ?? "",
                        row.quirk?.clause ?? "",
                        row.isKilled ? "\(row.kills) of \(row.examined)" : "**none**",
                        row.worst?.name ?? "—", row.shortest.map { "`\($0.id)`" } ?? "—",
                    ] + timeColumns(row)))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func row(_ columns: [String]) -> String {
        "| " + columns.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
}
