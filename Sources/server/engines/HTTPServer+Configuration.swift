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
    /// - Parameter telemetry: where it counts; whoever made it can read it at any time.
    /// - Throws: `ConfigurationProblem`, one line for a person.
    public convenience init(
        _ configuration: ServerConfiguration, router: Router = Router(), telemetry: Telemetry? = nil
    ) throws(ConfigurationProblem) {
        let shared = try SharedParts(
            configuration, router, telemetry ?? Telemetry(for: configuration))
        var settings = EngineSettings(
            addresses: try configuration.listen.map { address throws(ConfigurationProblem) in
                try Self.oneLine { () throws(SocketProblem) in
                    try SocketAddress(address.description)
                }
            }, limits: configuration.limits)
        settings.options = configuration.socket
        settings.isEdgeTriggered = configuration.edgeTriggered
        settings.loops = configuration.loops > 0 ? configuration.loops : nil
        do throws(SocketProblem) {
            try self.init(
                configuration.engine, settings,
                logs: [shared.access, shared.decisions].compactMap(\.self)
            ) { loop in shared.makeContext(loop) }
        } catch {
            throw ConfigurationProblem(error.description)
        }
    }

    private static func oneLine<Value>(
        _ body: () throws(SocketProblem) -> Value
    ) throws(ConfigurationProblem) -> Value {
        do throws(SocketProblem) { return try body() } catch {
            throw ConfigurationProblem(error.description)
        }
    }
}

/// What all loops of a server share, and what each one's context is made of.
private struct SharedParts: Sendable {
    let configuration: ServerConfiguration
    let router: Router
    let parsers: ParserChoice
    let telemetry: Telemetry
    let access: LogSink?
    let decisions: LogSink?

    init(
        _ configuration: ServerConfiguration, _ router: Router, _ telemetry: Telemetry
    ) throws(ConfigurationProblem) {
        self.configuration = configuration
        self.telemetry = telemetry
        do {
            parsers = try ParserChoice(named: configuration.parser.rawValue)
            var router = router
            if let root = configuration.root {
                let files = try StaticFiles(root: root, options: Self.options(configuration))
                router.setFallback(files.route)
            }
            self.router = router
            access = try configuration.accessLog.map { path throws(LogProblem) in
                try LogSink(path: path)
            }
            decisions = try configuration.decisionLog.map { path throws(LogProblem) in
                try LogSink(path: path)
            }
        } catch {
            throw ConfigurationProblem("\(error)")
        }
    }

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
