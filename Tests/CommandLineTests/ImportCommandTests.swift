import Foundation
import Testing

@Suite struct ImportCommandTests {
    private static let story =
        #"{"description": "x", "cases": [{"seqno": 0, "wire": "828684", "headers": []}, {"wire": "40016101", "header_table_size": 256}]}"#
    private static let llhttp = """
        Requests
        ========

        ### Simple

        <!-- meta={"type": "request", "noScan": true} -->
        ```http
        GET /a\\x20b HTTP/1.1
        Host: a \\
        b


        ```

        ```log
        off=0 message begin
        ```

        ### `A response`
        <!-- meta={"type": "response"} -->
        ```http
        HTTP/1.1 204 OK


        ```

        ## URL
        <!-- meta={"type": "url"} -->
        ```url
        /x?y
        ```
        """
    private static let har = """
        {"log": {"entries": [{"request": {"method": "POST", "url": "https://example.com:8443/a?b#c", "headers":
        [{"name": ":authority", "value": "example.com"}, {"name": "accept", "value": "*/*"}, {"name": "Content-Length", "value": "9"}],
        "postData": {"text": "x=1"}}}]}}
        """

    private func imported(_ kind: String, _ name: String, _ text: String) throws -> String {
        var result = ""
        try Tool.withFiles([name: Data(text.utf8)]) { folder in
            let ending = try Tool.run(
                "import", kind, "\(folder)/\(name)", "--output", folder + "/Corpus")
            #expect(ending.code == 0, "\(ending.complaint)")
            // What was written is read by diff, and all variants give the verdict that the reference gave.
            let diff = try Tool.run("diff", folder + "/Corpus")
            #expect(diff.code == 0, "\(diff.output)\(diff.complaint)")
            for line in ending.output.split(separator: "\n") {
                let path = try #require(line.split(separator: ":").first)
                result += try String(contentsOfFile: String(path), encoding: .utf8)
            }
            // A second time there is something in the way.
            let again = try Tool.run(
                "import", kind, "\(folder)/\(name)", "--output", folder + "/Corpus")
            #expect(again.code == 2)
            #expect(again.complaint.contains("is there already; nothing was written"))
        }
        #expect(result.contains("verdict computed by the reference"))
        return result
    }

    @Test func hpackStories() throws {
        let text = try imported("hpack-story", "story_00.json", Self.story)
        #expect(text.contains("\\x82\\x86\\x84\\x40\\x01\\x61\\x01"))
        #expect(text.contains("- blocks: 3, 4\n"))
        #expect(text.contains("- tableSizes: -, 256\n"))
    }

    @Test func llhttpFiles() throws {
        let text = try imported("llhttp", "sample.md", Self.llhttp)
        #expect(text.contains("GET /a b HTTP/1.1\\r\\n\nHost: a b\\r\\n\n\\r\\n\n"), "\(text)")
        #expect(text.contains("- role: response\n"))
        #expect(text.contains("GET /x?y HTTP/1.1\\r\\n\nHost: a\\r\\n\n"))
        #expect(!text.contains("message begin"))
    }

