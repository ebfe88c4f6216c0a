internal import Charts

/// A comparison of engines as text, Markdown and SVG.
public struct EngineReport: Codable, Sendable {
    public var machine: String
    public var command: String
    public var rounds: Int
    public var seconds: Int
    public var rows: [EngineRow]
    public var memory: [EngineMemory]
    /// Engines that this machine refuses, and why.
    public var absent: [String: String]

    public init(
        machine: String, command: String, rounds: Int, seconds: Int, rows: [EngineRow],
        memory: [EngineMemory], absent: [String: String] = [:]
    ) {
        self.machine = machine
        self.command = command
        self.rounds = rounds
        self.seconds = seconds
        self.rows = rows
        self.memory = memory
        self.absent = absent
    }
}

// MARK: Tables

extension EngineReport {
    /// The tables, with machine and command; `picture` is the chart of rates, the others' names follow from it.
    public func markdown(picture: String = "engines.svg") -> String {
        var text = """
            # The engines

            Machine: \(machine). Command: `\(command)`.

            Each figure is the median of \(rounds) rounds of \(seconds) s; in each round every engine has the same load by \
            turns, on the same processors as the driver (wrk, one thread). The machine is shared: read ×, the median of the \
            rounds' ratios to \(base), more than the rates. Times are µs, from a request to the end of its answer. CPU is the server's own, in µs for each request (/proc/PID/stat). \
            System calls and context switches are for each request, counted by perf in runs of one second of their own; a \
            dash: cannot be known here.

            ![requests per second](\(picture))

            | load | engine | requests/s | × | p50 | p99 | p99.9 | user | kernel | calls | switches | errors |
            |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|

            """
        for row in rows {
            text += "| \(row.load) | \(row.engine) "
            text += "| \(ComparisonReport.grouped(row.requestsPerSecond)) "
            text += "| \(ComparisonReport.hundredths(ratio(row))) "
            for time in [row.p50, row.p99, row.p999] {
                text += "| \(ComparisonReport.known(time)) "
            }
            for time in [row.userMicroseconds, row.kernelMicroseconds] {
                text += "| \(ComparisonReport.tenths(time)) "
            }
            for count in [row.systemCalls, row.contextSwitches] {
                text += "| \(count.map(ComparisonReport.hundredths) ?? "–") "
            }
            text += "| \(row.errors) |\n"
        }
        for (engine, reason) in absent.sorted(by: { $0.key < $1.key }) {
            text += "\nNot here: \(engine): \(reason)\n"
        }
        return text + memoryTable(picture)
    }

    /// The engine that the others are compared with: the default where it takes part.
    private var base: String {
        rows.contains { $0.engine == "reuseport" } ? "reuseport" : rows.first?.engine ?? ""
    }

    /// The median of the rounds' ratios: what disturbs a round disturbs both of its sides.
    func ratio(_ row: EngineRow) -> Double {
        guard let other = rows.first(where: { $0.engine == base && $0.load == row.load }) else {
            return 0
        }
        return Comparison.median(zip(row.rounds, other.rounds).map { $0 / max(1, $1) })
    }

    private func memoryTable(_ picture: String) -> String {
        var text = "\n![p99](\(Self.path(picture, "p99")))\n"
        text += "\n![system calls](\(Self.path(picture, "calls")))\n"
        guard let connections = memory.first?.connections else { return text }
        text += """

            ## Idle connections

            \(ComparisonReport.grouped(Double(connections))) connections, each of which has had one answer and waits. Memory \
            is the growth of the process's proportional set (Pss) for each; the kernel's sockets are not in it.

            | engine | bytes each |
            |---|--:|

            """
        for row in memory {
            text += "| \(row.engine) | \(ComparisonReport.grouped(row.bytesEach)) |\n"
        }
        return text + "\n![bytes for each idle connection](\(Self.path(picture, "memory")))\n"
    }
}

// MARK: Charts

extension EngineReport {
    /// Each chart as SVG, and what its file's name has behind that of the first.
    public var charts: [(suffix: String, svg: String)] {
        [
            (
                "",
                chart("Requests per second (longer is better)", .linear) {
                    $0.requestsPerSecond
                }
            ),
            ("p99", chart("p99, µs (log scale, shorter is better)", .logarithmic) { $0.p99 }),
            (
                "calls",
                chart(
                    "System calls for each request (log scale, shorter is better)", .logarithmic,
                    label: ComparisonReport.hundredths
                ) { $0.systemCalls }
            ),
            ("memory", memoryChart),
        ]
    }

    /// `engines.svg` and `p99`: `engines-p99.svg`.
    public static func path(_ path: String, _ suffix: String) -> String {
        guard !suffix.isEmpty else { return path }
        guard path.hasSuffix(".svg") else { return path + "-" + suffix }
        return path.dropLast(4) + "-\(suffix).svg"
    }

    private func chart(
        _ title: String, _ scale: BarChart.Scale,
        label: (Double) -> String = ComparisonReport.grouped, value: (EngineRow) -> Double?
    ) -> String {
        var groups: [BarChart.Group] = []
        for row in rows {
            guard let value = value(row), value > 0 else { continue }
            if groups.last?.name != row.load { groups.append(BarChart.Group(row.load, [])) }
            groups[groups.count - 1].bars.append(
                BarChart.Bar(series: row.engine, value: value, label: label(value)))
        }
        return BarChart(
            title: "\(title): \(machine)", groups: groups, scale: scale, tick: Self.tick
        ).svg
    }

    private var memoryChart: String {
        let bars = memory.map {
            BarChart.Bar(
                series: $0.engine, value: max(1, $0.bytesEach),
                label: ComparisonReport.grouped($0.bytesEach))
        }
        return BarChart(
            title: "Bytes for each idle connection (log scale, shorter is better): \(machine)",
            groups: [BarChart.Group("idle connections", bars)], scale: .logarithmic,
            tick: Self.tick
        ).svg
    }

    @Sendable private static func tick(_ value: Double) -> String {
        value > 0 && value < 1
            ? ComparisonReport.hundredths(value) : ComparisonReport.grouped(value)
    }
}
