/// Makes what one loop's connections share. Called once for each loop, on the loop's thread.
typealias ContextMaker = @Sendable (_ loop: Int) -> ConnectionContext

/// What a running engine takes for the connections that it accepts from now on.
struct EngineReload: Sendable {
    let limits: ServerLimits
    let makeContext: ContextMaker
}

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
