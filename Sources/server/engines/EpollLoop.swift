internal import CSystem
internal import Glibc

/// One loop over epoll: accepts, reads, writes, and looks at the clock, for all connections of one thread.
@safe
final class EpollLoop {
    private var settings: EngineSettings
    private let loop: Int
    private let listeners: [Listener]
    private var contexts: LoopContexts
    private let mailbox: Mailbox
    private let epoll: Int32
    private let table = ConnectionTable()
    private var timers: TimerWheel
    private var now: Instant
    /// Edge-triggered: connections that have more to read than one turn takes.
    private var unread: [ConnectionID] = []
    private var isAccepting = false
    private var acceptsAgain: Instant?
    private var isRunning = true
    /// When what is still under way is cut, once the loop drains.
    private var endsAt: Instant?
    private var dateSecond: Int = -1
    /// Where every socket is read into; a connection copies what it cannot take at once.
    private let input: UnsafeMutableRawBufferPointer

    /// Events that are taken at a time (chosen: as nginx).
    private static let eventCount = 512
    /// Edge-triggered: reads in one turn of a connection (chosen: a mebibyte's worth, so that one client does not hold the
    /// loop).
    private static let readsPerTurnMax = 16
    /// What stands in an event's data in place of a connection.
    private static let listenerMark = UInt64.max - 1_024
    private static let mailboxMark = UInt64.max

    init(
        _ settings: EngineSettings, _ loop: Int, _ listeners: [Listener],
        _ context: ConnectionContext, _ mailbox: Mailbox
    ) throws(SocketProblem) {
        self.settings = settings
        self.loop = loop
        self.listeners = listeners
        contexts = LoopContexts(context, waking: mailbox)
        self.mailbox = mailbox
        now = Instant(nanoseconds: zy_now())
        timers = TimerWheel(at: now)
        unsafe input = .allocate(byteCount: SocketTurn.inputBytes, alignment: 64)
        epoll = zy_epoll_create()
        guard epoll >= 0 else { throw Listener.problem("epoll cannot be used") }
        try watch(mailbox.descriptor, UInt32(zy_epoll_in), Self.mailboxMark)
        try startAccepting()
    }

    deinit {
        close(epoll)
        // SAFETY: allocated by `init`, and nothing keeps an address of it.
        unsafe input.deallocate()
    }

    private func watch(_ descriptor: Int32, _ events: UInt32, _ data: UInt64) throws(SocketProblem)
    {
        guard zy_epoll_change(epoll, Int32(zy_epoll_add), descriptor, events, data) == 0
        else { throw Listener.problem("a descriptor cannot be watched") }
    }

    /// Runs until it is told to stop, or is drained.
    func run() {
        // SAFETY: as many events as there is room for are written by the kernel, and no more are read.
        unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventCount) {
            events in
            while isRunning {
                let count = unsafe epoll_wait(
                    epoll, events.baseAddress, Int32(Self.eventCount), Int32(clamping: timeout))
                now = Instant(nanoseconds: zy_now())
                renewDate()
                for index in 0..<max(0, Int(count)) {
                    unsafe handle(zy_epoll_data(&events[index]), zy_epoll_events(&events[index]))
                }
                readOn()
                expire()
            }
        }
        for slot in table.all { end(slot) }
        contexts.flush()
    }

    private var timeout: Int {
        guard unread.isEmpty else { return 0 }
        var timeout = timers.millisecondsToNext(from: now) ?? -1
        if let acceptsAgain {
            let wait = acceptsAgain.milliseconds(since: now) + 1
            timeout = timeout < 0 ? wait : min(timeout, wait)
        }
        // Lines that wait are written within about a second.
        if contexts.hasLines { timeout = timeout < 0 ? 1_000 : min(timeout, 1_000) }
        if let endsAt {
            let wait = endsAt.milliseconds(since: now) + 1
            timeout = timeout < 0 ? wait : min(timeout, wait)
        }
        return timeout
    }

    private func renewDate() {
        let second = DateLine.second
        guard second != dateSecond else { return }
        dateSecond = second
        contexts.renewDate(DateLine.bytes(second))
    }

    private func handle(_ data: UInt64, _ events: UInt32) {
        if data == Self.mailboxMark { return readMail() }
        if data >= Self.listenerMark {
            return accept(listeners[Int(data - Self.listenerMark)])
        }
        let id = ConnectionID(
            slot: UInt32(truncatingIfNeeded: data),
            generation: UInt32(truncatingIfNeeded: data >> 32))
        // The connection may have ended by an event before this one.
        guard let slot = table[id] else { return }
        if events & UInt32(zy_epoll_err) != 0 {
            slot.connection.abort()
        } else if settings.isEdgeTriggered {
            if events & UInt32(zy_epoll_in | zy_epoll_hup) != 0 { slot.isReadable = true }
            if events & UInt32(zy_epoll_rdhup) != 0 { slot.hasEnd = true }
        } else if events & UInt32(zy_epoll_in | zy_epoll_hup) != 0 {
            unsafe SocketTurn.read(slot, input, at: now)
        }
        settle(slot)
    }

    /// Ends what has had its time.
    private func expire() {
        // Taken first and looked at then: who is looked at may be remembered anew, in the same wheel.
        for entry in timers.takeDue(at: now) {
            guard let slot = table[entry.id], slot.tick == entry.tick else { continue }
            slot.tick = nil
            if let deadline = slot.connection.deadline, deadline <= now {
                slot.connection.advance(to: now)
            }
            settle(slot)
        }
        if let acceptsAgain, acceptsAgain <= now, !contexts.isDraining { try? startAccepting() }
        if let endsAt, endsAt <= now { isRunning = false }
    }
}

