import Glibc
import Synchronization

@testable import Server

/// A server's loop, its clients and their clock, all drawn from one seed: equal seeds make equal histories.
///
/// The driver is the one that `Connection` documents; sockets, time, descriptors and memory are the simulation's. After every
/// step it looks for what must never be.
final class Simulation {
    /// What may go wrong beyond short reads and writes, EAGAIN and EINTR.
    enum Weather {
        /// Nothing: whoever is polite gets every answer.
        case calm
        /// The clock jumps, limits are short, clients stall, reset and do not read, memory and descriptors run out, the
        /// server stops.
        case rough
    }

    /// A connection at its driver's.
    final class Seat {
        let id: ConnectionID
        let client: Int
        let opened: Instant
        var connection: Connection
        /// Deadlines that passed since a byte moved.
        var passedDeadlines = 0

        init(_ id: ConnectionID, _ client: Int, _ connection: consuming Connection, at now: Instant)
        {
            self.id = id
            self.client = client
            self.connection = connection
            opened = now
        }
    }

    let weather: Weather
    var random: SeededGenerator
    var now = Instant(nanoseconds: 1_000_000_000)
    let limits: ServerLimits
    let routes: SimulatedRoutes
    let context: ConnectionContext
    let observer = SimulatedObserver()
    var clients: [SimulatedClient] = []
    /// Clients that have not come yet, in the order in which they will.
    var arriving: [Int] = []
    /// Clients that were told 503 without a connection.
    var turnedAway: Set<Int> = []
    var seats: [Seat] = []
    var jobs: [(due: Instant, seat: Seat, ticket: Int, response: Response)] = []
    var alarms: [(due: Instant, id: ConnectionID)] = []
    var overload: Overload
    let descriptors: Descriptors
    var reserve: DescriptorReserve
    /// A hash over everything that happened.
    private(set) var trace: UInt64 = 0xCBF2_9CE4_8422_2325
    /// What must not be, the first first.
    private(set) var problems: [String] = []
    private(set) var steps = 0

    /// Steps after which a history that has not ended is called a livelock (chosen: fifty times the longest seen).
    private static let stepsMax = 200_000
    /// Steps in which nothing moves, by bad luck or because all wait, after which time goes to the next event.
    private static let quietStepsMax = 25

    init(seed: UInt64, files: Route) {
        random = SeededGenerator(seed: seed)
        weather = seed % 3 == 0 ? .calm : .rough
        limits = Self.limits(weather, &random)
        routes = SimulatedRoutes(files: files)
        let isShort = weather == .rough && Int.random(in: 0..<4, using: &random) == 0
        context = ConnectionContext(
            limits: limits, routing: routes,
            pool: BufferPool(
                bytesMax: isShort ? 262_144 * Int.random(in: 0...2, using: &random) : 1 << 26),
            parsers: Self.parsers[Int.random(in: 0..<Self.parsers.count, using: &random)],
            observer: observer)
        descriptors = Descriptors(countMax: weather == .calm ? 100 : 7)
        overload = Overload(limits: limits)
        let descriptors = descriptors
        reserve = DescriptorReserve(
            count: 2,
            source: .init(open: { descriptors.open() }, close: { _ in descriptors.close() }))
        for number in 0..<Int.random(in: 1...6, using: &random) { addClient(number) }
        arriving = Array(clients.indices)
    }

    private static let parsers = ["simd", "paired", "scalar", "reference"].compactMap {
        try? ParserChoice(named: $0)
    }

    private static func limits(_ weather: Weather, _ random: inout SeededGenerator) -> ServerLimits
    {
        var limits = ServerLimits()
        limits.pipelinedRequestsMax = Int.random(in: 1...8, using: &random)
        guard weather == .rough else { return limits }
        limits.headerMillisecondsMax = Int.random(in: 100...5_000, using: &random)
        limits.idleMillisecondsMax = Int.random(in: 100...5_000, using: &random)
        limits.bodyGraceMilliseconds = Int.random(in: 100...2_000, using: &random)
        limits.writeMillisecondsMax = Int.random(in: 100...3_000, using: &random)
        limits.drainGraceMilliseconds = Int.random(in: 100...3_000, using: &random)
        limits.lingerMillisecondsMax = Int.random(in: 10...1_000, using: &random)
        limits.handlerMillisecondsMax = Int.random(in: 100...2_000, using: &random)
        limits.outputBytesMax = Int.random(in: 4_096...60_000, using: &random)
        limits.connectionsMax = Int.random(in: 1...6, using: &random)
        limits.shedConnectionsMax = Int.random(in: 0...2, using: &random)
        limits.requestsPerConnectionMax = Int.random(in: 3...12, using: &random)
        return limits
    }

