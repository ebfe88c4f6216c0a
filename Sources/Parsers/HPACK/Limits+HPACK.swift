public import Wire

/// The limits of HPACK, typed.
public struct HPACKLimits: Hashable, Sendable, BitwiseCopyable {
    public var stringBytesMax = 65_536
    public var fieldListBytesMax = 65_536
    public var fieldCountMax = 256
    public var tableSizeUpdatesMax = 2
    public var tableChurnBytesMax = 262_144

    /// The defaults.
    public init() {}

    /// Reads the values of `limits`, which must be HPACK's.
    public init(_ limits: Limits) {
        for (index, entry) in Self.entries.enumerated() where index < limits.values.count {
            self[keyPath: entry.key] = max(limits.values[index], 0)
        }
    }

    /// The same values without their types.
    public var untyped: Limits {
        var limits = Limits(defaultsOf: Self.descriptions)
        for (index, entry) in Self.entries.enumerated() {
            limits.values[index] = self[keyPath: entry.key]
        }
        return limits
    }

    /// The limits in order, as data.
    public static var descriptions: [LimitDescription] {
        let defaults = HPACKLimits()
        return entries.map { entry in
            LimitDescription(
                name: entry.name, defaultValue: defaults[keyPath: entry.key],
                summary: entry.summary, source: entry.source)
        }
    }

    private struct Entry {
        let name: String
        let key: WritableKeyPath<HPACKLimits, Int>
        let summary: String
        let source: String
    }

    private static var entries: [Entry] {
        [
            Entry(
                name: "stringBytesMax", key: \.stringBytesMax,
                summary: "bytes of a string literal as it stands in the block",
                source: "chosen: what a whole field list may have; decoded at most 8/5 of it"),
            Entry(
                name: "fieldListBytesMax", key: \.fieldListBytesMax,
                summary: "bytes of a block's names and values, and 32 for each field; beyond it, "
                    + "fields are left out",
                source: "RFC 9113 §6.5.2 counts so; chosen: the header section of HTTP/1"),
            Entry(
                name: "fieldCountMax", key: \.fieldCountMax,
                summary: "fields of a block; beyond it, fields are left out",
                source: "chosen: twice HTTP/1's, as cookies come in crumbs (RFC 9113 §8.2.3)"),
            Entry(
                name: "tableSizeUpdatesMax", key: \.tableSizeUpdatesMax,
                summary: "dynamic table size updates of a block",
                source: "RFC 7541 §4.2: the smallest and the final size, at most two"),
            Entry(
                name: "tableChurnBytesMax", key: \.tableChurnBytesMax,
                summary: "octets that a block inserts into and evicts from the dynamic table",
                source: "chosen: twice the largest field list, in and out"),
        ]
    }
}
