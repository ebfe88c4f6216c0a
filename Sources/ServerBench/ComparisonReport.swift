internal import Charts

/// A comparison as text, Markdown and SVG.
public struct ComparisonReport: Codable, Sendable {
    public var machine: String
    public var command: String
    public var rounds: Int
    public var seconds: Int
    public var rows: [ComparisonRow]
    public var idle: [IdleCost]

    public init(
        machine: String, command: String, rounds: Int, seconds: Int, rows: [ComparisonRow],
        idle: [IdleCost]
    ) {
        self.machine = machine
        self.command = command
        self.rounds = rounds
        self.seconds = seconds
        self.rows = rows
        self.idle = idle
    }

    /// A chart of requests per second.
    public func svg() -> String {
        var groups: [BarChart.Group] = []
        for row in rows {
            if groups.last?.name != row.load { groups.append(BarChart.Group(row.load, [])) }
            groups[groups.count - 1].bars.append(
                BarChart.Bar(
                    series: row.server, value: row.requestsPerSecond,
                    label: "\(Self.grouped(row.requestsPerSecond)) (×\(Self.hundredths(row.ratio)))"
                ))
        }
        return BarChart(
            title: "Requests per second (log scale, longer is better): \(machine)",
            groups: groups, scale: .logarithmic, tick: { Self.grouped($0) }
        ).svg
    }

    /// The tables, with machine and command.
    public func markdown() -> String {
        let first = rows.first?.server ?? ""
        var text = """
            # The server beside \(first)

            Machine: \(machine). Command: `\(command)`.

            Each figure is the median of \(rounds) rounds of \(seconds) s; in each round every server has the same load by \
            turns, on the same processors as the driver (wrk, one thread). × is the median of the rounds' ratios to \(first). \
            Times are µs, from a request to the end of its answer; pipelined requests wait for those before them. CPU is the \
            server's own for each request; a dash: wrk knows no time. \(first) answers 12 B from its configuration (`return`), the others from a file.

            ![requests per second](server.svg)

            | load | server | requests/s | × | p50 | p99 | × | p99.9 | user | kernel | errors |
            |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|

            """
        for row in rows {
            text += "| \(row.load) | \(row.server) | \(Self.grouped(row.requestsPerSecond)) | "
            text += "\(Self.hundredths(row.ratio)) | \(Self.known(row.p50)) | "
            text += "\(Self.known(row.p99)) | "
            text += row.p99 > 0 && row.p99Ratio > 0 ? Self.hundredths(row.p99Ratio) : "–"
            text += " | \(Self.known(row.p999)) | \(Self.tenths(row.userMicroseconds)) | "
            text += "\(Self.tenths(row.kernelMicroseconds)) | \(row.errors) |\n"
        }
        guard !idle.isEmpty else { return text }
        text += """

            ## Idle connections

            Each has had one answer and waits. Memory is the growth of the process's proportional set (Pss); the kernel's
            sockets are not in it. Active: requests per second of 64 connections for 12 B.

            | server | idle connections | bytes each | active alone | active beside them | closed by the server |
            |---|--:|--:|--:|--:|--:|

            """
        for cost in idle {
            let share = cost.activeAlone > 0 ? cost.activeBeside / cost.activeAlone * 100 : 0
            text += "| \(cost.server) | \(cost.connections) | \(Self.grouped(cost.bytesEach)) | "
            text += "\(Self.grouped(cost.activeAlone)) | \(Self.grouped(cost.activeBeside)) "
            text += "(\(Int(share.rounded())) %) | \(cost.lost) |\n"
        }
        return text
    }

    /// A time, or a dash where wrk knows none.
    static func known(_ value: Double) -> String { value > 0 ? grouped(value) : "–" }

    static func grouped(_ value: Double) -> String {
        var digits = Array(String(Int(value.rounded())))
        var place = digits.count - 3
        while place > 0, digits[place - 1] != "-" {
            digits.insert(",", at: place)
            place -= 3
        }
        return String(digits)
    }

    static func hundredths(_ value: Double) -> String {
        let whole = Int((value * 100).rounded())
        let rest = whole % 100
        return "\(whole / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    static func tenths(_ value: Double) -> String {
        let whole = Int((value * 10).rounded())
        return "\(whole / 10).\(whole % 10)"
    }
}
