internal import Crypto

/// The values of the opening handshake that are WebSocket's own (RFC 6455 §4; `Documentation/WebSocket.md` §11).
public enum WebSocketHandshake {
    /// What every key is joined with (RFC 6455 §1.3).
    private static let guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// The one version (RFC 6455 §4.1).
    public static let version = "13"

    /// Why a value cannot stand.
    public enum Fault: Error, Hashable, Sendable {
        /// The field is not a list of extensions.
        case malformedExtensions
        /// The server names an extension that was not offered.
        case extensionNotOffered
        /// A parameter is unknown, stands twice, or has a value that it may not have.
        case invalidParameter
        /// The server names a subprotocol that was not offered.
        case subprotocolNotOffered
    }

    /// Whether `key` is base64 of 16 octets.
    public static func isValid(key: String) -> Bool {
        key.utf8.count == 24 && Base64.bytes(key)?.count == 16
    }

    /// A key of 16 random octets.
    public static func makeKey(using random: inout some RandomNumberGenerator) -> String {
        Base64.text((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }

    /// Sec-WebSocket-Accept for a key: base64 of SHA-1 over the key as it stands and the GUID (RFC 6455 §4.2.2).
    public static func accept(for key: String) -> String {
        Base64.text(Digest.sha1(Array((key + guid).utf8)))
    }

    /// Whether the answer's Sec-WebSocket-Protocol is one that was offered, or absent (RFC 6455 §4.1).
    public static func checkSubprotocol(
        _ answered: String?, offered: [String]
    ) throws(Fault) {
        guard let answered else { return }
        guard offered.contains(answered) else { throw .subprotocolNotOffered }
    }
}

/// One member of Sec-WebSocket-Extensions: a name, and parameters with or without a value.
public struct WebSocketExtension: Hashable, Sendable {
    /// One parameter.
    public struct Parameter: Hashable, Sendable {
        public var name: String
        public var value: String?

        /// Makes a parameter.
        public init(_ name: String, _ value: String? = nil) {
            self.name = name
            self.value = value
        }
    }

    public var name: String
    public var parameters: [Parameter]

    /// Makes an extension.
    public init(_ name: String, _ parameters: [Parameter] = []) {
        self.name = name
        self.parameters = parameters
    }

    /// As it stands in the field.
    public var text: String {
        parameters.reduce(name) { text, parameter in
            "\(text); \(parameter.name)" + (parameter.value.map { "=\($0)" } ?? "")
        }
    }
}

extension WebSocketHandshake {
    /// The extensions that a field's value lists, in order (RFC 6455 §9.1).
    ///
    /// One pass over the bytes: no byte is looked at again (CVE-2020-7662, CVE-2020-7663).
    public static func extensions(_ value: String) throws(Fault) -> [WebSocketExtension] {
        var reader = WebSocketExtensionReader(Array(value.utf8))
        return try reader.extensions()
    }
}

/// `extension-list`, RFC 6455 §9.1, with the list rule of RFC 9110 §5.6.1.
private struct WebSocketExtensionReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func extensions() throws(WebSocketHandshake.Fault) -> [WebSocketExtension] {
        var list: [WebSocketExtension] = []
        while true {
            skipWhitespace()
            if next != nil, next != UInt8(ascii: ",") { list.append(try member()) }
            guard let separator = next else { return list }
            guard separator == UInt8(ascii: ",") else { throw .malformedExtensions }
            index += 1
        }
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipWhitespace() {
        while let byte = next, byte == 0x20 || byte == 0x09 { index += 1 }
    }

    private mutating func member() throws(WebSocketHandshake.Fault) -> WebSocketExtension {
        var found = WebSocketExtension(try token())
        skipWhitespace()
        while next == UInt8(ascii: ";") {
            index += 1
            skipWhitespace()
            var parameter = WebSocketExtension.Parameter(try token())
            skipWhitespace()
            if next == UInt8(ascii: "=") {
                index += 1
                skipWhitespace()
                parameter.value = next == UInt8(ascii: "\"") ? try quoted() : try token()
                skipWhitespace()
            }
            found.parameters.append(parameter)
        }
        return found
    }

    /// `1*tchar`, RFC 9110 §5.6.2.
    private mutating func token() throws(WebSocketHandshake.Fault) -> String {
        let start = index
        while let byte = next, Self.isToken(byte) { index += 1 }
        guard index > start else { throw .malformedExtensions }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// "The value after quoted-string unescaping MUST conform to the 'token' ABNF."
    private mutating func quoted() throws(WebSocketHandshake.Fault) -> String {
        var value: [UInt8] = []
        index += 1
        while let byte = next, byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\") { index += 1 }
            guard let taken = next, Self.isToken(taken) else { throw .malformedExtensions }
            value.append(taken)
            index += 1
        }
        guard next != nil, !value.isEmpty else { throw .malformedExtensions }
        index += 1
        return String(decoding: value, as: UTF8.self)
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
