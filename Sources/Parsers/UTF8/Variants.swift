public import Wire

/// The protocols of this module, as the workbench sees them.
public enum UTF8Protocols {
    /// `utf8`
    public static let all: [ProtocolDescription] = []
}
