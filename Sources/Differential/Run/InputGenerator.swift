public import HTTP1
public import Wire

/// Makes inputs that sit on the edges of the grammar: templates with pieces of the nasty alphabet put in, taken
/// out, doubled and exchanged. The same seed makes the same inputs.
public struct InputGenerator {
    private var random: SplitMix64

    /// Makes a generator.
    public init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// A random policy: often strict, else a few leniencies, sometimes all.
    public mutating func policy(_ description: ProtocolDescription) -> Policy {
        switch random.next() % 8 {
        case 0, 1: return .strict
        case 2: return Policy(rawValue: random.next() & random.next() & allBits(description))
        case 3: return Policy(rawValue: allBits(description))
        default:
            var policy = Policy.strict
            for _ in 0...(random.next() % 3) {
                policy.formUnion(pick(description.leniencies).policy)
            }
            return policy
        }
    }

    /// Random limits: mostly the defaults, else one or two that are tight enough to be met.
    public mutating func limits(_ description: ProtocolDescription) -> Limits {
        var limits = Limits(defaultsOf: description.limits)
        guard random.next() % 3 == 0, !limits.values.isEmpty else { return limits }
        for _ in 0...(random.next() % 2) {
            let index = Int(random.next() % UInt64(limits.values.count))
            limits.values[index] = max(
                description.limits[index].minimum, Int(random.next() % 80))
        }
        return limits
    }

    /// A random context for the protocol.
    public mutating func context(_ description: ProtocolDescription) -> HTTP1Context {
        var context = HTTP1Context(role: .request)
        if let known = description.defaultContext as? HTTP1Context { context = known }
        if description.isStream, random.next() % 3 == 0 { context.role = .response }
        if context.role == .response {
            for _ in 0..<(random.next() % 4) {
                context.requestMethods.append(pick(RequestMethod.allCases))
            }
        }
        return context
    }

    /// A random input for the protocol.
    public mutating func input(
        _ description: ProtocolDescription, _ context: HTTP1Context
    )
        -> [UInt8]
    {
        var bytes: [UInt8] = []
        switch description.name {
        case "http1.chunked": bytes = chunkedBody()
        case "http1.stream":
            for _ in 0...(random.next() % 3) { bytes += message(context.role) }
        default: bytes = head(description.name == "http1.request" ? .request : .response)
        }
        let mutations = random.next() % 5
        for _ in 0..<mutations { mutate(&bytes) }
        return bytes
    }
}

extension InputGenerator {
    private func allBits(_ description: ProtocolDescription) -> UInt64 {
        description.leniencies.reduce(0) { $0 | $1.policy.rawValue }
    }

    private mutating func pick<Element>(_ list: [Element]) -> Element {
        list[Int(random.next() % UInt64(list.count))]
    }

    private mutating func message(_ role: HTTP1Context.Role) -> [UInt8] {
        var bytes = head(role)
        switch random.next() % 4 {
        case 0: bytes += chunkedBody()
        case 1: bytes += "hello".utf8
        default: break
        }
        return bytes
    }

    private mutating func head(_ role: HTTP1Context.Role) -> [UInt8] {
        var text = role == .request ? requestLine() : statusLine()
        if role == .request, random.next() % 8 > 0 { text += pick(Self.hosts) + "\r\n" }
        for _ in 0..<(random.next() % 5) { text += pick(Self.fields) + "\r\n" }
        return Array((text + "\r\n").utf8)
    }

    private mutating func requestLine() -> String {
        "\(pick(Self.methods)) \(pick(Self.targets)) \(pick(Self.versions))\r\n"
    }

    private mutating func statusLine() -> String {
        "\(pick(Self.versions)) \(pick(Self.statuses))\r\n"
    }

    private mutating func chunkedBody() -> [UInt8] {
        var text = ""
        for _ in 0..<(random.next() % 4) { text += pick(Self.chunks) }
        text += pick(Self.lastChunks)
        for _ in 0..<(random.next() % 3) { text += pick(Self.trailers) + "\r\n" }
        return Array((text + "\r\n").utf8)
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let at = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 7 {
        case 0: bytes.insert(pick(Self.alphabet), at: at)
        case 1: bytes[at] = pick(Self.alphabet)
        case 2: bytes.remove(at: at)
        case 3: bytes[at] = UInt8(truncatingIfNeeded: random.next())
        case 4: bytes.insert(contentsOf: pick(Self.pieces).utf8, at: at)
        case 5:
            let end = min(bytes.count, at + Int(random.next() % 12))
            bytes.insert(contentsOf: bytes[at..<end], at: at)
        default: bytes.removeLast(min(bytes.count, Int(random.next() % 6)))
        }
    }
}

