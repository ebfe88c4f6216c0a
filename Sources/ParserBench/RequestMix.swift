/// Makes different requests from a seed: paths, field sets, field lengths and cookies vary as traffic does, so that a
/// parser cannot learn the next branch by heart.
struct RequestMix {
    /// One request and its number of field lines.
    struct Request {
        let bytes: [UInt8]
        let fields: Int
    }

    private let seed: UInt64

    init(seed: UInt64) { self.seed = seed }

    /// `count` requests; about 600 bytes and 12 fields in the mean.
    func requests(_ count: Int) -> [Request] {
        var random = Random(state: seed)
        return (0..<count).map { _ in Self.request(&random) }
    }

    /// A multiplicative generator, enough for variety. Source: Knuth, TAOCP vol. 2, §3.3.4 (MMIX constants).
    private struct Random {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }

        mutating func pick(_ list: [String]) -> String { list[below(list.count)] }

        mutating func text(_ range: ClosedRange<Int>, from alphabet: String) -> String {
            let letters = Array(alphabet)
            let count = range.lowerBound + below(range.count)
            return String((0..<count).map { _ in letters[below(letters.count)] })
        }
    }

    private static let word = "abcdefghijklmnopqrstuvwxyz"
    private static let digits = "0123456789abcdef"

    private static func request(_ random: inout Random) -> Request {
        var fields = [
            "Host: " + random.pick(["www.", "api.", "cdn-3.", "m.", ""])
                + random.text(4...14, from: word)
                + random.pick([".example", ".test:8080", ".example.org"]),
            "User-Agent: " + random.pick(agents),
            "Accept: " + random.pick(accepts),
        ]
        for optional in optionals where random.below(100) < optional.percent {
            fields.append(optional.name + ": " + value(optional.values, &random))
        }
        let hasBody = random.below(4) == 0
        if hasBody {
            fields.append("Content-Length: \(random.below(5_000))")
            fields.append(
                "Content-Type: " + random.pick(["application/json", "text/plain; charset=utf-8"]))
        }
        let line =
            (hasBody ? "POST " : random.pick(["GET ", "GET ", "GET ", "HEAD "])) + path(&random)
        let text = line + " HTTP/1.1\r\n" + fields.joined(separator: "\r\n") + "\r\n\r\n"
        return Request(bytes: Array(text.utf8), fields: fields.count)
    }

    private static func path(_ random: inout Random) -> String {
        var path = ""
        for _ in 0...random.below(4) {
            path += "/" + random.text(2...16, from: word + "-_0123456789")
        }
        if random.below(2) == 0 {
            path +=
                "?" + random.text(1...8, from: word) + "="
                + random.text(1...40, from: digits + "-._~+")
        }
        return path
    }

    /// A fixed value, or a random text where the list is empty.
    private static func value(_ values: [String], _ random: inout Random) -> String {
        values.isEmpty
            ? random.text(16...120, from: word + digits + "=;, ./-") + "x" : random.pick(values)
    }

    private static let optionals: [(name: String, percent: Int, values: [String])] = [
        (
            "Accept-Language", 85,
            ["en-US,en;q=0.9", "de-DE,de;q=0.9,en;q=0.7", "ja", "fr-CH, fr;q=0.9, en;q=0.8"]
        ),
        ("Accept-Encoding", 92, ["gzip, deflate, br", "gzip", "gzip, deflate, br, zstd"]),
        ("Connection", 70, ["keep-alive", "keep-alive", "close"]),
        ("Cookie", 75, []),
        (
            "Referer", 62,
            [
                "https://www.example.com/a/page?x=1", "https://search.example/",
                "https://news.example/2026/11/21/story",
            ]
        ),
        ("Cache-Control", 50, ["no-cache", "max-age=0"]),
        ("sec-ch-ua", 55, ["\"Chromium\";v=\"142\", \"Not_A Brand\";v=\"99\""]),
        ("sec-ch-ua-mobile", 55, ["?0", "?1"]),
        ("sec-ch-ua-platform", 55, ["\"Windows\"", "\"macOS\"", "\"Android\""]),
        ("Sec-Fetch-Site", 60, ["same-origin", "cross-site", "none"]),
        ("Sec-Fetch-Mode", 60, ["navigate", "cors", "no-cors"]),
        ("Sec-Fetch-Dest", 60, ["document", "image", "empty", "script"]),
        ("Upgrade-Insecure-Requests", 40, ["1"]),
        ("If-None-Match", 30, ["\"5f3c1a2b-47a6\"", "W/\"0123456789abcdef\""]),
        ("Origin", 25, ["https://www.example.com"]),
        ("Authorization", 22, []),
        ("X-Forwarded-For", 30, ["192.0.2.7", "192.0.2.7, 198.51.100.23"]),
        ("X-Request-Id", 28, ["0123456789abcdef0123456789abcdef"]),
        ("traceparent", 20, ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"]),
        ("DNT", 15, ["1"]),
    ]

    private static let agents = [
        "curl/8.11.0", "python-requests/2.34.2", "Go-http-client/1.1", "okhttp/5.3.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    ]
    private static let accepts = [
        "*/*", "application/json",
        "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    ]
}
