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
        let count = engine == .reuseport ? max(1, settings.loops ?? Self.processorCount) : 1
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

    static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Serves until `stop` or the end of `drain`. The calling thread is the first loop's.
    public func run() throws(SocketProblem) {
        var threads: [LoopThread] = []
        for loop in 1..<max(1, listeners.count) {
            threads.append(LoopThread { self.runLoop(loop) })
        }
        runLoop(0)
        for thread in threads { thread.join() }
        if let problem = failure.withLock(\.self) { throw problem }
    }

    private func runLoop(_ loop: Int) {
        if listeners.count > 1 { _ = zy_pin(Int32(clamping: loop % Self.processorCount)) }
        do {
            try EpollLoop(settings, listeners[loop], makeContext(loop), mailboxes[loop]).run()
        } catch {
            failure.withLock { $0 = $0 ?? error }
            stop()
        }
    }

    /// Accepts no more, ends what is idle, finishes what is under way, and lets `run` return.
    public func drain() {
        draining.store(true, ordering: .relaxed)
        for mailbox in mailboxes { mailbox.post(.drain) }
    }

    /// Whether `drain` was called.
    public var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// Opens the log files again, for who rotates them. What cannot be opened keeps its old file.
    public func reopenLogs() {
        for log in logs { try? log.reopen() }
    }

    /// Ends everything at once.
    public func stop() {
        for mailbox in mailboxes { mailbox.post(.stop) }
    }
}

/// A thread that runs a closure.
final class LoopThread {
    private var thread = pthread_t()

    init(_ body: @escaping @Sendable () -> Void) {
        let box = unsafe Unmanaged.passRetained(Box(body))
        // SAFETY: the thread takes over the retained box.
        _ = unsafe pthread_create(
            &thread, nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
                }
                return nil
            }, box.toOpaque())
    }

    func join() { pthread_join(thread, nil) }

    private final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
