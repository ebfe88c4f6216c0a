/// A bar chart of the results as SVG: one group for each input, one bar for each variant, on a logarithmic scale.
public enum BenchChart {
    private static let colours = [
        "reference": "#8c8c8c", "scalar": "#4c78a8", "table": "#f58518", "simd": "#54a24b",
    ]
    private static let labelWidth = 330.0
    private static let plotWidth = 560.0
    private static let barHeight = 13.0
    private static let gap = 12.0

    /// The chart; `caption` says where the figures come from.
    public static func svg(_ results: [BenchResult], caption: String) -> String {
        // An input's name is its protocol's own.
        func name(_ result: BenchResult) -> String { "\(result.protocol): \(result.input)" }
        var inputs: [String] = []
        for result in results where !inputs.contains(name(result)) { inputs.append(name(result)) }
        let values = results.map(\.nsPerMessage)
        let low = decade(below: values.min() ?? 1)
        let high = max(decade(below: values.max() ?? 10) * 10, low * 10)
        func x(_ value: Double) -> Double {
            labelWidth + plotWidth * (value / low).logarithm / (high / low).logarithm
        }
        var body = ""
        var y = 64.0
        for input in inputs {
            let rows = results.filter { name($0) == input }
            let middle = y + Double(rows.count) * barHeight / 2 + 4
            body += text(labelWidth - 10, middle, input, anchor: "end", size: 12)
            for row in rows {
                let width = max(1, x(row.nsPerMessage) - labelWidth)
                let colour = colours[row.variant] ?? "#b279a2"
                body += "<rect x=\"\(labelWidth)\" y=\"\(y)\" width=\"\(rounded(width))\" "
                body += "height=\"\(barHeight - 2)\" fill=\"\(colour)\"><title>\(escaped(input)): "
                body += "\(row.variant) \(rounded(row.nsPerMessage)) ns</title></rect>\n"
                body += text(labelWidth + width + 4, y + 9, label(row), anchor: "start", size: 10)
                y += barHeight
            }
            y += gap
        }
        let height = y + 30
        var grid = ""
        var tick = low
        while tick <= high {
            grid += "<line x1=\"\(rounded(x(tick)))\" y1=\"52\" x2=\"\(rounded(x(tick)))\" "
            grid += "y2=\"\(height - 34)\" stroke=\"#e4e4e4\"/>\n"
            grid += text(x(tick), height - 18, "\(ticks(tick))", anchor: "middle", size: 10)
            tick *= 10
        }
        return page(height, caption, grid + body)
    }

    private static func page(_ height: Double, _ caption: String, _ body: String) -> String {
        let width = labelWidth + plotWidth + 110
        var legend = ""
        var x = labelWidth
        for name in ["reference", "scalar", "table", "simd"] {
            legend +=
                "<rect x=\"\(x)\" y=\"34\" width=\"10\" height=\"10\" fill=\"\(colours[name] ?? "")\"/>\n"
            legend += text(x + 14, 43, name, anchor: "start", size: 11)
            x += 90
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" font-family="sans-serif">
            <rect width="100%" height="100%" fill="white"/>
            \(text(16, 22, "Time per message (log scale, shorter is better): \(caption)", anchor: "start", size: 13))
            \(legend)\(body)</svg>

            """
    }

    private static func label(_ row: BenchResult) -> String {
        let each = row.nsPerPart.map { ", \(rounded($0)) ns per \(row.part ?? "part")" } ?? ""
        return "\(rounded(row.nsPerMessage)) ns\(each)"
    }

    private static func text(
        _ x: Double, _ y: Double, _ words: String, anchor: String, size: Int
    ) -> String {
        "<text x=\"\(rounded(x))\" y=\"\(rounded(y))\" text-anchor=\"\(anchor)\" font-size=\"\(size)\" "
            + "fill=\"#333\">\(escaped(words))</text>\n"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    private static func ticks(_ value: Double) -> String {
        value >= 1_000 ? "\(Int(value / 1_000)) µs" : "\(Int(value)) ns"
    }

    private static func decade(below value: Double) -> Double {
        var decade = 1.0
        while decade * 10 <= value { decade *= 10 }
        return decade
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
