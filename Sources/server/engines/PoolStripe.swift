internal import CSystem
internal import Glibc
internal import Synchronization

/// What a worker of the pool is to do.
enum PoolItem: Sendable {
    case accepted(stripe: Int, Admission.Arrival)
    case ready(stripe: Int, ConnectionID, events: UInt32)
    case mail(stripe: Int)
    case tick(stripe: Int)
}

/// A share of the pool's connections, with the context that they have in common, under one lock.
///
/// A connection keeps its context for life, so a worker cannot lend its own; a context for each connection would hold
/// parsers for each. With several stripes for each worker two of them rarely want the same one, and whoever has a stripe's
/// lock is the only thread in its context, its pool and its asynchronous handlers.
@safe
final class PoolStripe: @unchecked Sendable {
    // SAFETY of @unchecked: everything that changes is touched inside `lock` only; the count is atomic.

    let mailbox = Mailbox()
    let openCount = Atomic<Int>(0)
    private let lock = Mutex(())
    private let index: Int
    private let epoll: Int32
    private var settings: EngineSettings
    private var makeContext: ContextMaker
    private var made: LoopContexts?
    private let table = ConnectionTable()
    private let input: UnsafeMutableRawBufferPointer
    private var now = Instant(nanoseconds: 0)
    private var dateSecond = -1
    private var endsAt: Instant?

    init(
        _ index: Int, _ epoll: Int32, _ settings: EngineSettings,
        _ makeContext: @escaping ContextMaker
    ) {
        self.index = index
        self.epoll = epoll
        self.settings = settings
        self.makeContext = makeContext
        unsafe input = .allocate(byteCount: SocketTurn.inputBytes, alignment: 64)
    }

    deinit {
        // SAFETY: allocated by `init`, and nothing keeps an address of it.
        unsafe input.deallocate()
    }

    /// The mark of the connection `id` in an event's data: the stripe has the byte that a slot of
    /// 24 bits leaves.
    static func data(_ stripe: Int, _ id: ConnectionID) -> UInt64 {
        UInt64(id.generation) << 32 | UInt64(stripe & 0xFF) << 24 | UInt64(id.slot & 0xFF_FFFF)
    }

    /// Does one item, alone.
    func perform(_ item: PoolItem) {
        lock.withLock { _ in
            var contexts = made ?? LoopContexts(makeContext(index), waking: mailbox)
            made = nil
            now = Instant(nanoseconds: zy_now())
            let second = DateLine.second
            if second != dateSecond {
                dateSecond = second
                contexts.renewDate(DateLine.bytes(second))
            }
            switch item {
            case .accepted(_, let arrival): open(arrival, contexts.current)
            case .ready(_, let id, let events): handle(id, events)
            case .mail: readMail(&contexts)
            case .tick: expire()
            }
            made = contexts
        }
    }

    /// Ends everything at once.
    func endAll() {
        lock.withLock { _ in
            for slot in table.all { end(slot) }
        }
    }

    private func open(_ arrival: Admission.Arrival, _ context: ConnectionContext) {
        let slot = ConnectionTable.Slot(table.nextID(), arrival, context, at: now)
        table.insert(slot)
        guard slot.id.slot <= 0xFF_FFFF,
            zy_epoll_change(
                epoll, Int32(zy_epoll_add), arrival.descriptor,
                UInt32(zy_epoll_in) | Self.oneShot, Self.data(index, slot.id)) == 0
        else { return end(slot) }
        // One that is refused has its answer now.
        if arrival.refusal != nil { settle(slot) }
        // It was accepted before the server was told to end, and waited in a queue while the others were told.
        guard endsAt != nil else { return }
        slot.connection.drain(at: now)
        settle(slot)
    }

    /// EPOLLONESHOT: after an event the descriptor is silent until it is asked for again, so that one worker has it.
    static let oneShot: UInt32 = 1 << 30

    private func handle(_ id: ConnectionID, _ events: UInt32) {
        guard let slot = table[id] else { return }
        if events & UInt32(zy_epoll_err) != 0 {
            slot.connection.abort()
        } else if events & UInt32(zy_epoll_in | zy_epoll_hup) != 0 {
            unsafe SocketTurn.read(slot, input, at: now)
        }
        settle(slot)
    }

    private func settle(_ slot: ConnectionTable.Slot) {
        let mailbox = mailbox
        let isBlocked = SocketTurn.settle(slot, corks: settings.options.cork, at: now) { job in
            SocketTurn.start(job, slot.id, mailbox)
        }
        guard !slot.connection.isClosed else { return end(slot) }
        var interest = Self.oneShot
        if slot.connection.wantsInput { interest |= UInt32(zy_epoll_in) }
        if isBlocked { interest |= UInt32(zy_epoll_out) }
        _ = zy_epoll_change(
            epoll, Int32(zy_epoll_modify), slot.descriptor, interest, Self.data(index, slot.id))
    }

    private func end(_ slot: ConnectionTable.Slot) {
        slot.connection.abort()
        close(slot.descriptor)
        table.remove(slot.id)
        settings.admission.leave(slot.arrival)
        openCount.subtract(1, ordering: .relaxed)
        // With no connection left nothing ticks.
        if table.count == 0 { slot.connection.context.observer.flush() }
    }

    /// Asks each connection for its deadline (chosen: a walk four times a second costs less than wheels and locks between
    /// the poller and the workers; limits are seconds).
    private func expire() {
        for slot in table.all {
            if let endsAt, endsAt <= now {
                end(slot)
            } else if let deadline = slot.connection.deadline, deadline <= now {
                slot.connection.advance(to: now)
                settle(slot)
            }
        }
    }

    private func readMail(_ contexts: inout LoopContexts) {
        for note in mailbox.empty() {
            switch note {
            case .completed(let id, let ticket, let result):
                guard let slot = table[id] else { continue }
                slot.connection.complete(ticket, result, at: now)
                settle(slot)
            case .wake(let id):
                guard let slot = table[id] else { continue }
                slot.connection.wake(at: now)
                settle(slot)
            case .reload(let reload):
                settings.limits = reload.limits
                makeContext = reload.makeContext
                contexts.replace(with: makeContext(index))
            case .retire: contexts.isDraining = true
            case .drain:
                contexts.isDraining = true
                endsAt = now.advanced(milliseconds: settings.limits.shutdownMillisecondsMax)
                for slot in table.all {
                    slot.connection.drain(at: now)
                    settle(slot)
                }
            case .stop: break
            }
        }
        _ = zy_epoll_change(
            epoll, Int32(zy_epoll_modify), mailbox.descriptor, UInt32(zy_epoll_in) | Self.oneShot,
            PoolEngine.mailMark + UInt64(index))
    }
}
