internal import Generation
internal import Server

/// Drives one connection in memory, as `Connection` documents, with bytes, cuts, time and slowness of its caller's choice.
struct ConnectionDrive: ~Copyable {
    /// How the connection is driven.
    struct Manner {
        /// Where the bytes are cut.
        var cuts: [Int] = []
        /// Bytes of output that go at a time; nil for all.
        var sendMax: Int?
        /// Whether time passes, and more of it than the limits allow.
        var isTimed = false
        /// What follows the last byte.
        var ending = Ending.end
    }

    /// What a client does at last.
    enum Ending: CaseIterable {
        /// It ends its sending side.
        case end
        /// Nothing: time passes.
        case silence
        /// It resets.
        case reset
    }

    private let manner: Manner
    private let desk: ConnectionDesk
    private var random: SplitMix64
    private var connection: Connection
    private var now = Instant(nanoseconds: 1_000_000_000)
    /// Asynchronous handlers that were called and are not done.
    private var jobs: [(ticket: Int, response: Response)] = []
    private var sent: [UInt8] = []
    private var wasShutdown = false
    /// What must not be, or nil.
    private(set) var problem: String?

    /// Rounds without progress after which nothing moves any more (chosen: a sink or source waits once between two).
    private static let quietRoundsMax = 4

    init(_ desk: ConnectionDesk, _ manner: Manner, _ random: SplitMix64) {
        self.manner = manner
        self.desk = desk
        self.random = random
        desk.begin()
        connection = Connection(
            desk.context, client: ClientAddress(v4: 0x7F00_0001),
            id: ConnectionID(slot: 0, generation: 0), at: now)
    }

    /// Hands all bytes over, and gives what came of them before the client's end.
    mutating func run(_ bytes: [UInt8]) -> ConnectionOutcome {
        var at = 0
        var borders = manner.cuts.filter { $0 > 0 && $0 < bytes.count }.sorted() + [bytes.count]
        var quiet = 0
        settle()
        while !connection.isClosed, problem == nil, quiet < Self.quietRoundsMax {
            pass()
            if connection.wantsInput, at < bytes.count {
                while let next = borders.first, next <= at { borders.removeFirst() }
                let end = borders.first ?? bytes.count
                connection.receive(bytes[at..<end].span, at: now)
                at = end
                quiet = 0
            } else if finishJob() {
                quiet = 0
            } else {
                let before = sent.count
                connection.wake(at: now)
                settle()
                quiet =
                    sent.count > before || connection.wantsInput && at < bytes.count ? 0 : quiet + 1
            }
            settle()
        }
        if !connection.isClosed, at < bytes.count { complain("it never wants input again") }
        let outcome = ConnectionOutcome(
            sent: sent, isShutdown: wasShutdown, desk)
        end()
        return outcome
    }

    /// Some time passes, and the deadline with it.
    private mutating func pass() {
        guard manner.isTimed else { return }
        now = now.advanced(milliseconds: random.below(8) == 0 ? random.below(90_000) : 3)
        if let deadline = connection.deadline, deadline <= now { advance() }
    }

    private mutating func advance() {
        connection.advance(to: now)
        settle()
        if let deadline = connection.deadline, deadline <= now {
            complain("a deadline has passed and stays")
        }
    }

    /// Jobs, output, shutdown, in the documented order.
    private mutating func settle() {
        var turns = 0
        while !connection.isClosed {
            turns += 1
            if turns > 100_000 { complain("output without an end") }
            if let job = connection.takeJob() { start(job) }
            guard problem == nil, connection.hasOutput else { break }
            let sendMax = manner.sendMax ?? .max
            let bytes = connection.withOutput { Self.bytes($0, sendMax) }
            guard !bytes.isEmpty else { return complain("there is output, and there is none") }
            sent += bytes
            connection.sent(bytes.count, at: now)
        }
        if connection.wantsShutdown {
            if wasShutdown { complain("it is shut down twice") }
            wasShutdown = true
            connection.shutdownDone()
        }
        if connection.isClosed,
            connection.hasOutput || connection.wantsInput
                || connection.wantsShutdown || connection.deadline != nil
        {
            complain("it is closed and wants something")
        }
    }

    private static func bytes(_ segment: OutputSegment, _ countMax: Int) -> [UInt8] {
        switch segment {
        // The routes have no files.
        case .none, .file: []
        // SAFETY: the segment is good until the connection is touched, and the prefix is within it.
        case .bytes(let bytes, _): unsafe Array(bytes.prefix(countMax))
        }
    }

    /// The oldest asynchronous handler is done; false where there is none.
    private mutating func finishJob() -> Bool {
        guard !jobs.isEmpty else { return false }
        let job = jobs.removeFirst()
        connection.complete(job.ticket, .success(job.response), at: now)
        return true
    }

    private mutating func start(_ job: Job) {
        var response = Response()
        // Requests are handled one after another: it is the last that was routed.
        desk.routes.respond(job.request, desk.routes.book.lines.count - 1, &response)
        jobs.append((job.ticket, response))
    }

    private mutating func complain(_ text: String) { problem = problem ?? text }
}

// MARK: The end

extension ConnectionDrive {
    /// Ends as the manner says: the connection must follow, and leave nothing behind.
    private mutating func end() {
        switch manner.ending {
        case .end:
            if !connection.isClosed { connection.receiveEnd(at: now) }
            settle()
        case .silence: break
        case .reset: connection.abort()
        }
        var rounds = 0
        while !connection.isClosed, problem == nil {
            rounds += 1
            if rounds > 40 { complain("it lives for ever") }
            if finishJob() {
            } else if let deadline = connection.deadline, manner.ending == .silence {
                now = max(now, deadline)
                advance()
            } else {
                connection.wake(at: now)
            }
            settle()
        }
        problem = problem ?? desk.leftover
    }
}
