import Glibc
import Synchronization

@testable import Server

/// A server that runs on a thread of its own until it is stopped or drained.
final class RunningServer: Sendable {
    let server: HTTPServer
    private let thread: LoopThread
    let port: Int

    /// What the server's connections told: of all loops together.
    let heard = Heard()

    /// Counts what observers hear.
    final class Heard: ConnectionObserver, Sendable {
        struct Counts {
            var opened = 0
            var closed = 0
            var answered = 0
            var refusals: [Refusal] = []
        }

        private let state = Mutex(Counts())

        var counts: Counts { state.withLock(\.self) }

        func opened() { state.withLock { $0.opened += 1 } }
        func closed() { state.withLock { $0.closed += 1 } }
        func received(_ count: Int) {}
        func sent(_ count: Int) {}
        func answered(_ exchange: Exchange) { state.withLock { $0.answered += 1 } }
        func refused(
            _ refusal: Refusal, _ client: ClientAddress, _ storage: RequestStorage?,
            _ input: Span<UInt8>
        ) {
            state.withLock { $0.refusals.append(refusal) }
        }
        let hasLines = false
        func flush() {}
    }

    /// The engines that can run here: the one list for all tests.
    static let engines: [EngineName] = EngineName.allCases.filter { absence($0) == nil }

    /// Why an engine cannot run here, or nil.
    static func absence(_ engine: EngineName) -> String? {
        do {
            let settings = EngineSettings(
                addresses: [try SocketAddress("127.0.0.1:0")], limits: ServerLimits())
            _ = try HTTPServer(engine, settings) { _ in fatalError("no loop runs") }
            return nil
        } catch {
            return "\(error)"
        }
    }

    init(
        _ engine: EngineName, limits: ServerLimits = ServerLimits(),
        routing: any Routing = EngineRoutes(), isEdgeTriggered: Bool = false
    ) throws {
        var settings = EngineSettings(
            addresses: [try SocketAddress("127.0.0.1:0")], limits: limits)
        settings.loops = 2
        settings.isEdgeTriggered = isEdgeTriggered
        let parsers = try ParserChoice.winner
        let heard = heard
        let server = try HTTPServer(engine, settings) { _ in
            ConnectionContext(
                limits: limits, routing: routing, pool: BufferPool(bytesMax: 1 << 26),
                parsers: parsers, observer: heard)
        }
        self.server = server
        port = server.addresses[0].port
        guard let thread = LoopThread("test-server", { try? server.run() }) else {
            throw PeerProblem(error: EAGAIN)
        }
        self.thread = thread
    }

    /// Ends it at once, and waits.
    func stop() {
        server.stop()
        thread.join()
    }

    /// Waits until as many connections are over as were opened and `isDone` says so too; false where that takes very long.
    func settles(_ isDone: (Heard.Counts) -> Bool = { _ in true }) -> Bool {
        for _ in 0..<2_000 {
            let counts = heard.counts
            if counts.opened == counts.closed, isDone(counts) { return true }
            usleep(10_000)
        }
        return false
    }

    /// Drains it, and waits.
    func drain() {
        server.drain()
        thread.join()
    }
}

/// `/`: a greeting; `/big`: a mebibyte; `/later`: an asynchronous answer; `/echo`: the body.
struct EngineRoutes: Routing {
    static let big = (0..<1_048_576).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    func route(_ request: Request) -> RoutingResult {
        switch request.path {
        case "/": .found(Route(.synchronous { _, response in response.set(text: "hello") }))
        case "/big":
            .found(Route(.synchronous { _, response in response.body = .bytes(Self.big) }))
        case "/later":
            .found(
                Route(
                    .asynchronous { _ in
                        await Task.yield()
                        return Response(text: "later")
                    }))
        case "/echo":
            .found(
                Route(
                    .synchronous { request, response in response.body = .bytes(request.body) },
                    body: .collect(bytesMax: 1_048_576)))
        default: .notFound
        }
    }
}

extension RoutingResult {
    fileprivate static func found(_ route: Route) -> RoutingResult {
        .found(route, parameters: [])
    }
}
