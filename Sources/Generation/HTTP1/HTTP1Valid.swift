internal import HTTP1
internal import Wire

/// Messages that the strict policy accepts under default limits: lines derived from the grammar, meaning added by hand.
struct HTTP1Writer {
    var random: SplitMix64
    var bytes: [UInt8] = []

    private static let requestLine = GrammarWalk.of(.requestLine)
    private static let statusLine = GrammarWalk.of(.statusLine)
    private static let fieldLine = GrammarWalk.of(.fieldLine)
    private static let chunkLine = GrammarWalk.of(.chunkLine)
    private static let authority = GrammarWalk.of(.authority)

    init(_ random: SplitMix64) { self.random = random }

    /// Up to five requests, one behind the other, with their bodies.
    mutating func requests() {
        for _ in 0..<random.pick([1, 1, 2, 2, 3, 5]) {
            guard request(withBody: true) else { return }
        }
    }

    /// Up to five responses to requests of `methods`, with their bodies.
    mutating func responses(to methods: [RequestMethod]) {
        var finalCount = 0
        for _ in 0..<random.pick([1, 1, 2, 2, 3, 5]) {
            let method = finalCount < methods.count ? methods[finalCount] : .other
            let (goesOn, isFinal) = response(to: method, withBody: true)
            guard goesOn else { return }
            if isFinal { finalCount += 1 }
        }
    }

    /// How the body of a message is framed.
    private enum Body {
        case none
        case length(Int)
        case chunked
    }

    // MARK: Requests

    /// A request; with its body where `withBody` says so.
    ///
    /// - Returns: whether another request may follow.
    mutating func request(withBody: Bool) -> Bool {
        if random.once(in: 12) { bytes += "\r\n".utf8 }
        let method = self.method()
        let minor: UInt8 = random.once(in: 8) ? 0 : 1
        bytes += method
        bytes.append(0x20)
        let isConnect = method == Array("CONNECT".utf8)
        let isTrace = method == Array("TRACE".utf8)
        let host = target(isConnect: isConnect, isOptions: method == Array("OPTIONS".utf8))
        bytes += " HTTP/1.".utf8
        bytes += [0x30 + minor, 0x0D, 0x0A]
        var body = Body.none
        if !isConnect, !isTrace { body = framing(isRequest: true, minor: minor) }
        let isLast = isConnect || minor == 0 || random.once(in: 10)
        var lines = framingLines(body)
        if minor == 1 || random.once(in: 2) { lines.append(Self.line("Host", host)) }
        if isLast, !isConnect, minor == 1 { lines.append(Self.line("Connection", "close")) }
        if case .none = body, minor == 1, random.once(in: 10) {
            lines += [Self.line("Upgrade", "websocket"), Self.line("Connection", "Upgrade")]
        }
        fields(lines)
        if withBody { write(body) }
        return !isLast
    }

    private mutating func method() -> [UInt8] {
        switch random.below(12) {
        case 0...4: return Array("GET".utf8)
        case 5...7: return Array("POST".utf8)
        case 8: return Array(random.pick(["HEAD", "PUT", "PATCH", "DELETE", "M-SEARCH"]).utf8)
        case 9: return Array(random.pick(["OPTIONS", "CONNECT", "TRACE"]).utf8)
        default:
            var method: [UInt8] = []
            Self.requestLine.derive("method-char", into: &method, &random)
            for _ in 0..<random.below(9) {
                Self.requestLine.derive("method-char", into: &method, &random)
            }
            return method
        }
    }

    /// Writes a target that fits the method.
    ///
    /// - Returns: the Host that belongs to it.
    private mutating func target(isConnect: Bool, isOptions: Bool) -> [UInt8] {
        var host: [UInt8] = []
        if isConnect {
            Self.authority.derive("host", into: &host, &random)
            host.append(UInt8(ascii: ":"))
            Self.authority.derive("target-port", into: &host, &random)
            bytes += host
            return host
        }
        if random.once(in: 3) {
            Self.authority.derive("authority", into: &host, &random)
        } else {
            host = Array(random.pick(["a", "example.com", "a.test:8080", "[::1]"]).utf8)
        }
        if isOptions, random.once(in: 2) {
            bytes += "*".utf8
        } else if random.once(in: 6) {
            bytes += random.pick(["http://", "HTTP://", "https://"]).utf8
            bytes += host
            if random.once(in: 2) { Self.requestLine.derive("absoluterest", into: &bytes, &random) }
        } else if random.once(in: 2) {
            Self.requestLine.derive("path", into: &bytes, &random)
        } else {
            bytes += random.pick(["/", "/a", "/a/b?c=d", "/index.html", "/%41?x"]).utf8
        }
        return host
    }

    // MARK: Responses

