public import Wire

/// The protocols of this module, as the workbench sees them.
public enum WebSocketProtocols {
    /// `websocket.frame`
    public static let all: [ProtocolDescription] = []
}
