public import Wire

/// The tokens of HTTP/1 tapes.
///
/// A head's tokens are the start line's, then a name and a value for each field line, then one framing
/// token. A chunked body's are a chunk each (behind its extensions, if any), the last chunk, the trailers,
/// the message's end. `Documentation/HTTP1.md` §8 says which offsets and lengths each one carries.
public enum HTTP1Token {
    /// What a token stands for.
    public enum Kind: UInt8, CaseIterable, Sendable {
        /// The request method.
        case method = 1
        /// The request target; detail: `TargetForm`.
        case target
        /// `HTTP/x.y`; detail: major × 16 + minor.
        case version
        /// The three status digits; detail: their value.
        case status
        /// The reason phrase, which may be empty.
        case reasonPhrase
        /// A field name; detail: `FieldName`.
        case fieldName
        /// A field value without the white space around it; it stands in the input.
        case fieldValue
        /// A field value that was folded: unfolded, in the arena.
        case fieldValueUnfolded
        /// The framing decision: see `Framing.init(token:)`.
        case framing
        /// A body of known length (streams only): offset and length.
        case body
        /// What follows is opaque until the connection closes (streams only): a tunnel, or such a body.
        case opaque
        /// One chunk's extensions as they stand, from the first `;` to the end of the line.
        case chunkExtensions
        /// One chunk's data: offset and length.
        case chunk
        /// The last chunk; offset: where the trailer section starts.
        case lastChunk
        /// A trailer's name.
        case trailerName
        /// A trailer's value; it stands in the input.
        case trailerValue
        /// A trailer's value that was folded: unfolded, in the arena.
        case trailerValueUnfolded
        /// The message has ended; offset: the byte behind it.
        case messageEnd
    }
}

extension Token {
    /// Makes an HTTP/1 token.
    @inlinable @inline(__always)
    public init(_ kind: HTTP1Token.Kind, detail: UInt16 = 0, offset: Int, length: Int) {
        self.init(kind: kind.rawValue, detail: detail, offset: offset, length: length)
    }

    /// The token's kind on an HTTP/1 tape, or nil where it is none.
    public var http1Kind: HTTP1Token.Kind? { HTTP1Token.Kind(rawValue: kind) }
}

/// The form of a request target (RFC 9112 §3.2).
public enum TargetForm: UInt16, CaseIterable, Sendable, BitwiseCopyable {
    /// `/path?query`
    case origin
    /// `http://host/path?query`
    case absolute
    /// `host:port`, with CONNECT only.
    case authority
    /// `*`, with OPTIONS only.
    case asterisk
    /// Any visible bytes, under `Policy.unvalidatedTarget`.
    case unvalidated
}

/// Field names that framing, routing and singleton rules know. Raw value 0 is every other name.
public enum FieldName: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case other
    case authorization
    case connection
    case contentEncoding
    case contentLength
    case contentRange
    case contentType
    case cookie
    case expect
    case host
    case keepAlive
    case location
    case maxForwards
    case proxyAuthorization
    case setCookie
    case te
    case trailer
    case transferEncoding
    case upgrade

    /// The name in lower case, or nil for `other`.
    public var text: String? {
        switch self {
        case .other: nil
        case .authorization: "authorization"
        case .connection: "connection"
        case .contentEncoding: "content-encoding"
        case .contentLength: "content-length"
        case .contentRange: "content-range"
        case .contentType: "content-type"
        case .cookie: "cookie"
        case .expect: "expect"
        case .host: "host"
        case .keepAlive: "keep-alive"
        case .location: "location"
        case .maxForwards: "max-forwards"
        case .proxyAuthorization: "proxy-authorization"
        case .setCookie: "set-cookie"
        case .te: "te"
        case .trailer: "trailer"
        case .transferEncoding: "transfer-encoding"
        case .upgrade: "upgrade"
        }
    }
}

