public import Wire

/// The protocols of this module, as the workbench sees them.
public enum HPACKProtocols {
    /// `hpack`
    public static let all: [ProtocolDescription] = []
}
