import Glibc

@testable import Server

/// A server that runs on a thread of its own until it is stopped or drained.
final class RunningServer: Sendable {
    let server: HTTPServer
    private let thread: LoopThread
    let port: Int

    private final class Deaf: ConnectionObserver {
        func opened() {}
        func closed() {}
        func received(_ count: Int) {}
        func sent(_ count: Int) {}
        func answered(_ exchange: Exchange) {}
        func refused(
            _ refusal: Refusal, _ client: ClientAddress, _ storage: RequestStorage?,
            _ input: Span<UInt8>
        ) {}
        let hasLines = false
        func flush() {}
    }

    init(
        _ engine: EngineName, limits: ServerLimits = ServerLimits(),
        features: UringFeatures = .all, routing: any Routing & Sendable = EngineRoutes()
    ) throws {
        // As the command does: sendfile has no flag for it.
        signal(SIGPIPE, SIG_IGN)
        var settings = EngineSettings(
            addresses: [try SocketAddress("127.0.0.1:0")], limits: limits)
        settings.loops = 2
        settings.uringFeatures = features
        let parsers = try ParserChoice.winner
        let server = try HTTPServer(engine, settings) { _ in
            ConnectionContext(
                limits: limits, routing: routing, pool: BufferPool(bytesMax: 1 << 26),
                parsers: parsers, observer: Deaf())
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
