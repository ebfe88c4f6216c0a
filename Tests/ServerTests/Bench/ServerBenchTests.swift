import Charts
import Testing

@testable import ServerBench

struct ServerBenchTests {
    @Test func theMiddleValue() {
        #expect(Comparison.median([]) == 0)
        #expect(Comparison.median([3]) == 3)
        #expect(Comparison.median([9, 1, 2]) == 2)
        #expect(Comparison.median([4, 1, 9, 2]) == 3)
    }

    private static func row(_ server: String, _ rate: Double, ratio: Double) -> ComparisonRow {
        ComparisonRow(
            server: server, load: "12 B, 64 connections", requestsPerSecond: rate, p50: 100,
            p99: 1_234, p999: 0, errors: 0, userMicroseconds: 1.25, kernelMicroseconds: 3,
            rounds: [rate], ratio: ratio, p99Ratio: 0.5)
    }

    @Test func theReportSaysWhatWasMeasured() {
        let report = ComparisonReport(
            machine: "a machine", command: "zyphos bench-server", rounds: 5, seconds: 3,
            rows: [Self.row("nginx", 87_000, ratio: 1), Self.row("zyphos", 101_234, ratio: 1.16)],
            idle: [
                IdleCost(
                    server: "zyphos", connections: 10_000, bytesEach: 512, activeAlone: 100_000,
                    activeBeside: 95_000, lost: 0)
            ])
        let text = report.markdown()
        let line =
            "| 12 B, 64 connections | zyphos | 101,234 | 1.16 | 100 | 1,234 | 0.50 | – | 1.3 | 3.0 | 0 |"
        #expect(text.contains(line))
        #expect(text.contains("| zyphos | 10000 | 512 | 100,000 | 95,000 (95 %) | 0 |"))
        #expect(report.svg().contains("101,234 (×1.16)"))
    }

    /// Bars are as long as their values say, and text cannot leave its place.
    @Test func chartsHaveTheirScale() {
        func chart(_ scale: BarChart.Scale) -> String {
            BarChart(
                title: "a < b & \"c\"",
                groups: [
                    BarChart.Group(
                        "g",
                        [
                            BarChart.Bar(series: "one", value: 100, label: "100"),
                            BarChart.Bar(series: "two", value: 50, label: "<50>"),
                        ])
                ], scale: scale, tick: { "\(Int($0))" }
            ).svg
        }
        let linear = chart(.linear)
        // Steps of 20 up to 100: all of the plot's 560 units, and half of them.
        #expect(linear.contains("width=\"560.0\""))
        #expect(linear.contains("width=\"280.0\""))
        #expect(linear.contains("a &lt; b &amp; &quot;c&quot;"))
        #expect(!linear.contains("<50>"))
        // From 10 to 1000: 100 stands in the middle.
        #expect(chart(.logarithmic).contains("width=\"280.0\""))
    }

    /// A server that does not come up is named, and nothing is left behind.
    @Test func aServerThatDoesNotStart() throws {
        let problem = #expect(throws: BenchProblem.self) {
            _ = try ServedProcess("/bin/false", ["x"], port: 9)
        }
        #expect(problem?.description.contains("/bin/false x: does not listen") == true)
    }
}
