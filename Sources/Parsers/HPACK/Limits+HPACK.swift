public import Wire

/// The limits of HPACK, typed.
public struct HPACKLimits: NamedLimits, BitwiseCopyable {
    public var stringBytesMax = 65_536
    public var fieldListBytesMax = 65_536
    public var fieldCountMax = 256
    public var tableSizeUpdatesMax = 2
    public var tableChurnBytesMax = 262_144

    /// The defaults.
    public init() {}

    public static let entries: [LimitEntry<HPACKLimits>] = [
        LimitEntry(
            name: "stringBytesMax", key: \.stringBytesMax,
            summary: "bytes of a string literal as it stands in the block",
            source: "chosen: what a whole field list may have; decoded at most 8/5 of it"),
        LimitEntry(
            name: "fieldListBytesMax", key: \.fieldListBytesMax,
            summary: "bytes of a block's names and values, and 32 for each field; beyond it, "
                + "fields are left out",
            source: "RFC 9113 §6.5.2 counts so; chosen: the header section of HTTP/1"),
        LimitEntry(
            name: "fieldCountMax", key: \.fieldCountMax,
            summary: "fields of a block; beyond it, fields are left out",
            source: "chosen: twice HTTP/1's, as cookies come in crumbs (RFC 9113 §8.2.3)"),
        LimitEntry(
            name: "tableSizeUpdatesMax", key: \.tableSizeUpdatesMax,
            summary: "dynamic table size updates of a block",
            source: "RFC 7541 §4.2: the smallest and the final size, at most two"),
        LimitEntry(
            name: "tableChurnBytesMax", key: \.tableChurnBytesMax,
            summary: "octets that a block inserts into and evicts from the dynamic table",
            source: "chosen: twice the largest field list, in and out"),
    ]
}
