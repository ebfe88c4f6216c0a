/// A protocol's limits with typed names: what its parsers use, where tools reach the same values by text.
public protocol NamedLimits: Hashable, Sendable {
    /// The defaults.
    init()

    /// The limits in the order of their descriptions.
    static var entries: [LimitEntry<Self>] { get }
}

/// One limit of a `NamedLimits`: which property, and what there is to say of it.
public struct LimitEntry<Owner>: Sendable {
    let name: String
    let key: any WritableKeyPath<Owner, Int> & Sendable
    let range: ClosedRange<Int>
    let summary: String
    let source: String

    /// Makes an entry; values outside `minimum ... maximum` are moved to its ends.
    public init(
        name: String, key: any WritableKeyPath<Owner, Int> & Sendable, minimum: Int = 0,
        maximum: Int = .max,
        summary: String, source: String
    ) {
        self.name = name
        self.key = key
        range = minimum...max(minimum, maximum)
        self.summary = summary
        self.source = source
    }
}

extension NamedLimits {
    /// Reads the values of `limits`, which must be this protocol's; what is not there keeps its default.
    public init(_ limits: Limits) {
        self.init()
        let entries = Self.entries
        for index in 0..<min(entries.count, limits.values.count) {
            let entry = entries[index]
            let value = limits.values[index]
            self[keyPath: entry.key] = min(
                max(value, entry.range.lowerBound), entry.range.upperBound)
        }
    }

    /// The same values without their types.
    public var untyped: Limits {
        var limits = Limits(defaultsOf: Self.descriptions)
        limits.values = Self.entries.map { self[keyPath: $0.key] }
        return limits
    }

    /// The limits in order, as data.
    public static var descriptions: [LimitDescription] {
        let defaults = Self()
        return entries.map { entry in
            LimitDescription(
                name: entry.name, defaultValue: defaults[keyPath: entry.key],
                minimum: entry.range.lowerBound, maximum: entry.range.upperBound,
                summary: entry.summary, source: entry.source)
        }
    }
}
