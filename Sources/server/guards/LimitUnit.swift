/// What a limit counts, as the end of its name says.
public enum LimitUnit: String, CaseIterable, Sendable {
    case milliseconds
    case seconds
    case bytesPerSecond = "bytes/s"
    case bytes
    case percent
    case count

    /// The unit of a limit by its name.
    public init(ofLimit name: String) {
        let stem = name.hasSuffix("Max") || name.hasSuffix("Min") ? String(name.dropLast(3)) : name
        let units: KeyValuePairs<String, LimitUnit> = [
            "Milliseconds": .milliseconds, "BytesPerSecond": .bytesPerSecond,
            "Seconds": .seconds, "Bytes": .bytes, "Percent": .percent,
        ]
        self = units.first { stem.hasSuffix($0.key) }?.value ?? .count
    }
}
