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
    /// The processor of the first loop.
    private let firstProcessor: Int
    /// One for each loop, where the engine works with rings.
    private let rings: [UringRing]
    private let failure = Mutex<SocketProblem?>(nil)
    private let draining = Atomic<Bool>(false)
    /// What a configuration was made into; nil where no configuration was given.
    let parts: Mutex<ServerParts?>

    /// Binds the addresses that `inherited` does not have; nothing is accepted before `run`.
    ///
    /// - Parameter makeContext: makes what one loop's connections share, on that loop's thread.
    init(
        _ engine: EngineName, _ settings: EngineSettings, inherited: Inheritance = Inheritance(),
        parts: ServerParts? = nil, makeContext: @escaping ContextMaker
    ) throws(SocketProblem) {
        self.engine = engine
        self.parts = Mutex(parts)
        self.settings = settings
        self.makeContext = makeContext
        firstProcessor = inherited.firstProcessor
        let count: Int
        switch engine {
        case .epoll, .threads, .pool: count = 1
        case .reuseport, .uring: count = max(1, settings.loops ?? Self.processorCount)
        }
        // Before a port is bound: a kernel that refuses rings leaves nothing half-started.
        rings =
            engine == .uring
            ? try UringRing.make(count, settings.uringFeatures, limits: settings.limits) : []
        let set = try ListenerSet(
            settings.addresses, settings.options, loops: count, inherited: inherited.listeners)
        listeners = set.byLoop
        inheritable = set.all
        mailboxes = listeners.map { _ in Mailbox() }
    }

    /// Where the server listens.
    public var addresses: [SocketAddress] {
        inheritable.reduce(into: []) { if !$0.contains($1.address) { $0.append($1.address) } }
    }

    /// What another process can take over.
    public let inheritable: [Listener]

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
        if listeners.count > 1 {
            _ = zy_pin(Int32(clamping: (firstProcessor + loop) % Self.processorCount))
        }
        do {
            if engine == .uring {
                return try UringLoop(
                    settings, loop, listeners[loop], makeContext(loop), mailboxes[loop],
                    rings[loop]
                ).run()
            }
            try EpollLoop(settings, loop, listeners[loop], makeContext(loop), mailboxes[loop])
                .run()
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
        tell(.drain)
    }

    /// Whether `drain` was called.
    public var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// Whether a new connection would be served: not draining, and below its limits.
    public var isWelcoming: Bool { !isDraining && settings.admission.isWelcoming }

    var admission: Admission { settings.admission }

    /// Connections that are open now.
    public var connectionCount: Int { settings.admission.openCount }

    /// Opens the log files again, for who rotates them. What cannot be opened keeps its old file.
    public func reopenLogs() {
        for log in parts.withLock({ $0?.logs ?? [] }) { try? log.reopen() }
    }

    /// Accepts no more, for another process does; each connection ends behind its next answer. `run` returns when all
    /// have ended; `drain` ends those that ask nothing.
    public func retire() {
        draining.store(true, ordering: .relaxed)
        tell(.retire)
    }

    /// Gives connections that are accepted from now on other limits and contexts.
    func reload(_ reload: EngineReload) { tell(.reload(reload)) }

    private func tell(_ note: Mailbox.Note) {
        for mailbox in mailboxes { mailbox.post(note) }
    }

    /// Ends everything at once.
    public func stop() {
        for mailbox in mailboxes { mailbox.post(.stop) }
    }
}
