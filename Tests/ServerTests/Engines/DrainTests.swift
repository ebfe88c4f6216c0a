import Glibc
import Synchronization
import Testing

@testable import Server

/// The end of a server, and of its patience, on every engine.
@Suite(.serialized) struct DrainTests {
    /// A client that reads nothing of a long answer, and a handler that does not end, do not keep a draining server.
    @Test(arguments: RunningServer.engines) func whatIsStillUnderWayIsCut(
        engine: EngineName
    ) throws {
        var limits = ServerLimits()
        limits.shutdownMillisecondsMax = 100
        limits.lingerMillisecondsMax = 50
        let server = try RunningServer(engine, limits: limits, routing: EndlessRoutes())
        let reader = try Peer(port: server.port, receiveBytes: 4_096)
        reader.send(String(repeating: "GET /big HTTP/1.1\r\nHost: a\r\n\r\n", count: 8))
        #expect(reader.receive(1) != nil)
        let waiter = try Peer(port: server.port)
        waiter.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(EndlessRoutes.begun.wait(for: 1))
        server.drain()
        #expect(server.heard.counts.opened == server.heard.counts.closed)
        EndlessRoutes.begun.reset()
    }

    /// Where every worker of the pool is busy and its queue full, nobody is left without an answer.
    @Test func aFullPoolAnswersAll() throws {
        var limits = ServerLimits()
        limits.poolQueueMax = 1
        limits.lingerMillisecondsMax = 50
        let server = try RunningServer(.pool, limits: limits, routing: EndlessRoutes())
        defer { server.stop() }
        let peers = try (0..<30).map { _ in try Peer(port: server.port) }
        for peer in peers {
            peer.send("GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        }
        for peer in peers {
            let answer = try #require(peer.receiveAll())
            let statuses = WireResponse.read(answer, isEnd: true).responses.map(\.status)
            #expect(statuses == [200] || statuses == [503])
        }
    }
}

/// `/big`: a mebibyte; `/never`: an answer that does not come; `/slow`: one that holds its thread for a while.
private struct EndlessRoutes: Routing {
    static let begun = Bell()

    func route(_ request: Request) -> RoutingResult {
        let handler: Handler =
            switch request.path {
            case "/never":
                .asynchronous { _ in
                    Self.begun.ring()
                    try await Task.sleep(for: .seconds(3_600))
                    return Response()
                }
            case "/slow":
                .synchronous { _, response in
                    usleep(20_000)
                    response.set(text: "slow")
                }
            default:
                .synchronous { _, response in response.body = .bytes(EngineRoutes.big) }
            }
        return .found(Route(handler), parameters: [])
    }
}

/// Counts what happened, for a thread that waits for it.
private final class Bell: Sendable {
    private let count = Mutex(0)

    func ring() { count.withLock { $0 += 1 } }
    func reset() { count.withLock { $0 = 0 } }

    /// False where it takes very long.
    func wait(for wanted: Int) -> Bool {
        for _ in 0..<2_000 {
            if count.withLock({ $0 >= wanted }) { return true }
            usleep(10_000)
        }
        return false
    }
}
