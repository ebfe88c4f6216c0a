import Foundation
import Testing

@Suite struct OtherCommandTests {
    private func object(_ line: some StringProtocol) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(json as? [String: Any])
    }

    @Test func parsePrintsTheNormalForm() throws {
        let bytes =
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: u\r\n\r\n"
        let ending = try Tool.run("parse", "-", "--compact", input: bytes)
        #expect(ending.code == 0)
        let form = try object(ending.output)
        #expect(form["outcome"] as? String == "complete")
        #expect(form["consumed"] as? Int == bytes.utf8.count)
        let messages = try #require(form["messages"] as? [[String: Any]])
        let message = try #require(messages.first)
        #expect(message["method"] as? String == "POST")
        #expect(message["framing"] as? String == "chunked")
        #expect(message["why"] as? String == "transfer-encoding")
        #expect(message["body"] as? String == "aGVsbG8=")
        #expect(
            message["fields"] as? [[String]] == [["Host", "a"], ["Transfer-Encoding", "chunked"]])
        #expect(message["trailers"] as? [[String]] == [["T", "u"]])
        let chunks = try #require(message["chunks"] as? [[String: Any]])
        #expect(chunks.first?["size"] as? Int == 5)
        #expect(chunks.first?["extensions"] as? String == ";x=y")
    }

    @Test func workersAnswerLineByLine() throws {
        let input = Data("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8).base64EncodedString()
        let questions = """
            {"id":1,"protocol":"http1.stream","variant":"simd","role":"request","policy":"strict","input":"\(input)","splits":[3,10]}
            no json
            {"id":3,"protocol":"http9","input":""}
            {"id":4,"protocol":"http1.stream","policy":"bareLV","input":""}
            {"id":5,"protocol":"http1.stream","input":"***"}
            {"id":6,"protocol":"http1.request"}
            {"id":7,"protocol":"http1.chunked","input":"","limits":{"chunkCountMax":3}}

            """
        let ending = try Tool.run("worker", input: questions)
        #expect(ending.code == 0)
        let answers = try ending.output.split(separator: "\n").map { try object($0) }
        #expect(answers.count == 7)
        #expect(
            answers.map { $0["outcome"] as? String } == [
                "complete", "error", "unsupported", "error", "error", "error", "incomplete",
            ])
        #expect(answers[0]["id"] as? Int == 1)
        #expect(answers[0]["consumed"] as? Int == 27)
        #expect((answers[3]["error"] as? String)?.contains("did you mean 'bareLF'?") == true)
    }

    /// Context entries are keys of the question, whatever the protocol.
    @Test func workersTakeContexts() throws {
        let push = Data([0, 0, 5, 5, 4, 0, 0, 0, 1, 0, 0, 0, 2, 0x82]).base64EncodedString()
        let questions = """
            {"id":1,"protocol":"http2.frame","input":"\(push)"}
            {"id":2,"protocol":"http2.frame","role":"server","maxFrameSize":20000,"input":"\(push)"}
            {"id":3,"protocol":"http2.frame","datagram":7,"input":"\(push)"}
            {"id":4,"protocol":"http2.frame","maxFrameSize":5,"input":"\(push)"}
            {"id":5,"protocol":"hpack","blocks":["gg==","hA=="],"tableSizes":[4096,null]}

            """
        let ending = try Tool.run("worker", input: questions)
        let answers = try ending.output.split(separator: "\n").map { try object($0) }
        #expect(answers.count == 5)
        #expect(answers[0]["reason"] as? String == "pushFromClient")
        let items = try #require(answers[1]["items"] as? [[String: Any]])
        #expect(items.first?["promisedStream"] as? Int == 2)
        #expect((answers[2]["error"] as? String)?.contains("no context entry 'datagram'") == true)
        #expect(answers[3]["outcome"] as? String == "error")
        let blocks = try #require(answers[4]["blocks"] as? [[String: Any]])
        #expect(blocks.count == 2)
    }

    @Test func explainShowsOctetsOfBinaryProtocols() throws {
        let ending = try Tool.run("explain", "Corpus", "--case", "block-of-two")
        #expect(ending.code == 0)
        #expect(ending.output.contains("00 00 02 01 01 00 00 00 01 82 86"))
        #expect(ending.output.contains("HEADERS of 2, flags 0x1"))
        #expect(ending.output.contains("field block of 2 frames: \\x82\\x86\\x84"))
    }

    @Test func contextsComeFromTheCommandLine() throws {
        let ping = Data([0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8])
        try Tool.withFiles(["ping": ping]) { folder in
            let arguments = ["parse", folder + "/ping", "--protocol", "http2.frame", "--compact"]
            let fine = try object(try Tool.run(arguments).output)
            #expect(fine["outcome"] as? String == "complete")
            let start = ["--context", "start=connection", "--context", "role=server"]
            let refused = try object(try Tool.run(arguments + start).output)
            #expect(refused["reason"] as? String == "settingsExpected")
            let wrong = try Tool.run(arguments + ["--context", "begin=connection"])
            #expect(wrong.code == 2)
            #expect(wrong.complaint.contains("start"))
        }
    }

    @Test func explainShowsPlaceRuleAndClause() throws {
        let ending = try Tool.run("explain", "Corpus", "--case", "H1-TE-01")
        #expect(ending.code == 0)
        #expect(ending.output.contains("reference, scalar, table, simd: rejected"))
        #expect(ending.output.contains("lengthAndTransferEncoding"))
        #expect(ending.output.contains("clause:  RFC 9112 §6.1, §6.3"))
    }

    @Test(arguments: [
        "variants", "protocols", "policies", "leniencies", "limits", "reasons", "contexts",
        "kernels", "corpus",
    ])
    func listsAreNotEmpty(subject: String) throws {
        let ending = try Tool.run("list", subject)
        #expect(ending.code == 0)
        #expect(ending.output.split(separator: "\n").count >= 2)
    }

    @Test func environmentForcesOrRefuses() throws {
        let forced = try Tool.run("list", "kernels", environment: ["ZYPHOS_KERNEL": "portable"])
        #expect(
            forced.output.split(separator: "\n").contains {
                $0.hasPrefix("portable") && $0.hasSuffix("in use")
            })
        let unknown = try Tool.run(
            "parse", "-", input: "GET", environment: ["ZYPHOS_VARIANT": "fastest"])
        #expect(unknown.code == 2)
        #expect(unknown.complaint.contains("ZYPHOS_VARIANT: http1.stream has no variant 'fastest'"))
        let kernel = try Tool.run(
            "parse", "-", input: "GET", environment: ["ZYPHOS_KERNEL": "fastest"])
        #expect(kernel.code == 2)
        #expect(kernel.complaint.contains("no kernel 'fastest'"))
        let table = try Tool.run(
            "parse", "-", input: "GET", environment: ["ZYPHOS_VARIANT": "table"])
        #expect(table.code == 0)
        #expect(table.output.contains("incomplete"))
    }

    @Test(arguments: ["diff", "parse", "explain", "list", "worker", "bench"])
    func everyCommandHasHelp(command: String) throws {
        let ending = try Tool.run(command, "--help")
        #expect(ending.code == 0)
        #expect(ending.output.contains("USAGE: zyparse \(command)"))
    }

    @Test func benchChecksAndWritesItsReports() throws {
        try Tool.withFiles([:]) { folder in
            let ending = try Tool.run(
                "bench", "--samples", "1", "--input", "27 B", "--json", folder + "/b.json", "--svg",
                folder + "/b.svg", "--markdown", folder + "/b.md")
            #expect(ending.code == 0, "\(ending.complaint)")
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/b.json"))
            let rows = try #require(
                try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
            #expect(rows.count >= 8)
            for key in [
                "protocol", "variant", "input", "nsPerMessage", "gbPerSecond", "timesClassify",
                "winner",
            ] {
                #expect(rows.allSatisfy { $0[key] != nil }, "\(key)")
            }
            #expect(
                try String(contentsOfFile: folder + "/b.svg", encoding: .utf8).hasPrefix("<svg"))
            #expect(
                try String(contentsOfFile: folder + "/b.md", encoding: .utf8).contains("winner of"))
        }
    }
}
