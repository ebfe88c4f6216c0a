/// A response's field lines as they go out, each with its CRLF.
///
/// Names and values are checked as they come in, so that nothing that a handler copies from a request can end a line and
/// begin a header, or a response, of its own (response splitting). Fields that say where a message ends or how a connection
/// goes on belong to the connection; a handler cannot set them.
public struct FieldBlock: Sendable {
    /// The lines, ready to be sent.
    public private(set) var bytes: [UInt8]

    /// No field.
    public init() { bytes = [] }

    /// Empties the block and keeps its storage.
    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Adds a field line.
    ///
    /// - Throws: `FieldProblem` where the name is no token, the value has a byte that no field value has, or the field is the
    ///   connection's.
    public mutating func add(_ name: String, _ value: String) throws(FieldProblem) {
        guard Self.isToken(name.utf8) else { throw .name }
        guard Self.isValue(value.utf8) else { throw .value }
        guard !Self.isOfConnection(name.utf8) else { throw .ofConnection }
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: value.utf8)
        bytes.append(0x0D)
        bytes.append(0x0A)
    }

    /// Adds lines that this program wrote itself, whole and with their CRLF.
    mutating func addLines(_ lines: [UInt8]) { bytes.append(contentsOf: lines) }

    /// Adds a line of this program's own.
    mutating func addLine(_ line: StaticString) {
        // SAFETY: a static string's bytes are there as long as the program.
        unsafe bytes.append(
            contentsOf: UnsafeBufferPointer(start: line.utf8Start, count: line.utf8CodeUnitCount))
    }

    /// `tchar` (RFC 9110 §5.6.2), at least one.
    private static func isToken(_ text: String.UTF8View) -> Bool {
        !text.isEmpty
            && text.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// No control character but HTAB, no white space at the ends (RFC 9110 §5.5).
    private static func isValue(_ text: String.UTF8View) -> Bool {
        let ends = [text.first, text.last]
        return text.allSatisfy { $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F }
            && !ends.contains(0x20) && !ends.contains(0x09)
    }

    private static let namesOfConnection = [
        "connection", "content-length", "date", "keep-alive", "server", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    private static func isOfConnection(_ name: String.UTF8View) -> Bool {
        namesOfConnection.contains { known in
            known.utf8.count == name.count && zip(known.utf8, name).allSatisfy { $0 == $1 | 0x20 }
        }
    }
}

/// Why a field line was not taken.
public enum FieldProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name is no token.
    case name
    /// The value has a control character, or white space at an end.
    case value
    /// The connection sets this field itself.
    case ofConnection

    public var description: String {
        switch self {
        case .name: "a field name is a token (RFC 9110 §5.6.2)"
        case .value:
            "a field value has no control characters and no space at its ends (RFC 9110 §5.5)"
        case .ofConnection: "the connection sets this field itself"
        }
    }
}
