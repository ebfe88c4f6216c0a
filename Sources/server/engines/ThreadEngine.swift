internal import CSystem
internal import Glibc
internal import Synchronization

/// A thread for each connection; the calling thread accepts.
///
/// At most `threadsMax` connections are open: those beyond wait in the kernel's listen queue, unaccepted. Seats, not
/// threads, are kept and used again: a thread is cheap to make beside the parsers and buffers of a context.
final class ThreadEngine: Sendable {
    private let settings: EngineSettings
    private let listeners: [Listener]
    private let mailbox: Mailbox
    private let seats: Mutex<Seats>

    private struct Seats {
        var free: [ThreadSeat] = []
        /// Those that serve, by index.
        var busy: [Int: ThreadSeat] = [:]
        var made = 0
        /// What seats serve with, and how often it was changed.
        var current: EngineReload
        var generation = 0
    }

    init(
        _ settings: EngineSettings, _ listeners: [Listener], _ mailbox: Mailbox,
        makeContext: @escaping ContextMaker
    ) {
        self.settings = settings
        self.listeners = listeners
        self.mailbox = mailbox
        seats = Mutex(
            Seats(current: EngineReload(limits: settings.limits, makeContext: makeContext)))
    }

    /// Runs until it is told to stop, or is drained.
    func run() {
        var pausedUntil: Instant?
        var isDraining = false
        while true {
            let now = Instant(nanoseconds: zy_now())
            if let until = pausedUntil, until <= now { pausedUntil = nil }
            let isAccepting = !isDraining && pausedUntil == nil && hasRoom
            var polled = [pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)]
            if isAccepting {
                polled += listeners.map {
                    pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0)
                }
            }
            let timeout = pausedUntil.map { Int32(clamping: $0.milliseconds(since: now) + 1) } ?? -1
            // SAFETY: as many entries as the array has.
            unsafe poll(&polled, nfds_t(polled.count), timeout)
            for note in polled[0].revents == 0 ? [] : mailbox.empty() {
                switch note {
                case .reload(let reload):
                    seats.withLock { seats in
                        seats.current = reload
                        seats.generation += 1
                    }
                case .retire, .drain:
                    isDraining = true
                    tell(note)
                case .stop:
                    isDraining = true
                    tell(.stop)
                case .completed, .wake: break
                }
            }
            if isDraining {
                guard seats.withLock({ !$0.busy.isEmpty }) else { return }
                continue
            }
            for (entry, listener) in zip(polled.dropFirst(), listeners) where entry.revents != 0 {
                guard accept(listener) else {
                    pausedUntil = Instant(nanoseconds: zy_now())
                        .advanced(milliseconds: limits.acceptPauseMilliseconds)
                    continue
                }
            }
        }
    }

    private var limits: ServerLimits { seats.withLock { $0.current.limits } }

    private var hasRoom: Bool {
        seats.withLock { seats in
            let limits = seats.current.limits
            return seats.busy.count < min(limits.threadsMax, limits.connectionsMax)
        }
    }

    private func tell(_ note: Mailbox.Note) {
        for seat in seats.withLock({ Array($0.busy.values) }) { seat.mailbox.post(note) }
    }

    /// Accepts what waits; false where the system has nothing left to serve it with.
    private func accept(_ listener: Listener) -> Bool {
        for _ in 0..<limits.acceptsPerTurnMax {
            guard hasRoom else { return true }
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            // SAFETY: the kernel writes at most `length` bytes.
            let descriptor = unsafe zy_accept(listener.descriptor, &storage, &length)
            guard descriptor >= 0 else {
                return !(errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            }
            listener.prepare(descriptor)
            guard start(descriptor, ClientAddress(storage) ?? ClientAddress(v4: 0)) else {
                close(descriptor)
                return false
            }
        }
        return true
    }

    private func start(_ descriptor: Int32, _ client: ClientAddress) -> Bool {
        let (seat, current, generation) = seats.withLock { seats in
            let seat = seats.free.popLast() ?? ThreadSeat(seats.made)
            if seat.index == seats.made { seats.made += 1 }
            seats.busy[seat.index] = seat
            return (seat, seats.current, seats.generation)
        }
        let thread = LoopThread("zyphos-conn") { [self] in
            seat.serve(descriptor, client, current, generation: generation)
            giveBack(seat)
        }
        thread?.detach()
        if thread == nil { giveBack(seat) }
        return thread != nil
    }

    /// The acceptor looks again where it may wait for this: at its limit, or at the end.
    private func giveBack(_ seat: ThreadSeat) {
        seats.withLock { seats in
            seats.busy[seat.index] = nil
            seats.free.append(seat)
        }
        mailbox.post(.wake(ConnectionID(slot: 0, generation: 0)))
    }
}
