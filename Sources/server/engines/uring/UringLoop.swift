internal import CSystem
internal import Glibc

/// One loop over io_uring: connections are accepted, read and written by operations that the kernel works off, and one system
/// call for each turn submits what was queued and takes what is done.
///
/// One operation accepts connection after connection, one for each connection receives again and again into buffers that all
/// share, and the answers of a turn leave with the call that waits for the next. What the kernel lacks is replaced by polling
/// and plain calls, one by one (`UringFeatures`).
///
/// Accepted sockets are descriptors and not registered ones: their options and their client's address are asked for by calls
/// that know descriptors only. Registered is what stays: the mailbox, and the ring itself. A deadline is the
/// timer wheel's, as moving one costs nothing there; only a large send, which may stand still for long, has a timeout of the
/// kernel's linked to it.
@safe
final class UringLoop {
    private(set) var settings: EngineSettings
    private let loop: Int
    let listeners: [Listener]
    private(set) var contexts: LoopContexts
    let mailbox: Mailbox
    let ring: UringRing
    let features: UringFeatures
    let table = ConnectionTable()
    var timers: TimerWheel
    var now: Instant
    /// What waits at each listener.
    var doors: [Door]
    var isAccepting = false
    var acceptsAgain: Instant?
    /// Accepts and polls that belong to no connection and have not ended.
    var ownOperationCount = 0
    private(set) var isRunning = true
    /// When what is still under way is cut, once the loop drains.
    private(set) var endsAt: Instant?
    private var dateSecond = -1
    /// Connections for whose operations there was no room.
    private var starved: [ConnectionID] = []
    private var isMailboxWatched = false
    /// Where sockets are read into that are polled.
    let input: UnsafeMutableRawBufferPointer

    /// Where completions are taken to.
    private let completions: UnsafeMutableBufferPointer<zy_uring_completion>

    /// Completions that are taken at a time (chosen: as epoll's events).
    private static let completionCount = 512

    /// Takes over a ring for the calling thread.
    init(
        _ settings: EngineSettings, _ loop: Int, _ listeners: [Listener],
        _ context: ConnectionContext, _ mailbox: Mailbox, _ ring: UringRing
    ) throws(SocketProblem) {
        self.settings = settings
        self.loop = loop
        self.listeners = listeners
        contexts = LoopContexts(context, waking: mailbox)
        self.mailbox = mailbox
        self.ring = ring
        now = Instant(nanoseconds: zy_now())
        timers = TimerWheel(at: now)
        doors = Array(repeating: .shut, count: listeners.count)
        unsafe input = .allocate(byteCount: SocketTurn.inputBytes, alignment: 64)
        unsafe completions = .allocate(capacity: Self.completionCount)
        unsafe completions.initialize(repeating: zy_uring_completion())
        try ring.enable(registering: [mailbox.descriptor])
        features = ring.features
    }

    deinit {
        // SAFETY: both allocated by `init`, and nothing keeps an address of them.
        unsafe input.deallocate()
        unsafe completions.deallocate()
    }

    /// Runs until it is told to stop, or is drained.
    func run() throws(SocketProblem) {
        watchMailbox()
        startAccepting()
        defer { contexts.flush() }
        while isRunning {
            try turn(milliseconds: timeout)
            expire()
        }
        try finish()
    }

    /// Waits once, and handles what came.
    private func turn(milliseconds: Int) throws(SocketProblem) {
        try ring.wait(milliseconds: milliseconds)
        now = Instant(nanoseconds: zy_now())
        renewDate()
        var count = Self.completionCount
        while count == Self.completionCount {
            // SAFETY: as many completions as there is room for are written, and no more are read.
            count = unsafe ring.take(completions)
            for index in 0..<count { handle(unsafe completions[index]) }
        }
        feed()
        closeDoors()
    }

    private func handle(_ completion: zy_uring_completion) {
        guard let operation = RingOperation(data: completion.data) else { return }
        switch operation {
        case .accept: accepted(completion)
        case .knock: knocked(completion)
        case .mailbox:
            if completion.flags & UInt32(zy_uring_has_more) == 0 {
                isMailboxWatched = false
                ownOperationCount -= 1
            }
            readMail()
            if isRunning { watchMailbox() }
        case .receive, .readable, .send, .read, .room:
            // A connection stays until its operations have ended, so this one is there.
            guard let slot = table[RingOperation.id(completion.data)] else { return }
            switch operation {
            case .receive: received(completion, slot)
            case .readable: readable(completion, slot)
            case .send: sent(completion, slot)
            case .read: read(completion, slot)
            default: hasRoom(slot)
            }
        // These belong to operations that speak for themselves.
        case .cancel, .timer: return
        }
    }

