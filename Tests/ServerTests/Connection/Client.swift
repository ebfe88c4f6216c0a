@testable import Server

/// Drives one connection in memory: a clock that stands still unless told, and everything that was sent.
final class Client {
    let context: ConnectionContext
    let observer = Witness()
    var connection: Connection
    var now = Instant(nanoseconds: 1_000_000_000)
    var sent: [UInt8] = []
    var isShutdown = false
    var jobs: [Job] = []

    /// What was refused and answered.
    final class Witness: ConnectionObserver {
        var refusals: [Refusal] = []
        var statuses: [UInt16] = []

        func answered(_ exchange: Exchange) { statuses.append(exchange.status.code) }
        func refused(
            _ refusal: Refusal, _ client: ClientAddress, _ storage: RequestStorage?,
            _ input: Span<UInt8>
        ) {
            refusals.append(refusal)
        }
        var openCount = 0
        func opened() { openCount += 1 }
        func closed() { openCount -= 1 }
        func received(_ count: Int) {}
        func sent(_ count: Int) {}
        let hasLines = false
        func flush() {}
    }

    init(
        _ routing: any Routing, limits: ServerLimits = ServerLimits(), parser: String = "simd",
        poolBytes: Int = 1 << 24
    ) throws {
        context = ConnectionContext(
            limits: limits, routing: routing, pool: BufferPool(bytesMax: poolBytes),
            parsers: try ParserChoice(named: parser), observer: observer)
        connection = Connection(
            context, client: ClientAddress(v4: 0x7F00_0001),
            id: ConnectionID(slot: 0, generation: 0), at: now)
    }

    /// Sends bytes in pieces of `step`, and takes what comes back.
    func send(_ text: String, step: Int = .max) {
        send(bytes: Array(text.utf8), step: step)
    }

    /// Sends bytes in pieces of `step`, and takes what comes back.
    func send(bytes: [UInt8], step: Int = .max) {
        var at = 0
        while at < bytes.count {
            let end = min(bytes.count, at + min(step, bytes.count))
            connection.receive(bytes[at..<end].span, at: now)
            settle()
            at = end
        }
    }

    /// Ends the sending side.
    func end() {
        connection.receiveEnd(at: now)
        settle()
    }

    /// Lets time pass, and tells the connection where its deadline has come.
    func wait(milliseconds: Int) {
        now = now.advanced(milliseconds: milliseconds)
        if let deadline = connection.deadline, deadline <= now { connection.advance(to: now) }
        settle()
    }

    /// A sink or a source goes on.
    func wake() {
        connection.wake(at: now)
        settle()
    }

    /// Does what the connection wants; `readsNothing` leaves its output where it is.
    var readsNothing = false

    func settle() {
        while !connection.isClosed {
            if let job = connection.takeJob() { jobs.append(job) }
            guard !readsNothing, connection.hasOutput else { break }
            let count = connection.withOutput { segment in take(segment) }
            guard count > 0 else { break }
            connection.sent(count, at: now)
        }
        if connection.wantsShutdown {
            isShutdown = true
            connection.shutdownDone()
        }
    }

    private func take(_ segment: OutputSegment) -> Int {
        switch segment {
        case .none: return 0
        case .bytes(let bytes, _):
            sent.append(contentsOf: bytes)
            return bytes.count
        case .file(let slice):
            return slice.count
        }
    }

    var isClosed: Bool { connection.isClosed }
    var isIdle: Bool { connection.isIdle }
    var hasOutput: Bool { connection.hasOutput }
    var wantsInput: Bool { connection.wantsInput }
    /// Whether every block is back in the pool.
    var holdsNoBlocks: Bool { context.pool.statistics.taken == [0, 0, 0] }

    /// Everything that came back, as text, without Date lines.
    var answer: String {
        String(decoding: sent, as: UTF8.self)
    }

    /// The status codes that came back, in order.
    var statuses: [Int] {
        answer.components(separatedBy: "HTTP/1.1 ").dropFirst().compactMap { Int($0.prefix(3)) }
    }
}

extension String {
    func components(separatedBy separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}

/// Routes for tests: by path, without a router.
struct Table: Routing {
    var routes: [String: Route]

    func route(_ request: Request) -> RoutingResult {
        routes[request.path].map { .found($0, parameters: []) } ?? .notFound
    }

    /// `/` says hello, `/echo` repeats a body, `/throw` throws, `/later` answers when told, `/stream` makes ten pieces.
    static let usual = Table(routes: [
        "/": Route(.synchronous { _, response in response.set(text: "hello") }),
        "/echo": Route(
            .synchronous { request, response in response.body = .bytes(request.body) },
            body: .collect(bytesMax: 1_000)),
        "/throw": Route(.synchronous { _, _ in throw Failure() }),
        "/later": Route(.asynchronous { _ in Response(text: "late") }),
        "/stream": Route(.synchronous { _, response in response.body = .stream(Ten()) }),
        "/trailers": Route(
            .synchronous { request, response in
                response.set(text: request.trailers.map { "\($0.name)=\($0.value)" }.joined())
            }, body: .collect(bytesMax: 1_000)),
    ])

    struct Failure: Error {}

    final class Ten: BodySource, @unchecked Sendable {
        private var made = 0
        func produce(into bytes: inout [UInt8], count: Int) throws -> BodyProgress {
            made += 1
            bytes += Array("piece \(made)\n".utf8)
            return made == 10 ? .finished : .more
        }
        func abandon() {}
    }
}
