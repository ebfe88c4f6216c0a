internal import CSystem
internal import Glibc

/// What one thread of the threads engine works with: a context, a mailbox, a buffer. It serves one connection after
/// another, each on a thread of its own, so that a new connection finds parsers and buffers that are made.
@safe
final class ThreadSeat: @unchecked Sendable {
    // SAFETY of @unchecked: a seat is either free, and untouched, or belongs to one thread; it changes hands inside the
    // engine's mutex. Other threads use its mailbox only, which is Sendable.

    let index: Int
    let mailbox = Mailbox()
    private var context: ConnectionContext?
    /// Which reload the context is of.
    private var contextGeneration = 0
    private let input: UnsafeMutableRawBufferPointer
    private var generation: UInt32 = 0
    private var dateSecond = -1
    private var now = Instant(nanoseconds: zy_now())
    /// Handlers that have not ended: their jobs need this thread.
    private var jobCount = 0
    private var endsAt: Instant?
    private var isStopped = false

    init(_ index: Int) {
        self.index = index
        unsafe input = .allocate(byteCount: SocketTurn.inputBytes, alignment: 64)
    }

    deinit {
        // SAFETY: allocated by `init`, and nothing keeps an address of it.
        unsafe input.deallocate()
    }

    /// Serves one connection to its end. Closes the descriptor.
    func serve(
        _ arrival: Admission.Arrival, _ current: EngineReload, generation reload: Int,
        corks: Bool
    ) {
        let limits = current.limits
        if reload != contextGeneration { context = nil }
        let context = self.context ?? current.makeContext(index)
        self.context = context
        contextGeneration = reload
        context.waking = mailbox
        generation &+= 1
        now = Instant(nanoseconds: zy_now())
        renewDate(context)
        let id = ConnectionID(slot: 0, generation: generation)
        let slot = ConnectionTable.Slot(id, arrival, context, at: now)
        while true {
            let isBlocked = SocketTurn.settle(slot, corks: corks, at: now) { job in
                jobCount += 1
                SocketTurn.start(job, id, mailbox)
            }
            if slot.connection.isClosed || isStopped { break }
            wait(slot, isBlocked, context, limits)
        }
        slot.connection.abort()
        close(arrival.descriptor)
        // A handler that runs on behalf of a client that has gone: it still needs this thread.
        while jobCount > 0, !isStopped {
            var polled = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
            // SAFETY: one entry.
            unsafe poll(&polled, 1, timeout(nil))
            now = Instant(nanoseconds: zy_now())
            readMail(slot, context, limits)
            if let endsAt, endsAt <= now { break }
        }
        context.observer.flush()
    }

    private func wait(
        _ slot: ConnectionTable.Slot, _ isBlocked: Bool, _ context: ConnectionContext,
        _ limits: ServerLimits
    ) {
        var events: Int16 = 0
        if slot.connection.wantsInput { events |= Int16(POLLIN) }
        if isBlocked { events |= Int16(POLLOUT) }
        var polled: InlineArray<2, pollfd> = [
            pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: slot.descriptor, events: events, revents: 0),
        ]
        var span = polled.mutableSpan
        // SAFETY: two entries, read and written inside the call.
        _ = unsafe span.withUnsafeMutableBufferPointer { entries in
            unsafe poll(entries.baseAddress, 2, timeout(slot.connection.deadline))
        }
        now = Instant(nanoseconds: zy_now())
        renewDate(context)
        let found = Int32(polled[1].revents)
        if found & Int32(POLLERR | POLLNVAL) != 0 {
            slot.connection.abort()
        } else if found & Int32(POLLIN | POLLHUP) != 0 {
            unsafe SocketTurn.read(slot, input, at: now)
        }
        if polled[0].revents != 0 { readMail(slot, context, limits) }
        if let deadline = slot.connection.deadline, deadline <= now {
            slot.connection.advance(to: now)
        }
        if let endsAt, endsAt <= now { slot.connection.abort() }
    }

    /// Milliseconds until the next deadline, rounded up; -1 where there is none.
    private func timeout(_ deadline: Instant?) -> Int32 {
        let next = min(
            deadline ?? Instant(nanoseconds: .max), endsAt ?? Instant(nanoseconds: .max))
        guard next.nanoseconds < .max else { return -1 }
        return next <= now ? 0 : Int32(clamping: next.milliseconds(since: now) + 1)
    }

    private func readMail(
        _ slot: ConnectionTable.Slot, _ context: ConnectionContext, _ limits: ServerLimits
    ) {
        for note in mailbox.empty() {
            switch note {
            case .completed(let id, let ticket, let result):
                jobCount -= 1
                if id == slot.id { slot.connection.complete(ticket, result, at: now) }
            case .wake(let id):
                if id == slot.id { slot.connection.wake(at: now) }
            case .reload: break
            case .retire: context.isDraining = true
            case .drain:
                context.isDraining = true
                endsAt = now.advanced(milliseconds: limits.shutdownMillisecondsMax)
                slot.connection.drain(at: now)
            case .stop: isStopped = true
            }
        }
    }

    private func renewDate(_ context: ConnectionContext) {
        let second = DateLine.second
        guard second != dateSecond else { return }
        dateSecond = second
        context.observer.flush()
        context.dateLine = DateLine.bytes(second)
    }
}
