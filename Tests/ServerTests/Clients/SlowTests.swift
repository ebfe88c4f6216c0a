import Synchronization
import Testing

@testable import Server

private let slowhttptest = ClientProgram("slowhttptest")

/// Bodies that trickle, to a route that takes them: `scripts/slow` has the other modes, and its files take no body.
@Suite(.serialized, .enabled(if: slowhttptest.isInstalled, "slowhttptest is not installed"))
struct SlowTests {
    @Test(arguments: RunningServer.engines) func bodiesThatTrickleAreCut(
        engine: EngineName
    ) throws {
        var limits = ServerLimits()
        limits.bodyGraceMilliseconds = 500
        limits.lingerMillisecondsMax = 100
        let server = try RunningServer(engine, limits: limits)
        defer { server.stop() }
        let isOver = Flag()
        let port = server.port
        let attack = LoopThread("test-attack") {
            _ = try? ClientProgram.run([
                "slowhttptest", "-c", "60", "-r", "200", "-l", "6", "-B", "-i", "1", "-s", "8192",
                "-x", "10", "-p", "3", "-u", "http://127.0.0.1:\(port)/echo",
            ])
            isOver.value.store(true, ordering: .relaxed)
        }
        try #require(attack != nil)
        // While they are there, others are served.
        while server.heard.counts.refusals.count < 60 {
            try #require(fetch("/", port: server.port)?.text == "hello")
            if isOver.value.load(ordering: .relaxed) { break }
        }
        attack?.join()
        #expect(server.heard.counts.refusals.count >= 60)
        #expect(server.heard.counts.refusals.allSatisfy { $0 == .server(.bodyTooSlow) })
        #expect(server.settles { $0.opened == $0.closed })
    }
}

private final class Flag: Sendable {
    let value = Atomic(false)
}
