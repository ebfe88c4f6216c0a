import Foundation
import Testing

@testable import Server

private let engines = RunningServer.engines
private let curl = ClientProgram("curl")

@Suite(.serialized, .enabled(if: curl.isInstalled, "curl is not installed"))
struct CurlTests {
    private static func run(_ site: ClientSite, _ arguments: [String]) throws -> String {
        let ending = try ClientProgram.run(
            ["curl", "-sS", "--max-time", "30"] + arguments, in: site.folder)
        #expect(ending.code == 0, "\(arguments): \(ending.complaint)")
        return ending.output
    }

    @Test(arguments: engines) func rangesHeadAndConditions(engine: EngineName) throws {
        let site = try ClientSite(engine)
        let page = site.url + "/index.html"
        #expect(try Self.run(site, [page]) == "0123456789")
        #expect(try Self.run(site, [site.url + "/"]) == "0123456789")
        #expect(try Self.run(site, ["-r", "2-4", page]) == "234")
        #expect(try Self.run(site, ["-r", "-3", page]) == "789")
        let far = "0-9,2000000-2000009"
        let several = try Self.run(site, ["-i", "-r", far, site.url + "/big.bin"])
        #expect(several.contains("206 Partial Content"))
        #expect(several.contains("multipart/byteranges"))
        #expect(several.lowercased().contains("content-range: bytes 2000000-2000009/3000000"))
        #expect(try Self.run(site, ["-i", "-r", "99-", page]).contains("416 "))
        let head = try Self.run(site, ["-I", page]).lowercased()
        #expect(head.hasPrefix("http/1.1 200 ok\r\n"))
        #expect(head.contains("content-length: 10\r\n"))
        #expect(head.hasSuffix("\r\n\r\n"))
        let again = "%{http_code} %{size_download}"
        _ = try Self.run(site, ["--etag-save", "tag", "-o", "page", page])
        #expect(
            try Self.run(site, ["--etag-compare", "tag", "-o", "same", "-w", again, page])
                == "304 0")
        #expect(try Self.run(site, ["-R", "-o", "page", page]).isEmpty)
        #expect(try Self.run(site, ["-z", "page", "-o", "same", "-w", again, page]) == "304 0")
        // Goes on where a download was cut.
        try site.folder.write("part", Array(ClientSite.big.prefix(1_234_567)))
        _ = try Self.run(site, ["-C", "-", "-o", "part", site.url + "/big.bin"])
        #expect(try bytes(of: site.folder.path + "/part") == ClientSite.big)
    }

    @Test(arguments: engines) func connectionsAreUsedAgain(engine: EngineName) throws {
        let site = try ClientSite(engine)
        let urls = ["/index.html", "/big.bin", "/nothere", "/", "/index.html"].map { site.url + $0 }
        let outputs = urls.flatMap { ["-o", "out", $0] }
        let counts = try Self.run(site, ["-w", "%{num_connects} %{http_code}\n"] + outputs)
        #expect(counts == "1 200\n0 200\n0 404\n0 200\n0 200\n")
    }

    @Test(arguments: engines) func uploads(engine: EngineName) throws {
        let site = try ClientSite(engine)
        let sent = try bytes(of: site.folder.path + "/upload")
        let forms: [[String]] = [
            ["--data-binary", "@upload"],
            ["--data-binary", "@upload", "-H", "Expect: 100-continue"],
            ["--data-binary", "@upload", "-H", "Transfer-Encoding: chunked"],
            ["-T", "upload", "-X", "POST", "-H", "Transfer-Encoding: chunked"],
        ]
        for form in forms {
            let code = try Self.run(site, form + ["-o", "back", "-w", "%{http_code}", site.echo])
            #expect(code == "200", "\(form)")
            #expect(try bytes(of: site.folder.path + "/back") == sent, "\(form)")
        }
        let told = try ClientProgram.run(
            ["curl", "-sv", "-o", "back"] + forms[1] + [site.echo], in: site.folder)
        #expect(told.complaint.contains("100 Continue"))
        // A file takes no upload, and says so although the client goes on sending.
        let refused = try Self.run(
            site, forms[2] + ["-o", "back", "-w", "%{http_code}", site.url + "/index.html"])
        #expect(refused == "405")
    }

    @Test(arguments: engines) func noPathLeavesTheFolder(engine: EngineName) throws {
        let site = try ClientSite(engine)
        try site.folder.write("secret", "secret")
        for path in [
            "/../secret", "/../../../../etc/passwd", "/%2e%2e/secret", "/..%2fsecret",
            "/a/../../secret", "/./../secret", "//../secret", "/%2e%2e%2fsecret", "/..;/secret",
            "/..%5csecret", "/index.html/../../secret",
        ] {
            let answer = try Self.run(site, ["--path-as-is", "-i", site.url + path])
            #expect(answer.hasPrefix("HTTP/1.1 4"), "\(path): \(answer.prefix(40))")
            #expect(!answer.hasSuffix("secret") && !answer.contains("root:"))
        }
    }
}
