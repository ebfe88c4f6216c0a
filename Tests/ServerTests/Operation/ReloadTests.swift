import Glibc
import Testing

@testable import Server

private let engines = RunningServer.engines

/// SIGHUP at a running `zyphos serve`.
@Suite(.serialized) struct ReloadTests {
    private static func folder(_ engine: EngineName) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in ["one", "two"] {
            try folder.makeFolder(name)
            try folder.write("\(name)/index.html", name)
        }
        try folder.write("z.yaml", "root: one\nlisten: 127.0.0.1:0\nengine: \(engine.rawValue)\n")
        return folder
    }

    @Test(arguments: engines) func newConnectionsGetTheNewConfiguration(engine: EngineName) throws {
        let folder = try Self.folder(engine)
        let server = try ServeProcess(["--config", "z.yaml"], in: folder)
        let port = try server.port()
        // A connection from before keeps what it has until it ends.
        let before = try Peer(port: port)
        before.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(before.response()?.content == Array("one".utf8))
        try folder.write(
            "z.yaml",
            "root: two\nlisten: 127.0.0.1:1\nengine: \(engine.rawValue)\naccessLog: access\n")
        server.signal(SIGHUP)
        #expect(try server.line("needs a restart") == "zyphos: needs a restart: listen")
        // Each loop takes it at its next turn.
        try ServeProcess.wait(for: "the new folder") {
            fetch("/", port: port)?.text == "two" ? true : nil
        }
        before.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(before.response()?.content == Array("one".utf8))
        server.signal(SIGTERM)
        #expect(try server.end() == 0)
        let log = try String(decoding: bytes(of: folder.path + "/access"), as: UTF8.self)
        #expect(log.split(separator: "\n").count >= 1)
    }

    @Test func aWrongFileIsOneLineAndChangesNothing() throws {
        let folder = try Self.folder(.epoll)
        let server = try ServeProcess(["--config", "z.yaml"], in: folder)
        let port = try server.port()
        let wrong = [
            ("root: two\nenigne: pool\n", "z.yaml:2: unknown setting 'enigne'"),
            ("root: nothere\n", "z.yaml:1: root: nothere: No such file or directory"),
            ("root: [\n", "z.yaml:2: did not find expected node content"),
            ("root: two\nlimit: {rangesMax: many}\n", "z.yaml:2: limit.rangesMax: 'many'"),
        ]
        for (index, (text, words)) in wrong.enumerated() {
            try folder.write("z.yaml", text)
            server.signal(SIGHUP)
            let line = try server.line("the running configuration stays", count: index + 1)
            #expect(line.contains(words), "\(line)")
            #expect(fetch("/", port: port)?.text == "one")
        }
        #expect(server.lines.count == 1 + wrong.count)
    }

    @Test func flagsStandAboveTheFileAlsoThen() throws {
        let folder = try Self.folder(.epoll)
        let server = try ServeProcess(["one", "--config", "z.yaml"], in: folder)
        let port = try server.port()
        try folder.write("z.yaml", "root: two\n")
        server.signal(SIGHUP)
        try server.line("reloaded")
        #expect(fetch("/", port: port)?.text == "one")
    }

    /// Whoever rotates logs moves the file away and sends SIGHUP.
    @Test func logsAreOpenedAgainAlsoWhereTheFileIsWrong() throws {
        let folder = try Self.folder(.reuseport)
        let server = try ServeProcess(["--config", "z.yaml", "--access-log", "log"], in: folder)
        let port = try server.port()
        #expect(fetch("/", port: port) != nil)
        #expect(rename(folder.path + "/log", folder.path + "/old") == 0)
        try folder.write("z.yaml", "nonsense: 1\n")
        server.signal(SIGHUP)
        try server.line("stays")
        for _ in 0..<3 { #expect(fetch("/", port: port) != nil) }
        server.signal(SIGTERM)
        #expect(try server.end() == 0)
        let lines = try ["log", "old"].map { name in
            try bytes(of: folder.path + "/" + name).filter { $0 == 0x0A }.count
        }
        // A loop that held a line when the file was moved writes it to the new one.
        #expect(lines.reduce(0, +) == 4)
        #expect(lines[0] >= 3)
    }

    @Test func manyReloadsLeaveNothingBehind() throws {
        let folder = try Self.folder(.reuseport)
        let server = try ServeProcess(["--config", "z.yaml", "--access-log", "log"], in: folder)
        let port = try server.port()
        func round(_ count: Int) throws -> Int {
            server.signal(SIGHUP)
            try server.line("reloaded", count: count)
            for _ in 0..<8 { #expect(fetch("/", port: port)?.text == "one") }
            return ServeProcess.descriptors(of: server.id).count
        }
        for count in 1...3 { _ = try round(count) }
        let before = try round(4)
        var last = 0
        for count in 5...24 { last = try round(count) }
        // Contexts of before are forgotten when a second begins; two of them may be there still.
        #expect(last <= before + 4)
    }

    @Test func whatAReloadChangesIsSaidOfEachSetting() throws {
        let running = ServerConfiguration()
        let other: [String: [String]] = [
            "engine": ["pool"], "listen": ["127.0.0.1:9"], "admin": ["127.0.0.1:10"],
            "loops": ["7"], "workers": ["5"], "takeover": ["a"], "parser": ["paired"],
            "accessLogFormat": ["json"], "directoryIndex": ["on"], "followSymlinks": ["on"],
            "edgeTriggered": ["on"],
            "socket.noDelay": ["off"], "socket.quickAck": ["on"], "socket.cork": ["off"],
            "socket.keepAlive": ["off"],
        ]
        for setting in Setting.all {
            var next = running
            // Of each number the next one, or the one before where that is not allowed.
            let number = Int(setting.show(running)) ?? 98
            do {
                try setting.apply(&next, other[setting.key] ?? [String(number + 1)])
            } catch {
                try setting.apply(&next, [String(number - 1)])
            }
            #expect(setting.show(next) != setting.show(running), "\(setting.key)")
            let result = next.reloadable(over: running)
            let expected = setting.changesByReload ? next : running
            #expect(setting.show(result) == setting.show(expected), "\(setting.key)")
            let named = setting.changesByReload ? [] : [setting.key]
            #expect(next.keysNeedingRestart(since: running) == named)
        }
    }
}

/// A whole file.
func bytes(of path: String) throws -> [UInt8] {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { throw SystemProblem(errno) }
    defer { close(file) }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(file, &chunk, chunk.count), count > 0 { all += chunk[..<count] }
    return all
}
