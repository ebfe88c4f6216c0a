import Foundation
import Testing

@testable import ServerBench

struct EngineBenchTests {
    /// The built program beside the tests.
    private static let zyphos = URL(fileURLWithPath: "/proc/self/exe")
        .resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("zyphos").path

    /// A short run over two engines: every column is there and plausible. How fast they are is no matter of a test.
    @Test(.enabled(if: Command.find("wrk") != nil, "wrk is not installed"))
    func everyColumnIsThere() throws {
        let wrk = Wrk(program: try #require(Command.find("wrk")))
        let bench = EngineBench(program: Self.zyphos, wrk: wrk, rounds: 1)
        let site = try BenchSite()
        let engines = ["threads", "epoll"]
        let rows = try bench.run(
            engines, EngineBench.loads(connections: 4, seconds: 1), site: site, progress: { _ in })
        #expect(rows.map(\.engine) == engines + engines)
        #expect(Set(rows.map(\.load)) == ["12 B, 4 connections", "1 KiB, 4 connections"])
        for row in rows {
            #expect(row.requestsPerSecond > 0)
            #expect(row.errors == 0)
            #expect(row.p50 > 0 && row.p50 <= row.p99 && row.p99 <= row.p999)
            #expect(row.userMicroseconds + row.kernelMicroseconds > 0)
            // Whoever answers reads and writes; whether that can be counted is the machine's matter.
            if let calls = row.systemCalls { #expect(calls > 0) }
            if let switches = row.contextSwitches { #expect(switches >= 0) }
        }
        let memory = try engines.map { try bench.memory($0, connections: 400, site: site) }
        // A thread of its own costs more than a place in a table.
        #expect(memory[0].bytesEach > memory[1].bytesEach)
    }

    @Test func countsAreReadFromPerf() {
        let text = """
            # started on Sat Nov 21 14:00:00 2026

            6000,,raw_syscalls:sys_enter,51380,100.00,,
            <not supported>,,context-switches,0,100.00,,
            """
        let count = KernelCount(text, requests: 4_000)
        #expect(count.systemCalls == 1.5)
        #expect(count.contextSwitches == nil)
    }

    /// Ratios are of the same round.
    @Test func ratiosAreRoundByRound() {
        var rows = [Self.row("epoll", calls: 1), Self.row("reuseport", calls: 1)]
        rows[0].rounds = [50, 300, 100]
        rows[1].rounds = [100, 200, 100]
        let report = EngineReport(
            machine: "", command: "", rounds: 3, seconds: 1, rows: rows, memory: [])
        #expect(rows.map(report.ratio) == [1, 1])
        rows[0].rounds = [50, 300, 400]
        let other = EngineReport(
            machine: "", command: "", rounds: 3, seconds: 1, rows: rows, memory: [])
        #expect(rows.map(other.ratio) == [1.5, 1])
    }

    private static func row(_ engine: String, calls: Double?) -> EngineRow {
        EngineRow(
            engine: engine, load: "12 B, 64 connections", requestsPerSecond: 101_234, p50: 400,
            p99: 1_234, p999: 2_000, errors: 0, userMicroseconds: 1.25, kernelMicroseconds: 6,
            systemCalls: calls, contextSwitches: 0.031, rounds: [101_234])
    }

    @Test func theReportSaysWhatWasMeasured() {
        let report = EngineReport(
            machine: "a machine", command: "zyphos bench-engines", rounds: 5, seconds: 3,
            rows: [Self.row("epoll", calls: 2.04), Self.row("uring", calls: nil)],
            memory: [EngineMemory(engine: "epoll", connections: 1_000, bytesEach: 1_100)],
            absent: ["pool": "no reason"])
        let text = report.markdown(picture: "a.svg")
        let line = "| epoll | 101,234 | 1.00 | 400 | 1,234 | 2,000 | 1.3 | 6.0 | 2.04 | 0.03 | 0 |"
        #expect(text.contains(line))
        #expect(text.contains("| 6.0 | – | 0.03 | 0 |"))
        #expect(text.contains("| epoll | 1,100 |"))
        #expect(text.contains("Not here: pool: no reason"))
        for chart in report.charts {
            #expect(text.contains("](\(EngineReport.path("a.svg", chart.suffix)))"))
            #expect(chart.svg.hasSuffix("</svg>\n"))
        }
    }
}
