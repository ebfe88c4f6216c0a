import Foundation
import Testing

@Suite struct TriageCommandTests {
    /// Two Content-Length fields, read by a model that takes the first and one that takes the last.
    private static let find = Data(
        "POST /login HTTP/1.1\r\nHost: example.com\r\nAccept: */*\r\nContent-Length: 1\r\nContent-Length: 0\r\n\r\nZ"
            .utf8)
    private static let pair = [
        "--participant", "persona:conflictingContentLengthFirst", "--participant",
        "persona:conflictingContentLengthLast",
    ]
    private static let good = Data("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

    @Test func replaySaysWhatAFindIs() throws {
        try Tool.withFiles(["find": Self.find]) { folder in
            let ending = try Tool.run(["replay", folder + "/find"] + Self.pair)
            #expect(ending.code == 1, "\(ending.output)\(ending.complaint)")
            for part in [
                "signature: http1.stream; agreement; ", "label: CL.CL (front persona:conflicting",
                "the front reads Content-Length as 1, the back as 0", "clause: RFC 9112 §6.3",
                "not as the reference reads it: persona:conflictingContentLengthFirst",
                "neighbour: at ", "(reference: rejected conflictingContentLength",
            ] {
                #expect(ending.output.contains(part), "\(part)\n\(ending.output)")
            }
            let alike = try Tool.run("replay", folder + "/find")
            #expect(alike.code == 0)
            #expect(alike.output.contains("all agree, and every law holds"))
        }
    }

    @Test func minimizeKeepsTheSignatureAndWritesItDown() throws {
        try Tool.withFiles(["find": Self.find]) { folder in
            let corpus = folder + "/Corpus"
            let arguments =
                ["minimize", folder + "/find", "--output", folder + "/small", "--found", corpus]
                + Self.pair
            let ending = try Tool.run(arguments)
            #expect(ending.code == 0, "\(ending.output)\(ending.complaint)")
            let small = try Data(contentsOf: URL(fileURLWithPath: folder + "/small"))
            #expect(small.count < 60)
            let before = try Tool.run(["replay", folder + "/find", "--no-neighbour"] + Self.pair)
            let after = try Tool.run(["replay", folder + "/small", "--no-neighbour"] + Self.pair)
            func signature(_ text: String) -> Substring? {
                text.split(separator: "\n").first { $0.hasPrefix("signature: ") }
            }
            #expect(signature(before.output) == signature(after.output))
            #expect(signature(before.output) != nil)
            // The case reads back: by diff, by replay, and as known when it is found again.
            let diff = try Tool.run("diff", corpus)
            #expect(diff.code == 0, "\(diff.output)")
            #expect(diff.output.hasPrefix("1 input, "))
            let names = try FileManager.default.contentsOfDirectory(
                atPath: corpus + "/http1.stream/found")
            let name = try #require(names.first)
            #expect(names.count == 1)
            let replay = try Tool.run(
                ["replay", "\(corpus)/http1.stream/found/\(name)"] + Self.pair)
            #expect(replay.code == 1)
            #expect(signature(replay.output) == signature(before.output))
            let again = try Tool.run(arguments)
            #expect(again.complaint.contains("known already: "))
        }
    }

    @Test func settingsOfAFuzzersFileCount() throws {
        let head =
            "zyphos-fuzz 1\npolicy conflictingContentLengthFirst\nlimit fieldCountMax=9\ncuts 3,10\n\n"
        let file = Data(head.utf8) + Self.find
        try Tool.withFiles([
            "http1.stream/find": file, "broken": Data("zyphos-fuzz 1\nno such line\n\nGET".utf8),
        ]) { folder in
            let ending = try Tool.run("replay", folder + "/http1.stream/find")
            #expect(ending.code == 0, "\(ending.output)")
            #expect(ending.output.contains("policy conflictingContentLengthFirst"))
            #expect(ending.output.contains("complete 98"), "\(ending.output)")
            let broken = try Tool.run("replay", folder + "/broken")
            #expect(broken.code == 2)
            #expect(broken.complaint.contains("cannot be read"))
        }
    }

    @Test func clusterCountsEachFindOnce() throws {
        let longer = Data(
            "PUT /x HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\nContent-Length: 1\r\n\r\nab".utf8)
        try Tool.withFiles([
            "http1.stream/a": Self.find, "http1.stream/b": longer, "http1.stream/c": Self.good,
        ]) { folder in
            let ending = try Tool.run(["cluster", folder] + Self.pair)
            #expect(ending.code == 0, "\(ending.complaint)")
            #expect(ending.output.contains("1 agree\n"), "\(ending.output)")
            let lines = try Tool.run(["cluster", folder, "--format", "jsonl"] + Self.pair)
            for line in lines.output.split(separator: "\n") {
                #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil)
            }
        }
    }

    @Test func badInputExitsWithTwo() throws {
        try Tool.withFiles([
            "empty": Data(), "good": Self.good, "find": Self.find,
            "two.md": Data("# x\n".utf8),
        ]) { folder in
            let complaints: [([String], String)] = [
                (["replay", folder + "/none"], "none: "),
                (["replay", folder + "/empty"], "the input is empty"),
                (["minimize", folder + "/empty"], "the input is empty"),
                (["minimize", folder + "/good"], "nothing differs on it"),
                (
                    ["minimize", folder + "/find", "--output", folder + "/no/file"] + Self.pair,
                    "cannot be written"
                ),
                (
                    ["minimize", folder + "/find", "--found", folder + "/good"] + Self.pair,
                    "cannot be made"
                ),
                (["replay", folder + "/good", "--participant", "smid"], "has no variant 'smid'"),
                (
                    ["replay", folder + "/good", "--participant", "simd", "--participant", "simd"],
                    "stands twice"
                ),
                (["replay", folder + "/good", "--floor", "framin"], "(did you mean 'framing'?)"),
                (["replay", folder + "/good", "--protocol", "hpak"], "(did you mean 'hpack'?)"),
                (["replay", folder + "/two.md"], "holds no case"),
                (["replay", "Corpus/http1.stream/cases/pipelines.md"], "name one with --case"),
                (["minimize", folder + "/find", "--tries", "0"], "--tries needs a number above 0"),
                (["cluster", folder + "/none"], "no such file or folder"),
            ]
            for (arguments, complaint) in complaints {
                let ending = try Tool.run(arguments)
                #expect(ending.code == 2, "\(arguments): \(ending.output)\(ending.complaint)")
                #expect(ending.complaint.contains(complaint), "\(arguments): \(ending.complaint)")
            }
        }
    }
}
