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
                if let until = accept(listener) { pausedUntil = until }
            }
        }
    }

    private var limits: ServerLimits { seats.withLock { $0.current.limits } }

    private var hasRoom: Bool {
        seats.withLock { $0.busy.count < $0.current.limits.threadsMax }
    }

    private func tell(_ note: Mailbox.Note) {
        for seat in seats.withLock({ Array($0.busy.values) }) { seat.mailbox.post(note) }
    }

    /// Accepts what waits; gives until when nothing is to be accepted where there is nothing left to serve it with.
    private func accept(_ listener: Listener) -> Instant? {
        for _ in 0..<limits.acceptsPerTurnMax {
            guard hasRoom else { return nil }
            let now = Instant(nanoseconds: zy_now())
            switch settings.admission.accept(listener, at: now) {
            case .nothing: return nil
            case .pause(let until): return until
            case .arrival(let arrival):
                guard start(arrival) else {
                    settings.admission.turnAway(arrival.descriptor)
                    settings.admission.leave(arrival)
                    return now.advanced(milliseconds: limits.acceptPauseMilliseconds)
                }
            }
        }
        return nil
    }

    private func start(_ arrival: Admission.Arrival) -> Bool {
        let (seat, current, generation) = seats.withLock { seats in
            let seat = seats.free.popLast() ?? ThreadSeat(seats.made)
            if seat.index == seats.made { seats.made += 1 }
            seats.busy[seat.index] = seat
            return (seat, seats.current, seats.generation)
        }
        let thread = LoopThread("zyphos-conn") { [self] in
            seat.serve(
                arrival, current, generation: generation, corks: settings.options.cork)
            settings.admission.leave(arrival)
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
