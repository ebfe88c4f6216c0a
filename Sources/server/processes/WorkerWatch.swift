internal import CSystem
internal import Glibc
internal import Synchronization

/// The supervisor's loop: signals, words of workers, restarts whose time has come.
struct WorkerWatch {
    private let supervisor: Supervisor
    private let signals: OwnedDescriptor
    private let bell: OwnedDescriptor
    private var workers: [Worker]
    private var phase = Phase.starting
    private var now = Instant(nanoseconds: zy_now())
    private var exitCode: Int32 = 0

    private struct Worker {
        var process: WorkerProcess?
        var policy = RestartPolicy()
        /// When it is started, where it does not run.
        var startsAt: Instant?
        /// Whether its end of the socket is closed: it is ending.
        var isSilent = false
    }

    private enum Phase {
        /// No worker has come to serve yet.
        case starting
        case serving
        /// Another process accepts; workers are told to end then.
        case retiring(until: Instant)
        /// Workers were told to end, and are killed then.
        case ending(until: Instant)
    }

    /// How much longer than its own limit a worker may take to end before it is killed (chosen: a worker that counts time
    /// itself is a moment late on a busy machine).
    private static let killMilliseconds = 2_000

    init(_ supervisor: Supervisor, signals: OwnedDescriptor, bell: OwnedDescriptor) {
        self.supervisor = supervisor
        self.signals = signals
        self.bell = bell
        let count = supervisor.seen.withLock(\.count)
        workers = Array(repeating: Worker(startsAt: now), count: count)
    }

    private var limits: ServerLimits { supervisor.configuration.withLock(\.limits) }

    /// Until all have ended.
    mutating func run() -> Int32 {
        while true {
            now = Instant(nanoseconds: zy_now())
            startThoseDue()
            advance()
            guard workers.contains(where: { $0.process != nil || $0.startsAt != nil }) else {
                return exitCode
            }
            wait()
            while case let number = zy_next_signal(signals.number), number != 0 { handle(number) }
            reap()
        }
    }

    // MARK: Waiting

    private mutating func wait() {
        var polled = [signals.number, bell.number].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        for worker in workers {
            // A negative descriptor is passed over.
            let descriptor = worker.isSilent ? nil : worker.process?.control.descriptor
            polled.append(pollfd(fd: descriptor ?? -1, events: Int16(POLLIN), revents: 0))
        }
        // SAFETY: as many entries as the array has.
        unsafe poll(&polled, nfds_t(polled.count), timeout)
        now = Instant(nanoseconds: zy_now())
        if polled[1].revents != 0 { retire() }
        for index in workers.indices where polled[index + 2].revents != 0 { hear(index) }
    }

    /// Milliseconds until something is due; -1 where nothing is.
    private var timeout: Int32 {
        var next = workers.compactMap(\.startsAt).min()
        switch phase {
        case .starting, .serving: break
        case .retiring(let until), .ending(let until): next = min(next ?? until, until)
        }
        guard let next else { return -1 }
        return next <= now ? 0 : Int32(clamping: next.milliseconds(since: now) + 1)
    }

    private mutating func hear(_ index: Int) {
        guard let message = try? workers[index].process?.control.receive() else {
            workers[index].isSilent = true
            return
        }
        guard message.word == "ready" else { return }
        supervisor.seen.withLock { $0[index].isReady = true }
        if case .starting = phase { phase = .serving }
    }

    // MARK: Starting and ending

    private mutating func startThoseDue() {
        for index in workers.indices {
            guard let due = workers[index].startsAt, due <= now else { continue }
            workers[index].startsAt = nil
            do {
                let configuration = supervisor.configuration.withLock { $0 }
                let process = try WorkerProcess(
                    supervisor.program.path, supervisor.program.arguments, index: index,
                    configuration.text, supervisor.listeners,
                    answerMilliseconds: configuration.limits.workerAnswerMillisecondsMax)
                workers[index].process = process
                workers[index].isSilent = false
                supervisor.seen.withLock { $0[index].metrics = process.metrics }
            } catch {
                supervisor.voice.note("worker \(index + 1): \(error)")
                fell(index)
            }
        }
    }

    /// Takes in those that ended.
    private mutating func reap() {
        for index in workers.indices {
            guard let process = workers[index].process else { continue }
            var code: Int32 = 0
            var signal: Int32 = 0
            // SAFETY: two ints, written inside the call.
            guard unsafe zy_reap(process.process, &code, &signal) != 0 else { continue }
            workers[index].process = nil
            supervisor.seen.withLock { seen in
                seen[index].metrics = nil
                seen[index].isReady = false
            }
            switch phase {
            case .retiring, .ending: continue
            case .starting where signal == 0 && code > 0:
                // It has said why. No worker would do better.
                exitCode = code
                end(SIGTERM)
            case .starting, .serving:
                let how = signal != 0 ? "fell by signal \(signal)" : "ended with code \(code)"
                supervisor.voice.note("worker \(index + 1) (process \(process.process)) \(how)")
                fell(index)
            }
        }
    }

    private mutating func fell(_ index: Int) {
        switch workers[index].policy.fell(at: now, limits) {
        case .restart(let at):
            workers[index].startsAt = at
            supervisor.seen.withLock { $0[index].restarts += 1 }
        case .giveUp:
            supervisor.voice.note("worker \(index + 1) fell too often: giving up")
            exitCode = 1
            end(SIGTERM)
        }
    }

    /// Tells every worker to end; they are killed where they do not.
    private mutating func end(_ signal: Int32) {
        for index in workers.indices {
            workers[index].startsAt = nil
            if let process = workers[index].process { kill(process.process, signal) }
        }
        guard signal != SIGKILL else { return }
        supervisor.retiring.store(true, ordering: .relaxed)
        phase = .ending(
            until: now.advanced(
                milliseconds: limits.shutdownMillisecondsMax + Self.killMilliseconds))
    }

    /// What the time brings.
    private mutating func advance() {
        switch phase {
        case .starting, .serving: break
        case .retiring(let until): if until <= now { end(SIGTERM) }
        case .ending(let until): if until <= now { end(SIGKILL) }
        }
    }

    // MARK: What a person wants

    private mutating func handle(_ signal: Int32) {
        switch signal {
        // A second one is told to them, too, and ends them at once.
        case SIGTERM, SIGINT: end(SIGTERM)
        case SIGHUP: reload()
        default: break
        }
    }

    private func reload() {
        guard let next = supervisor.voice.reload() else { return tell("reopen") }
        let text = supervisor.configuration.withLock { running in
            running = next.reloadable(over: running)
            return running.text
        }
        tell("reload", text)
    }

    private mutating func retire() {
        var count: UInt64 = 0
        // SAFETY: an eventfd gives eight bytes.
        _ = unsafe read(bell.number, &count, 8)
        switch phase {
        case .retiring, .ending: return
        case .starting, .serving: break
        }
        for index in workers.indices { workers[index].startsAt = nil }
        tell("retire")
        phase = .retiring(until: now.advanced(milliseconds: limits.handoverMilliseconds))
    }

    private func tell(_ word: String, _ content: [UInt8] = []) {
        for worker in workers { try? worker.process?.control.send(word, content) }
    }
}
