internal import CSystem
internal import Glibc
internal import Synchronization

/// A server: an engine, its loops, and what they share.
public final class HTTPServer: Sendable {
    private let engine: EngineName
    private let settings: EngineSettings
    private let makeContext: ContextMaker
    private let mailboxes: [Mailbox]
    /// The listeners of each loop.
    private let listeners: [[Listener]]
    /// One for each loop, where the engine works with rings.
    private let rings: [UringRing]
    private let failure = Mutex<SocketProblem?>(nil)
    private let draining = Atomic<Bool>(false)
    /// Log files that `reopenLogs` opens again.
    private let logs: [LogSink]

    /// Binds the addresses; nothing is accepted before `run`.
    ///
    /// - Parameter makeContext: makes what one loop's connections share, on that loop's thread.
    init(
        _ engine: EngineName, _ settings: EngineSettings, logs: [LogSink] = [],
        makeContext: @escaping ContextMaker
    ) throws(SocketProblem) {
        self.engine = engine
        self.logs = logs
        self.settings = settings
        self.makeContext = makeContext
        let count: Int
        switch engine {
        case .epoll, .threads, .pool: count = 1
        case .reuseport, .uring: count = max(1, settings.loops ?? Self.processorCount)
        }
        // Before a port is bound: a kernel that refuses rings leaves nothing half-started.
        rings =
            engine == .uring
            ? try UringRing.make(count, settings.uringFeatures, limits: settings.limits) : []
        var addresses = settings.addresses
        var listeners: [[Listener]] = []
        if count > 1 {
            // SO_REUSEPORT would share the port with whoever has it, and both would answer some.
            for address in addresses where address.port != 0 {
                _ = try Listener(address, options: settings.options, sharesPort: false)
            }
        }
        for loop in 0..<count {
            var own: [Listener] = []
            for index in addresses.indices {
                let listener = try Listener(
                    addresses[index], options: settings.options, sharesPort: count > 1)
                // Where the kernel chose the port, the other loops have the same.
                if loop == 0 { addresses[index] = listener.address }
                own.append(listener)
            }
            listeners.append(own)
        }
        self.listeners = listeners
        mailboxes = listeners.map { _ in Mailbox() }
    }

    /// Where the server listens.
    public var addresses: [SocketAddress] { listeners[0].map(\.address) }

    /// What the engine is, for a person: its name, and where the kernel decides what it can use, what it uses.
    public var engineDescription: String {
        guard let ring = rings.first else { return engine.rawValue }
        return "\(engine.rawValue) with \(ring.features.summary)"
    }

    static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Serves until `stop` or the end of `drain`. The calling thread is the first loop's.
    public func run() throws(SocketProblem) {
        switch engine {
        case .threads:
            ThreadEngine(settings, listeners[0], mailboxes[0], makeContext: makeContext).run()
        case .pool:
            // Twice the processors: some workers may wait for a stripe or a file.
            let workers = settings.loops ?? 2 * Self.processorCount
            try PoolEngine(
                settings, listeners[0], mailboxes[0], workers: workers, makeContext: makeContext
            ).run()
        case .epoll, .reuseport, .uring: try runLoops()
        }
    }

    private func runLoops() throws(SocketProblem) {
        var threads: [LoopThread] = []
        for loop in 1..<max(1, listeners.count) {
            guard let thread = LoopThread("zyphos-loop-\(loop)", { self.runLoop(loop) }) else {
                fail(SocketProblem(description: "a thread cannot be made for loop \(loop)"))
                break
            }
            threads.append(thread)
        }
        runLoop(0)
        for thread in threads { thread.join() }
        if let problem = failure.withLock(\.self) { throw problem }
    }

    private func runLoop(_ loop: Int) {
        if listeners.count > 1 { _ = zy_pin(Int32(clamping: loop % Self.processorCount)) }
        do {
            if engine == .uring {
                return try UringLoop(
                    settings, listeners[loop], makeContext(loop), mailboxes[loop], rings[loop]
                ).run()
            }
            try EpollLoop(settings, listeners[loop], makeContext(loop), mailboxes[loop]).run()
        } catch {
            fail(error)
        }
    }

    /// A loop that fails ends the server, with the first reason.
    private func fail(_ problem: SocketProblem) {
        failure.withLock { $0 = $0 ?? problem }
        stop()
    }

    /// Accepts no more, ends what is idle, finishes what is under way, and lets `run` return.
    public func drain() {
        draining.store(true, ordering: .relaxed)
        for mailbox in mailboxes { mailbox.post(.drain) }
    }

    /// Whether `drain` was called.
    public var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// Whether a new connection would be served: not draining, and below its limits.
    public var isWelcoming: Bool { !isDraining && settings.admission.isWelcoming }

    /// Connections that are open now.
    public var connectionCount: Int { settings.admission.openCount }

    /// Opens the log files again, for who rotates them. What cannot be opened keeps its old file.
    public func reopenLogs() {
        for log in logs { try? log.reopen() }
    }

    /// Ends everything at once.
    public func stop() {
        for mailbox in mailboxes { mailbox.post(.stop) }
    }
}
