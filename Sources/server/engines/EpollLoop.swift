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
        contexts = LoopContexts(context)
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
                expire()
            }
        }
        for slot in table.all { end(slot) }
        contexts.flush()
    }

    private var timeout: Int {
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
        } else if events & UInt32(zy_epoll_in | zy_epoll_hup) != 0 {
            unsafe SocketTurn.read(slot, input, at: now)
        }
        settle(slot)
    }

    /// Ends what has had its time.
    private func expire() {
        timers.advance(to: now) { timers, id, tick in
            guard let slot = table[id], slot.tick == tick else { return }
            slot.tick = nil
            if let deadline = slot.connection.deadline, deadline <= now {
                slot.connection.advance(to: now)
            }
            settle(slot)
        }
        if let acceptsAgain, acceptsAgain <= now { try? startAccepting() }
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
            guard table.count < settings.limits.connectionsMax else {
                stopAccepting()
                return
            }
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            // SAFETY: the kernel writes at most `length` bytes.
            let descriptor = unsafe zy_accept(listener.descriptor, &storage, &length)
            guard descriptor >= 0 else {
                // Without descriptors the listener would be ready for ever.
                if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM {
                    stopAccepting()
                    acceptsAgain = now.advanced(
                        milliseconds: settings.limits.acceptPauseMilliseconds)
                }
                return
            }
            listener.prepare(descriptor)
            open(descriptor, ClientAddress(storage) ?? ClientAddress(v4: 0))
        }
    }

    private func open(_ descriptor: Int32, _ client: ClientAddress) {
        let id = table.nextID()
        let slot = ConnectionTable.Slot(
            id, descriptor, Connection(contexts.current, client: client, id: id, at: now))
        let events = UInt32(zy_epoll_in)
        slot.interest = events
        guard
            zy_epoll_change(
                epoll, Int32(zy_epoll_add), descriptor, events, Self.data(id)) == 0
        else {
            close(descriptor)
            return
        }
        table.insert(slot)
        setTimer(slot)
    }

    private static func data(_ id: ConnectionID) -> UInt64 {
        UInt64(id.generation) << 32 | UInt64(id.slot)
    }
}

// MARK: One connection's turn

extension EpollLoop {
    /// Does what the connection wants, in its order.
    private func settle(_ slot: ConnectionTable.Slot) {
        let mailbox = mailbox
        let isBlocked = SocketTurn.settle(slot, at: now) { job in
            SocketTurn.start(job, slot.id, mailbox)
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

    private func setTimer(_ slot: ConnectionTable.Slot) {
        guard let deadline = slot.connection.deadline else { return }
        if let tick = slot.tick, tick <= TimerWheel.tick(deadline) { return }
        slot.tick = timers.add(slot.id, at: deadline)
    }

    private func end(_ slot: ConnectionTable.Slot) {
        slot.connection.abort()
        close(slot.descriptor)
        table.remove(slot.id)
        if !isAccepting, acceptsAgain == nil, !contexts.isDraining {
            let resume = settings.limits.connectionsMax * settings.limits.connectionsResumePercent
            if table.count <= resume / 100 { try? startAccepting() }
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
