/// The ways to wait for many sockets at once.
public enum EngineName: String, CaseIterable, Sendable {
    /// A thread for each connection.
    case threads
    /// A fixed number of threads that take ready connections from queues, and from each other's.
    case pool
    /// One loop over epoll.
    case epoll
    /// A loop for each processor, each with a listener of its own on the same port.
    case reuseport
    /// One loop over io_uring.
    case uring
}

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
