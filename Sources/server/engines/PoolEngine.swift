internal import CSystem
internal import Glibc
internal import Synchronization

/// A fixed number of workers; the calling thread polls, accepts, and hands out what is ready.
///
/// Where every queue is full a new connection is answered with 503; what is ready on an open one is done by the poller
/// itself, which accepts nothing meanwhile.
final class PoolEngine: Sendable {
    private let settings: EngineSettings
    private let listeners: [Listener]
    private let mailbox: Mailbox
    private let epoll: Int32
    private let stripes: [PoolStripe]
    private let workerCount: Int
    let queues: WorkQueues

    /// What stands in an event's data in place of a connection: generations never come so far.
    static let mailMark = UInt64.max - 4_096
    private static let listenerMark = UInt64.max - 8_192
    private static let ownMark = UInt64.max
    private static let eventCount = 512
    /// Stripes for each worker (chosen: four, so that a worker meets another's lock now and then, not always).
    private static let stripesPerWorker = 4
    /// How often deadlines are looked at (chosen: see `PoolStripe.expire`).
    private static let tickMilliseconds = 250

    init(
        _ settings: EngineSettings, _ listeners: [Listener], _ mailbox: Mailbox, workers: Int,
        makeContext: @escaping ContextMaker
    ) throws(SocketProblem) {
        self.settings = settings
        self.listeners = listeners
        self.mailbox = mailbox
        workerCount = max(1, min(workers, settings.limits.poolThreadsMax, 64))
        queues = WorkQueues(workers: workerCount, countMax: settings.limits.poolQueueMax)
        let epoll = zy_epoll_create()
        self.epoll = epoll
        stripes = (0..<min(256, workerCount * Self.stripesPerWorker)).map {
            PoolStripe($0, epoll, settings, makeContext)
        }
        guard epoll >= 0 else { throw Listener.problem("epoll cannot be used") }
        try watch(mailbox.descriptor, UInt32(zy_epoll_in), Self.ownMark)
        for (index, stripe) in stripes.enumerated() {
            try watch(
                stripe.mailbox.descriptor, UInt32(zy_epoll_in) | PoolStripe.oneShot,
                Self.mailMark + UInt64(index))
        }
        for (index, listener) in listeners.enumerated() {
            try watch(
                listener.descriptor, UInt32(zy_epoll_in), Self.listenerMark + UInt64(index))
        }
    }

    deinit { close(epoll) }

    private func watch(_ descriptor: Int32, _ events: UInt32, _ data: UInt64) throws(SocketProblem)
    {
        guard zy_epoll_change(epoll, Int32(zy_epoll_add), descriptor, events, data) == 0
        else { throw Listener.problem("a descriptor cannot be watched") }
    }

    /// Runs until it is told to stop, or is drained.
    func run() throws(SocketProblem) {
        var workers: [LoopThread] = []
        for worker in 0..<workerCount {
            let thread = LoopThread("zyphos-pool-\(worker)") { [queues, stripes] in
                while let item = queues.take(worker: worker) { Self.perform(item, stripes) }
            }
            if let thread { workers.append(thread) }
        }
        poll()
        queues.end()
        for worker in workers { worker.join() }
        for stripe in stripes { stripe.endAll() }
        if workers.isEmpty { throw SocketProblem(description: "no worker can be made") }
    }

    private static func perform(_ item: PoolItem, _ stripes: [PoolStripe]) {
        switch item {
        case .accepted(let stripe, _), .ready(let stripe, _, _), .mail(let stripe),
            .tick(let stripe):
            guard stripes.indices.contains(stripe) else { return }
            stripes[stripe].perform(item)
        }
    }

