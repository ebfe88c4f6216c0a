import Glibc
import Testing

@testable import Server

private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
private let last = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
private let engines = RunningServer.engines

/// Every engine over real sockets: what a client sees must not depend on it.
@Suite(.serialized) struct EngineTests {
    @Test(arguments: engines) func keepsAlive(engine: EngineName) throws {
        let server = try RunningServer(engine)
        defer { server.stop() }
        let peer = try Peer(port: server.port)
        for _ in 0..<50 {
            peer.send(get)
            let response = try #require(peer.response())
            #expect(response.status == "HTTP/1.1 200 OK")
            #expect(response.content == Array("hello".utf8))
        }
    }

    @Test(arguments: engines) func pipelinesAndReadsByteByByte(engine: EngineName) throws {
        let server = try RunningServer(engine)
        defer { server.stop() }
        let whole = try Peer(port: server.port)
        whole.send(String(repeating: get, count: 200) + last)
        var count = 0
        while let response = whole.response() {
            #expect(response.content == Array("hello".utf8))
            count += 1
        }
        #expect(count == 201)
        let slow = try Peer(port: server.port)
        for byte in get.utf8 { slow.send([byte]) }
        #expect(slow.response()?.status == "HTTP/1.1 200 OK")
    }

    @Test(arguments: engines) func carriesLargeBodiesBothWays(engine: EngineName) throws {
        let server = try RunningServer(engine)
        defer { server.stop() }
        let peer = try Peer(port: server.port)
        let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n"
        peer.send(Array(head.utf8) + EngineRoutes.big)
        #expect(peer.response()?.content == EngineRoutes.big)
        peer.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(peer.response()?.content == EngineRoutes.big)
    }

    @Test(arguments: engines) func servesManyAtOnce(engine: EngineName) throws {
        let server = try RunningServer(engine)
        defer { server.stop() }
        let peers = try (0..<100).map { _ in try Peer(port: server.port) }
        for _ in 0..<3 {
            for (index, peer) in peers.enumerated() {
                peer.send(index % 2 == 0 ? get : "GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
            }
            for (index, peer) in peers.enumerated() {
                let content = try #require(peer.response()).content
                #expect(content == Array((index % 2 == 0 ? "hello" : "later").utf8))
            }
        }
    }

    @Test(arguments: engines) func answersAClientThatSendsNoMore(engine: EngineName) throws {
        let server = try RunningServer(engine)
        defer { server.stop() }
        let peer = try Peer(port: server.port)
        peer.send(get)
        peer.end()
        let all = String(decoding: try #require(peer.receiveAll()), as: UTF8.self)
        #expect(all.hasSuffix("\r\n\r\nhello"))
    }

    @Test(arguments: engines) func outlivesResets(engine: EngineName) throws {
        let server = try RunningServer(engine)
        defer { server.stop() }
        for _ in 0..<20 {
            let peer = try Peer(port: server.port)
            peer.resetAtClose()
            peer.send(String(repeating: "GET /big HTTP/1.1\r\nHost: a\r\n\r\n", count: 4))
        }
        let peer = try Peer(port: server.port)
        peer.send(get)
        #expect(peer.response()?.status == "HTTP/1.1 200 OK")
    }

    @Test(arguments: engines) func drainsIdleConnectionsAndFinishesBusyOnes(
        engine: EngineName
    ) throws {
        let server = try RunningServer(engine)
        let idle = try Peer(port: server.port)
        let busy = try Peer(port: server.port)
        for peer in [idle, busy] {
            peer.send(get)
            #expect(peer.response() != nil)
        }
        busy.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        // The answer has begun: what follows is under way when the server is told.
        let start = try #require(busy.receive(1))
        server.server.drain()
        #expect(idle.receiveAll() == [])
        let rest = try #require(busy.receiveAll())
        #expect((start + rest).suffix(1_048_576).elementsEqual(EngineRoutes.big))
        server.drain()
    }

    @Test func aPortInUseIsNamed() throws {
        let server = try RunningServer(.epoll)
        defer { server.stop() }
        let settings = EngineSettings(
            addresses: [try SocketAddress("127.0.0.1:\(server.port)")], limits: ServerLimits())
        let problem = #expect(throws: SocketProblem.self) {
            _ = try HTTPServer(.epoll, settings) { _ in fatalError("no loop runs") }
        }
        #expect(problem?.description.contains("127.0.0.1:\(server.port): cannot be bound") == true)
    }
}
