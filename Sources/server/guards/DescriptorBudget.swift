internal import Glibc

/// How many descriptors a server may need at its limits, against how many the system lets it have.
public struct DescriptorBudget: Hashable, Sendable {
    /// Those of a server at its limits.
    public let needed: Int
    /// The system's limit that can be had (RLIMIT_NOFILE, hard).
    public let available: Int
    /// The system's limit that is in force (soft).
    public let inForce: Int

    /// Standard streams, logs, epolls, mailboxes, the root, signals, a local socket and its client (chosen: each loop and
    /// stripe has two; more of them than this makes room for have come with as many processors).
    private static let ownCount = 256

    /// The budget of a server as a configuration says, in this process.
    public init(_ configuration: ServerConfiguration) {
        var limit = rlimit()
        // SAFETY: one struct, written inside the call.
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        self.init(
            configuration, available: Int(clamping: limit.rlim_max),
            inForce: Int(clamping: limit.rlim_cur))
    }

    init(_ configuration: ServerConfiguration, available: Int, inForce: Int) {
        let limits = configuration.limits
        // Each limit is below 2^24, so that no sum of a few overflows.
        let connections = limits.connectionsMax + limits.shedConnectionsMax
        let files = limits.fileCacheEntriesMax * HTTPServer.processorCount
        // A thread's mailbox has a descriptor beside its connection's.
        let mailboxes = configuration.engine == .threads ? limits.threadsMax : 0
        needed = connections + files + mailboxes + limits.reservedDescriptors + Self.ownCount
        self.available = available
        self.inForce = inForce
    }

    /// Whether there are too few, whatever this process does.
    public var isShort: Bool { needed > available }

    /// `limit.connectionsMax = 10000 may take 12360 descriptors, and the system allows 4096 (ulimit -Hn)`
    public func shortage(_ connectionsMax: Int) -> String {
        "limit.connectionsMax = \(connectionsMax) can take \(needed) descriptors in all, "
            + "and the system allows \(available) (ulimit -Hn)"
    }

    /// Raises the limit in force as far as it is needed and can be.
    public func raise() {
        guard inForce < needed, inForce < available else { return }
        var limit = rlimit()
        // SAFETY: one struct, written and read inside the calls.
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, rlim_t(needed))
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

extension ResolvedConfiguration {
    /// Refuses a `connectionsMax` that somebody wrote and that the system has no descriptors for. Of the default, and of
    /// others that are too many then, it gives a warning.
    public func descriptorWarning() throws(ConfigurationProblem) -> String? {
        let budget = DescriptorBudget(configuration)
        guard budget.isShort else { return nil }
        let words = budget.shortage(configuration.limits.connectionsMax)
        guard let origin = origins["limit.connectionsMax"] else {
            return "\(words); connections beyond that will have to wait"
        }
        throw ConfigurationProblem("\(origin): \(words): set fewer, or let it have more")
    }
}
