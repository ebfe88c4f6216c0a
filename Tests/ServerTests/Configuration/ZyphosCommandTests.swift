import Foundation
import Server
import Testing
import Wire

/// The built `zyphos`, run as a person would.
@Suite struct ZyphosCommandTests {
    struct Ending {
        let code: Int32
        let output: String
        let complaint: String
    }

    /// Calls `body` with a folder that has `files`; it is the program's current folder, too.
    private static func withFolder(
        _ files: [String: String] = [:], _ body: (URL) throws -> Void
    ) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("zyphos-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
        try body(folder)
    }

    private static func run(
        _ arguments: [String], in folder: URL, environment: [String: String] = [:]
    ) throws -> Ending {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe")
            .resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("zyphos")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("ZYPHOS_") }.merging(environment) { $1 }
        let files = [".out", ".err"].map { folder.appendingPathComponent($0) }
        for file in files { try Data().write(to: file) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Ending(code: process.terminationStatus, output: texts[0], complaint: texts[1])
    }

    private static let file = """
        # A comment
        root: .
        listen: [127.0.0.1:8081, "[::1]:8081"]
        engine: pool
        limit:
          rangesMax: 8
        socket: {noDelay: off}
        """

    @Test func checkSaysWhatIsInForceAndWhereItCameFrom() throws {
        try Self.withFolder(["z.yaml": Self.file]) { folder in
            let ending = try Self.run(
                ["check", "--config", "z.yaml", "--format", "json", "--limit", "queryPairsMax=9"],
                in: folder, environment: ["ZYPHOS_ENGINE": "uring"])
            #expect(ending.code == 0)
            #expect(ending.complaint.isEmpty)
            let json = try JSONSerialization.jsonObject(with: Data(ending.output.utf8))
            let rows = try #require(json as? [[String: String]])
            #expect(rows.compactMap { $0["setting"] } == Setting.all.map(\.key))
            let found = Dictionary(
                uniqueKeysWithValues: rows.map {
                    ($0["setting"] ?? "", [$0["value"] ?? "", $0["from"] ?? ""])
                })
            #expect(found["root"] == [".", "z.yaml:2"])
            #expect(found["listen"] == ["127.0.0.1:8081, [::1]:8081", "z.yaml:3"])
            #expect(found["engine"] == ["uring", "ZYPHOS_ENGINE"])
            #expect(found["limit.rangesMax"] == ["8", "z.yaml:6"])
            #expect(found["socket.noDelay"] == ["off", "z.yaml:7"])
            #expect(found["limit.queryPairsMax"] == ["9", "--limit queryPairsMax"])
            #expect(found["workers"] == ["1", "default"])
            let text = try Self.run(["check", "."], in: folder)
            #expect(text.code == 0)
            #expect(text.output.split(separator: "\n").count == Setting.all.count + 1)
        }
    }

    @Test func everySettingHasItsFlag() throws {
        try Self.withFolder { folder in
            let help = try Self.run(["help", "check"], in: folder).output
            for setting in Setting.all where setting.group == nil {
                #expect(help.contains("  \(setting.flag) "), "\(setting.flag)")
            }
        }
    }

    @Test func wrongFilesAreToldByLineAndKey() throws {
        let files: [(String, String)] = [
            (
                Self.file.replacing("rangesMax", with: "rangeMax"),
                "z.yaml:6: unknown limit 'rangeMax' (did you mean 'rangesMax'?)"
            ),
            (
                Self.file.replacing("engine: pool", with: "engine: pol"),
                "z.yaml:4: engine: unknown engine 'pol' (did you mean 'pool'?)"
            ),
            (
                Self.file.replacing("rangesMax: 8", with: "rangesMax: [8, 9]"),
                "z.yaml:6: limit.rangesMax: takes one value"
            ),
            (
                Self.file.replacing("rangesMax: 8", with: "rangesMax: {a: 9}"),
                "z.yaml:6: limit.rangesMax: a value is a single text or number"
            ),
            (Self.file + "\nroot: b", "z.yaml:2: root: stands twice"),
            ("root: [\n", "z.yaml:2: did not find expected node content"),
            ("- a", "z.yaml:1: a configuration is a mapping, such as 'root: ./www'"),
            ("limit: 3", "z.yaml:1: limit: is a mapping, such as 'limit: {NAME: VALUE}'"),
            ("? [a]\n: b", "z.yaml:1: a setting's name is a single text or number"),
        ]
        for (text, words) in files {
            try Self.withFolder(["z.yaml": text]) { folder in
                let ending = try Self.run(["check", "--config", "z.yaml"], in: folder)
                #expect(ending.complaint == "zyphos: \(words)\n")
                #expect(ending.code == 2)
                #expect(ending.output.isEmpty)
            }
        }
    }

