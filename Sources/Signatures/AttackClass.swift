/// One published way to make two parsers part, and the bytes by which it can be recognised, if there are any.
///
/// Ids are those that the corpus uses (`Corpus/README.md`). The lists are by family, one file each, in `Classes`.
public struct AttackClass: Hashable, Sendable {
    /// What a class's bytes are part of. A pattern means something only there.
    public enum Scope: String, CaseIterable, Sendable {
        /// One direction of an HTTP/1 connection.
        case http1
        /// One direction of an HTTP/2 connection, from its preface or from a frame.
        case http2 = "http2.frame"
        /// HPACK blocks.
        case hpack
        /// One direction of a WebSocket connection.
        case webSocket = "websocket.frame"
    }

    /// How it can be told.
    public enum Telling: Hashable, Sendable {
        /// These bytes tell it: a regular expression as Hyperscan reads it, with the abbreviations of `PatternText`.
        case pattern(String)
        /// No bytes do, for this reason.
        case untold(String)
    }

    /// Its id, such as `H1-TE-03`.
    public let id: String
    /// What it is, in a few words.
    public let title: String
    /// The clauses that decide.
    public let clause: String
    /// How it can be told.
    public let telling: Telling
    /// Whether letters match only in their own case.
    public let isCased: Bool
    /// Where it belongs.
    public let scope: Scope

    init(
        _ id: String, _ title: String, _ clause: String, _ telling: Telling, cased: Bool = false,
        scope: Scope = .http1
    ) {
        self.id = id
        self.title = title
        self.clause = clause
        self.telling = telling
        isCased = cased
        self.scope = scope
    }

    /// The family: the id without its number.
    public var family: String {
        id.split(separator: "-").dropLast().joined(separator: "-")
    }

    /// The pattern, or nil where no bytes tell the class.
    public var pattern: String? {
        if case .pattern(let text) = telling { return text }
        return nil
    }

    /// All classes, family by family.
    public static let all: [AttackClass] =
        transferEncoding + contentLength + chunks + trailers + fields + requestLine + host
        + connections + handshake + http2 + hpack + webSocket
}
