/// What mutations put in, as octets. Sources: the permutations of public desync scanners (HTTP Request Smuggler, smuggler,
/// smugchunks), and the families that tell servers apart in trailers and chunk lines.
extension HTTP1Dictionary {
    private static func octets(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    static let mutator = ByteMutator(
        alphabet: alphabet,
        pieces: octets(
            pieces + versions + methods + chunks + lastChunks + members0
                + fields
                .map { $0 + "\r\n" }) + terminators + extensions + permutations
            + smuggled)

    /// Line ends, and what is taken for one.
    static let terminators =
        octets([
            "\r\n", "\n", "\r", "\n\r", "\r\r\n", "\r\n\n", "\rX", "\r\r", "", "XX", "\r\nX",
            "\u{B}",
            "\u{C}", "\u{0}", " \r\n", "\t\r\n", "\r \n", "\u{0}\r\n",
        ]) + [[0x85], [0x85, 0x0D, 0x0A], [0xA0, 0x0D, 0x0A]]

    static let beforeNames =
        octets([
            " ", "\t", "\r\n ", "\r\n\t", "\r", "\n", "\u{B}", "\u{0}", "Foo: bar\r\n ", "x: y\r",
            "x: y\n", "X",
        ])
        + [[0x7F], [0x85], [0xA0], [0xFF]]

    static let beforeColons =
        octets([" ", "\t", "\r\n ", " x", "\n ", "\r", "\u{B}", "\u{0}", ":", "%20", "-", "_"])
        + [[0x85], [0xA0], [0xAD], [0xFF]]

    static let behindColons =
        octets([
            "", "\t", "  ", "\r\n ", "\r\n\t", "\n ", "\r\n \r\n ", "\n\u{B}", ":", "\u{0}",
            "\u{B}", ",",
        ])
        + [[0x85], [0xA0], [0xFF]]

    static let insideValues = octets([
        ",", ",,", ", ", "\t,", "\"", "'", ";p=v", ", identity", ", chunked", "\r\n ", "\r", "\n",
        "\u{0}",
        " ", "x", "\\", "%63",
    ])

    static let behindValues =
        octets([
            "\r", "\n", "\t", " ", "\u{0}", "\u{B}", "\u{C}", ";", ";p=v", ", identity",
            ", chunked", ",", "x",
            " x", "\r\n\r\n", "\r\n X: y",
        ]) + [[0x85], [0xA0]]

    /// Transfer-Encoding.
    static let codings =
        octets([
            "chunked", "Chunked", "CHUNKED", "\"chunked\"", "'chunked'", "chunk", "xchunked",
            "chunked, identity",
            "identity, chunked", "identity, chunked, identity", "chunked;ext=val", "chunked,",
            ",chunked",
            "=?UTF-8?B?Y2h1bmtlZA==?=", "gzip, chunked", "chunked, gzip", "chunked, chunked",
            "identity", "gzip",
            "x-gzip,chunked", "chunked\t", "\tchunked", " \tchunked \t", "", "deflate", "trailers",
            "chunked x",
            "x chunked", "chunked\u{0}", "br, chunked", "compress,chunked",
        ]) + [Array("ch".utf8) + [0x96] + Array("nked".utf8), [0xFF] + Array("chunked".utf8)]

    static let hostValues = octets(
        hosts.map { String($0.dropFirst(5)) } + [
            " ", " a b", " a/b", "a#b", "a@b", "localhost", "127.1", "[::1",
        ])

    /// Of any field.
    static let values = octets([
        "", " ", "x", "close", "keep-alive", "upgrade", "close, te", "Transfer-Encoding",
        "Content-Length", "websocket",
        "h2c", "100-continue", "100-Continue", "x 100-continue", "y, 100-continue", "trailers", "0",
        "1", "a, b",
        "\"a\"", "chunked", "a:1",
    ])

    private static let members0 = [
        "close", "keep-alive", "upgrade", "chunked", "gzip", "identity", "te", "host",
        "content-length",
        "transfer-encoding", "", " ", "x", "5", "0",
    ]

    /// Of lists.
    static let members = octets(members0)

    /// Lines that a reader may take for a framing header, or a framing header that it may miss.
    static let permutations =
        octets([
            "Transfer_Encoding: chunked", "Transfer Encoding: chunked",
            "Transfer\\Encoding: chunked",
            "Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked",
            "Transfer-Encoding\n : chunked",
            "Transfer-Encoding x: chunked", " Transfer-Encoding: chunked",
            "Foo: bar\r\n Transfer-Encoding: chunked",
            "Foo: bar\r\n\tTransfer-Encoding: chunked", "Foo: bar\rTransfer-Encoding: chunked",
            "Foo: bar\nTransfer-Encoding: chunked", "Transfer-Encoding:\n chunked",
            "Transfer-Encoding:\r\n \r\n chunked", "Transfer-Encoding:\n\u{B}chunked",
            "Transfer-Encoding:\r\n\tchunked", "Transfer-Encoding::chunked",
            "Transfer-Encoding: chunked\r",
            "Transfer-Encoding: \u{0}chunked", "TRANSFER-ENCODING: CHUNKED",
            "tRANSFER-ENCODING: cHUNKED",
            "Transfer-%45ncoding: chunked", "Tra\rnsfer-Encoding: chunked",
            "Connection: Transfer-Encoding",
            "Connection: Content-Length", "X-Invalid Y: \r\nContent-Length: 5", "Content_Length: 5",
            "Content Length: 5", "Content-Length : 5", "Content-Length\t: 5", " Content-Length: 5",
            "Content-Length:\n 5", "Content-Length:\r\n 5", "Content-Length: 5\r",
            "CONTENT-LENGTH: 5",
            "Content-Length: 5\r\nContent-Length: 6",
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "Host: a\r\nHost: b", "Host : a", "Ho\u{0}st: a", "Expect: 100-continue", "Expect: x",
            ": x", "x",
            "\u{0}: x", "a b: c", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings",
        ]) + [
            Array("Transfer".utf8) + [0xAD] + Array("Encoding: chunked".utf8),
            Array("Transf".utf8) + [0x82] + Array("r-Encoding: chunked".utf8),
            Array("Transfer-Encoding".utf8) + [0xA0] + Array(": chunked".utf8),
            Array("Transfer-Encoding:".utf8) + [0xFF] + Array("chunked".utf8),
        ]

    static let fieldLines = octets((fields + hosts + trailers).map { $0 + "\r\n" })

    /// Behind a chunk's size.
    static let extensions =
        octets([
            "", ";", ";a", ";a=b", ";a=\"b\"", ";a=\"b\\\"c\"", ";a=\"", ";a=\"\r\n", ";;", ";a;",
            ";a=", ";=b", "; a=b", ";a =b",
            ";a= b", " ;a", " ", "\t", "\u{0}", ";\u{0}", ";\n", ";\r", ";a\n", ";a b=c",
            ";a=b;c=\"d;e\"", "\r", "\n", "x",
            ";a=\"\\\n\"",
        ]) + [[0x3B, 0x80], [0x3B, 0x61, 0x3D, 0xFF], [0x3B, 0x7F]]

    static let chunkTexts = octets(chunks + lastChunks)

    /// What stands where a reader may begin a message.
    static let smuggled = octets([
        "GET /s HTTP/1.1\r\nHost: b\r\n\r\n", "GET /s HTTP/1.1\r\nX: y", "0\r\n\r\n",
        "0\r\n\r\nGET /s HTTP/1.1\r\nX: ",
        "POST /s HTTP/1.1\r\nHost: b\r\nContent-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "0\r\nany: value\r\n", "G",
        "\r\n", "\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ])

    static let separators =
        octets(["", "  ", "\t", " \t ", "\u{B}", "\r", "\u{0}", "+", "%20", "\r\n"]) + [
            [0x85], [0xA0],
        ]

    static let versionTexts = octets(
        versions + [
            "", "HTTP/1.", "HTTP/11", "HTTP/01.1", "hTTP/1.1", "HTTP/1.1 ", "HTTP/1.1x", "HTTP/1,1",
            "HTTP/2", "HTTPS/1.1",
        ])

    static let statusTexts = octets(
        statuses + ["", "199 x", "100", "1xx x", "099 x", "-00 x", "200  OK", "600 x"])

    static let methodTexts = octets(
        methods + ["", "G", "GET\u{0}", "get", "Get", "BREW", "GET,POST", "\"GET\"", "GE T"])

    static let targetTexts = octets(
        targets + [
            "", "?", "/\\", "/%00", "/%5c", "/%2e%2e/", "/..", "//a/b", "/a b", "/\t", "/a?b#c",
            "http://a:80@b/", "http://a,b/",
            "a:443,b:443", "*/", "/\u{0}", "http://[::1]:80/", "http:/a", "ws://a/", "/;/..;/",
            "/?a=\"b\"<c>",
        ])
}
