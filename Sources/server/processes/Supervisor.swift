internal import CSystem
internal import Glibc
internal import Synchronization

/// Starts worker processes that share a set of listeners, and starts those anew that fall.
///
/// The supervisor binds, and every worker inherits every listener: a connection that waits in a queue when a worker falls is
/// accepted by another one, a port below 1024 needs no right twice, and any engine will do. (Were each worker to bind with
/// SO_REUSEPORT, the queue of one that fell would be reset, and its share of new connections would wait for its restart.)
/// It serves nothing but `/metrics`, `/healthz` and `/readyz`, and reads no byte of a client elsewhere.
public final class Supervisor: Sendable {
    /// How workers are started.
    public struct Program: Sendable {
        /// The file.
        public let path: String
        /// Its arguments, the name first; a descriptor's number is put behind them.
        public let arguments: [String]

        /// Makes one.
        public init(path: String, arguments: [String]) {
            self.path = path
            self.arguments = arguments
        }
    }

    /// What the supervisor tells a person, and asks one.
    public struct Voice: Sendable {
        /// Says a line.
        let note: @Sendable (String) -> Void
        /// Reads the configuration anew; nil where it is wrong, which has been said.
        let reload: @Sendable () -> ServerConfiguration?

        /// Makes one.
        public init(
            note: @escaping @Sendable (String) -> Void,
            reload: @escaping @Sendable () -> ServerConfiguration?
        ) {
            self.note = note
            self.reload = reload
        }
    }

    /// What all workers accept from.
    public let listeners: [Listener]
    let program: Program
    let voice: Voice
    /// What workers run with; the main thread's to change.
    let configuration: Mutex<ServerConfiguration>
    /// What other threads may see of the workers, by index.
    let seen: Mutex<[Seen]>
    let retiring = Atomic<Bool>(false)
    /// Wakes the main thread.
    private let bell = OwnedDescriptor(zy_eventfd())

    /// What the admin listener tells of a worker.
    struct Seen {
        var metrics: MessageSocket?
        var isReady = false
        var restarts = 0
    }

    /// Binds the addresses that `inherited` does not have. Nothing is started before `run`.
    public init(
        _ configuration: ServerConfiguration, program: Program, inherited: [Listener] = [],
        voice: Voice
    ) throws(ConfigurationProblem) {
        var own = configuration
        if own.loops == 0, own.engine == .reuseport || own.engine == .uring {
            // The processors are shared among the workers.
            own.loops = max(1, HTTPServer.processorCount / own.workers)
        }
        do throws(SocketProblem) {
            let addresses = try own.listen.map { address throws(SocketProblem) in
                try SocketAddress(address.description)
            }
            let set = try ListenerSet(
                addresses, own.socket, loops: own.engine == .reuseport ? own.loops : 1,
                inherited: inherited)
            listeners = set.all
        } catch {
            throw ConfigurationProblem(error.description)
        }
        // Where the kernel chose a port, workers are told which.
        own.listen = listeners.reduce(into: []) { addresses, listener in
            guard let address = ListenAddress(listener.address.description),
                !addresses.contains(address)
            else { return }
            addresses.append(address)
        }
        self.configuration = Mutex(own)
        self.program = program
        self.voice = voice
        seen = Mutex(Array(repeating: Seen(), count: own.workers))
    }

    /// Where the workers listen.
    public var addresses: [SocketAddress] {
        listeners.reduce(into: []) { if !$0.contains($1.address) { $0.append($1.address) } }
    }

    /// Why the workers are not all ready; nil where they are.
    public var missingForReadiness: String? {
        if retiring.load(ordering: .relaxed) { return "draining" }
        let waiting = seen.withLock { $0.count { !$0.isReady } }
        return waiting == 0 ? nil : "\(waiting) workers are not ready"
    }

    /// Another process has the listeners: workers accept no more, and end.
    public func retire() {
        retiring.store(true, ordering: .relaxed)
        ring()
    }

    /// Wakes the main thread.
    private func ring() {
        var one: UInt64 = 1
        // SAFETY: an eventfd takes eight bytes.
        _ = unsafe write(bell.number, &one, 8)
    }

    /// Runs until all workers have ended. On the process's first thread, before others are made: signals come to it.
    ///
    /// - Returns: the exit code: 0; 1 where a worker fell too often; 2 where none ever came to serve.
    public func run() throws(ConfigurationProblem) -> Int32 {
        let signals = zy_signal_descriptor()
        guard signals >= 0 else {
            throw ConfigurationProblem("signals cannot be watched for")
        }
        var watch = WorkerWatch(self, signals: OwnedDescriptor(signals), bell: bell)
        return watch.run()
    }

    /// Blocks the signals that `run` waits for, so that threads that are made before it inherit that.
    public static func blockSignals() {
        let descriptor = zy_signal_descriptor()
        if descriptor >= 0 { close(descriptor) }
    }
}
