internal import Synchronization

extension HTTPServer {
    /// A server as a configuration says, with routes of its own before the files of the configuration's root.
    ///
    ///     var router = Router()
    ///     try router.get("/hello/:name") { request, response in
    ///         response.set(text: "hello \(request.parameter("name") ?? "you")\n")
    ///     }
    ///     let server = try HTTPServer(ServerConfiguration(), router: router)
    ///     try server.run()
    ///
    /// Binds the addresses and opens root and logs; nothing is accepted before `run`.
    ///
    /// - Parameters:
    ///   - telemetry: where it counts; whoever made it can read it at any time.
    ///   - inherited: what another process gave to this one.
    /// - Throws: `ConfigurationProblem`, one line for a person.
    public convenience init(
        _ configuration: ServerConfiguration, router: Router = Router(),
        telemetry: Telemetry? = nil, inherited: Inheritance = Inheritance()
    ) throws(ConfigurationProblem) {
        let parts = try ServerParts(
            configuration, router, telemetry ?? Telemetry(for: configuration))
        do throws(SocketProblem) {
            var settings = EngineSettings(
                addresses: try configuration.listen.map { address throws(SocketProblem) in
                    try SocketAddress(address.description)
                }, limits: configuration.limits)
            settings.options = configuration.socket
            settings.isEdgeTriggered = configuration.edgeTriggered
            settings.loops = configuration.loops > 0 ? configuration.loops : nil
            try self.init(
                configuration.engine, settings, inherited: inherited, parts: parts
            ) { loop in parts.makeContext(loop) }
        } catch {
            throw ConfigurationProblem(error.description)
        }
    }

    /// Serves connections that are accepted from now on as `configuration` says; those that are open keep what they
    /// have. Log files are opened again.
    ///
    /// - Returns: the keys of settings that differ and that only a restart can change; they keep their values.
    /// - Throws: `ConfigurationProblem`; then nothing is changed.
    public func reload(
        _ configuration: ServerConfiguration
    ) throws(ConfigurationProblem) -> [String] {
        try parts.withLock { parts throws(ConfigurationProblem) in
            guard let running = parts else {
                throw ConfigurationProblem("this server was not made of a configuration")
            }
            let next = try ServerParts(
                configuration.reloadable(over: running.configuration), running.ownRouter,
                running.telemetry, logs: running)
            parts = next
            admission.reload(next.configuration.limits)
            reload(
                EngineReload(limits: next.configuration.limits) { loop in next.makeContext(loop) })
            return configuration.keysNeedingRestart(since: running.configuration)
        }
    }
}

/// What a configuration was made into: what all loops of a server share, and what each one's context is made of.
struct ServerParts: Sendable {
    let configuration: ServerConfiguration
    /// The routes of the program that embeds the server.
    let ownRouter: Router
    /// The same with the files behind them.
    let router: Router
    let parsers: ParserChoice
    let telemetry: Telemetry
    let access: LogSink?
    let decisions: LogSink?

    init(
        _ configuration: ServerConfiguration, _ router: Router, _ telemetry: Telemetry,
        logs: ServerParts? = nil
    ) throws(ConfigurationProblem) {
        self.configuration = configuration
        ownRouter = router
        self.telemetry = telemetry
        do {
            parsers = try ParserChoice(named: configuration.parser.rawValue)
            var router = router
            if let root = configuration.root {
                let files = try StaticFiles(root: root, options: Self.options(configuration))
                router.setFallback(files.route)
            }
            self.router = router
            access = try Self.sink(configuration.accessLog, logs?.access)
            decisions = try Self.sink(configuration.decisionLog, logs?.decisions)
        } catch {
            throw ConfigurationProblem("\(error)")
        }
    }

    /// The log at `path`: the one that is there where it is the same file, opened again.
    private static func sink(_ path: String?, _ earlier: LogSink?) throws(LogProblem) -> LogSink? {
        guard let path else { return nil }
        guard let earlier, earlier.path == path || path == "-" && earlier.path == nil else {
            return try LogSink(path: path)
        }
        try? earlier.reopen()
        return earlier
    }

    var logs: [LogSink] { [access, decisions].compactMap(\.self) }

    private static func options(_ configuration: ServerConfiguration) -> StaticFiles.Options {
        var options = StaticFiles.Options()
        options.symbolicLinks = configuration.followSymlinks ? .beneathRoot : .refused
        options.listsFolders = configuration.directoryIndex
        options.rangesMax = configuration.limits.rangesMax
        options.fileCacheEntriesMax = configuration.limits.fileCacheEntriesMax
        options.fileCacheMillisecondsMax = configuration.limits.fileCacheMillisecondsMax
        options.inlineFileBytesMax = configuration.limits.inlineFileBytesMax
        return options
    }

    func makeContext(_ loop: Int) -> ConnectionContext {
        let limits = configuration.limits
        let own = telemetry.loops[loop % telemetry.loops.count]
        var accessLog: AccessLog?
        if let access {
            accessLog = AccessLog(
                sink: access, format: configuration.accessLogFormat, limits: limits,
                counters: own.counters)
        }
        var decisionLog: DecisionLog?
        if let decisions {
            decisionLog = DecisionLog(sink: decisions, limits: limits, counters: own.counters)
        }
        let observer = LoopObserver(
            own, access: accessLog.take(), decisions: decisionLog.take())
        let bytesMax = limits.pooledBuffersMax.multipliedReportingOverflow(
            by: BufferPool.Size.medium.rawValue)
        return ConnectionContext(
            limits: limits, routing: router,
            pool: BufferPool(bytesMax: bytesMax.overflow ? .max / 2 : bytesMax.partialValue),
            parsers: parsers, observer: observer)
    }
}

extension Telemetry {
    /// Room for what the loops of such a server count.
    public init(for configuration: ServerConfiguration) {
        switch configuration.engine {
        case .epoll, .reuseport, .uring:
            let loops =
                configuration.loops > 0 ? configuration.loops : HTTPServer.processorCount
            self.init(loopCount: configuration.engine == .epoll ? 1 : loops)
        case .threads, .pool:
            self.init(loopCount: 1, writers: .several)
        }
    }
}