// MARK: Accepting

extension EpollLoop {
    private func startAccepting() throws(SocketProblem) {
        acceptsAgain = nil
        guard !isAccepting else { return }
        isAccepting = true
        for (index, listener) in listeners.enumerated() {
            try watch(
                listener.descriptor, UInt32(zy_epoll_in),
                Self.listenerMark + UInt64(index))
        }
    }

    private func stopAccepting() {
        guard isAccepting else { return }
        isAccepting = false
        for listener in listeners {
            _ = zy_epoll_change(epoll, Int32(zy_epoll_delete), listener.descriptor, 0, 0)
        }
    }

    private func accept(_ listener: Listener) {
        for _ in 0..<settings.limits.acceptsPerTurnMax {
            // An event before this one, of the same turn, may have ended accepting: whoever came in now would be dropped
            // with the loop, and not be another process's.
            guard isAccepting else { return }
            switch settings.admission.accept(listener, at: now) {
            case .arrival(let arrival): open(arrival)
            case .nothing: return
            case .pause(let until):
                // Left to itself the listener would be ready for ever.
                stopAccepting()
                acceptsAgain = until
                return
            }
        }
    }

    private func open(_ arrival: Admission.Arrival) {
        let slot = ConnectionTable.Slot(table.nextID(), arrival, contexts.current, at: now)
        slot.interest = settings.isEdgeTriggered ? Self.allEdges : UInt32(zy_epoll_in)
        table.insert(slot)
        guard
            zy_epoll_change(
                epoll, Int32(zy_epoll_add), arrival.descriptor, slot.interest,
                Self.data(slot.id)) == 0
        else { return end(slot) }
        // One that is refused has its answer now.
        if arrival.refusal != nil { settle(slot) } else { setTimer(slot) }
    }

    /// Everything, told once each time that it becomes so.
    private static let allEdges =
        UInt32(
            zy_epoll_in | zy_epoll_out | zy_epoll_rdhup) | zy_epoll_edge

    private static func data(_ id: ConnectionID) -> UInt64 {
        UInt64(id.generation) << 32 | UInt64(id.slot)
    }
}

// MARK: One connection's turn

extension EpollLoop {
    /// Does what the connection wants, in its order.
    private func settle(_ slot: ConnectionTable.Slot) {
        var isBlocked = write(slot)
        if settings.isEdgeTriggered {
            var reads = 0
            while slot.isReadable, slot.connection.wantsInput {
                guard reads < Self.readsPerTurnMax else {
                    unread.append(slot.id)
                    break
                }
                reads += 1
                slot.isReadable = unsafe SocketTurn.read(slot, input, at: now)
                isBlocked = write(slot)
            }
            guard !slot.connection.isClosed else { return end(slot) }
            return setTimer(slot)
        }
        guard !slot.connection.isClosed else { return end(slot) }
        var interest: UInt32 = 0
        if slot.connection.wantsInput { interest |= UInt32(zy_epoll_in) }
        if isBlocked { interest |= UInt32(zy_epoll_out) }
        if interest != slot.interest {
            slot.interest = interest
            _ = zy_epoll_change(
                epoll, Int32(zy_epoll_modify), slot.descriptor, interest,
                Self.data(slot.id))
        }
        setTimer(slot)
    }

    private func write(_ slot: ConnectionTable.Slot) -> Bool {
        let mailbox = mailbox
        return SocketTurn.settle(slot, corks: settings.options.cork, at: now) { job in
            SocketTurn.start(job, slot.id, mailbox)
        }
    }

    /// Edge-triggered: goes on with those that had more to read than one turn takes.
    private func readOn() {
        guard !unread.isEmpty else { return }
        let ids = unread
        unread.removeAll(keepingCapacity: true)
        for id in ids {
            if let slot = table[id] { settle(slot) }
        }
    }

    private func setTimer(_ slot: ConnectionTable.Slot) {
        guard let deadline = slot.connection.deadline else { return }
        if let tick = slot.tick, tick <= TimerWheel.tick(deadline) { return }
        slot.tick = timers.add(slot.id, at: deadline)
    }

    private func end(_ slot: ConnectionTable.Slot) {
        slot.connection.abort()
        close(slot.descriptor)
        table.remove(slot.id)
        settings.admission.leave(slot.arrival)
        if !isAccepting, !contexts.isDraining, settings.admission.pause(at: now) == nil {
            try? startAccepting()
        }
        if contexts.isDraining, table.count == 0 { isRunning = false }
    }
}

// MARK: Mail

extension EpollLoop {
    private func readMail() {
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
                contexts.replace(with: reload.makeContext(loop))
            case .retire: retire()
            case .drain: drain()
            case .stop: isRunning = false
            }
        }
    }

    /// Another process accepts in this one's place.
    private func retire() {
        contexts.isDraining = true
        acceptsAgain = nil
        stopAccepting()
        if table.count == 0 { isRunning = false }
    }

    private func drain() {
        retire()
        endsAt = now.advanced(milliseconds: settings.limits.shutdownMillisecondsMax)
        for slot in table.all {
            slot.connection.drain(at: now)
            settle(slot)
        }
        if table.count == 0 { isRunning = false }
    }
}
