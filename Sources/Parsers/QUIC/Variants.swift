public import Wire

/// The protocols of this module, as the workbench sees them.
public enum QUICProtocols {
    /// `quic.packet`
    public static let all: [ProtocolDescription] = []
}