    private func poll() {
        var state = PollState(limits: settings.limits)
        // SAFETY: as many events as there is room for are written by the kernel, and no more are read.
        unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventCount) {
            events in
            while state.isRunning {
                let open = stripes.reduce(0) { $0 + $1.openCount.load(ordering: .relaxed) }
                if state.isDraining, open == 0 { return }
                if let again = state.acceptsAgain, again.nanoseconds <= zy_now() {
                    state.acceptsAgain = nil
                }
                setAccepting(state.acceptsAgain == nil, &state)
                let isTicking = open > 0 || !state.isAccepting
                let wait = isTicking ? (state.isDraining ? 10 : Self.tickMilliseconds) : -1
                let count = unsafe epoll_wait(
                    epoll, events.baseAddress, Int32(Self.eventCount), Int32(clamping: wait))
                for index in 0..<max(0, Int(count)) {
                    unsafe handle(
                        zy_epoll_data(&events[index]), zy_epoll_events(&events[index]), &state)
                }
                tick(&state)
            }
        }
    }

    private struct PollState {
        /// Those in force.
        var limits: ServerLimits
        var isRunning = true
        var isDraining = false
        var isAccepting = true
        var next = 0
        /// Until when nothing is accepted for want of descriptors.
        var acceptsAgain: Instant?
        var ticked = Instant(nanoseconds: 0)
    }

    private func setAccepting(_ hasRoom: Bool, _ state: inout PollState) {
        let isWanted = hasRoom && !state.isDraining
        guard isWanted != state.isAccepting else { return }
        state.isAccepting = isWanted
        for (index, listener) in listeners.enumerated() {
            _ = zy_epoll_change(
                epoll, Int32(isWanted ? zy_epoll_add : zy_epoll_delete), listener.descriptor,
                UInt32(zy_epoll_in), Self.listenerMark + UInt64(index))
        }
    }

    private func tick(_ state: inout PollState) {
        let now = Instant(nanoseconds: zy_now())
        guard now.milliseconds(since: state.ticked) >= Self.tickMilliseconds else { return }
        state.ticked = now
        for (index, stripe) in stripes.enumerated()
        where stripe.openCount.load(ordering: .relaxed) > 0 {
            hand(.tick(stripe: index), index)
        }
    }

    private func handle(_ data: UInt64, _ events: UInt32, _ state: inout PollState) {
        if data == Self.ownMark { return readMail(&state) }
        if data >= Self.mailMark {
            let stripe = Int(data - Self.mailMark)
            return hand(.mail(stripe: stripe), stripe)
        }
        if data >= Self.listenerMark {
            return accept(listeners[Int(data - Self.listenerMark)], &state)
        }
        let id = ConnectionID(
            slot: UInt32(truncatingIfNeeded: data & 0xFF_FFFF),
            generation: UInt32(truncatingIfNeeded: data >> 32))
        let stripe = Int(data >> 24 & 0xFF)
        hand(.ready(stripe: stripe, id, events: events), stripe)
    }

    /// Gives an item to a worker, the same for all of a stripe where it has room.
    private func hand(_ item: PoolItem, _ stripe: Int) {
        guard !queues.append(item, worker: stripe % workerCount) else { return }
        Self.perform(item, stripes)
    }

    private func readMail(_ state: inout PollState) {
        for note in mailbox.empty() {
            switch note {
            case .reload(let reload):
                state.limits = reload.limits
                for stripe in stripes { stripe.mailbox.post(note) }
            case .retire, .drain:
                state.isDraining = true
                setAccepting(false, &state)
                for stripe in stripes { stripe.mailbox.post(note) }
            case .stop: state.isRunning = false
            case .completed, .wake: break
            }
        }
    }

    private func accept(_ listener: Listener, _ state: inout PollState) {
        for _ in 0..<state.limits.acceptsPerTurnMax {
            guard state.isAccepting else { return }
            switch settings.admission.accept(listener, at: Instant(nanoseconds: zy_now())) {
            case .arrival(let arrival): place(arrival, &state)
            case .nothing: return
            case .pause(let until):
                // Left to itself the listener would be ready for ever.
                setAccepting(false, &state)
                state.acceptsAgain = until
                return
            }
        }
    }

    /// Gives a connection to the next stripe; where no queue has room for it, it is told so at once.
    private func place(_ arrival: Admission.Arrival, _ state: inout PollState) {
        state.next = (state.next + 1) % stripes.count
        stripes[state.next].openCount.add(1, ordering: .relaxed)
        let item = PoolItem.accepted(stripe: state.next, arrival)
        guard !queues.append(item, worker: state.next % workerCount) else { return }
        stripes[state.next].openCount.subtract(1, ordering: .relaxed)
        settings.admission.turnAway(arrival.descriptor)
        settings.admission.leave(arrival)
    }
}
