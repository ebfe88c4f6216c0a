internal import HTTP1
internal import HTTP2
internal import WebSocket
public import Wire

/// A piece of a protocol that is regular: its automaton under a policy, and the input around it that makes a whole.
public enum Piece: String, CaseIterable, Sendable {
    case requestLine = "request-line"
    case statusLine = "status-line"
    case version = "http-version"
    case fieldLine = "field-line"
    case fieldSection = "field-section"
    case chunkLine = "chunk-size-line"
    case dataEnd = "chunk-data-end"
    case contentLength = "content-length"
    case transferEncoding = "transfer-encoding"
    case connection
    case authority
    case webSocketHeader = "websocket-header"
    case webSocketServerHeader = "websocket-server-header"
    case http2Header = "http2-header"
    case http2HeaderInBlock = "http2-header-in-block"

    /// The piece called `name`, or nil.
    public static func named(_ name: String) -> Piece? { Piece(rawValue: name) }

    /// One sentence: what it is.
    public var summary: String {
        switch self {
        case .requestLine: "empty lines and a request line (RFC 9112 §2.2, §3)"
        case .statusLine: "a status line (RFC 9112 §4)"
        case .version: "HTTP-version (RFC 9112 §2.3)"
        case .fieldLine: "one field line behind another, or the empty line (RFC 9112 §5)"
        case .fieldSection: "field lines, folds and the empty line (RFC 9112 §5)"
        case .chunkLine: "a chunk-size line (RFC 9112 §7.1)"
        case .dataEnd: "what stands behind a chunk's data (RFC 9112 §7.1)"
        case .contentLength: "a Content-Length value (RFC 9110 §8.6)"
        case .transferEncoding: "a Transfer-Encoding value and its members (RFC 9112 §6.1)"
        case .connection: "a Connection value and its options (RFC 9110 §7.6.1)"
        case .authority: "a Host value (RFC 3986 §3.2)"
        case .webSocketHeader: "a frame header of a client, no message open (RFC 6455 §5.2)"
        case .webSocketServerHeader: "a frame header of a server, no message open (RFC 6455 §5.2)"
        case .http2Header: "a frame header of a client (RFC 9113 §4.1)"
        case .http2HeaderInBlock: "a frame header behind a field block that is open (RFC 9113 §6.2)"
        }
    }

    /// The protocol under which the whole input is read.
    public var protocolName: String {
        switch self {
        case .statusLine: "http1.response"
        case .chunkLine, .dataEnd: "http1.chunked"
        case .webSocketHeader, .webSocketServerHeader: "websocket.frame"
        case .http2Header, .http2HeaderInBlock: "http2.frame"
        case .requestLine, .version, .fieldLine, .fieldSection, .contentLength,
            .transferEncoding, .connection, .authority:
            "http1.request"
        }
    }

    /// The automaton under `policy`.
    public func automaton(_ policy: Policy) -> PieceAutomaton {
        switch self {
        case .webSocketHeader: WebSocketHeaderPiece(.client).automaton(policy)
        case .webSocketServerHeader: WebSocketHeaderPiece(.server).automaton(policy)
        case .http2Header: HTTP2HeaderPiece(isInBlock: false).automaton(policy)
        case .http2HeaderInBlock: HTTP2HeaderPiece(isInBlock: true).automaton(policy)
        default: grammarAutomaton(policy)
        }
    }

    /// The entries of the context under which the whole input is read.
    public var contextEntries: [String: String] {
        self == .webSocketServerHeader ? ["role": "server"] : [:]
    }

    /// The octets around the piece that make a whole input.
    public var setting: (prefix: [UInt8], suffix: [UInt8]) {
        let texts: (String, String)
        switch self {
        case .requestLine: texts = ("", "Host: a\r\n\r\n")
        case .statusLine: texts = ("", "Content-Length: 0\r\n\r\n")
        case .version: texts = ("GET / ", "\r\nHost: a\r\n\r\n")
        case .fieldLine: texts = ("GET / HTTP/1.1\r\nHost: a\r\n", "\r\n")
        case .fieldSection: texts = ("GET / HTTP/1.0\r\n", "")
        case .chunkLine: texts = ("", "\r\n")
        case .dataEnd: texts = ("1\r\na", "0\r\n\r\n")
        case .contentLength:
            texts = ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ", "\r\n\r\n")
        case .transferEncoding:
            texts = ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ", "\r\n\r\n")
        case .connection: texts = ("GET / HTTP/1.1\r\nHost: a\r\nConnection: ", "\r\n\r\n")
        case .authority: texts = ("GET / HTTP/1.1\r\nHost: ", "\r\n\r\n")
        case .webSocketHeader, .webSocketServerHeader, .http2Header, .http2HeaderInBlock:
            texts = ("", "")
        }
        return (Array(texts.0.utf8), Array(texts.1.utf8))
    }

