internal import Charts

/// A bar chart of the results as SVG: one group for each input, one bar for each variant, on a logarithmic scale.
public enum BenchChart {
    /// The chart; `caption` says where the figures come from.
    public static func svg(_ results: [BenchResult], caption: String) -> String {
        var groups: [BarChart.Group] = []
        for result in results {
            // An input's name is its protocol's own.
            let name = "\(result.protocol): \(result.input)"
            if groups.last?.name != name { groups.append(BarChart.Group(name, [])) }
            groups[groups.count - 1].bars.append(
                BarChart.Bar(
                    series: result.variant, value: result.nsPerMessage, label: label(result)))
        }
        return BarChart(
            title: "Time per message (log scale, shorter is better): \(caption)", groups: groups,
            scale: .logarithmic,
            tick: { $0 >= 1_000 ? "\(Int($0 / 1_000)) µs" : "\(Int($0)) ns" }
        ).svg
    }

    private static func label(_ row: BenchResult) -> String {
        let each = row.nsPerPart.map { ", \(rounded($0)) ns per \(row.part ?? "part")" } ?? ""
        return "\(rounded(row.nsPerMessage)) ns\(each)"
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
