public import Wire

/// What makes the inputs of each protocol.
public enum InputSources {
    /// The source for a protocol, or nil where nothing makes its inputs.
    public static func source(of description: ProtocolDescription) -> (any InputSource)? {
        all[description.name]
    }

    /// The source for the protocol called `name`, or nil.
    public static func named(_ name: String) -> (any InputSource)? { all[name] }

    private static let all: [String: any InputSource] = [
        "http1.request": HTTP1Inputs(.request),
        "http1.response": HTTP1Inputs(.response),
        "http1.chunked": HTTP1Inputs(.chunked),
        "http1.stream": HTTP1Inputs(.stream),
        "hpack": HPACKInputs(),
        "http2.frame": HTTP2Inputs(),
        "utf8": UTF8Inputs(),
        "websocket.frame": WebSocketInputs(),
        "quic.packet": QUICInputs(),
    ]
}
