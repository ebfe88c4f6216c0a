extension Piece {
    /// Words in which the piece's known names and forms stand. Their tails are suffixes: the state in the midst of a name is
    /// told from that of any other only by what completes it.
    var examples: [[UInt8]] {
        switch self {
        case .http2Header, .http2HeaderInBlock: return HTTP2HeaderPiece.examples
        case .webSocketHeader: return Self.webSocketExamples(isMasked: true)
        case .webSocketServerHeader: return Self.webSocketExamples(isMasked: false)
        case .requestLine, .statusLine, .version, .fieldLine, .fieldSection, .chunkLine, .dataEnd,
            .contentLength, .transferEncoding, .connection, .authority:
            return texts.map { Array($0.utf8) }
        }
    }

    private var texts: [String] {
        switch self {
        case .requestLine:
            [
                "CONNECT a:1 HTTP/1.1\r\n", "OPTIONS * HTTP/1.1\r\n", "HEAD http://a/ HTTP/1.0\r\n",
                "GET /?%41 HTTP/1.1\r\n",
            ]
        case .statusLine: ["HTTP/1.1 101 \r\n", "HTTP/1.0 204 \r\n", "HTTP/1.1 304 a\r\n"]
        case .version: ["HTTP/1.1", "HTTP/1.0"]
        case .fieldLine: ["A: a\r\n", "Host: a\r\n"]
        // Values that are known by their names are pieces of their own.
        case .fieldSection: ["A: a\r\n\r\n", "Host: a\r\n\r\n"]
        case .chunkLine: ["0;a=\"\\b\"\r\n", "0 ;a=b\r\n"]
        case .dataEnd: ["\r\n"]
        case .contentLength: ["1, 1", "0x1", "0.1e1"]
        case .transferEncoding:
            [
                "gzip, chunked", "chunked;a=\"b\"", "identity", "deflate", "xchunkedx",
                "\"chunked\"",
                "=?UTF-8?B?Y2h1bmtlZA==?=",
            ]
        case .connection: ["close", "keep-alive", "upgrade", "te, close"]
        case .authority: ["[::1]:80", "a%41.b:1", "127.0.0.1"]
        case .webSocketHeader, .webSocketServerHeader, .http2Header, .http2HeaderInBlock: []
        }
    }

    /// Each opcode, whole and not, at the lengths where the rules part.
    private static func webSocketExamples(isMasked: Bool) -> [[UInt8]] {
        let mask: [UInt8] = isMasked ? [0, 0, 0, 0] : []
        let bit: UInt8 = isMasked ? 0x80 : 0
        let lengths: [[UInt8]] = [
            [bit], [bit | 1], [bit | 2], [bit | 125], [bit | 126, 0, 125], [bit | 126, 0, 126],
            [bit | 127, 0, 0, 0, 0, 0, 0, 0, 126], [bit | 127, 0, 0, 0, 0, 0, 1, 0, 0],
            [bit | 127, 0x80, 0, 0, 0, 0, 0, 0, 0], [bit | 127, 0, 0, 0, 1, 0, 0, 0, 0],
        ]
        let openings: [UInt8] = [0x00, 0x01, 0x02, 0x03, 0x08, 0x09, 0x80, 0x81, 0x82, 0x88, 0x89]
        return openings.flatMap { opening in lengths.map { [opening] + $0 + mask } }
    }
}
