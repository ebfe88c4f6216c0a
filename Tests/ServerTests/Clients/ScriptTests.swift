import Foundation
import Testing

@testable import Server

private let engines = RunningServer.engines
private let python = ClientProgram("python3")
private let requests = ClientProgram("requests", probe: ["python3", "-c", "import requests"])
private let node = ClientProgram("node", probe: ["node", "-e", "fetch"])
private let chromium = ClientProgram("chromium")

/// Clients of languages and a browser. Each script says `ok` at its end and fails loudly before.
@Suite(.serialized) struct ScriptTests {
    private static func run(
        _ interpreter: [String], _ script: String, _ site: ClientSite
    ) throws {
        try site.folder.write("script", script)
        let ending = try ClientProgram.run(
            interpreter + [site.folder.path + "/script", site.url, site.echo], in: site.folder)
        #expect(ending.output == "ok\n", "\(ending.complaint)")
        #expect(ending.code == 0)
    }

    @Test(.enabled(if: python.isInstalled, "python3 is not installed"), arguments: engines)
    func pythonHTTPClient(engine: EngineName) throws {
        let script = """
            import http.client, sys
            from urllib.parse import urlsplit
            files, echo = (urlsplit(u) for u in sys.argv[1:3])
            c = http.client.HTTPConnection(files.netloc, timeout=30)
            c.connect()
            first = c.sock
            for n in range(50):
                c.request("GET", "/index.html")
                r = c.getresponse()
                assert r.status == 200 and r.read() == b"0123456789"
                assert c.sock is first
            c.request("HEAD", "/big.bin")
            r = c.getresponse()
            assert r.status == 200 and r.getheader("Content-Length") == "3000000" and r.read() == b""
            c.request("GET", "/index.html", headers={"Range": "bytes=3-5"})
            r = c.getresponse()
            assert r.status == 206 and r.read() == b"345"
            assert r.getheader("Content-Range") == "bytes 3-5/10"
            c.request("GET", "/big.bin")
            r = c.getresponse()
            assert len(r.read()) == 3000000 and c.sock is first
            c = http.client.HTTPConnection(echo.netloc, timeout=30)
            parts = [b"a" * 1000, b"b" * 70000, b"c"]
            for n in range(3):
                c.request("POST", echo.path, body=iter(parts), encode_chunked=True,
                          headers={"Transfer-Encoding": "chunked"})
                r = c.getresponse()
                assert r.status == 200 and r.read() == b"".join(parts)
            print("ok")
            """
        try Self.run(["python3"], script, ClientSite(engine))
    }

    @Test(
        .enabled(if: requests.isInstalled, "python's requests is not installed"), arguments: engines
    )
    func pythonRequests(engine: EngineName) throws {
        let script = """
            import requests, sys
            files, echo = sys.argv[1:3]
            s = requests.Session()
            s.trust_env = False
            for n in range(20):
                assert s.get(files + "/").text == "0123456789"
            r = s.get(files + "/index.html")
            assert s.get(files + "/index.html", headers={"If-None-Match": r.headers["ETag"]}).status_code == 304
            assert s.get(files + "/index.html", headers={"Range": "bytes=-2"}).text == "89"
            assert s.get(files + "/nothere").status_code == 404
            with s.get(files + "/big.bin", stream=True) as r:
                assert sum(len(p) for p in r.iter_content(7919)) == 3000000
            def parts():
                for n in range(100):
                    yield b"x" * 1000
            assert s.post(echo, data=parts()).content == b"x" * 100000
            assert s.post(echo, data=b"y" * 500000).content == b"y" * 500000
            print("ok")
            """
        try Self.run(["python3"], script, ClientSite(engine))
    }

    @Test(.enabled(if: node.isInstalled, "node with fetch is not installed"), arguments: engines)
    func nodeFetch(engine: EngineName) throws {
        let script = """
            const [files, echo] = process.argv.slice(2);
            const check = (is, what) => { if (!is) throw new Error(what); };
            (async () => {
              const texts = await Promise.all(Array.from({ length: 50 }, async () =>
                (await fetch(files + "/index.html")).text()));
              check(texts.every(t => t === "0123456789"), "fifty at once");
              const big = await (await fetch(files + "/big.bin")).arrayBuffer();
              check(big.byteLength === 3000000, "big");
              const range = await fetch(files + "/index.html", { headers: { Range: "bytes=1-2" } });
              check(range.status === 206 && await range.text() === "12", "range");
              const head = await fetch(files + "/big.bin", { method: "HEAD" });
              check(head.headers.get("content-length") === "3000000", "head");
              const body = new ReadableStream({
                start(c) {
                  for (let n = 0; n < 50; n++) c.enqueue(new TextEncoder().encode("z".repeat(1000)));
                  c.close();
                }
              });
              const back = await (await fetch(echo, { method: "POST", body, duplex: "half" })).text();
              check(back === "z".repeat(50000), "streamed upload");
              console.log("ok");
            })();
            """
        try Self.run(["node"], script, ClientSite(engine))
    }

    /// Twenty scripts, ten style sheets and twenty pictures; the title says how many arrived, and so does the log.
    @Test(.enabled(if: chromium.isInstalled, "chromium is not installed"), arguments: engines)
    func chromiumLoadsFiftyResources(engine: EngineName) throws {
        let site = try ClientSite(engine)
        var page = "<!doctype html><script>let count = 0;</script>\n"
        for index in 0..<20 {
            try site.folder.write("www/s\(index).js", "count += 1;")
            page += "<script src=/s\(index).js></script>\n"
            try site.folder.write(
                "www/p\(index).svg",
                "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'></svg>")
            page += "<img src=/p\(index).svg onload='count += 1'>\n"
        }
        for index in 0..<10 {
            try site.folder.write("www/c\(index).css", "p { margin: \(index)px }")
            page += "<link rel=stylesheet href=/c\(index).css onload='count += 1'>\n"
        }
        page += "<script>onload = () => { document.title = 'loaded ' + count; };</script>\n"
        try site.folder.write("www/page.html", page)
        let ending = try ClientProgram.run(
            [
                "chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--user-data-dir=\(site.folder.path)/profile",
                "--virtual-time-budget=20000", "--dump-dom", site.url + "/page.html",
            ], in: site.folder)
        #expect(ending.output.contains("<title>loaded 50</title>"), "\(ending)")
        let log = try site.end()
        for index in 0..<20 {
            #expect(log.contains { $0.contains("\"GET /s\(index).js HTTP/1.1\" 200 ") })
            #expect(log.contains { $0.contains("\"GET /p\(index).svg HTTP/1.1\" 200 ") })
        }
        for index in 0..<10 {
            #expect(log.contains { $0.contains("\"GET /c\(index).css HTTP/1.1\" 200 ") })
        }
    }
}
