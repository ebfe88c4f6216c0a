import Glibc
import Testing

@testable import Server

/// Clients that take their time, on every engine. Limits are short, so that no test waits; none looks at a clock: what must
/// end ends, or the client's own timeout fails the test.
@Suite(.serialized) struct SlowAttackTests {
    private static var limits: ServerLimits {
        var limits = ServerLimits()
        limits.headerMillisecondsMax = 150
        limits.idleMillisecondsMax = 150
        limits.bodyGraceMilliseconds = 100
        limits.bodyBytesPerSecondMin = 10_000
        limits.writeMillisecondsMax = 300
        limits.drainGraceMilliseconds = 300
        limits.drainBytesPerSecondMin = 100_000_000
        limits.lingerMillisecondsMax = 100
        return limits
    }

    /// The pieces that a client sends, one every few milliseconds, until the server says something.
    private static func drip(_ piece: String, _ peer: Peer) {
        for _ in 0..<5_000 {
            guard !peer.isReadable(milliseconds: 10), peer.send(piece) else { return }
        }
    }

    private static func statuses(_ bytes: [UInt8]?) -> [Int] {
        guard let bytes else { return [-1] }
        return WireResponse.read(bytes, isEnd: true).responses.map(\.status)
    }

    /// DOS-01: a head that trickles steadily.
    @Test(arguments: RunningServer.engines) func slowHeads(engine: EngineName) throws {
        let server = try RunningServer(engine, limits: Self.limits)
        defer { server.stop() }
        let peers = try (0..<20).map { _ in try Peer(port: server.port) }
        for peer in peers { peer.send("GET / HTTP/1.1\r\n") }
        for peer in peers {
            Self.drip("X-a: b\r\n", peer)
            #expect(Self.statuses(peer.receiveAll()) == [408])
        }
        #expect(server.settles { $0.refusals.count == 20 })
        #expect(server.heard.counts.refusals.allSatisfy { $0 == .server(.headerTimeout) })
    }

    /// H1-CN-35 and slow POST: a body that stops, or trickles. What comes after the answer is no request.
    @Test(arguments: RunningServer.engines, [true, false])
    func slowBodies(engine: EngineName, stops: Bool) throws {
        let seen = SeenRequests()
        let server = try RunningServer(engine, limits: Self.limits, routing: seen)
        defer { server.stop() }
        let peer = try Peer(port: server.port)
        peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 34000\r\n\r\n")
        if stops { _ = peer.isReadable(milliseconds: 20_000) } else { Self.drip("x", peer) }
        peer.send(SeenRequests.smuggledRequest(1))
        #expect(Self.statuses(peer.receiveAll()) == [408])
        #expect(server.settles() && seen.count == 0)
    }

    /// DOS-03 and DOS-08: endless pipelined requests for a large file by a client that reads a byte now and then. What is
    /// answered stays within the pipelining depth, and the connection ends.
    @Test(arguments: RunningServer.engines) func slowReaders(engine: EngineName) throws {
        let server = try RunningServer(engine, limits: Self.limits)
        defer { server.stop() }
        let peer = try Peer(port: server.port, receiveBytes: 4_096)
        let requests = Array(
            String(repeating: "GET /big HTTP/1.1\r\nHost: a\r\n\r\n", count: 1_000).utf8)
        for _ in 0..<100_000 where server.heard.counts.closed == 0 {
            if peer.sendSome(requests) < 0 { break }
            _ = peer.isReadable(milliseconds: 5) && peer.receive(1) == nil
        }
        #expect(server.settles { $0.opened == 1 })
        let counts = server.heard.counts
        #expect(counts.refusals == [.server(.clientTooSlow)])
        #expect(counts.answered <= ServerLimits().pipelinedRequestsMax)
    }

    /// DOS-08: a hundred thousand pipelined requests by a client that reads. The connection ends behind its share.
    @Test(arguments: RunningServer.engines) func pipelinedFloods(engine: EngineName) throws {
        var limits = Self.limits
        limits.requestsPerConnectionMax = 1_000
        let server = try RunningServer(engine, limits: limits)
        defer { server.stop() }
        let peer = try Peer(port: server.port)
        let sender = LoopThread("test-sender") {
            let requests = String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 1_000)
            for _ in 0..<100 where !peer.send(requests) { return }
        }
        // The rest of what was sent meets a closed door: the end, or a reset behind all answers.
        var answer: [UInt8] = []
        while let more = peer.receive(), !more.isEmpty { answer += more }
        sender?.join()
        #expect(Self.statuses(answer) == [Int](repeating: 200, count: 1_000))
        #expect(server.settles { $0.answered == 1_000 })
    }

    /// DOS-04: idle connections go, and who asks is served among them.
    @Test(arguments: RunningServer.engines) func idleFloods(engine: EngineName) throws {
        let server = try RunningServer(engine, limits: Self.limits)
        defer { server.stop() }
        let idle = try (0..<200).map { _ in try Peer(port: server.port) }
        let active = try Peer(port: server.port)
        active.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(Self.statuses(active.receiveAll()) == [200])
        for peer in idle { #expect(peer.receiveAll() == []) }
        #expect(server.settles { $0.opened == 201 })
    }

    /// Connections that come, say half a word or nothing, and reset, by several clients at a time.
    @Test(arguments: RunningServer.engines) func connectionFloods(engine: EngineName) throws {
        let server = try RunningServer(engine, limits: Self.limits)
        defer { server.stop() }
        let port = server.port
        let threads = (0..<4).compactMap { thread in
            LoopThread("test-client") {
                for number in 0..<250 {
                    guard let peer = try? Peer(port: port) else { continue }
                    peer.resetAtClose()
                    if number % 3 == thread % 3 { peer.send("GET / HT") }
                }
            }
        }
        for thread in threads { thread.join() }
        let peer = try Peer(port: server.port)
        peer.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(Self.statuses(peer.receiveAll()) == [200])
        #expect(server.settles() && threads.count == 4)
    }
}
