import Synchronization

@testable import Server

/// The application of the simulation. Paths are `/KIND/CLIENT/INDEX/SIZE`; every call of a handler is written down.
final class SimulatedRoutes: Routing {
    /// What wakes, and when, as a handler asked for it.
    struct Alarm: Sendable {
        let waker: ConnectionID
        let milliseconds: Int
    }

    private struct Book {
        /// Client and index of each request that a handler saw.
        var calls: [(client: Int, index: Int)] = []
        var alarms: [Alarm] = []
        /// Sinks and sources that were made and neither finished nor were abandoned.
        var openCount = 0
        var problems: [String] = []
    }

    private let book = Mutex(Book())
    let files: Route

    init(files: Route) { self.files = files }

    func route(_ request: Request) -> RoutingResult {
        let words = request.path.split(separator: "/")
        guard words.count == 4, let client = Int(words[1]), let index = Int(words[2]),
            let size = Int(words[3])
        else { return .notFound }
        let call: @Sendable () -> Void = { self.called(client, index) }
        let bodyRule = BodyRule.collect(bytesMax: 20_000)
        let route: Route
        switch words[0] {
        case "text":
            route = Route(
                .synchronous { _, response in
                    call()
                    response.body = .bytes(Self.content(client, index, size))
                })
        case "echo":
            route = Route(
                .synchronous { request, response in
                    call()
                    response.set(text: Self.echo(request.body))
                }, body: bodyRule)
        case "late":
            route = Route(
                .asynchronous { _ in Response(body: .bytes(Self.content(client, index, size))) },
                body: bodyRule)
        case "sink":
            route = Route(
                .streaming { request in
                    Sink(self, request.storage.connection, call, isSlow: size > 0)
                })
        case "source":
            route = Route(
                .synchronous { request, response in
                    call()
                    let content = Self.content(client, index, size)
                    response.body = .stream(
                        Source(self, request.storage.connection, content, seed: index))
                })
        case "throw":
            route = Route(
                .synchronous { _, _ in
                    call()
                    throw Failure()
                })
        case "file": route = files
        default: return .notFound
        }
        return .found(route, parameters: [])
    }

    struct Failure: Error {}

    /// What a request is answered with: bytes that say which request it was, at each place.
    static func content(_ client: Int, _ index: Int, _ size: Int) -> [UInt8] {
        let seed = client &* 31 &+ index &* 7
        return (0..<size).map { UInt8(truncatingIfNeeded: seed &+ $0 &* 13 &+ $0 >> 8) }
    }

    static func echo(_ body: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in body { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "\(body.count) \(hash)\n"
    }

    /// The calls so far, in order.
    var calls: [(client: Int, index: Int)] { book.withLock(\.calls) }
    var openCount: Int { book.withLock(\.openCount) }
    var problems: [String] { book.withLock(\.problems) }

    /// What is to be woken; forgotten then.
    func takeAlarms() -> [Alarm] {
        book.withLock { book in
            defer { book.alarms = [] }
            return book.alarms
        }
    }

    /// Writes a call of an asynchronous handler down.
    func called(_ client: Int, _ index: Int) {
        book.withLock { $0.calls.append((client, index)) }
    }

    fileprivate func opened() { book.withLock { $0.openCount += 1 } }
    fileprivate func ended() { book.withLock { $0.openCount -= 1 } }
    fileprivate func wake(_ id: ConnectionID, in milliseconds: Int) {
        book.withLock { $0.alarms.append(Alarm(waker: id, milliseconds: milliseconds)) }
    }
    fileprivate func complain(_ text: String) { book.withLock { $0.problems.append(text) } }
}

/// Takes a body, and now and then wants a pause.
private final class Sink: BodySink {
    private let routes: SimulatedRoutes
    private let id: ConnectionID
    private let call: @Sendable () -> Void
    private let isSlow: Bool
    private let state = Mutex((bytes: [UInt8](), pieces: 0, isOver: false))

    init(
        _ routes: SimulatedRoutes, _ id: ConnectionID, _ call: @escaping @Sendable () -> Void,
        isSlow: Bool
    ) {
        self.routes = routes
        self.id = id
        self.call = call
        self.isSlow = isSlow
        routes.opened()
    }

    private func end(_ what: String) {
        let isTwice = state.withLock { state in
            defer { state.isOver = true }
            return state.isOver
        }
        if isTwice { routes.complain("a sink is \(what) after its end") } else { routes.ended() }
    }

    func receive(_ bytes: Span<UInt8>) throws -> SinkState {
        let copy = (0..<bytes.count).map { bytes[$0] }
        let (pieces, isOver) = state.withLock { state in
            state.bytes += copy
            state.pieces += 1
            return (state.pieces, state.isOver)
        }
        if isOver { routes.complain("a sink is fed after its end") }
        guard isSlow, pieces % 3 == 1 else { return .ready }
        routes.wake(id, in: pieces % 50)
        return .waiting
    }

    func finish(trailers: [(name: String, value: String)], _ response: inout Response) throws {
        call()
        end("finished")
        response.set(text: SimulatedRoutes.echo(state.withLock(\.bytes)))
    }

    func abandon() { end("abandoned") }
}

/// Makes content in pieces, and now and then has none.
private final class Source: BodySource {
    private let routes: SimulatedRoutes
    private let id: ConnectionID
    private let content: [UInt8]
    private let state: Mutex<(at: Int, random: SeededGenerator, isOver: Bool)>

    init(_ routes: SimulatedRoutes, _ id: ConnectionID, _ content: [UInt8], seed: Int) {
        self.routes = routes
        self.id = id
        self.content = content
        state = Mutex((0, SeededGenerator(seed: UInt64(seed)), false))
        routes.opened()
    }

    private func end(_ what: String) {
        let isTwice = state.withLock { state in
            defer { state.isOver = true }
            return state.isOver
        }
        if isTwice { routes.complain("a source is \(what) after its end") } else { routes.ended() }
    }

    func produce(into bytes: inout [UInt8], count: Int) throws -> BodyProgress {
        let (piece, isLast, pause) = state.withLock { state in
            if state.isOver { routes.complain("a source is asked after its end") }
            let left = content.count - state.at
            let pause = Int.random(in: 0..<60, using: &state.random)
            let size = min(left, min(count, Int.random(in: 1...3_000, using: &state.random)))
            defer { state.at += size }
            return (content[state.at..<state.at + size], size == left, pause)
        }
        bytes += piece
        if isLast {
            end("finished")
            return .finished
        }
        guard pause < 20 else { return .more }
        routes.wake(id, in: pause)
        return .waiting
    }

    func abandon() { end("abandoned") }
}
