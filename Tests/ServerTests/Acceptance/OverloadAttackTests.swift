import Testing

@testable import Server

/// Requests that cost more than they look, and an application that hands on what it was given: on every engine, in one
/// piece, with a smuggled request behind.
@Suite(.serialized) struct OverloadAttackTests {
    /// An attack, the status that answers it, and whether the connection ends.
    struct Attack: Sendable {
        let row: String
        let bytes: [UInt8]
        let status: Int
        let closes: Bool

        init(_ row: String, _ text: String, _ status: Int, closes: Bool) {
            self.row = row
            bytes = Array(text.utf8)
            self.status = status
            self.closes = closes
        }
    }

    private static func many(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    private static func get(_ fields: String, target: String = "/file") -> String {
        "GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n"
    }

    private static func chunked(_ body: String) -> String {
        "POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    }

    /// Colliding names under the hash that PHP and others had (DJB33X): every pair of `Ez` and `FY`.
    private static let colliding = (0..<4_096).map { number in
        (0..<12).map { number >> $0 & 1 == 0 ? "Ez" : "FY" }.joined() + "=1"
    }.joined(separator: "&")

    static let attacks: [Attack] = [
        // Beyond rangesMax the field is ignored.
        Attack("DOS-09", get("Range: bytes=0-" + many(",5-0,5-1", 600)), 200, closes: false),
        Attack("DOS-09", get("Range: bytes=0-" + many(",5-9", 600)), 200, closes: false),
        Attack("DOS-09", get("Range: bytes=0-9" + many(",0-9", 15)), 206, closes: false),
        // Nothing wraps. The catalogue says 416; a last position behind the end is the end, and a suffix longer than the
        // file is the file (RFC 9110 §14.1.2), however many digits they have.
        Attack("DOS-10", get("Range: bytes=0-18446744073709551615"), 206, closes: false),
        Attack("DOS-10", get("Range: bytes=-9223372036854775809"), 206, closes: false),
        Attack("DOS-10", get("Range: bytes=18446744073709551615-"), 416, closes: false),
        Attack("DOS-11", get("Range: bytes=5-0"), 200, closes: false),
        Attack("DOS-11", get("Range: bytes=--1"), 200, closes: false),
        Attack("DOS-11", get("Range: bytes=a-b"), 200, closes: false),
        Attack(
            "DOS-12",
            "POST /body HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\u{1F}abc",
            415, closes: true),
        Attack("DOS-14", get("Accept: */*" + many(";q=0.1, */*", 100_000)), 431, closes: true),
        Attack("DOS-14", get("Accept: */*" + many(";q=0.1, */*", 1_000)), 200, closes: false),
        Attack("DOS-15", get("Bad-header: " + many("x", 16) + "\u{10}"), 400, closes: true),
        Attack("DOS-16", get("A: b", target: "/file?" + colliding), 414, closes: true),
        Attack(
            "DOS-16", get("A: b", target: "/file?" + colliding.prefix(8_000)), 400, closes: true),
        Attack("DOS-17", get("A: b", target: "/file?" + many("a=1&", 100_000)), 414, closes: true),
        Attack("DOS-17", get("A: b", target: "/file?" + many("a=1&", 256)), 400, closes: true),
        Attack("DOS-18", get("Cookie: a=1" + many("; a=1", 100_000)), 431, closes: true),
        Attack("DOS-18", get("Cookie: a=1" + many("; a=1", 64)), 431, closes: true),
        Attack("DOS-19", get("A: b" + many("\r\nA: b", 10_000)), 431, closes: true),
        Attack("DOS-19", get("A: b" + many("\r\nA: b", 100)), 200, closes: false),
        // Chunks without an end: the body's limit ends them.
        Attack(
            "DOS-21", chunked(many("10000\r\n" + many("x", 65_536) + "\r\n", 20)), 413, closes: true
        ),
        Attack(
            "DOS-22", get("X-Forwarded-For: 10.0.0.1" + many(", 10.0.0.1", 1_500)), 200,
            closes: false),
        Attack("DOS-22", chunked(many("1\r\na\r\n", 100_000) + "0\r\n\r\n"), 200, closes: false),
        Attack("DOS-22", chunked(many("1\r\na\r\n", 140_000) + "0\r\n\r\n"), 413, closes: true),
        // Extensions and trailers without an end.
        Attack("H1-CH-33", chunked(many("1;a=b\r\na\r\n", 100_000)), 400, closes: true),
        Attack("H1-TR-12", chunked("0\r\n" + many("a: b\r\n", 100_000)), 431, closes: true),
        // A body that no route wants: drained where it is short, else the connection ends.
        Attack(
            "H1-CN-13", "POST /404 HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc", 404,
            closes: true),
        Attack(
            "H1-CN-13", "POST /404 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 404,
            closes: false),
        // What an application copies from a request ends no line (`FieldBlock`).
        Attack("H1-CN-26", get("A: b", target: "/copy?a%0d%0aSet-Cookie:b"), 500, closes: false),
    ]

    /// `/file`: a file; `/body`: takes a body; `/copy`: copies the decoded query into a field; all else: nothing.
    private struct Routes: Routing {
        let files: Route
        let seen: SeenRequests

        func route(_ request: Request) -> RoutingResult {
            switch request.path {
            case "/file": return .found(files, parameters: [])
            case "/copy":
                return .found(
                    Route(
                        .synchronous { request, response in
                            let query = Array((request.query ?? "").utf8)
                            let text = PercentCoding.decoded(query) ?? []
                            try response.fields.add("X-Copy", String(decoding: text, as: UTF8.self))
                        }), parameters: [])
            case "/404": return .notFound
            default: return seen.route(request)
            }
        }
    }

    @Test(arguments: RunningServer.engines) func costlyRequests(engine: EngineName) throws {
        let folder = try TemporaryFolder()
        try folder.write("file", [UInt8](repeating: 0x61, count: 1_000))
        let seen = SeenRequests()
        let files = try StaticFiles(root: folder.path, options: StaticFiles.Options())
        let server = try RunningServer(engine, routing: Routes(files: files.route, seen: seen))
        defer { server.stop() }
        for (number, attack) in Self.attacks.enumerated() {
            let peer = try Peer(port: server.port)
            let isSent = peer.send(attack.bytes + SeenRequests.smuggledRequest(number))
            if !attack.closes { peer.end() }
            // A client that sends on for megabytes may meet a reset, behind the answer or in its place.
            var answer: [UInt8] = []
            while let more = peer.receive(), !more.isEmpty { answer += more }
            let reading = WireResponse.read(answer, isEnd: true)
            let owed = attack.closes ? [attack.status] : [attack.status, 200]
            let isLost = !isSent && attack.closes && reading.responses.isEmpty
            let statuses = reading.responses.map(\.status)
            #expect(isLost || statuses == owed, "\(attack.row) \(number): \(statuses)")
            #expect(reading.problem == nil, "\(attack.row) \(number)")
            #expect(seen.smuggled(number) == (attack.closes ? 0 : 1), "\(attack.row) \(number)")
            if let first = reading.responses.first, first.status < 400 {
                #expect(first.content.count <= 2_000, "\(attack.row) \(number)")
            }
        }
        #expect(server.settles { $0.opened == Self.attacks.count })
    }
}
