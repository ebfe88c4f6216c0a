/// Makes what one loop's connections share. Called once for each loop, on the loop's thread.
public typealias ContextMaker = @Sendable (_ loop: Int) -> ConnectionContext

/// What an engine runs with.
public struct EngineSettings: Sendable {
    public var addresses: [SocketAddress]
    public var options = SocketOptions()
    public var limits: ServerLimits
    /// Loops or threads; nil for one for each processor.
    public var loops: Int?
    /// Edge-triggered epoll in place of level-triggered.
    public var isEdgeTriggered = false

    public init(addresses: [SocketAddress], limits: ServerLimits) {
        self.addresses = addresses
        self.limits = limits
    }
}