    @Test func archivesOfBrowsers() throws {
        let text = try imported("har", "log.har", Self.har)
        #expect(
            text.contains(
                "POST /a?b HTTP/1.1\\r\\n\nHost: example.com:8443\\r\\n\naccept: */*\\r\\n\nContent-Length: 3\\r\\n\n\\r\\n\nx=1\n"
            ),
            "\(text)")
    }

    @Test func rawFiles() throws {
        let text = try imported("raw", "request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(text.contains("- verdict: complete 27\n"))
    }

    @Test func whatIsWrongIsToldWithItsPlace() throws {
        let files: [(kind: String, text: String, complaint: String)] = [
            (
                "hpack-story", "{\"cases\": [{\"wire\": \"8\"}]}",
                "file: cases.0.wire: not hexadecimal"
            ),
            ("hpack-story", "{\"cases\": [{\"seqno\": 1}]}", "file: cases.0: 'wire' is missing"),
            ("hpack-story", "{\"cases\": [}", "file: "),
            ("hpack-story", "{\"cases\": []}", "file: cases: there are none"),
            ("llhttp", "# x\n\n```http\nGET\n", "file: line 3: the block is not closed"),
            (
                "llhttp", "<!-- meta={\"type\" -->\n```http\n```\n",
                "file: line 1: the comment's settings"
            ),
            ("llhttp", "```http\n\\xzz\n```\n", "file: the block at line 1: '\\xzz' is no byte"),
            ("llhttp", "nothing", "no block marked http or url"),
            ("har", "{\"log\": {\"entries\": [{}]}}", "file: log.entries.0: 'request' is missing"),
            (
                "har",
                "{\"log\":{\"entries\":[{\"request\":{\"method\":\"GET\",\"url\":\"x\",\"headers\":[]}}]}}",
                "log.entries.0.request.url: 'x' has no host"
            ),
            ("hpack-stroy", "", "(did you mean 'hpack-story'?)"),
        ]
        for one in files {
            try Tool.withFiles(["file": Data(one.text.utf8)]) { folder in
                let ending = try Tool.run(
                    "import", one.kind, folder + "/file", "--output", folder + "/out")
                #expect(ending.code == 2)
                #expect(ending.complaint.contains(one.complaint), "\(ending.complaint)")
                #expect(!FileManager.default.fileExists(atPath: folder + "/out"))
            }
        }
    }

    /// A program that answers like tshark does, so that the test needs none.
    private static let tshark = """
        #!/bin/sh
        case "$2" in *broken*) echo "tshark: The file isn't a capture file" >&2; exit 2;; esac
        printf '0\\t5000\\t80\\t1\\t474554202f20485454502f312e310d0a\\n'
        printf '1\\t80\\t6000\\t1\\t485454502f312e312032303420580d0a0d0a\\n'
        printf '0\\t5000\\t80\\t1\\t474554202f20485454502f312e310d0a\\n'
        printf '0\\t5000\\t80\\t13\\t2e310d0a486f73743a20610d0a0d0a\\n'
        """

    @Test func capturesGoThroughTshark() throws {
        try Tool.withFiles([
            "bin/tshark": Data(Self.tshark.utf8), "a.pcap": Data([1]), "broken.pcap": Data([1]),
        ]) { folder in
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: folder + "/bin/tshark")
            let path = ["PATH": folder + "/bin:/bin:/usr/bin"]
            let ending = try Tool.run(
                ["import", "pcap", folder + "/a.pcap", "--output", folder + "/Corpus"],
                environment: path)
            #expect(ending.code == 0, "\(ending.complaint)")
            #expect(ending.output.contains("a.md: 2 cases"))
            let text = try String(
                contentsOfFile: folder + "/Corpus/http1.stream/a.md", encoding: .utf8)
            // What was sent again stands once, and what overlaps is put together.
            #expect(text.contains("GET / HTTP/1.1\\r\\n\nHost: a\\r\\n\n\\r\\n\n```"), "\(text)")
            #expect(text.contains("- role: response"))
            let scan = try Tool.run(["scan", folder + "/a.pcap"], environment: path)
            #expect(scan.code == 0)
            #expect(scan.complaint.contains("2 inputs, 0 matches"))
            let broken = try Tool.run(
                ["import", "pcap", folder + "/broken.pcap", "--output", folder + "/out"],
                environment: path)
            #expect(broken.code == 2)
            #expect(
                broken.complaint.contains(
                    "broken.pcap: tshark: tshark: The file isn't a capture file"))
            let none = try Tool.run(
                ["import", "pcap", folder + "/a.pcap", "--output", folder + "/out"],
                environment: ["PATH": folder])
            #expect(none.code == 2)
            #expect(none.complaint.contains("tshark, which is not on PATH; install tshark"))
        }
    }
}