    @Test(arguments: ["check", "serve"]) func whatCannotBeServedIsOneLine(command: String) throws {
        let wrong: [([String], String)] = [
            ([], "no folder to serve"),
            (["nothere"], "argument: root: nothere: No such file or directory"),
            (["file"], "argument: root: file: is not a folder"),
            ([".", "--enigne", "pool"], "Unknown option '--enigne'. Did you mean '--engine'?"),
            ([".", "--engine", "pol"], "--engine: engine: unknown engine 'pol'"),
            ([".", "--parser", "simt"], "unknown parser 'simt' (did you mean 'simd'?)"),
            ([".", "--engine", "epoll", "--loops", "2"], "contradicts engine = epoll (--engine)"),
            ([".", "--listen", "9000", "--admin", "*:9000"], "needs a port of its own"),
            ([".", "--limit", "rangesMax"], "--limit rangesMax: write NAME=VALUE"),
            ([".", "--access-log", "nothere/log"], "No such file or directory"),
            ([".", "--takeover", "file"], "takeover: file: is there, and is not a socket"),
            ([".", "--takeover", "nothere/door"], "No such file or directory"),
            ([".", "--config", "nothere"], "nothere: cannot be read: No such file or directory"),
            ([".", "--config", "."], ".: cannot be read: Is a directory"),
            ([".", "--root", "."], "name one folder"),
        ]
        try Self.withFolder(["file": ""]) { folder in
            for (arguments, words) in wrong {
                let ending = try Self.run([command] + arguments, in: folder)
                #expect(ending.code == 2, "\(arguments)")
                #expect(ending.complaint.hasPrefix("zyphos: "))
                #expect(ending.complaint.contains(words), "\(ending.complaint)")
                #expect(ending.complaint.filter { $0 == "\n" }.count == 1)
                #expect(ending.output.isEmpty)
            }
            // Nothing was made on the way.
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(Set(names) == [".out", ".err", "file"])
        }
    }

    @Test func anUnknownCommandGetsTheNearest() throws {
        try Self.withFolder { folder in
            let ending = try Self.run(["serv", "."], in: folder)
            #expect(ending.complaint == "zyphos: unknown command 'serv' (did you mean 'serve'?)\n")
            #expect(ending.code == 2)
        }
    }

    @Test func limitsAreListedWithTheirReasons() throws {
        try Self.withFolder { folder in
            let ending = try Self.run(["limits", "--format", "json"], in: folder)
            #expect(ending.code == 0)
            let json = try JSONSerialization.jsonObject(with: Data(ending.output.utf8))
            let rows = try #require(json as? [[String: Any]])
            #expect(
                rows.compactMap { $0["name"] as? String } == ServerLimits.descriptions.map(\.name))
            let header = try #require(rows.first)
            #expect(header["default"] as? Int == ServerLimits().headerMillisecondsMax)
            #expect(header["unit"] as? String == "milliseconds")
            #expect((header["reason"] as? String)?.hasPrefix("chosen: ") == true)
            let text = try Self.run(["limits"], in: folder).output.split(separator: "\n")
            #expect(text.count == rows.count + 1)
        }
    }

    /// Counts, and is not judged by its time.
    @Test func countingLosesNothing() throws {
        try Self.withFolder { folder in
            let ending = try Self.run(["bench-counters", "--updates", "100000"], in: folder)
            #expect(ending.code == 0)
            #expect(ending.output.hasSuffix("200000 counted, 200000 recorded, of 200000\n"))
        }
    }

    @Test(arguments: [
        (["--seconds", "0"], "--seconds 1 to 600"),
        (["--connections", "1001"], "--connections is 1 to 1000"),
        (["--engine", "epol"], "unknown engine 'epol'"),
        (["--wrk", "/no/such/program"], "/no/such/program is not installed"),
    ])
    func benchEnginesRefusesWhatItCannotDo(arguments: [String], complaint: String) throws {
        try Self.withFolder { folder in
            let ending = try Self.run(["bench-engines"] + arguments, in: folder)
            #expect(ending.code == 2)
            #expect(ending.complaint.contains(complaint))
            #expect(ending.complaint.split(separator: "\n").count == 1)
        }
    }
}
