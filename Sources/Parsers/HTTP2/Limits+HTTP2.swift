public import Wire

/// The limits of HTTP/2 frames, typed. The frame size is not among them: it is a setting, and so in the context.
public struct HTTP2Limits: NamedLimits, BitwiseCopyable {
    public var settingCountMax = 64
    public var continuationCountMax = 16
    public var fieldBlockBytesMax = 65_536

    /// The defaults.
    public init() {}

    public static let entries: [LimitEntry<HTTP2Limits>] = [
        LimitEntry(
            name: "settingCountMax", key: \.settingCountMax,
            summary: "entries of one SETTINGS frame",
            source: "chosen: ten are registered; CVE-2020-11080 used thousands"),
        LimitEntry(
            name: "continuationCountMax", key: \.continuationCountMax,
            summary: "CONTINUATION frames of one field block",
            source:
                "chosen: 16 frames of 16 KiB hold any honest field block; CVE-2024-27316"),
        LimitEntry(
            name: "fieldBlockBytesMax", key: \.fieldBlockBytesMax,
            summary: "octets of one field block, as it is compressed",
            source: "chosen: HTTP/1's fieldSectionBytesMax, before decompression"),
    ]
}