    /// The whole input with `word` in the piece's place: with the octets that a length in it announces, too.
    public func input(_ word: [UInt8]) -> [UInt8] {
        let setting = setting
        switch self {
        case .webSocketHeader, .webSocketServerHeader: return WebSocketHeaderPiece.input(word)
        case .http2Header: return HTTP2HeaderPiece(isInBlock: false).input(word)
        case .http2HeaderInBlock: return HTTP2HeaderPiece(isInBlock: true).input(word)
        default: return setting.prefix + word + setting.suffix
        }
    }

    /// The leniencies that change the piece's automaton.
    public var leniencies: Policy {
        switch self {
        case .webSocketHeader:
            [.nonMinimalLength, .unmaskedClient, .reservedBits, .reservedOpcodes]
        case .webSocketServerHeader:
            [.nonMinimalLength, .maskedServer, .reservedBits, .reservedOpcodes]
        case .http2Header: .evenStreams
        case .http2HeaderInBlock: .unknownFrameInBlock
        case .version: .caseInsensitiveHTTPName
        case .connection: .strict
        default: door.leniencies
        }
    }

    /// Octets in the order in which a search prefers them: those that are easily read and mean little first.
    public var preference: [UInt8] {
        let first: String
        switch self {
        case .requestLine, .version: first = "A/1"
        case .statusLine: first = "1"
        case .chunkLine: first = "0x"
        case .contentLength: first = "0"
        case .dataEnd, .fieldLine, .fieldSection, .connection, .authority, .transferEncoding:
            first = "A"
        case .http2Header, .http2HeaderInBlock: return Array(UInt8.min...UInt8.max)
        case .webSocketHeader, .webSocketServerHeader:
            // Whole frames with a message's start before all others.
            return [0x00] + Array(0x81...0xFF) + Array(0x01...0x80)
        }
        let texts = first + "Aa10/:" + " \t\r\n"
        var order = Array(texts.utf8) + Array(0x21...0x7E) + Array(UInt8.min...UInt8.max)
        var seen: Set<UInt8> = []
        order.removeAll { !seen.insert($0).inserted }
        return order
    }
}

extension Piece {
    /// The grammar that the piece is taken from.
    private var door: TableDoor {
        switch self {
        case .requestLine, .version: .requestLine
        case .statusLine: .statusLine
        case .fieldLine, .fieldSection: .fieldLine
        case .chunkLine: .chunkLine
        case .dataEnd: .dataEnd
        case .contentLength: .contentLength
        case .transferEncoding, .connection: .lists
        case .authority, .webSocketHeader, .webSocketServerHeader, .http2Header,
            .http2HeaderInBlock:
            .authority
        }
    }

    private func grammarAutomaton(_ policy: Policy) -> PieceAutomaton {
        switch self {
        case .version:
            let dfa = TableDoor.requestLine.automaton(policy, entry: "version")
            return GrammarPiece(dfa, .value).automaton(from: "version")
        case .requestLine:
            return GrammarPiece(door.automaton(policy), .requestLine)
                .automaton(from: "request-start")
        case .statusLine:
            return GrammarPiece(door.automaton(policy), .line).automaton(from: "status-line")
        case .fieldLine:
            return GrammarPiece(door.automaton(policy), .line).automaton(from: "next")
        case .fieldSection:
            return GrammarPiece(door.automaton(policy), .fieldSection).automaton(from: "first")
        case .chunkLine:
            return GrammarPiece(door.automaton(policy), .line).automaton(from: "chunk-start")
        case .dataEnd:
            return GrammarPiece(door.automaton(policy), .accepted).automaton(from: "data-end")
        case .contentLength:
            return GrammarPiece(door.automaton(policy), .value).automaton(from: "content-length")
        case .transferEncoding:
            return GrammarPiece(door.automaton(policy), .value)
                .automaton(from: "transfer-encoding")
        case .connection:
            return GrammarPiece(door.automaton(policy), .value).automaton(from: "connection")
        case .authority, .webSocketHeader, .webSocketServerHeader, .http2Header,
            .http2HeaderInBlock:
            return GrammarPiece(door.automaton(policy), .value).automaton(from: "authority")
        }
    }
}
