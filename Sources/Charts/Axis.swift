#if canImport(Glibc)
    internal import Glibc
#endif

/// Where values stand between a chart's left and right end.
struct Axis {
    private let scale: BarChart.Scale
    private let low: Double
    private let high: Double
    /// Places with a line, ascending.
    let ticks: [Double]

    init(_ scale: BarChart.Scale, _ values: [Double]) {
        let values = values.filter(\.isFinite)
        self.scale = scale
        switch scale {
        case .linear:
            let step = Self.step(for: values.max() ?? 1)
            low = 0
            high = max(step, ((values.max() ?? 1) / step).rounded(.up) * step)
            ticks = Array(stride(from: 0, through: high, by: step))
        case .logarithmic:
            let positive = values.filter { $0 > 0 }
            low = Self.decade(below: positive.min() ?? 1)
            let top = Self.decade(below: positive.max() ?? 10) * 10
            high = max(top, low * 10)
            var places: [Double] = []
            var place = low
            // A little more, as powers of ten below one are not exact.
            while place <= high * 1.001 {
                places.append(place)
                place *= 10
            }
            ticks = places
        }
    }

    /// How far from left to right a value is, 0 to 1.
    func share(_ value: Double) -> Double {
        guard value.isFinite else { return 0 }
        switch scale {
        case .linear: return min(1, max(0, value / high))
        case .logarithmic:
            guard value > low else { return 0 }
            return min(1, log10(value / low) / log10(high / low))
        }
    }

    /// A step of 1, 2 or 5 times a power of ten with about six steps up to `value`.
    private static func step(for value: Double) -> Double {
        guard value > 0 else { return 1 }
        let rough = value / 6
        let base = decade(below: rough)
        for factor in [1.0, 2, 5] where base * factor >= rough { return base * factor }
        return base * 10
    }

    private static func decade(below value: Double) -> Double {
        pow(10, log10(value).rounded(.down))
    }
}
