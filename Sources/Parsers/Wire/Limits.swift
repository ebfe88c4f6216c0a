/// The named limits of a protocol, as values in the order of its `LimitDescription`s.
///
/// A protocol gives them typed names (`limits.fieldCountMax`); tools reach them by text.
public struct Limits: Hashable, Sendable {
    /// The values, in bytes or counts as each description says.
    public var values: [Int]

    /// Makes limits from the defaults of `descriptions`.
    public init(defaultsOf descriptions: [LimitDescription]) {
        values = descriptions.map(\.defaultValue)
    }
}

/// One named limit.
public struct LimitDescription: Hashable, Sendable {
    /// Its name: noun, unit, `Max`.
    public let name: String
    /// Its value unless told otherwise.
    public let defaultValue: Int
    /// The smallest value that can be set.
    public let minimum: Int
    /// The largest value that can be set.
    public let maximum: Int
    /// What it bounds.
    public let summary: String
    /// Where the default comes from.
    public let source: String

    /// Makes a description.
    public init(
        name: String, defaultValue: Int, minimum: Int = 0, maximum: Int = .max, summary: String,
        source: String
    ) {
        self.name = name
        self.defaultValue = defaultValue
        self.minimum = minimum
        self.maximum = maximum
        self.summary = summary
        self.source = source
    }
}
