import Foundation
import Testing

/// `zyparse fuzz` where no program is needed; `make fuzz-smoke` runs the programs.
@Suite struct FuzzCommandTests {
    @Test func listNamesAProgramForEachProtocol() throws {
        let ending = try Tool.run("fuzz", "list")
        #expect(ending.code == 0)
        for name in ["http1.stream", "hpack", "http2.frame", "quic.packet", "utf8"] {
            #expect(ending.output.contains("fuzz-\(name): "))
        }
        #expect(ending.output.contains("canary"))
    }

    @Test func missingProgramsAreToldWithTheCommandThatBuildsThem() throws {
        for arguments in [
            ["run"], ["smoke"], ["kill"], ["merge", "a", "/tmp", "--protocol", "utf8"],
        ] {
            let ending = try Tool.run(["fuzz"] + arguments + ["--programs", "/nowhere"])
            #expect(ending.code == 2)
            #expect(ending.complaint.contains("swift build --package-path Sources/Fuzz"))
        }
    }

    @Test func wrongNamesAreToldWithTheNearest() throws {
        let cases: [([String], String)] = [
            (["fuzz", "run", "http1.steam"], "did you mean 'http1.stream'?"),
            (["fuzz", "kill", "--quirk", "bareLFF"], "did you mean 'bareLF'?"),
            (["fuzz", "run", "--seconds", "0"], "above 0"),
            (["fuzz", "merge", "a", "/nowhere", "--protocol", "utf8"], "/nowhere: no such folder"),
        ]
        for (arguments, words) in cases {
            let ending = try Tool.run(arguments)
            #expect(ending.code == 2)
            #expect(ending.complaint.contains(words), "\(ending.complaint)")
        }
    }

    @Test func seedsAreReadableFilesThatReplayAsTheirCases() throws {
        try Tool.withFiles([:]) { folder in
            let ending = try Tool.run(
                "fuzz", "seeds", "Corpus/websocket.frame", "--protocol", "websocket.frame",
                "--output", folder)
            #expect(ending.code == 0)
            let seeds = folder + "/websocket.frame"
            let names = try FileManager.default.contentsOfDirectory(atPath: seeds)
            #expect(names.count > 500)
            let first = try #require(names.sorted().first)
            let data = try #require(FileManager.default.contents(atPath: seeds + "/" + first))
            #expect(data.starts(with: Data("zyphos-fuzz 1\n".utf8)))
        }
    }

    @Test func seedsForAFolderThatCannotBeMadeExitWithTwo() throws {
        let ending = try Tool.run(
            "fuzz", "seeds", "Corpus/utf8", "--protocol", "utf8", "--output", "/proc/nowhere")
        #expect(ending.code == 2)
        #expect(ending.complaint.contains("/proc/nowhere"))
    }

    @Test func shardsTogetherHaveEveryInputOnce() throws {
        func inputs(_ arguments: String...) throws -> Int {
            let ending = try Tool.run(["diff", "Corpus/utf8"] + arguments)
            #expect(ending.code == 0)
            let last = try #require(ending.output.split(separator: "\n").last)
            return try #require(Int(last.prefix { $0.isNumber }))
        }
        let all = try inputs()
        let shards = try (1...3).map { try inputs("--shard", "\($0)/3") }
        #expect(shards.reduce(0, +) == all)
        #expect(shards.allSatisfy { $0 > 0 })
        for wrong in ["0/3", "4/3", "1", "a/b", "1/0"] {
            #expect(try Tool.run("diff", "Corpus/utf8", "--shard", wrong).code == 2)
        }
    }

    /// A folder of very many files costs their names, not their bytes: 20,000 files of 4 KiB are 80 MB.
    @Test func memoryStaysFlatOverManyFiles() throws {
        try Tool.withFiles([:]) { folder in
            let inner = folder + "/utf8"
            try FileManager.default.createDirectory(
                atPath: inner, withIntermediateDirectories: true)
            let data = Data(repeating: UInt8(ascii: "a"), count: 4_096)
            for index in 0..<20_000 {
                try data.write(to: URL(fileURLWithPath: "\(inner)/\(index)"))
            }
            let script = """
                import resource, subprocess, sys
                subprocess.run(sys.argv[1:], check=True)
                print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
                """
            let ending = try Tool.shell(
                "python3 -c '\(script)' \"$ZYPARSE\" diff \(folder) --variant scalar")
            let peak = try #require(
                ending.output.split(separator: "\n").last { $0.hasPrefix("peak ") })
            let kibibytes = try #require(Int(peak.dropFirst(5)))
            #expect(kibibytes < 80_000, "\(kibibytes) KiB")
        }
    }

    @Test func aParserThatTrapsIsNamedAndItsInputSaved() throws {
        let probe = URL(fileURLWithPath: Tool.path).deletingLastPathComponent()
            .appendingPathComponent("CrashProbe").path
        try Tool.withFiles([:]) { folder in
            let ending = try Tool.shell("\(probe) \(folder)")
            #expect(ending.code == 3)
            #expect(ending.output.contains("a parser crashed on the case with X"))
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            let name = try #require(names.first)
            #expect(name.hasPrefix("crash-"))
            #expect(FileManager.default.contents(atPath: "\(folder)/\(name)") == Data("abXcd".utf8))
        }
    }
}
