internal import CSystem
internal import Glibc
internal import Synchronization

/// Where the next process asks this one for its listeners: a local socket, for this user (and root) only.
///
/// Its name is taken by renaming, so that at every moment whoever asks there finds a process that has the port.
public final class TakeoverDoor: Sendable {
    private let path: String
    private let ownPath: String
    private let socket: OwnedDescriptor
    private let listeners: [Listener]
    private let patienceMilliseconds: Int
    private let onTaken: @Sendable () -> Void
    private let thread = Mutex<LoopThread?>(nil)
    private let state = Mutex(State.prepared)

    private enum State {
        /// Bound beside the name.
        case prepared
        /// Has the name.
        case open
        /// Somebody else has the port.
        case taken
        case closed
    }

    /// How long one process waits for the other's next message (chosen: none of them waits for anything else).
    static let answerMillisecondsMax = 10_000

    /// Prepares the door; nobody finds it before `open`.
    ///
    /// - Parameter onTaken: called on a thread of its own when another process has the port: retire, and end.
    public init(
        path: String, listeners: [Listener], limits: ServerLimits,
        onTaken: @escaping @Sendable () -> Void
    ) throws(ConfigurationProblem) {
        self.path = path
        self.listeners = listeners
        self.onTaken = onTaken
        patienceMilliseconds = limits.takeoverMillisecondsMax
        let ownPath = "\(path).\(getpid())"
        self.ownPath = ownPath
        // SAFETY: the texts end in NUL, and are read inside the calls.
        let descriptor = unsafe ownPath.withCString { own in
            unsafe unlink(own)
            return unsafe zy_local_listen(own)
        }
        guard descriptor >= 0 else {
            let problem = MessageSocket.problem("cannot be made", -descriptor)
            throw ConfigurationProblem("takeover: \(path): \(problem)")
        }
        socket = OwnedDescriptor(descriptor)
    }

    deinit { close() }

    /// Takes the name, and answers there.
    public func open() throws(ConfigurationProblem) {
        // SAFETY: the texts end in NUL, and are read inside the call.
        let result = unsafe ownPath.withCString { own in
            unsafe path.withCString { unsafe rename(own, $0) }
        }
        guard result == 0 else {
            let problem = MessageSocket.problem("cannot be made", errno)
            throw ConfigurationProblem("takeover: \(path): \(problem)")
        }
        state.withLock { $0 = .open }
        let made = LoopThread("zyphos-takeover") { [self] in answer() }
        thread.withLock { $0 = made }
    }

    /// Answers no more. The name goes, unless the next process has it.
    public func close() {
        let before = state.withLock { state in
            let before = state
            state = .closed
            return before
        }
        switch before {
        // SAFETY: the texts end in NUL, and are read inside the calls.
        case .prepared: _ = unsafe ownPath.withCString { unsafe unlink($0) }
        case .open: _ = unsafe path.withCString { unsafe unlink($0) }
        case .taken, .closed: break
        }
        // Wakes the thread that accepts.
        shutdown(socket.number, Int32(SHUT_RDWR))
        thread.withLock { thread in
            let made = thread
            thread = nil
            return made
        }?.join()
    }

    /// Hands over to one after another, until one is ready.
    private func answer() {
        while state.withLock({ $0 == .open }) {
            let descriptor = zy_local_accept(socket.number)
            guard descriptor >= 0 else {
                if descriptor == -EINTR || descriptor == -ECONNABORTED { continue }
                return
            }
            let peer = MessageSocket(OwnedDescriptor(descriptor))
            let user = zy_peer_user(descriptor)
            guard user == Int64(geteuid()) || user == 0 else { continue }
            guard (try? handOver(to: peer)) == true else { continue }
            let isFirst = state.withLock { state in
                guard state == .open else { return false }
                state = .taken
                return true
            }
            guard isFirst else { return }
            // Whoever comes now is refused until the next process has the name.
            shutdown(socket.number, Int32(SHUT_RDWR))
            onTaken()
            try? peer.send("retiring")
            return
        }
    }

    /// True when the other process is ready.
    private func handOver(to peer: MessageSocket) throws(SocketProblem) -> Bool {
        peer.setPatience(milliseconds: Self.answerMillisecondsMax)
        guard try peer.receive()?.word == "takeover" else { return false }
        try peer.send(listeners)
        peer.setPatience(milliseconds: patienceMilliseconds)
        return try peer.receive()?.word == "ready"
    }
}
