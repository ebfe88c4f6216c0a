/// A chart of horizontal bars as SVG: groups from top to bottom, in each one bar for each series.
public struct BarChart: Sendable {
    /// A bar.
    public struct Bar: Sendable {
        /// The series that it belongs to; the legend has its colour.
        public var series: String
        public var value: Double
        /// What stands behind the bar, such as the value with its unit.
        public var label: String

        public init(series: String, value: Double, label: String) {
            self.series = series
            self.value = value
            self.label = label
        }
    }

    /// Bars that are compared with each other.
    public struct Group: Sendable {
        public var name: String
        public var bars: [Bar]

        public init(_ name: String, _ bars: [Bar]) {
            self.name = name
            self.bars = bars
        }
    }

    /// How values become lengths.
    public enum Scale: Sendable {
        case linear
        /// From the power of ten below the smallest value.
        case logarithmic
    }

    /// What is drawn, in which direction it is better, where the figures come from.
    public var title: String
    public var groups: [Group]
    public var scale: Scale
    /// How a place on the axis is written.
    public var tick: @Sendable (Double) -> String

    public init(
        title: String, groups: [Group], scale: Scale, tick: @escaping @Sendable (Double) -> String
    ) {
        self.title = title
        self.groups = groups
        self.scale = scale
        self.tick = tick
    }

    private static let labelWidth = 330.0
    private static let plotWidth = 560.0
    private static let barHeight = 13.0
    private static let gap = 12.0
    /// Okabe and Ito's colours without the yellow ones: they differ for every kind of sight, and in grey (chosen: the
    /// field's usual set).
    private static let colours = [
        "#8c8c8c", "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9",
    ]

    /// The series in the order in which they occur.
    private var series: [String] {
        var names: [String] = []
        for bar in groups.flatMap(\.bars) where !names.contains(bar.series) {
            names.append(bar.series)
        }
        return names
    }

    /// The chart as a document.
    public var svg: String {
        let axis = Axis(scale, groups.flatMap(\.bars).map(\.value))
        let names = series
        var body = ""
        var y = 64.0
        for group in groups {
            let middle = y + Double(group.bars.count) * Self.barHeight / 2 + 4
            body += Self.text(Self.labelWidth - 10, middle, group.name, anchor: "end", size: 12)
            for bar in group.bars {
                let place = names.firstIndex(of: bar.series) ?? 0
                body += Self.drawn(bar, in: group.name, at: y, axis, Self.colour(place))
                y += Self.barHeight
            }
            y += Self.gap
        }
        let height = y + 30
        var grid = ""
        for value in axis.ticks {
            let x = Self.rounded(Self.labelWidth + Self.plotWidth * axis.share(value))
            grid += "<line x1=\"\(x)\" y1=\"52\" x2=\"\(x)\" "
            grid += "y2=\"\(height - 34)\" stroke=\"#e4e4e4\"/>\n"
            grid += Self.text(x, height - 18, tick(value), anchor: "middle", size: 10)
        }
        return page(height, names, grid + body)
    }

    private static func colour(_ place: Int) -> String { colours[place % colours.count] }

    private static func drawn(
        _ bar: Bar, in group: String, at y: Double, _ axis: Axis, _ colour: String
    ) -> String {
        let width = max(1, plotWidth * axis.share(bar.value))
        var text = "<rect x=\"\(labelWidth)\" y=\"\(y)\" width=\"\(rounded(width))\" "
        text += "height=\"\(barHeight - 2)\" fill=\"\(colour)\"><title>\(escaped(group)): "
        text += "\(escaped(bar.series)) \(escaped(bar.label))</title></rect>\n"
        return text
            + Self.text(labelWidth + width + 4, y + 9, bar.label, anchor: "start", size: 10)
    }

    private func page(_ height: Double, _ names: [String], _ body: String) -> String {
        let width = Self.labelWidth + Self.plotWidth + 110
        var legend = ""
        var x = Self.labelWidth
        for (place, name) in names.enumerated() {
            legend += "<rect x=\"\(x)\" y=\"34\" width=\"10\" height=\"10\" "
            legend += "fill=\"\(Self.colour(place))\"/>\n"
            legend += Self.text(x + 14, 43, name, anchor: "start", size: 11)
            // A letter of this size takes seven units at the most.
            x += max(90, 24 + 7 * Double(name.count))
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" font-family="sans-serif">
            <rect width="100%" height="100%" fill="white"/>
            \(Self.text(16, 22, title, anchor: "start", size: 13))
            \(legend)\(body)</svg>

            """
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
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