extension InputGenerator {
    private static let alphabet: [UInt8] = [
        0x0D, 0x0A, 0x20, 0x09, 0x3A, 0x3B, 0x2C, 0x30, 0x31, 0x41, 0x22, 0x00, 0xFF, 0x7F, 0x25,
        0x5C, 0x3D, 0x78, 0x2B, 0x5F, 0x0B, 0x80, 0x2F, 0x5B, 0x5D, 0x40,
    ]
    private static let pieces = [
        "\r\n", "\n", "\r", "\r\n ", "\r\n\t", " ", "\t ", ": ", "%2e", "%00", "%5c", "%c0", "0x",
        "::",
        ", ", ",,", ";a=b", ";a=\"b\\\"\"", "chunked", "\r\r\n", "\n\n", "0\r\n\r\n", "HTTP/1.1",
        "é",
        "Host: b\r\n", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Foo\r\n",
        ": x\r\n",
    ]
    private static let methods = [
        "GET", "POST", "HEAD", "OPTIONS", "CONNECT", "TRACE", "get", "M-SEARCH", "PUT", "PRI",
    ]
    private static let targets = [
        "/", "/a/b?c=d", "*", "http://a/", "http://a", "https://a:8080?q", "a:443", "a",
        "[::1]:443",
        "/%41%2f%zz", "/a|b", "//", "HTTP://A/b", "http://[1:2::3]/", "http://u@a/", "/a#b", "a:0",
        "/\u{e9}", "a:65536", "http:///", "/?[x]=%5c", "ftp://a/",
    ]
    private static let versions = [
        "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9",
        "http/1.1",
        "HTTP/1.10",
    ]
    private static let statuses = [
        "200 OK", "200 ", "200", "204 No Content", "304 Not Modified", "101 Switching Protocols",
        "100 Continue", "103 Early", "404 \u{e9}", "999 x", "20 OK", "2000 OK", "299 a\tb",
    ]
    private static let hosts = [
        "Host: a", "host:a", "Host: a:80", "Host: [::1]", "Host: [1:2:3:4:5:6:7.8.9.10]:1",
        "Host: a,b",
        "Host:", "Host: a:", "Host: a:99999", "Host: u@a", "Host: [v1.a]", "Host: a%41",
        "HOST:\t A ",
        "Host: [1::2::3]", "Host: [1:2:3:4:5:6:7:8]", "Host: [::1.2.3.256]",
    ]
    private static let fields = [
        "Content-Length: 5", "Content-Length: 0", "content-length:5", "Content-Length: 5, 5",
        "Content-Length: 6", "Content-Length: +5", "Content-Length: 05", "Content-Length: 5x",
        "Content-Length:", "Content-Length: 9223372036854775808", "Content-Length: 99999999999",
        "Transfer-Encoding: chunked", "Transfer-Encoding: CHUNKED ",
        "transfer-encoding:gzip, chunked",
        "Transfer-Encoding: chunked, gzip", "Transfer-Encoding: identity",
        "Transfer-Encoding: ,chunked",
        "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: x",
        "Transfer-Encoding: chunked x",
        "Transfer-Encoding: gzip", "Connection: close", "Connection: keep-alive, Upgrade",
        "Connection: , close", "Upgrade: websocket", "Expect: 100-continue", "Expect: x",
        "Foo: bar",
        "Foo:", "Foo: \u{e9}", "Foo", ": x", "Foo : bar", "Foo: a\r\n b", "Foo: a\r\n \r\n\tb ",
        "F(o: x",
        "Content-Type: a", "Content-Type: b", "Authorization: x", "Location: /", "Trailer: X",
        "TE: x",
        "Content-Range: x", "Max-Forwards: 1", "Transfer-Encoding:\r\n chunked", "Cookie: a=b; c=d",
    ]
    private static let chunks = [
        "5\r\nhello\r\n", "1\r\na\r\n", "A\r\n0123456789\r\n", "0005\r\nhello\r\n",
        "5;a=b\r\nhello\r\n",
        "5;a=\"b;\\\"c\"\r\nhello\r\n", "5 \r\nhello\r\n", "5 ; a = b \r\nhello\r\n",
        "5\nhello\r\n",
        "5\r\nhello\n", "0x5\r\nhello\r\n", "5zz\r\nhello\r\n", "5;\r\nhello\r\n", "5\r\nhelloXY",
        "\r\n", "ffffffffffffffff\r\n", "00000000000000005\r\nhello\r\n", "5;a;b;c=d\r\nhello\r\n",
        "5;a\tb=c\r\nhello\r\n", "5\t\r\nhello\r\n", "2;\u{e9}=x\r\nab\r\n", "5;a=b \r\nhello\r\n",
    ]
    private static let lastChunks = [
        "0\r\n", "0\r\n", "000\r\n", "0;a=b\r\n", "0 \r\n", "\r\n", "0\n", "0x0\r\n", "",
    ]
    private static let trailers = [
        "X: y", "Content-Length: 5", "Host: b", "X : y", "X", "X: a\r\n b", ": y", "Foo:\t \u{e9} ",
    ]
}
