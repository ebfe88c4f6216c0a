public import Wire

/// The limits of HTTP/2 frames, typed. The frame size is not among them: it is a setting, and so in the context.
public struct HTTP2Limits: Hashable, Sendable, BitwiseCopyable {
    public var settingCountMax = 64
    public var continuationCountMax = 16
    public var fieldBlockBytesMax = 65_536

    /// The defaults.
    public init() {}

    /// Reads the values of `limits`, which must be HTTP/2's.
    public init(_ limits: Limits) {
        guard limits.values.count == Self.descriptions.count else { return }
        settingCountMax = max(limits.values[0], 0)
        continuationCountMax = max(limits.values[1], 0)
        fieldBlockBytesMax = max(limits.values[2], 0)
    }

    /// The limits in order, as data.
    public static let descriptions: [LimitDescription] = [
        LimitDescription(
            name: "settingCountMax", defaultValue: HTTP2Limits().settingCountMax,
            summary: "entries of one SETTINGS frame",
            source: "chosen: ten are registered; CVE-2020-11080 used thousands"),
        LimitDescription(
            name: "continuationCountMax", defaultValue: HTTP2Limits().continuationCountMax,
            summary: "CONTINUATION frames of one field block",
            source: "chosen: 16 frames of 16 KiB hold any honest field block; CVE-2024-27316"),
        LimitDescription(
            name: "fieldBlockBytesMax", defaultValue: HTTP2Limits().fieldBlockBytesMax,
            summary: "octets of one field block, as it is compressed",
            source: "chosen: HTTP/1's fieldSectionBytesMax, before decompression"),
    ]
}