/// Where a message's body ends, decided once, with the reason.
public struct Framing: Hashable, Sendable {
    /// How the end is found.
    public enum Kind: UInt16, CaseIterable, Sendable {
        /// No body.
        case none
        /// As many bytes as Content-Length says.
        case length
        /// The chunked coding.
        case chunked
        /// Until the connection closes (responses only).
        case close
        /// The connection is no longer HTTP: CONNECT, or 101.
        case tunnel
    }

    /// Why it is found so (the cases of RFC 9112 §6.3).
    public enum Why: UInt16, CaseIterable, Sendable {
        /// A request with neither Content-Length nor Transfer-Encoding (case 7).
        case noLengthNoEncoding
        /// Content-Length (case 6).
        case contentLength
        /// Transfer-Encoding with chunked last (case 4).
        case transferEncoding
        /// A response whose Transfer-Encoding does not end in chunked (case 4).
        case encodingWithoutFinalChunked
        /// A response with neither (case 8).
        case untilClose
        /// The answer to HEAD (case 1).
        case head
        /// 1xx (case 1).
        case informational
        /// 204 (case 1).
        case noContent
        /// 304 (case 1).
        case notModified
        /// A CONNECT request, or its 2xx answer (case 2).
        case connect
        /// 101 (RFC 9110 §7.8).
        case switchingProtocols
    }

    public var kind: Kind
    public var why: Why
    /// The body's length in bytes for `length`, else 0.
    public var length: Int
    /// Whether another message may follow on the connection.
    public var keepAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends its body.
    public var expectsContinue: Bool
    /// Whether the request asks for another protocol (HTTP/1.1, Upgrade, and `upgrade` in Connection).
    public var upgrade: Bool

    /// Makes a framing decision.
    public init(
        kind: Kind, why: Why, length: Int = 0, keepAlive: Bool, expectsContinue: Bool = false,
        upgrade: Bool = false
    ) {
        self.kind = kind
        self.why = why
        self.length = length
        self.keepAlive = keepAlive
        self.expectsContinue = expectsContinue
        self.upgrade = upgrade
    }

    /// Detail bits of a framing token: kind 0–3, why 4–7, keep-alive 8, expects-continue 9, upgrade 10.
    @inlinable @inline(__always)
    public var detail: UInt16 {
        kind.rawValue | why.rawValue &<< 4 | (keepAlive ? 0x100 : 0)
            | (expectsContinue ? 0x200 : 0) | (upgrade ? 0x400 : 0)
    }

    /// Reads a framing token back; nil where `token` is none.
    public init?(token: Token) {
        guard token.kind == HTTP1Token.Kind.framing.rawValue,
            let kind = Kind(rawValue: token.detail & 15),
            let why = Why(rawValue: token.detail >> 4 & 15)
        else { return nil }
        self.init(
            kind: kind, why: why, length: Int(truncatingIfNeeded: token.length),
            keepAlive: token.detail & 0x100 != 0, expectsContinue: token.detail & 0x200 != 0,
            upgrade: token.detail & 0x400 != 0)
    }
}

/// Which request a response answers, as far as its framing depends on it (RFC 9112 §6.3).
public enum RequestMethod: String, CaseIterable, Sendable, BitwiseCopyable {
    case head = "HEAD"
    case connect = "CONNECT"
    case other = "OTHER"
}

/// What an HTTP/1 parser knows of its connection.
public struct HTTP1Context: ParseContext, Hashable {
    /// Who sent the bytes.
    public enum Role: String, CaseIterable, Sendable {
        /// A client: the messages are requests.
        case request
        /// A server: the messages are responses.
        case response
    }

    /// Whether the bytes are requests or responses (a chunked body does not care).
    public var role: Role
    /// For responses: the requests that they answer, in order. Behind the last: `other`.
    public var requestMethods: [RequestMethod]

    /// Makes a context.
    public init(role: Role, requestMethods: [RequestMethod] = []) {
        self.role = role
        self.requestMethods = requestMethods
    }
}
