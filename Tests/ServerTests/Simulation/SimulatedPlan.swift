@testable import Server

/// Draws what clients ask for.
enum SimulatedPlan {
    static let fileBytes = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }

    /// Up to some requests, the last of which may be one that ends the connection.
    static func draw(_ client: Int, _ random: inout SeededGenerator) -> [SimulatedClient.Planned] {
        var plan: [SimulatedClient.Planned] = []
        let count = Int.random(in: 1...9, using: &random)
        for index in 0..<count { plan.append(good(client, index, &random)) }
        if Int.random(in: 0..<3, using: &random) == 0 { plan.append(bad(client, count, &random)) }
        return plan
    }

    private static func number(_ range: ClosedRange<Int>, _ random: inout SeededGenerator) -> Int {
        Int.random(in: range, using: &random)
    }

    private static func good(
        _ client: Int, _ index: Int, _ random: inout SeededGenerator
    ) -> SimulatedClient.Planned {
        let place = "\(client)/\(index)"
        switch number(0...11, &random) {
        case 0: return file(&random)
        case 1:
            // A few answers are larger than what is copied, and than all buffers.
            let size = number(0...3, &random) == 0 ? 70_000 : number(0...3_000, &random)
            return get("/text/\(place)/\(size)", SimulatedRoutes.content(client, index, size))
        case 2:
            var planned = get("/text/\(place)/40", SimulatedRoutes.content(client, index, 40))
            planned.bytes.replaceSubrange(0..<3, with: Array("HEAD".utf8))
            planned.method = "HEAD"
            planned.content = []
            return planned
        case 3, 4:
            let size = number(0...500, &random)
            return get("/late/\(place)/\(size)", SimulatedRoutes.content(client, index, size))
        case 5:
            let size = number(1...20_000, &random)
            return get("/source/\(place)/\(size)", SimulatedRoutes.content(client, index, size))
        case 6:
            var planned = get("/throw/\(place)/0", nil)
            planned.status = 500
            return planned
        case 7:
            var planned = body("/nowhere", number(0...200, &random), &random)
            planned.status = 404
            planned.content = nil
            planned.isCalled = false
            planned.waitsAt = nil
            return planned
        case 8, 9: return body("/echo/\(place)/0", number(0...3_000, &random), &random)
        default:
            return body(
                "/sink/\(place)/\(number(0...1, &random))", number(0...8_000, &random), &random)
        }
    }

    private static func get(_ target: String, _ content: [UInt8]?) -> SimulatedClient.Planned {
        SimulatedClient.Planned(
            bytes: Array("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n".utf8), content: content)
    }

    /// The file, or a range of it.
    private static func file(_ random: inout SeededGenerator) -> SimulatedClient.Planned {
        var planned = SimulatedClient.Planned(bytes: [], content: fileBytes)
        planned.isCalled = false
        var range = ""
        if Bool.random(using: &random) {
            let first = number(0...49_999, &random)
            let last = number(first...60_000, &random)
            range = "Range: bytes=\(first)-\(last)\r\n"
            planned.status = 206
            planned.content = Array(fileBytes[first...min(last, 49_999)])
        }
        planned.bytes = Array("GET /file/0/0/0 HTTP/1.1\r\nHost: a\r\n\(range)\r\n".utf8)
        return planned
    }

    /// A request with a body: of known length or chunked, with or without a wait for 100.
    private static func body(
        _ target: String, _ size: Int, _ random: inout SeededGenerator
    ) -> SimulatedClient.Planned {
        let content = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
        let expects = target != "/nowhere" && size > 0 && number(0...3, &random) == 0
        let expect = expects ? "Expect: 100-continue\r\n" : ""
        let isChunked = Bool.random(using: &random)
        let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(size)"
        var planned = SimulatedClient.Planned(
            bytes: Array("POST \(target) HTTP/1.1\r\nHost: a\r\n\(expect)\(framing)\r\n\r\n".utf8),
            method: "POST", content: Array(SimulatedRoutes.echo(content).utf8))
        planned.waitsAt = expects ? planned.bytes.count : nil
        planned.bytes += isChunked ? chunks(content, &random) : content
        return planned
    }

    private static func chunks(_ content: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        var at = 0
        while at < content.count {
            let size = min(content.count - at, number(1...2_000, &random))
            let extensions = number(0...3, &random) == 0 ? ";a=\"b\"" : ""
            bytes += Array("\(String(size, radix: 16))\(extensions)\r\n".utf8)
            bytes += content[at..<at + size] + [0x0D, 0x0A]
            at += size
        }
        bytes += Array("0\r\n".utf8)
        if number(0...2, &random) == 0 { bytes += Array("X-Sum: 1\r\nX-Other: 2\r\n".utf8) }
        return bytes + [0x0D, 0x0A]
    }

    /// A request that ends its connection: refused, or the last by its own will.
    private static func bad(
        _ client: Int, _ index: Int, _ random: inout SeededGenerator
    ) -> SimulatedClient.Planned {
        let place = "\(client)/\(index)"
        let post = "POST /echo/\(place)/0 HTTP/1.1\r\nHost: a\r\n"
        let all: [(String, Int)] = [
            ("GET /text/\(place)/1 HTTP/1.1\r\nHost : a\r\n\r\n", 400),
            ("GET /text/\(place)/1 HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400),
            ("GET /text/\(place)/1 HTTP/2.0\r\nHost: a\r\n\r\n", 505),
            ("\(post)Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            ("\(post)Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
            ("\(post)Transfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n0\r\n\r\n", 400),
            ("\(post)Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nHost: b\r\n\r\n", 400),
            ("\(post)Content-Length: 20001\r\n\r\nabc", 413),
            ("\(post)Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", 415),
            ("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501),
            ("GET /%0a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /text/\(place)/5 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200),
            ("GET /text/\(place)/5 HTTP/1.0\r\n\r\n", 200),
            ("GET /source/\(place)/500 HTTP/1.0\r\n\r\n", 200),
        ]
        let (text, status) = all[number(0...all.count - 1, &random)]
        var planned = SimulatedClient.Planned(bytes: Array(text.utf8), status: status)
        planned.isLast = true
        planned.isCalled = status == 200
        planned.method = text.hasPrefix("POST") ? "POST" : "GET"
        if status == 200 {
            let size = text.contains("/source/") ? 500 : 5
            planned.content = SimulatedRoutes.content(client, index, size)
        }
        return planned
    }
}
