import Foundation
import Testing

@testable import Server

/// `connectionsMax` against the system's limit of open files.
@Suite(.serialized) struct DescriptorTests {
    /// Runs `zyphos serve` below limits of open files, soft and hard.
    private static func start(
        soft: Int, hard: Int, _ arguments: [String], in folder: TemporaryFolder
    ) throws -> ServeProcess {
        try ServeProcess(
            [".", "--listen", "127.0.0.1:0", "--limit", "fileCacheEntriesMax=16"] + arguments,
            in: folder, through: "ulimit -Sn \(soft) && ulimit -Hn \(hard)")
    }

    private static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write("index.html", "hello")
        return folder
    }

    @Test func theSoftLimitIsRaisedAsFarAsNeeded() throws {
        let server = try Self.start(
            soft: 64, hard: 4_096, ["--limit", "connectionsMax=1024"], in: Self.folder())
        _ = try server.port()
        #expect(server.complaints.isEmpty)
        let limits = String(
            decoding: try bytes(of: "/proc/\(server.id)/limits"), as: UTF8.self)
        let line = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
        let soft = try #require(line?.split(separator: " ").dropFirst(3).first.flatMap { Int($0) })
        #expect(soft > 1_024 + 64)
        #expect(soft < 4_096)
    }

    @Test func aDefaultThatCannotBeMetIsAWarning() throws {
        let server = try Self.start(soft: 512, hard: 512, [], in: Self.folder())
        let port = try server.port()
        let line = try server.line("descriptors")
        #expect(line.contains("limit.connectionsMax = 10000 can take 10"))
        #expect(line.contains("the system allows 512 (ulimit -Hn)"))
        #expect(server.complaints.count == 1)
        #expect(fetch("/", port: port)?.text == "hello")
    }

    /// More clients than descriptors: each is answered, with the page, with 503, or once others have gone; and the server
    /// is as it was.
    @Test(arguments: RunningServer.engines)
    func aServerWithoutDescriptorsGoesOn(engine: EngineName) throws {
        let server = try Self.start(
            soft: 96, hard: 96,
            [
                "--engine", engine.rawValue, "--loops", engine == .epoll ? "1" : "2", "--limit",
                "lingerMillisecondsMax=50", "--limit", "acceptPauseMilliseconds=10",
            ], in: Self.folder())
        let port = try server.port()
        #expect(fetch("/", port: port)?.text == "hello")
        let peers = try (0..<150).map { _ in try Peer(port: port) }
        for peer in peers { peer.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") }
        var statuses: [String: Int] = [:]
        for peer in peers { statuses[peer.response()?.status ?? "none", default: 0] += 1 }
        #expect(
            Set(statuses.keys).isSubset(of: [
                "HTTP/1.1 200 OK", "HTTP/1.1 503 Service Unavailable",
            ]), "\(statuses)")
        #expect(
            try ServeProcess.wait(for: "a page") {
                fetch("/", port: port)?.text == "hello" ? true : nil
            })
        server.signal(SIGTERM)
        #expect(try server.end() == 0)
    }

    @Test func oneThatSomebodyWroteIsRefused() throws {
        let folder = try Self.folder()
        let server = try Self.start(
            soft: 512, hard: 512, ["--limit", "connectionsMax=4000"], in: folder)
        #expect(try server.end() == 2)
        #expect(server.lines.count == 1)
        let line = try #require(server.lines.first)
        #expect(line.hasPrefix("zyphos: --limit connectionsMax: limit.connectionsMax = 4000 "))
        #expect(line.contains("the system allows 512 (ulimit -Hn)"))
    }

    @Test func theBudgetHasAllThatALimitAllows() {
        var configuration = ServerConfiguration()
        configuration.engine = .epoll
        func needed() -> Int {
            DescriptorBudget(configuration, available: 0, inForce: 0).needed
        }
        let before = needed()
        configuration.limits.connectionsMax += 7
        configuration.limits.shedConnectionsMax += 5
        configuration.limits.reservedDescriptors += 3
        #expect(needed() == before + 15)
        configuration.engine = .threads
        #expect(needed() == before + 15 + configuration.limits.threadsMax)
        #expect(DescriptorBudget(configuration, available: needed(), inForce: 1).isShort == false)
        #expect(DescriptorBudget(configuration, available: needed() - 1, inForce: 1).isShort)
    }
}
