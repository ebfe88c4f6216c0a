import Glibc
import Synchronization
import Testing

@testable import Server

/// `zyphos serve --takeover`: a port that passes from process to process while clients come.
@Suite(.serialized) struct TakeoverTests {
    /// A folder with a small file and one that a slow client takes long for.
    private static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.makeFolder("www")
        try folder.write("www/index.html", "hello")
        try folder.write("www/big", Self.big)
        return folder
    }

    private static let big = (0..<8_388_608).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    private static func start(
        _ folder: TemporaryFolder, port: Int = 0, _ more: [String]
    ) throws -> ServeProcess {
        try ServeProcess(
            [
                "www", "--listen", "127.0.0.1:\(port)", "--takeover", "door",
                "--limit", "handoverMilliseconds=500",
            ] + more, in: folder)
    }

    /// What became of clients that come one after another, each with one request, on a thread of their own.
    private final class Clients: Sendable {
        private let isEnding = Atomic(false)
        private let failures = Mutex<[String]>([])
        let count = Atomic(0)
        private let port: Int

        init(port: Int) { self.port = port }

        func run() {
            while !isEnding.load(ordering: .relaxed) {
                do {
                    let peer = try Peer(port: port)
                    peer.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    let content = peer.response()?.content
                    if content != Array("hello".utf8) {
                        failures.withLock { $0.append("no answer: \(errno)") }
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
                count.add(1, ordering: .relaxed)
                usleep(2_000)
            }
        }

        func end() -> [String] {
            isEnding.store(true, ordering: .relaxed)
            return failures.withLock { $0 }
        }
    }

    /// Each process with another engine and another number of loops than the one before.
    @Test func noClientIsRefusedOrResetThroughManyTakeovers() throws {
        let folder = try Self.folder()
        var server = try Self.start(folder, ["--engine", "epoll"])
        let port = try server.port()
        let clients = Clients(port: port)
        let threads = try (0..<3).map { _ in
            try #require(LoopThread("test-client") { clients.run() })
        }
        var next: [[String]] = [
            ["--engine", "reuseport", "--loops", "3"], ["--engine", "reuseport", "--loops", "1"],
            ["--engine", "threads"], ["--engine", "pool"], ["--engine", "reuseport"],
            ["--engine", "pool", "--workers", "2"], ["--engine", "epoll", "--workers", "3"],
            ["--engine", "reuseport", "--workers", "2"], ["--engine", "threads"],
            ["--engine", "reuseport", "--workers", "2"], ["--engine", "epoll"],
        ]
        if RunningServer.engines.contains(.uring) {
            next += [
                ["--engine", "uring"], ["--engine", "uring", "--loops", "3"],
                ["--engine", "uring", "--workers", "2"], ["--engine", "reuseport"],
            ]
        }
        for arguments in next {
            let before = clients.count.load(ordering: .relaxed)
            let following = try Self.start(folder, port: port, arguments)
            try following.line("took over")
            #expect(try server.end() == 0, "\(arguments)")
            try server.line("another process has taken over")
            server = following
            try ServeProcess.wait(for: "clients") {
                clients.count.load(ordering: .relaxed) > before + 20 ? true : nil
            }
        }
        let failures = clients.end()
        for thread in threads { thread.join() }
        #expect(failures.isEmpty, "\(failures.count): \(failures.prefix(3))")
        #expect(clients.count.load(ordering: .relaxed) > 160)
        server.signal(SIGTERM)
        #expect(try server.end() == 0)
        // The name goes with the last one.
        #expect(access(folder.path + "/door", F_OK) == -1)
    }

    @Test(arguments: RunningServer.engines)
    func whatIsUnderWayIsAnsweredWhole(engine: EngineName) throws {
        let folder = try Self.folder()
        let old = try Self.start(folder, ["--engine", engine.rawValue])
        let port = try old.port()
        let slow = try Peer(port: port)
        slow.send("GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let begun = try #require(slow.receive(1_000))
        // Connected, and without a request yet.
        let waiting = try Peer(port: port)
        let kept = try Peer(port: port)
        kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(kept.response()?.content == Array("hello".utf8))
        let new = try Self.start(folder, port: port, ["--limit", "handoverMilliseconds=5000"])
        try new.line("took over")
        // The old process has all three, and answers them.
        for peer in [waiting, kept] {
            peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(peer.response()?.content == Array("hello".utf8))
        }
        #expect(fetch("/", port: port)?.text == "hello")
        let all = begun + (try #require(slow.receiveAll()))
        #expect(all.suffix(Self.big.count).elementsEqual(Self.big))
        #expect(try old.end() == 0)
    }

    /// It gets the listeners and then cannot have its admin port: the old one has lost nothing.
    @Test func whereTheNextOneFailsTheOldOneGoesOn() throws {
        let folder = try Self.folder()
        let old = try Self.start(folder, [])
        let port = try old.port()
        let other = try Self.start(try Self.folder(), [])
        for _ in 0..<3 {
            let failing = try Self.start(
                folder, port: port, ["--admin", "127.0.0.1:\(try other.port())"])
            #expect(try failing.end() == 2)
            #expect(failing.lines.count == 1)
            #expect(failing.lines.first?.contains("cannot be bound") == true)
            for _ in 0..<10 { #expect(fetch("/", port: port)?.text == "hello") }
        }
        let next = try Self.start(folder, port: port, [])
        try next.line("took over")
        #expect(try old.end() == 0)
        #expect(fetch("/", port: port)?.text == "hello")
        let names = try FileNames.of(folder.path)
        #expect(names.filter { $0.hasPrefix("door") } == ["door"])
    }

    @Test func aNameThatNobodyAnswersAtIsTakenAnew() throws {
        let folder = try Self.folder()
        let first = try Self.start(folder, [])
        _ = try first.port()
        try ServeProcess.wait(for: "the door") {
            access(folder.path + "/door", F_OK) == 0 ? true : nil
        }
        first.signal(SIGKILL)
        _ = try first.end()
        let second = try Self.start(folder, [])
        #expect(fetch("/", port: try second.port())?.text == "hello")
        #expect(!second.lines.contains { $0.contains("took over") })
    }

    @Test func listenersAreSharedOutWhateverTheirNumber() throws {
        let options = SocketOptions()
        for (had, loops) in [(1, 1), (1, 3), (3, 1), (3, 2), (2, 5)] {
            let first = try ListenerSet(
                [try SocketAddress("127.0.0.1:0")], options, loops: had, inherited: [])
            #expect(first.all.count == had)
            let address = first.all[0].address
            let second = try ListenerSet([address], options, loops: loops, inherited: first.all)
            #expect(second.byLoop.count == loops)
            #expect(second.byLoop.allSatisfy { !$0.isEmpty })
            #expect(Set(second.all.map(\.descriptor)) == Set(first.all.map(\.descriptor)))
        }
    }
}

/// The names in a folder.
enum FileNames {
    static func of(_ path: String) throws -> [String] {
        guard let folder = opendir(path) else { throw SystemProblem(errno) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
