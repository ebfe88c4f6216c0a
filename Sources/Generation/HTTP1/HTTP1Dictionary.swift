/// What HTTP/1 messages are made of, right and wrong, as tables.
enum HTTP1Dictionary {
    static let alphabet: [UInt8] = [
        0x0D, 0x0A, 0x20, 0x09, 0x3A, 0x3B, 0x2C, 0x30, 0x31, 0x41, 0x22, 0x00, 0xFF, 0x7F, 0x25,
        0x5C, 0x3D, 0x78, 0x2B, 0x5F, 0x0B, 0x80, 0x2F, 0x5B, 0x5D, 0x40,
    ]
    static let pieces = [
        "\r\n", "\n", "\r", "\r\n ", "\r\n\t", " ", "\t ", ": ", "%2e", "%00", "%5c", "%c0", "0x",
        "::",
        ", ", ",,", ";a=b", ";a=\"b\\\"\"", "chunked", "\r\r\n", "\n\n", "0\r\n\r\n", "HTTP/1.1",
        "é",
        "Host: b\r\n", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Foo\r\n",
        ": x\r\n",
    ]
    static let methods = [
        "GET", "POST", "HEAD", "OPTIONS", "CONNECT", "TRACE", "get", "M-SEARCH", "PUT", "PRI",
    ]
    static let targets = [
        "/", "/a/b?c=d", "*", "http://a/", "http://a", "https://a:8080?q", "a:443", "a",
        "[::1]:443",
        "/%41%2f%zz", "/a|b", "//", "HTTP://A/b", "http://[1:2::3]/", "http://u@a/", "/a#b", "a:0",
        "/\u{e9}", "a:65536", "http:///", "/?[x]=%5c", "ftp://a/",
    ]
    static let versions = [
        "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9",
        "http/1.1",
        "HTTP/1.10",
    ]
    static let statuses = [
        "200 OK", "200 ", "200", "204 No Content", "304 Not Modified", "101 Switching Protocols",
        "100 Continue", "103 Early", "404 \u{e9}", "999 x", "20 OK", "2000 OK", "299 a\tb",
    ]
    static let hosts = [
        "Host: a", "host:a", "Host: a:80", "Host: [::1]", "Host: [1:2:3:4:5:6:7.8.9.10]:1",
        "Host: a,b",
        "Host:", "Host: a:", "Host: a:99999", "Host: u@a", "Host: [v1.a]", "Host: a%41",
        "HOST:\t A ",
        "Host: [1::2::3]", "Host: [1:2:3:4:5:6:7:8]", "Host: [::1.2.3.256]",
    ]
    static let fields = [
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
    static let chunks = [
        "5\r\nhello\r\n", "1\r\na\r\n", "A\r\n0123456789\r\n", "0005\r\nhello\r\n",
        "5;a=b\r\nhello\r\n",
        "5;a=\"b;\\\"c\"\r\nhello\r\n", "5 \r\nhello\r\n", "5 ; a = b \r\nhello\r\n",
        "5\nhello\r\n",
        "5\r\nhello\n", "0x5\r\nhello\r\n", "5zz\r\nhello\r\n", "5;\r\nhello\r\n", "5\r\nhelloXY",
        "\r\n", "ffffffffffffffff\r\n", "00000000000000005\r\nhello\r\n", "5;a;b;c=d\r\nhello\r\n",
        "5;a\tb=c\r\nhello\r\n", "5\t\r\nhello\r\n", "2;\u{e9}=x\r\nab\r\n", "5;a=b \r\nhello\r\n",
    ]
    static let lastChunks = [
        "0\r\n", "0\r\n", "000\r\n", "0;a=b\r\n", "0 \r\n", "\r\n", "0\n", "0x0\r\n", "",
    ]
    static let trailers = [
        "X: y", "Content-Length: 5", "Host: b", "X : y", "X", "X: a\r\n b", ": y", "Foo:\t \u{e9} ",
    ]
}
