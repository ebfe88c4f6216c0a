internal import CSystem
internal import Glibc
internal import Synchronization

/// What other threads leave for a loop: work to run on its thread. The loop wakes by a descriptor that it polls.
///
/// It is also the executor of asynchronous handlers: a handler's task prefers it, so the handler runs on the loop's thread,
/// between connections' turns, and needs no locks for what belongs to the loop.
final class Mailbox: TaskExecutor, ConnectionWaking, @unchecked Sendable {
    // SAFETY of @unchecked: everything that changes is inside the mutex.

    /// Becomes readable when something was left.
    let descriptor: Int32
    private let contents = Mutex<Contents>(Contents())

    private struct Contents {
        var jobs: [UnownedJob] = []
        var notes: [Note] = []
        private var isWoken = false

        /// Whether the loop must be woken; true once until it has looked.
        mutating func take() -> Bool {
            defer { isWoken = true }
            return !isWoken
        }
    }

    /// What a loop is told.
    enum Note: Sendable {
        /// A handler is done.
        case completed(ConnectionID, ticket: Int, Result<Response, any Error>)
        /// A sink or source of a connection goes on.
        case wake(ConnectionID)
        /// New connections have other limits and another context.
        case reload(EngineReload)
        /// Accept no more; each connection ends behind its next answer. Those that have none under way can still ask.
        case retire
        /// Accept no more; end what is idle; finish what is under way.
        case drain
        /// End now.
        case stop
    }

    init() { descriptor = zy_eventfd() }

    deinit { close(descriptor) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        wake(
            contents.withLock { contents in
                contents.jobs.append(job)
                return contents.take()
            })
    }

    /// Leaves a note.
    func post(_ note: Note) {
        wake(
            contents.withLock { contents in
                contents.notes.append(note)
                return contents.take()
            })
    }

    func wake(_ id: ConnectionID) { post(.wake(id)) }

    private func wake(_ isNeeded: Bool) {
        guard isNeeded else { return }
        var one: UInt64 = 1
        // SAFETY: an eventfd takes eight bytes.
        _ = unsafe write(descriptor, &one, 8)
    }

    /// Runs the jobs that were left, and gives the notes. On the loop's thread.
    func empty() -> [Note] {
        var count: UInt64 = 0
        // SAFETY: an eventfd gives eight bytes.
        _ = unsafe read(descriptor, &count, 8)
        let taken = contents.withLock { contents in
            let taken = (contents.jobs, contents.notes)
            contents = Contents()
            return taken
        }
        for job in taken.0 { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
        return taken.1
    }
}
