internal import HTTP1
internal import Wire

/// A request as a handler sees it: the head that the parser read, the target taken apart, and the body where the route
/// collects it.
///
/// A value: a handler may keep it as long as it likes. The connection uses the same storage for its next request where no
/// one kept it, so that requests on a warm connection allocate nothing.
public struct Request: Sendable {
    /// What the value refers to.
    let storage: RequestStorage

    init(_ storage: RequestStorage) { self.storage = storage }

    /// The method; `other` for what has no case, with its letters in `methodText`.
    public var method: Method { storage.method }
    /// The method's letters.
    public var methodText: String { storage.text(storage.methodRange) }
    /// The path: percent-decoded once, from the first slash on; `*` for the asterisk form.
    public var path: String { String(decoding: storage.path, as: UTF8.self) }
    /// The bytes of `path`.
    public var pathBytes: [UInt8] { storage.path }
    /// The query behind the first `?` as it stands, without the `?`; nil where there is none.
    public var query: String? { storage.queryRange.map { storage.text($0) } }
    /// Major × 16 + minor: 0x11 for HTTP/1.1.
    public var version: UInt16 { storage.version }
    /// The client's address as text, such as `127.0.0.1`.
    public var remoteAddress: String { storage.client.description }
    /// The body, where the route collects it; empty otherwise.
    public var body: [UInt8] { storage.body }
    /// The trailer fields of a chunked body that was collected. They are kept apart: none is a header field (RFC 9110 §6.5.1).
    public var trailers: [(name: String, value: String)] { storage.trailers }

    /// Wakes the request's connection, for sinks and sources that said `waiting`; nil where nobody drives the connection
    /// that could be told.
    public var waker: Waker? { storage.waking.map { Waker($0, storage.connection) } }

    /// The value of the first field line of this name (in any case), or nil.
    public func field(_ name: String) -> String? {
        storage.fieldValue(name).map { storage.text($0) }
    }

    /// All field lines in order.
    public var fields: [(name: String, value: String)] {
        storage.fieldLines.map { (storage.text($0), storage.text($1)) }
    }

    /// What a parameter or wildcard of the route matched, percent-decoded; nil where the route has none of this name.
    public func parameter(_ name: String) -> String? {
        storage.parameters.first { $0.name == name }?.value
    }

    /// The query's pairs in order, `+` for space, percent-decoded; a name without `=` has an empty value.
    public var queryItems: [(name: String, value: String)] {
        guard let range = storage.queryRange else { return [] }
        return storage.head[range].split(separator: UInt8(ascii: "&")).map { pair in
            let sides = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (
                Self.formText(sides[0]), sides.count > 1 ? Self.formText(sides[1]) : ""
            )
        }
    }

    /// A form's text: `application/x-www-form-urlencoded` (WHATWG URL §5.1).
    private static func formText(_ bytes: ArraySlice<UInt8>) -> String {
        let spaced = bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        return String(decoding: PercentCoding.decoded(spaced) ?? spaced, as: UTF8.self)
    }
}

/// What a request value refers to. Changed by its connection only, while it has the only reference.
package final class RequestStorage: @unchecked Sendable {
    // SAFETY of @unchecked: a connection writes here only before it hands the request to a handler, or where
    // `isKnownUniquelyReferenced` says that no one else has it; from then on nobody writes.

    /// The head as it came, from the request line to the empty line.
    var head: [UInt8] = []
    /// The head's tokens; offsets are of `head`.
    var tape = Tape(tokenCapacity: 96)
    var method = Method.other
    var methodRange = 0..<0
    var path: [UInt8] = []
    /// What the path had that some handlers refuse.
    var pathFeatures: PathFeatures = []
    /// The path as it stands in the head, before decoding.
    var rawPathRange = 0..<0
    var queryRange: Range<Int>?
    var version: UInt16 = 0x11
    var framing = Framing(kind: .none, why: .noLengthNoEncoding, keepAlive: true)
    var client = ClientAddress(v4: 0)
    var connection = ConnectionID(slot: 0, generation: 0)
    var waking: (any ConnectionWaking)?
    var parameters: [(name: String, value: String)] = []
    var body: [UInt8] = []
    var trailers: [(name: String, value: String)] = []

    init() {}

    /// Empties everything and keeps the storage.
    func removeAll() {
        head.removeAll(keepingCapacity: true)
        tape.removeAll()
        path.removeAll(keepingCapacity: true)
        pathFeatures = []
        queryRange = nil
        if !parameters.isEmpty { parameters.removeAll(keepingCapacity: true) }
        if !body.isEmpty { body = [] }
        if !trailers.isEmpty { trailers = [] }
    }

    /// Some bytes of the head as text.
    func text(_ range: Range<Int>) -> String { String(decoding: head[range], as: UTF8.self) }

    /// Where the value of the first line of `name` stands, in any case of letters.
    func fieldValue(_ name: String) -> Range<Int>? {
        for line in fieldLines where isName(line.name, name) { return line.value }
        return nil
    }

    /// Where names and values stand. Values that were folded do not occur: the strict policy refuses them.
    var fieldLines: [(name: Range<Int>, value: Range<Int>)] {
        var lines: [(name: Range<Int>, value: Range<Int>)] = []
        for index in 0..<tape.count
        where tape[index].kind == HTTP1Token.Kind.fieldName.rawValue && index + 1 < tape.count {
            lines.append((range(tape[index]), range(tape[index + 1])))
        }
        return lines
    }

    /// Where the value of the first line of a known name stands; nothing is compared, as the parser knew the name.
    func fieldValue(_ name: FieldName) -> Range<Int>? {
        for index in 0..<tape.count {
            let token = tape[index]
            if token.kind == HTTP1Token.Kind.fieldName.rawValue,
                token.detail == UInt16(name.rawValue),
                index + 1 < tape.count
            {
                return range(tape[index + 1])
            }
        }
        return nil
    }

    private func isName(_ range: Range<Int>, _ name: String) -> Bool {
        guard range.count == name.utf8.count else { return false }
        return zip(head[range], name.utf8).allSatisfy { byte, letter in
            Self.lowered(byte) == Self.lowered(letter)
        }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    func range(_ token: Token) -> Range<Int> {
        let start = Int(truncatingIfNeeded: token.offset)
        return start..<start + Int(truncatingIfNeeded: token.length)
    }
}