    private func addClient(_ number: Int) {
        let manners: [SimulatedClient.Manner] =
            weather == .calm ? [.swift, .trickling, .ending] : SimulatedClient.Manner.allCases
        let manner = manners[Int.random(in: 0..<manners.count, using: &random)]
        let socket = SimulatedSocket(
            receiveBytesMax: Int.random(in: 1...20_000, using: &random),
            sendBytesMax: Int.random(in: 1...20_000, using: &random),
            faultPercent: Int.random(in: 0...40, using: &random))
        let plan = SimulatedPlan.draw(number, &random)
        clients.append(SimulatedClient(number, manner, plan, socket, &random))
    }

    func address(_ client: Int) -> ClientAddress {
        ClientAddress(v4: 0x0A00_0001 + UInt32(client))
    }

    func complain(_ text: String) { problems.append("step \(steps): \(text)") }

    func note(_ values: Int...) {
        for value in values {
            trace = (trace ^ UInt64(bitPattern: Int64(value))) &* 0x100_0000_01B3
        }
    }
}

/// A table of descriptors with an end.
final class Descriptors: Sendable {
    private let countMax: Int
    private let used = Mutex(0)

    init(countMax: Int) { self.countMax = countMax }

    func open() -> Int32? {
        used.withLock { used in
            guard used < countMax else { return nil }
            used += 1
            return Int32(used)
        }
    }

    func close() { used.withLock { $0 -= 1 } }
}

/// Hears what connections report, and remembers who was refused why.
final class SimulatedObserver: ConnectionObserver {
    private(set) var openCount = 0
    private(set) var refusals: [(client: ClientAddress, refusal: Refusal)] = []

    func opened() { openCount += 1 }
    func closed() { openCount -= 1 }
    func received(_ count: Int) {}
    func sent(_ count: Int) {}
    func answered(_ exchange: Exchange) {}
    func refused(
        _ refusal: Refusal, _ client: ClientAddress, _ storage: RequestStorage?,
        _ input: Span<UInt8>
    ) {
        refusals.append((client, refusal))
    }
    let hasLines = false
    func flush() {}
}

// MARK: Time

extension Simulation {
    /// Runs to the end of everybody.
    func run() {
        var quiet = 0
        while problems.isEmpty, !seats.isEmpty || !arriving.isEmpty {
            steps += 1
            guard steps < Self.stepsMax else { return complain("no end: a livelock") }
            let moved = step()
            note(moved, seats.count, Int(truncatingIfNeeded: now.nanoseconds))
            quiet = moved > 0 ? 0 : quiet + 1
            if quiet > Self.quietStepsMax {
                guard jumpToNextEvent() else { return complain("waits for ever") }
                quiet = 0
            }
            now = now.advanced(milliseconds: Int.random(in: 0...2, using: &random) / 2)
            if weather == .rough { disturb() }
        }
        judge()
    }

    /// What else happens in rough weather.
    private func disturb() {
        if Int.random(in: 0..<300, using: &random) == 0 {
            now = now.advanced(milliseconds: Int.random(in: 1...120_000, using: &random))
        }
        if Int.random(in: 0..<3_000, using: &random) == 0, !context.isDraining {
            context.isDraining = true
            overload.shutDown()
            for seat in seats {
                seat.connection.drain(at: now)
                settle(seat)
            }
        }
    }

    /// One look at everybody who is lucky; gives how much moved.
    private func step() -> Int {
        var moved = arrive()
        for index in clients.indices where Int.random(in: 0..<8, using: &random) > 0 {
            moved += clients[index].move(&random)
        }
        moved += finishJobs() + ring()
        for seat in seats where Int.random(in: 0..<8, using: &random) > 0 { moved += turn(seat) }
        seats.removeAll { $0.connection.isClosed }
        return moved
    }

    /// Lets time pass until something is due. False where nothing ever is.
    private func jumpToNextEvent() -> Bool {
        var events =
            seats.compactMap { $0.connection.deadline } + jobs.map(\.due) + alarms.map(\.due)
        if !arriving.isEmpty { events.append(now.advanced(milliseconds: 50)) }
        guard let next = events.min() else { return false }
        now = max(now, next)
        return true
    }

    private func finishJobs() -> Int {
        let due = jobs.filter { $0.due <= now }
        jobs.removeAll { $0.due <= now }
        for job in due {
            job.seat.connection.complete(job.ticket, .success(job.response), at: now)
            settle(job.seat)
        }
        return due.count
    }

    private func ring() -> Int {
        for alarm in routes.takeAlarms() {
            alarms.append((now.advanced(milliseconds: alarm.milliseconds), alarm.waker))
        }
        let due = alarms.filter { $0.due <= now }
        alarms.removeAll { $0.due <= now }
        for alarm in due {
            guard let seat = seats.first(where: { $0.id == alarm.id }) else { continue }
            seat.connection.wake(at: now)
            settle(seat)
        }
        return due.count
    }
}