    /// A response to a request of `method`, with its body.
    ///
    /// - Returns: whether another response may follow, and whether this was a final one.
    mutating func response(
        to method: RequestMethod, withBody: Bool
    ) -> (goesOn: Bool, isFinal: Bool) {
        let minor: UInt8 = random.once(in: 8) ? 0 : 1
        let status = random.pick(Self.statuses)
        bytes += "HTTP/1.".utf8
        bytes += [0x30 + minor, 0x20]
        bytes += "\(status) ".utf8
        if random.once(in: 2) {
            bytes += random.pick(["OK", "Not Found", "No Content", "x"]).utf8
        } else {
            Self.statusLine.derive("reason", into: &bytes, &random)
        }
        bytes += "\r\n".utf8
        let isInformational = status / 100 == 1 && status != 101
        let isTunnel = status == 101 || method == .connect && status / 100 == 2
        let isBare = isInformational || isTunnel || status == 204
        let body = isBare ? Body.none : framing(isRequest: false, minor: minor)
        let saysNothing = method == .head || status == 304
        let isLast = minor == 0 || random.once(in: 10)
        var lines = framingLines(body)
        if isLast, minor == 1, !isInformational { lines.append(Self.line("Connection", "close")) }
        fields(lines)
        var endsHere = isTunnel || isLast
        if withBody, !isBare, !saysNothing {
            if case .none = body {
                // Until the connection closes: what follows is the body, and is not consumed.
                endsHere = true
            }
            write(body)
        }
        return (isInformational || !endsHere, !isInformational)
    }

    private static let statuses = [
        200, 200, 200, 201, 204, 206, 301, 304, 400, 404, 500, 503, 100, 103, 101, 999,
    ]

    // MARK: Framing

    private mutating func framing(isRequest: Bool, minor: UInt8) -> Body {
        switch random.below(5) {
        case 0, 1: return .none
        case 2: return minor == 1 ? .chunked : .length(random.below(20))
        case 3: return .length(0)
        default: return .length(random.once(in: 12) ? random.below(300) : random.below(24))
        }
    }

    private mutating func framingLines(_ body: Body) -> [[UInt8]] {
        switch body {
        case .none: return []
        case .length(let count): return [Self.line("Content-Length", "\(count)")]
        case .chunked:
            let name = random.pick(["Transfer-Encoding", "transfer-encoding", "TRANSFER-ENCODING"])
            let value = random.pick(["chunked", "chunked", "Chunked", "CHUNKED", "chunked \t"])
            return [Self.line(name, value)]
        }
    }

    private mutating func write(_ body: Body) {
        switch body {
        case .none: return
        case .length(let count): data(count)
        case .chunked: chunkedBody()
        }
    }

    // MARK: Fields

    private static func line(_ name: String, _ value: String) -> [UInt8] {
        line(name, Array(value.utf8))
    }

    private static func line(_ name: String, _ value: [UInt8]) -> [UInt8] {
        Array(name.utf8) + [0x3A, 0x20] + value + [0x0D, 0x0A]
    }

    /// The lines of `known` in any order, with others between them, and the empty line.
    private mutating func fields(_ known: [[UInt8]]) {
        var known = known
        if random.once(in: 4) { known.append(Self.line("Content-Type", "text/html")) }
        known.shuffle(using: &random)
        for line in known {
            otherFields(isTrailer: false)
            bytes += line
        }
        otherFields(isTrailer: false)
        bytes += "\r\n".utf8
    }

    private mutating func otherFields(isTrailer: Bool) {
        for _ in 0..<random.below(3) {
            if random.once(in: 2) {
                bytes += random.pick(isTrailer ? Self.plainTrailers : Self.plainFields).utf8
                bytes += "\r\n".utf8
            } else {
                derivedField()
            }
        }
    }

    /// A line whose name has no meaning: the `x-` keeps it off the names that rules know.
    private mutating func derivedField() {
        bytes += "x-".utf8
        for _ in 0..<random.below(8) {
            Self.fieldLine.derive("name-char", into: &bytes, &random)
        }
        Self.fieldLine.derive("colon-and-value", into: &bytes, &random)
    }

    private static let plainFields = [
        "Accept: */*", "Accept-Encoding: gzip, deflate, br", "User-Agent: curl/8.5.0",
        "Cookie: a=b; c=d", "X-Empty:", "Cache-Control:no-cache", "Expect: 100-continue",
        "Connection: keep-alive", "If-None-Match: \"x\"",
        "Via: 1.1 a,\t1.1 b", "Set-Cookie: a=b", "TE: trailers", "Trailer: X-Sum", "Date: \t x \t",
    ]

    private static let plainTrailers = [
        "X-Sum: 1", "Digest: sha-256=abc", "Server-Timing: a;dur=1", "ETag: \"x\"", "X-Empty:",
    ]

    // MARK: Chunks

    /// A chunked body with its trailers.
    mutating func chunkedBody() {
        for _ in 0..<random.below(4) {
            let count = 1 + (random.once(in: 12) ? random.below(300) : random.below(18))
            chunkLine(count)
            data(count)
            bytes += "\r\n".utf8
        }
        chunkLine(0)
        otherFields(isTrailer: true)
        bytes += "\r\n".utf8
    }

    private mutating func chunkLine(_ count: Int) {
        var digits = String(count, radix: 16, uppercase: random.once(in: 2))
        if random.once(in: 8) { digits = String(repeating: "0", count: random.below(8)) + digits }
        bytes += digits.utf8
        if random.once(in: 4) {
            Self.chunkLine.derive("extensions", into: &bytes, &random)
        } else {
            bytes += "\r\n".utf8
        }
    }

    /// Data that is read as data only by who counts: text, or what looks like the next message.
    private mutating func data(_ count: Int) {
        let look = Array(random.pick(Self.looks).utf8)
        for index in 0..<count { bytes.append(look[index % look.count]) }
    }

    private static let looks = [
        "a", "0\r\n\r\n", "GET /s HTTP/1.1\r\nHost: b\r\n\r\n", "hello, world", "\r\n",
        "\u{0}\u{FF}",
        "5\r\nhello\r\n",
    ]
}
