internal import Wire

extension BenchInputs {
    /// Heads, a pipeline, chunked bodies.
    static func http1() -> [BenchInput] {
        let heads: [BenchInput] = [
            one("minimal 27 B", minimal), one("curl 90 B", curl), one("browser 700 B", browser700),
            one("browser 1.2 kB", browser1200),
        ]
        let mix = RequestMix(seed: 512).requests(512)
        let mixed = BenchInput(
            name: "mix of 512", protocolName: "http1.request", messages: mix.map(\.bytes),
            partCounts: mix.map(\.fields))
        let pieces = [2, 8, 64].map { count in
            BenchInput(
                name: "browser 700 B in \(count) pieces", protocolName: "http1.request",
                messages: [Array(browser700.utf8)], partCounts: [fieldCount(browser700)],
                pieces: count)
        }
        let answer = BenchInput(
            name: "response 650 B", protocolName: "http1.response",
            messages: [Array(response.utf8)], partCounts: [fieldCount(response)])
        let pipeline = BenchInput(
            name: "pipeline of 16 × 27 B", protocolName: "http1.stream",
            messages: [Array(String(repeating: minimal, count: 16).utf8)], partCounts: [16])
        return heads + [mixed] + pieces + [answer, pipeline] + chunkedBodies
    }

    private static func one(_ name: String, _ text: String) -> BenchInput {
        BenchInput(
            name: name, protocolName: "http1.request", messages: [Array(text.utf8)],
            partCounts: [fieldCount(text)])
    }

    /// Lines between start line and empty line.
    private static func fieldCount(_ text: String) -> Int {
        text.utf8.count { $0 == 0x0A } - 2
    }

    /// 64 KiB of data in chunks of 16 B, 1 KiB and 16 KiB.
    private static var chunkedBodies: [BenchInput] {
        [(16, "16 B"), (1_024, "1 KiB"), (16_384, "16 KiB")].map { size, name in
            var body: [UInt8] = []
            for index in 0..<(65_536 / size) {
                body += Array("\(String(size, radix: 16))\r\n".utf8)
                body += [UInt8](repeating: UInt8(97 + index % 26), count: size)
                body += Array("\r\n".utf8)
            }
            body += Array("0\r\n\r\n".utf8)
            return BenchInput(
                name: "64 KiB in chunks of \(name)", protocolName: "http1.chunked",
                messages: [body], partCounts: [65_536 / size], part: "chunk")
        }
    }
}

extension BenchInputs {
    static let minimal = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    static let curl =
        "GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: curl/8.11.0\r\n"
        + "Accept: */*\r\n\r\n"

    static let browser700 =
        "GET /wp-content/uploads/2026/03/hello-kitty-darth-vader-pink.jpg HTTP/1.1\r\n"
        + "Host: www.kittyhell.example\r\n"
        + "User-Agent: Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 "
        + "Firefox/144.0 Pathtraq/0.9\r\n"
        + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
        + "Accept-Language: ja,en-us;q=0.7,en;q=0.3\r\n"
        + "Accept-Encoding: gzip, deflate\r\n"
        + "Accept-Charset: Shift_JIS,utf-8;q=0.7,*;q=0.7\r\n"
        + "Keep-Alive: 115\r\n"
        + "Connection: keep-alive\r\n"
        + "Cookie: wp_ozh_wsa_visits=2; wp_ozh_wsa_visit_lasttime=xxxxxxxxxx; "
        + "__utma=xxxxxxxxx.xxxxxxxxxx.xxxxxxxxxx.xxxxxxxxxx.xxxxxxxxxx.x; "
        + "__utmz=xxxxxxxxx.xxxxxxxxxx.x.x.utmccn=(referral)|utmcsr=reader.livedwango.example|"
        + "utmcct=/reader/|utmcmd=referral\r\n\r\n"

    static let browser1200 =
        "GET /products/search?q=mechanical+keyboard&category=computers&sort=relevance&page=2 HTTP/1.1\r\n"
        + "Host: shop.example.com\r\n"
        + "Connection: keep-alive\r\n"
        + "sec-ch-ua: \"Chromium\";v=\"142\", \"Google Chrome\";v=\"142\", \"Not_A Brand\";v=\"99\"\r\n"
        + "sec-ch-ua-mobile: ?0\r\n"
        + "sec-ch-ua-platform: \"Windows\"\r\n"
        + "Upgrade-Insecure-Requests: 1\r\n"
        + "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        + "Chrome/142.0.0.0 Safari/537.36\r\n"
        + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
        + "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7\r\n"
        + "Sec-Fetch-Site: same-origin\r\n"
        + "Sec-Fetch-Mode: navigate\r\n"
        + "Sec-Fetch-User: ?1\r\n"
        + "Sec-Fetch-Dest: document\r\n"
        + "Referer: https://shop.example.com/products/search?q=mechanical+keyboard&category=computers\r\n"
        + "Accept-Encoding: gzip, deflate, br, zstd\r\n"
        + "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n"
        + "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; cart=3; "
        + "consent=analytics%3Dfalse%26marketing%3Dfalse%26functional%3Dtrue; "
        + "_ga=GA1.2.1234567890.1234567890; _gid=GA1.2.0987654321.0987654321; "
        + "recent=10293%2C55721%2C88123%2C10001%2C77312; ab_test=variant-b; locale=en_GB\r\n\r\n"

    static let response =
        "HTTP/1.1 200 OK\r\n"
        + "Date: Sat, 21 Nov 2026 10:00:00 GMT\r\n"
        + "Content-Type: text/html; charset=utf-8\r\n"
        + "Content-Length: 18342\r\n"
        + "Connection: keep-alive\r\n"
        + "Cache-Control: public, max-age=300, stale-while-revalidate=60\r\n"
        + "ETag: \"5f3c1a2b-47a6\"\r\n"
        + "Last-Modified: Fri, 20 Nov 2026 18:12:44 GMT\r\n"
        + "Vary: Accept-Encoding, Accept-Language\r\n"
        + "Strict-Transport-Security: max-age=63072000; includeSubDomains; preload\r\n"
        + "X-Content-Type-Options: nosniff\r\n"
        + "X-Frame-Options: SAMEORIGIN\r\n"
        + "Referrer-Policy: strict-origin-when-cross-origin\r\n"
        + "Set-Cookie: session=0123456789abcdef; Path=/; HttpOnly; Secure; SameSite=Lax\r\n"
        + "Server: origin/3.2\r\n"
        + "X-Request-Id: 0123456789abcdef0123456789abcdef\r\n\r\n"
}
