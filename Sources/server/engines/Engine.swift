/// Makes what one loop's connections share. Called once for each loop, on the loop's thread.
typealias ContextMaker = @Sendable (_ loop: Int) -> ConnectionContext

/// What an engine runs with.
struct EngineSettings: Sendable {
    var addresses: [SocketAddress]
    var options = SocketOptions()
    var limits: ServerLimits
    /// Loops or threads; nil for one for each processor.
    var loops: Int?
    /// Edge-triggered epoll in place of level-triggered.
    var isEdgeTriggered = false
    /// What of io_uring may be used.
    var uringFeatures = UringFeatures.usual
    /// Who comes in.
    let admission: Admission

    init(addresses: [SocketAddress], limits: ServerLimits) {
        self.addresses = addresses
        self.limits = limits
        admission = Admission(limits: limits)
    }
}
