import Glibc
import Testing

@testable import Server

private let engines = RunningServer.engines

/// `zyphos serve --workers`: a supervisor and processes that serve.
@Suite(.serialized) struct WorkersTests {
    private static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write("index.html", "hello")
        return folder
    }

    private static func start(
        _ folder: TemporaryFolder, _ more: [String] = []
    ) throws -> ServeProcess {
        try ServeProcess(
            [".", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--workers", "3"] + more,
            in: folder)
    }

    /// The processes that a process has started.
    private static func children(of process: pid_t) -> [pid_t] {
        let path = "/proc/\(process)/task/\(process)/children"
        let text = (try? bytes(of: path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: " ").compactMap { pid_t($0) }
    }

    private static func waitUntilReady(_ server: ServeProcess) throws -> [pid_t] {
        let admin = try server.adminPort
        return try ServeProcess.wait(for: "ready workers") {
            guard fetch("/readyz", port: admin)?.text == "ready\n" else { return nil }
            let workers = children(of: server.id)
            return workers.count == 3 ? workers : nil
        }
    }

    @Test(arguments: engines) func servesAndEnds(engine: EngineName) throws {
        let server = try Self.start(Self.folder(), ["--engine", engine.rawValue])
        let port = try server.port()
        let workers = try Self.waitUntilReady(server)
        for _ in 0..<30 { #expect(fetch("/", port: port)?.text == "hello") }
        server.signal(SIGTERM)
        #expect(try server.end() == 0)
        for worker in workers { #expect(kill(worker, 0) == -1) }
        #expect(fetch("/", port: port) == nil)
    }

    /// A fault in one worker: clients of the others notice nothing, and it is back.
    @Test(arguments: engines) func aWorkerThatFallsTakesNobodyElseWithIt(
        engine: EngineName
    ) throws {
        let server = try Self.start(Self.folder(), ["--engine", engine.rawValue])
        let port = try server.port()
        let workers = try Self.waitUntilReady(server)
        // Kept connections, of which some are each worker's.
        let peers = try (0..<24).map { _ in try Peer(port: port) }
        for peer in peers {
            peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(peer.response()?.content == Array("hello".utf8))
        }
        let owned = try Self.connections(of: workers[1])
        let descriptors = ServeProcess.descriptors(of: server.id).count
        kill(workers[1], SIGSEGV)
        try server.line("(process \(workers[1])) fell by signal \(SIGSEGV)")
        var lost = 0
        for peer in peers {
            peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            if peer.response() == nil { lost += 1 }
        }
        #expect(lost == owned)
        // New clients are served meanwhile: nobody's queue was the fallen one's alone.
        for _ in 0..<30 { #expect(fetch("/", port: port)?.text == "hello") }
        let after = try Self.waitUntilReady(server)
        #expect(Set(after).intersection(workers) == Set(workers).subtracting([workers[1]]))
        try ServeProcess.wait(for: "as many descriptors as before") {
            ServeProcess.descriptors(of: server.id).count <= descriptors ? true : nil
        }
        let metrics = try #require(fetch("/metrics", port: server.adminPort)).text
        #expect(metrics.contains("\nzyphos_worker_restarts_total{worker=\"2\"} 1\n"))
        #expect(metrics.contains("\nzyphos_worker_restarts_total{worker=\"1\"} 0\n"))
        server.signal(SIGTERM)
        #expect(try server.end() == 0)
    }

    /// Open connections of a process, beside the listeners and its sockets to others of its own.
    private static func connections(of process: pid_t) throws -> Int {
        // Lines of /proc/net/tcp: sl local remote state … inode; state 01 is an established connection.
        let table = String(decoding: try bytes(of: "/proc/\(process)/net/tcp"), as: UTF8.self)
        let inodes = table.split(separator: "\n").dropFirst().compactMap { line -> Substring? in
            let words = line.split(separator: " ")
            return words.count > 9 && words[3] == "01" ? words[9] : nil
        }
        let held = Set(ServeProcess.descriptors(of: process))
        return inodes.count { held.contains("socket:[\($0)]") }
    }

    @Test func metricsAreEveryWorkersWithALabel() throws {
        let server = try Self.start(Self.folder())
        let port = try server.port()
        _ = try Self.waitUntilReady(server)
        for _ in 0..<40 { #expect(fetch("/", port: port) != nil) }
        let metrics = try #require(fetch("/metrics", port: server.adminPort)).text
        let counts = metrics.split(separator: "\n").compactMap { line -> Int? in
            guard line.hasPrefix("zyphos_requests_total{worker=") else { return nil }
            return line.split(separator: " ").last.flatMap { Int($0) }
        }
        #expect(counts.count == 3)
        #expect(counts.reduce(0, +) == 40)
        #expect(
            metrics.split(separator: "\n").count { $0.hasPrefix("# TYPE zyphos_requests") } == 1)
        #expect(fetch("/healthz", port: try server.adminPort)?.text == "ok\n")
    }

    @Test func aReloadReachesAllAndIsKeptByThoseThatAreStartedAnew() throws {
        let folder = try TemporaryFolder()
        for name in ["one", "two"] {
            try folder.makeFolder(name)
            try folder.write("\(name)/index.html", name)
        }
        try folder.write("z.yaml", "root: one\nlisten: 127.0.0.1:0\nworkers: 2\nadmin: 127.0.0.1:0")
        let server = try ServeProcess(["--config", "z.yaml"], in: folder)
        let port = try server.port()
        let admin = try server.adminPort
        func ready() throws {
            try ServeProcess.wait(for: "ready workers") {
                fetch("/readyz", port: admin)?.text == "ready\n" ? true : nil
            }
        }
        try ready()
        try folder.write("z.yaml", "root: two\nlisten: 127.0.0.1:0\nworkers: 5\nadmin: 127.0.0.1:0")
        server.signal(SIGHUP)
        #expect(try server.line("needs a restart") == "zyphos: needs a restart: workers")
        // Both workers have it when it was seen many times in a row.
        try ServeProcess.wait(for: "the new folder") {
            (0..<40).allSatisfy { _ in fetch("/", port: port)?.text == "two" } ? true : nil
        }
        // What is wrong in the file now is no matter of a worker that is started anew.
        try folder.write("z.yaml", "nonsense: 1")
        let workers = Self.children(of: server.id)
        for (index, worker) in workers.enumerated() {
            kill(worker, SIGKILL)
            try server.line("fell by signal \(SIGKILL)", count: index + 1)
        }
        try ready()
        for _ in 0..<20 { #expect(fetch("/", port: port)?.text == "two") }
    }

    @Test func aWorkerThatKeepsFallingEndsTheServer() throws {
        let server = try Self.start(
            Self.folder(),
            [
                "--limit", "workerFailuresMax=2", "--limit", "workerRestartMillisecondsMin=1",
                "--limit", "workerFailureMilliseconds=86400000",
            ])
        let first = try Self.waitUntilReady(server)[0]
        kill(first, SIGKILL)
        for count in 1...2 {
            try server.line("worker 1 (process", count: count)
            let anew = try ServeProcess.wait(for: "a new worker") {
                try Self.newest(server)
            }
            kill(anew, SIGKILL)
        }
        try server.line("worker 1 fell too often: giving up")
        #expect(try server.end() == 1)
    }

    /// The worker that was started last, once all are ready.
    private static func newest(_ server: ServeProcess) throws -> pid_t? {
        guard fetch("/readyz", port: try server.adminPort)?.text == "ready\n" else { return nil }
        return children(of: server.id).max()
    }

    @Test func workersEndWithTheirSupervisor() throws {
        let server = try Self.start(Self.folder())
        let workers = try Self.waitUntilReady(server)
        server.signal(SIGKILL)
        #expect(try server.end() == 128 + SIGKILL)
        try ServeProcess.wait(for: "the end of \(workers)") {
            workers.allSatisfy { kill($0, 0) == -1 || Self.isDead($0) } ? true : nil
        }
    }

    /// Whether a process has ended and waits for whoever inherited it.
    private static func isDead(_ process: pid_t) -> Bool {
        guard let text = try? bytes(of: "/proc/\(process)/stat") else { return true }
        return String(decoding: text, as: UTF8.self).contains(") Z ")
    }

    @Test func whatWorkersCannotServeEndsWithCodeTwo() throws {
        let folder = try Self.folder()
        // The folder can be read, and the log's file cannot be made, which a worker finds.
        try folder.makeFolder("log")
        let server = try ServeProcess(
            [".", "--listen", "127.0.0.1:0", "--workers", "2", "--access-log", "log/../log"],
            in: folder)
        #expect(try server.end() == 2)
    }

    @Test func pausesGrowAndEnd() {
        var limits = ServerLimits()
        limits.workerRestartMillisecondsMin = 100
        limits.workerRestartMillisecondsMax = 1_000
        limits.workerFailuresMax = 6
        limits.workerFailureMilliseconds = 60_000
        var policy = RestartPolicy()
        var now = Instant(nanoseconds: 0)
        var pauses: [Int] = []
        for _ in 0..<6 {
            guard case .restart(let at) = policy.fell(at: now, limits) else { break }
            pauses.append(at.milliseconds(since: now))
            now = at
        }
        #expect(pauses == [100, 200, 400, 800, 1_000, 1_000])
        #expect(policy.fell(at: now, limits) == .giveUp)
        // Falls that are long ago are forgotten.
        let later = now.advanced(milliseconds: 60_001)
        #expect(policy.fell(at: later, limits) == .restart(at: later.advanced(milliseconds: 100)))
    }

    @Test func aConfigurationPassesBetweenProcessesWhole() throws {
        for setting in Setting.all {
            var configuration = ServerConfiguration()
            configuration.root = "a b\n,c"
            configuration.listen = [ListenAddress(port: 1), ListenAddress(port: 2)]
            let number = Int(setting.show(configuration)) ?? 98
            // Whatever it takes: it is in another form in ReloadTests.
            try? setting.apply(&configuration, [String(number + 1)])
            let read = try ServerConfiguration(text: configuration.text)
            for setting in Setting.all {
                #expect(setting.values(read) == setting.values(configuration), "\(setting.key)")
            }
        }
        let text = ServerConfiguration().text
        #expect(throws: ConfigurationProblem.self) {
            _ = try ServerConfiguration(text: Array(text.dropLast()))
        }
        #expect(throws: ConfigurationProblem.self) {
            _ = try ServerConfiguration(text: Array("nonsense\0a\0\0".utf8))
        }
    }

    @Test func metricsOfSeveralAreOneText() {
        var gathered = GatheredMetrics()
        gathered.add(
            Array("# HELP a An a.\n# TYPE a counter\na 1\na{b=\"c\"} 2\n# HELP h H.\n".utf8)
                + Array("# TYPE h histogram\nh_bucket{le=\"1\"} 3\nh_sum 4\n".utf8), worker: 1)
        gathered.add(
            Array("# HELP h H.\n# TYPE h histogram\nh_sum 5\n# HELP a An a.\n".utf8)
                + Array("# TYPE a counter\na 6\n".utf8), worker: 2)
        let expected = """
            # HELP a An a.
            # TYPE a counter
            a{worker="1"} 1
            a{worker="1",b="c"} 2
            a{worker="2"} 6
            # HELP h H.
            # TYPE h histogram
            h_bucket{worker="1",le="1"} 3
            h_sum{worker="1"} 4
            h_sum{worker="2"} 5

            """
        #expect(String(decoding: gathered.text, as: UTF8.self) == expected)
    }
}
