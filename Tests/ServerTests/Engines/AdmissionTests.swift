import Glibc
import Testing

@testable import Server

/// Who comes in, over real sockets: all loops count together.
@Suite(.serialized) struct AdmissionTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private static func statuses(_ peer: Peer) -> [Int] {
        guard let bytes = peer.receiveAll() else { return [-1] }
        return WireResponse.read(bytes, isEnd: true).responses.map(\.status)
    }

    /// Beyond a limit a client reads 503 with Retry-After and the end, whether it has sent anything or not; what it sent is
    /// no request. Those within are served, and a place that is given back is taken again.
    @Test(arguments: RunningServer.engines, ["all", "address"])
    func thoseBeyondAreTold(engine: EngineName, limit: String) throws {
        var limits = ServerLimits()
        limits.lingerMillisecondsMax = 100
        if limit == "all" { limits.connectionsMax = 4 } else { limits.connectionsPerAddressMax = 4 }
        let server = try RunningServer(engine, limits: limits)
        defer { server.stop() }
        let inside = try (0..<4).map { _ in try Peer(port: server.port) }
        for peer in inside {
            peer.send(Self.get)
            #expect(peer.response()?.status == "HTTP/1.1 200 OK")
        }
        let silent = try Peer(port: server.port)
        let answer = try #require(silent.receiveAll())
        let refused = WireResponse.read(answer, isEnd: true).responses
        #expect(refused.map(\.status) == [503])
        #expect(String(decoding: answer, as: UTF8.self).contains("\r\nRetry-After: "))
        let asking = try Peer(port: server.port)
        asking.send(Self.get + Self.get)
        #expect(Self.statuses(asking) == [503])
        #expect(server.heard.counts.answered == 6)
        for peer in inside {
            peer.send(Self.get)
            #expect(peer.response()?.status == "HTTP/1.1 200 OK")
        }
        for peer in inside { peer.end() }
        #expect(server.settles { $0.opened == 6 })
        let late = try Peer(port: server.port)
        late.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(Self.statuses(late) == [200])
    }

    /// Without places for those who are refused nothing is accepted: clients wait, and are served when others have gone.
    @Test(arguments: RunningServer.engines) func thoseBeyondWaitWhereNobodyIsTold(
        engine: EngineName
    ) throws {
        var limits = ServerLimits()
        limits.connectionsMax = 2
        limits.shedConnectionsMax = 0
        limits.lingerMillisecondsMax = 10
        limits.acceptPauseMilliseconds = 20
        let server = try RunningServer(engine, limits: limits)
        defer { server.stop() }
        let peers = try (0..<10).map { _ in try Peer(port: server.port) }
        for peer in peers { peer.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") }
        // Where several loops accept, one may take the last place between another's question and its accept.
        let severalAccept = engine == .reuseport || engine == .uring
        let expected: Set<Int> = severalAccept ? [200, 503] : [200]
        for peer in peers {
            let statuses = Self.statuses(peer)
            #expect(statuses.count == 1 && expected.isSuperset(of: statuses))
        }
        #expect(server.settles { $0.opened >= 10 })
    }

    @Test func placesAreGivenBack() throws {
        var limits = ServerLimits()
        limits.connectionsMax = 3
        limits.shedConnectionsMax = 1
        limits.connectionsPerAddressMax = 2
        let admission = Admission(limits: limits)
        let listener = try Listener(
            SocketAddress("127.0.0.1:0"), options: SocketOptions(), sharesPort: false)
        let now = Instant(nanoseconds: 1)
        let mine = ClientAddress(v4: 1)
        func arrive(_ client: ClientAddress) -> Admission.Arrival {
            admission.admit(-1, client, listener, at: now)
        }
        let first = [arrive(mine), arrive(mine)]
        #expect(first.map(\.refusal) == [nil, nil])
        let third = arrive(mine)
        #expect(third.refusal == .tooManyFromAddress)
        #expect(!admission.isWelcoming || admission.openCount == 3)
        let fourth = arrive(ClientAddress(v4: 2))
        #expect(fourth.refusal == .tooManyConnections)
        #expect(admission.pause(at: now) != nil)
        for arrival in first + [third, fourth] { admission.leave(arrival) }
        #expect(admission.openCount == 0)
        #expect(admission.pause(at: now) == nil)
        #expect(arrive(mine).refusal == nil && admission.isWelcoming)
    }
}
