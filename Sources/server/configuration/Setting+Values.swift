extension Setting {
    /// What is settled when a server starts: sockets are bound and threads are made by then.
    private static let settledAtStart: Set<String> = [
        "engine", "listen", "admin", "loops", "workers", "takeover", "edgeTriggered",
        "limit.poolQueueMax",
        "limit.poolThreadsMax", "limit.reservedDescriptors",
    ]

    /// Whether a reload changes it; what it does not change needs a restart.
    public var changesByReload: Bool {
        group != .socket && !Self.settledAtStart.contains(key)
    }

    /// The values in force, as `apply` takes them; none where there is no value at all.
    func values(_ configuration: ServerConfiguration) -> [String] {
        if key == "root", configuration.root == nil { return [] }
        if key == "listen" { return configuration.listen.map(\.description) }
        return [show(configuration)]
    }
}

extension ServerConfiguration {
    /// The keys of settings that differ from those of `running` and that only a restart can change.
    public func keysNeedingRestart(since running: ServerConfiguration) -> [String] {
        Setting.all.filter { !$0.changesByReload && $0.show(self) != $0.show(running) }
            .map(\.key)
    }

    /// What a server that runs with `running` can have of this configuration.
    func reloadable(over running: ServerConfiguration) -> ServerConfiguration {
        var result = self
        result.engine = running.engine
        result.listen = running.listen
        result.admin = running.admin
        result.loops = running.loops
        result.workers = running.workers
        result.takeover = running.takeover
        result.edgeTriggered = running.edgeTriggered
        result.socket = running.socket
        result.limits.poolQueueMax = running.limits.poolQueueMax
        result.limits.poolThreadsMax = running.limits.poolThreadsMax
        result.limits.reservedDescriptors = running.limits.reservedDescriptors
        return result
    }
}