    /// Tries again what found no room.
    private func feed() {
        guard !starved.isEmpty else { return }
        let ids = starved
        starved.removeAll(keepingCapacity: true)
        for id in ids {
            if let slot = table[id] { settle(slot) }
        }
    }

    /// To be tried again in the next turn.
    func starve(_ slot: ConnectionTable.Slot) { starved.append(slot.id) }
}

// MARK: Time

extension UringLoop {
    private var timeout: Int {
        guard starved.isEmpty else { return 1 }
        var next = timers.millisecondsToNext(from: now) ?? Int.max
        if let acceptsAgain { next = min(next, acceptsAgain.milliseconds(since: now) + 1) }
        // Lines that wait are written within about a second.
        if contexts.hasLines { next = min(next, 1_000) }
        if let endsAt { next = min(next, endsAt.milliseconds(since: now) + 1) }
        return next == Int.max ? -1 : max(0, next)
    }

    private func renewDate() {
        let second = DateLine.second
        guard second != dateSecond else { return }
        dateSecond = second
        contexts.renewDate(DateLine.bytes(second))
    }

    /// Ends what has had its time.
    private func expire() {
        // Taken first and looked at then: who is looked at may be remembered anew, in the same wheel.
        for entry in timers.takeDue(at: now) {
            guard let slot = table[entry.id], slot.tick == entry.tick else { continue }
            slot.tick = nil
            guard !slot.ring.isEnding else {
                end(slot)
                continue
            }
            if let deadline = slot.connection.deadline, deadline <= now {
                slot.connection.advance(to: now)
            }
            settle(slot)
        }
        if let acceptsAgain, acceptsAgain <= now, !contexts.isDraining { startAccepting() }
        if let endsAt, endsAt <= now { isRunning = false }
    }

    func setTimer(_ slot: ConnectionTable.Slot) {
        guard let deadline = slot.connection.deadline else { return }
        if let tick = slot.tick, tick <= TimerWheel.tick(deadline) { return }
        slot.tick = timers.add(slot.id, at: deadline)
    }
}

// MARK: Mail

extension UringLoop {
    private var mailboxHandle: Int32 { ring.handle(0, mailbox.descriptor) }

    private func watchMailbox() {
        guard !isMailboxWatched else { return }
        // An operation that goes on is as old as multishot accept's predecessor (Linux 5.13).
        isMailboxWatched = ring.poll(
            mailboxHandle, POLLIN, isMany: features.contains(.multishotAccept),
            RingOperation.mailbox.data(0))
        if isMailboxWatched { ownOperationCount += 1 }
    }

    private func readMail() {
        for note in mailbox.empty() {
            switch note {
            case .completed(let id, let ticket, let result):
                guard let slot = table[id], !slot.ring.isEnding else { continue }
                slot.connection.complete(ticket, result, at: now)
                settle(slot)
            case .wake(let id):
                guard let slot = table[id], !slot.ring.isEnding else { continue }
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
        endIfDrained()
    }

    private func drain() {
        endsAt = now.advanced(milliseconds: settings.limits.shutdownMillisecondsMax)
        retire()
        for slot in table.all where !slot.ring.isEnding {
            slot.connection.drain(at: now)
            settle(slot)
        }
        endIfDrained()
    }

    /// An operation that accepts on its own may have taken somebody in until it has ended.
    func endIfDrained() {
        if contexts.isDraining, table.count == 0, isShut { isRunning = false }
    }
}

// MARK: The end

extension UringLoop {
    /// Milliseconds that the kernel is given to end what was cancelled (chosen: sockets end at once; a disk that does not
    /// answer must not keep the process).
    private static let cancelMillisecondsMax = 2_000

    /// Ends every operation, so that the kernel has no memory of this loop's any more.
    private func finish() throws(SocketProblem) {
        stopAccepting()
        for slot in table.all { end(slot) }
        if isMailboxWatched {
            _ = ring.cancel(RingOperation.mailbox.data(0), RingOperation.cancel.data(0))
        }
        let limit = now.advanced(milliseconds: Self.cancelMillisecondsMax)
        while table.count > 0 || ownOperationCount > 0, now < limit {
            try turn(milliseconds: 100)
        }
        // What is left belongs to the kernel until the process ends.
        if table.count > 0 { _ = unsafe Unmanaged.passRetained(self) }
    }
}
