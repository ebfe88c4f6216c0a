public import Wire

/// The protocols of this module, as the workbench sees them.
public enum HTTP2Protocols {
    /// `http2.frame`
    public static let all: [ProtocolDescription] = []
}
