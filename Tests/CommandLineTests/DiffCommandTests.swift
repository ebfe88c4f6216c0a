import Foundation
import Testing

@Suite struct DiffCommandTests {
    private static let good = """
        # Cases

        ## OK-1 A small request

        Nothing to part on.

        ```http
        GET / HTTP/1.1\\r\\n
        Host: a\\r\\n
        \\r\\n
        ```

        - verdict: complete 27
        - clause: RFC 9112 §3
        - framing: none

        """

    @Test func agreementExitsWithZeroAndCounts() throws {
        try Tool.withFiles(["http1.request/cases.md": Data(Self.good.utf8)]) { folder in
            let ending = try Tool.run("diff", folder)
            #expect(ending.code == 0)
            #expect(ending.output.hasPrefix("1 input, "))
            #expect(ending.output.hasSuffix(", 0 disagreements\n"))
        }
    }

    @Test func aWrongExpectationExitsWithOneAndIsNamed() throws {
        let wrong = Self.good.replacing("complete 27", with: "rejected malformedMethod at 3")
        try Tool.withFiles(["http1.request/cases.md": Data(wrong.utf8)]) { folder in
            let ending = try Tool.run("diff", folder)
            #expect(ending.code == 1)
            #expect(ending.output.contains("✗ OK-1 A small request"))
            #expect(ending.output.contains("cases.md:3"))
            #expect(
                ending.output.contains("rejected malformedMethod at 3 expected, complete 27 found"))
            let lines = try Tool.run("diff", folder, "--format", "jsonl")
            #expect(lines.code == 1)
            for line in lines.output.split(separator: "\n") {
                #expect(
                    (try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil, "\(line)")
            }
        }
    }

    @Test func badInputExitsWithTwoAndSaysWhere() throws {
        let complaints: [(String, String)] = [
            (Self.good.replacing("malformed", with: ""), ""),
            (
                Self.good.replacing("- verdict: complete 27", with: "- verdict: finished"),
                "cases.md:13: a verdict is"
            ),
            (
                Self.good.replacing("- verdict", with: "- verdcit"),
                "cases.md:13: unknown entry 'verdcit' (did you mean 'verdict'?)"
            ),
            (Self.good.replacing("\\r\\n\n\\r", with: "\\q\n\\r"), "unknown escape '\\q'"),
            (
                Self.good.replacing("```\n\n-", with: "\n-"),
                "cases.md:7: the block of bytes is not closed"
            ),
            (Self.good + Self.good, "id 'OK-1' stands in"),
            (
                Self.good.replacing("- framing", with: "- policy: bareLV\n- framing"),
                "(did you mean 'bareLF'?)"
            ),
        ]
        for (text, complaint) in complaints where !complaint.isEmpty {
            try Tool.withFiles(["http1.request/cases.md": Data(text.utf8)]) { folder in
                let ending = try Tool.run("diff", folder)
                #expect(ending.code == 2)
                #expect(ending.complaint.contains(complaint), "\(ending.complaint)")
                #expect(ending.output.isEmpty)
            }
        }
    }

    @Test(arguments: [
        (["diff", "no/such/path"], "no/such/path: no such file or folder"),
        (["diff", "Corpus", "--variant", "smid"], "has no variant 'smid'"),
        (["diff", "Corpus", "--policy", "bareLV"], "(did you mean 'bareLF'?)"),
        (["diff", "README.md", "--protocol", "http1.requst"], "(did you mean 'http1.request'?)"),
        (["diff"], "Missing expected argument"),
        (["diff", "Corpus", "--jobs", "0"], "--jobs needs a number above 0"),
        (["diff", "Corpus", "--splits", "some"], "known: edges, all"),
        (["nonsense"], "nonsense"),
        (["parse", "README.md"], "holds cases; name one with --case"),
        (["explain", "Corpus", "--case", "H1-TE-1"], "has no case"),
    ])
    func usageExitsWithTwo(arguments: [String], complaint: String) throws {
        let line = arguments.map { "'\($0)'" }.joined(separator: " ")
        let ending = try Tool.shell("\"$ZYPARSE\" \(line)")
        #expect(ending.code == 2)
        #expect(ending.complaint.contains(complaint), "\(ending.complaint)")
    }

    @Test func emptyAndBinaryFilesAreInputs() throws {
        var noise = Data((0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 &+ 7) })
        noise.append(0)
        try Tool.withFiles(["http1.stream/empty": Data(), "http1.stream/noise": noise]) { folder in
            let ending = try Tool.run("diff", folder)
            #expect(ending.code == 0, "\(ending.output)\(ending.complaint)")
            #expect(ending.output.hasPrefix("2 inputs"))
        }
    }

    @Test func aHugeFileIsRefusedAtOnce() throws {
        try Tool.withFiles(["http1.stream/huge": Data()]) { folder in
            truncate(folder + "/http1.stream/huge", 1 << 30)
            let ending = try Tool.run("diff", folder)
            #expect(ending.code == 2)
            #expect(ending.complaint.contains("more than 64 MiB"))
        }
    }

    @Test func theReportIsTheSameEveryTime() throws {
        let path = "Corpus/http1.request/cases/host.md"
        let first = try Tool.run("diff", path, "--jobs", "1")
        let second = try Tool.run("diff", path, "--jobs", "2")
        #expect(first.code == 0)
        #expect(first.output == second.output)
    }

    @Test func theOutputFileIsWholeOrNotThere() throws {
        try Tool.withFiles([:]) { folder in
            let path = "Corpus/http1.request/cases/host.md"
            #expect(try Tool.run("diff", path, "--output", folder + "/report").code == 0)
            let report = try String(contentsOfFile: folder + "/report", encoding: .utf8)
            #expect(report.hasSuffix("0 disagreements\n"))
            let failed = try Tool.run("diff", path, "--output", folder + "/no/report")
            #expect(failed.code == 2)
            #expect(failed.complaint.contains("cannot be written"))
        }
    }

    @Test func anInterruptEndsWithAWordAndNothingHalfWritten() throws {
        try Tool.withFiles([:]) { folder in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: Tool.path)
            process.arguments = [
                "diff", "Corpus", "--splits", "all", "--jobs", "1", "--output",
                folder + "/report",
            ]
            process.currentDirectoryURL = Tool.root
            let pipe = Pipe()
            process.standardError = pipe
            try process.run()
            // Long enough to be at work on a loaded machine; the run itself takes much longer.
            usleep(2_000_000)
            for _ in 0..<50 where process.isRunning {
                process.interrupt()
                usleep(100_000)
            }
            let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            #expect(process.terminationStatus == 130)
            #expect(String(decoding: data, as: UTF8.self).contains("zyparse: interrupted"))
            #expect(!FileManager.default.fileExists(atPath: folder + "/report"))
        }
    }

    @Test func aClosedPipeIsTold() throws {
        // More than a pipe holds, so that the writer meets the closed end.
        let ending = try Tool.shell(
            "{ { \"$ZYPARSE\" list corpus; echo \"code $?\" >&2; } | head -c 1 >/dev/null; } 2>&1")
        #expect(ending.output.contains("standard output was closed before everything was written"))
        #expect(ending.output.contains("code 2"))
    }
}
