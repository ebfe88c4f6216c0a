public import Wire

extension Policy {
    /// DATA and HEADERS from a client pass on even streams.
    public static let evenStreams = Policy(bit: 0)
    /// Padding is not looked at.
    public static let nonzeroPadding = Policy(bit: 1)
    /// A frame of an unknown type is ignored inside a field block too.
    public static let unknownFrameInBlock = Policy(bit: 2)
    /// WINDOW_UPDATE of 0 passes.
    public static let zeroWindowIncrement = Policy(bit: 3)
}

/// The leniencies of HTTP/2 frames, as data.
public enum HTTP2Leniency {
    public static let all: [Leniency] = [
        Leniency(
            name: "evenStreams", policy: .evenStreams,
            effect: "DATA and HEADERS from a client pass on streams that only a server opens.",
            clause: "RFC 9113 §5.1.1",
            seenIn: "parsers that leave parity to the connection: nghttp2's frame layer, hyperframe"
        ),
        Leniency(
            name: "nonzeroPadding", policy: .nonzeroPadding,
            effect: "Padding octets may have any value.", clause: "RFC 9113 §6.1",
            seenIn: "nghttp2, Go's x/net/http2, hyper's h2: the check is optional"),
        Leniency(
            name: "unknownFrameInBlock", policy: .unknownFrameInBlock,
            effect: "A frame of an unknown type is ignored between the frames of a field block.",
            clause: "RFC 9113 §5.5",
            seenIn: "no product known; early drafts of HTTP/2 allowed it"),
        Leniency(
            name: "zeroWindowIncrement", policy: .zeroWindowIncrement,
            effect: "WINDOW_UPDATE of 0 passes and changes nothing.", clause: "RFC 9113 §6.9",
            seenIn: "parsers that leave it to the connection: hyperframe"),
    ]
}
