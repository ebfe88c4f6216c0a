internal import HTTP1
internal import Wire

extension ResolvedConfiguration {
    /// Values that each would do alone and not together. One line names both, where they came from, and why.
    func refuseContradictions() throws(ConfigurationProblem) {
        try refuseAddresses()
        try refuseEngine()
        try refuseLimits()
        let configuration = configuration
        if let log = configuration.accessLog, log == configuration.decisionLog, log != "-" {
            throw contradiction("accessLog", "decisionLog", "both logs would be one file")
        }
    }

    private func refuseAddresses() throws(ConfigurationProblem) {
        let listen = configuration.listen
        for (index, address) in listen.enumerated() {
            if let other = listen[..<index].first(where: { $0.overlaps(address) }) {
                throw ConfigurationProblem(
                    "\(origin("listen")): listen: \(address) and \(other) are one address and port")
            }
            if let admin = configuration.admin, admin.overlaps(address) {
                throw contradiction(
                    "admin", "listen", "the admin listener needs a port of its own")
            }
        }
    }

    private func refuseEngine() throws(ConfigurationProblem) {
        let engine = configuration.engine
        if configuration.loops > 1, !engine.hasManyLoops {
            throw contradiction("loops", "engine", "this engine has one loop; reuseport has many")
        }
        if configuration.edgeTriggered, engine != .epoll, engine != .reuseport {
            throw contradiction("edgeTriggered", "engine", "only epoll and reuseport have edges")
        }
        guard configuration.parser != .paired else { return }
        do {
            _ = try HTTP1.request.variant(named: configuration.parser.rawValue)
        } catch {
            throw ConfigurationProblem("\(origin("parser")): parser: \(error)")
        }
    }

    private func refuseLimits() throws(ConfigurationProblem) {
        let limits = configuration.limits
        /// What must not be larger than what, and why.
        let rules: [(String, Int, String, Int, String)] = [
            (
                "headerMillisecondsMax", limits.headerMillisecondsMax,
                "idleMillisecondsMax", limits.idleMillisecondsMax,
                "a client that trickles would be kept longer than one that is silent"
            ),
            (
                "connectionsPerAddressMax", limits.connectionsPerAddressMax,
                "connectionsMax", limits.connectionsMax,
                "one address cannot have more connections than there are"
            ),
            (
                "lingerMillisecondsMax", limits.lingerMillisecondsMax,
                "shutdownMillisecondsMax", limits.shutdownMillisecondsMax,
                "closing a connection would take longer than the whole shutdown"
            ),
            (
                "handoverMilliseconds", limits.handoverMilliseconds,
                "shutdownMillisecondsMax", limits.shutdownMillisecondsMax,
                "handing over would take longer than the whole shutdown"
            ),
            (
                "workerRestartMillisecondsMin", limits.workerRestartMillisecondsMin,
                "workerRestartMillisecondsMax", limits.workerRestartMillisecondsMax,
                "the first pause would be longer than the longest"
            ),
            (
                "collectedBodyBytesMax", limits.collectedBodyBytesMax,
                "bodyBytesMax", limits.parser.bodyBytesMax,
                "the parser refuses such a body before it is collected"
            ),
            (
                "drainedBodyBytesMax", limits.drainedBodyBytesMax,
                "bodyBytesMax", limits.parser.bodyBytesMax,
                "the parser refuses such a body before it is drained"
            ),
            (
                "inlineFileBytesMax", limits.inlineFileBytesMax,
                "outputBytesMax", limits.outputBytesMax,
                "a file kept in memory must fit into a connection's output"
            ),
            (
                "targetBytesMax", limits.parser.targetBytesMax,
                "startLineBytesMax", limits.parser.startLineBytesMax,
                "a target is a part of its start line"
            ),
            (
                "fieldLineBytesMax", limits.parser.fieldLineBytesMax,
                "fieldSectionBytesMax", limits.parser.fieldSectionBytesMax,
                "a field line is a part of its section"
            ),
        ]
        for (small, smallValue, large, largeValue, why) in rules where smallValue > largeValue {
            throw contradiction("limit.\(small)", "limit.\(large)", why)
        }
    }

    private func contradiction(
        _ first: String, _ second: String, _ why: String
    ) -> ConfigurationProblem {
        ConfigurationProblem("\(shown(first)) contradicts \(shown(second)): \(why)")
    }

    /// `engine = pool (--engine)`
    private func shown(_ key: String) -> String {
        let value = Setting.all.first { $0.key == key }?.show(configuration) ?? ""
        return "\(key) = \(value) (\(origin(key)))"
    }

    private func origin(_ key: String) -> Origin { origins[key] ?? .standard }
}
