import Differential
import Foundation
import HTTP1
import Wire

@testable import Server

/// One input of the corpus as a client sends it to a server, with what the server owes it.
struct AttackInput: Sendable {
    /// The case's id.
    let id: String
    /// The row of the catalogue that it belongs to, or nil.
    let row: String?
    /// What is sent before the smuggled request.
    let bytes: [UInt8]
    /// The status of the refusal that the case states, or nil where it states none.
    let refusal: Int?
    /// Whether the case ends inside a message: the client then sends nothing behind it, and ends.
    let isCut: Bool

    /// What a server owes a client that sends these bytes.
    struct Owed: Sendable {
        /// Statuses of the final responses, in order.
        var statuses: [Int] = []
        /// The contents of those that a handler makes; nil for others and for HEAD.
        var contents: [String?] = []
        var methods: [String] = []
        /// How many requests reach a handler.
        var calls = 0
        /// Whether the connection ends by itself.
        var closes = false
        var refusal: Int?
    }
}

extension AttackInput {
    /// The repository's folder.
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// All strict requests of the corpus under the default limits; of a family, one for each of some bytes.
    ///
    /// - Parameter isWhole: whether all members of a family are wanted.
    static func all(isWhole: Bool) throws -> [AttackInput] {
        let folders = ["http1.request", "http1.chunked", "http1.stream"].map {
            root.appendingPathComponent("Corpus/\($0)").path
        }
        return try Differential.Corpus().cases(in: folders).compactMap { one in
            let role = (one.context as? HTTP1Context)?.role ?? .request
            guard one.policy == .strict, one.limits.isEmpty, role == .request,
                isWhole || isWanted(one.id), let verdict = one.expectation?.verdict
            else { return nil }
            return AttackInput(one, verdict)
        }
    }

    /// Of a family `ID/XX`, what else ends a line, is white space, a delimiter, or no ASCII.
    private static func isWanted(_ id: String) -> Bool {
        guard let slash = id.lastIndex(of: "/") else { return true }
        return ["00", "09", "0a", "0d", "20", "2c", "3a", "41", "7f", "80", "ff"]
            .contains(id[id.index(after: slash)...])
    }

    private init?(_ one: CorpusCase, _ verdict: Verdict) {
        id = one.id
        let parts = one.id.split(separator: "-")
        row =
            parts.first == "H1" && parts.count >= 3
            ? "H1-\(parts[1])-\(parts[2].prefix { $0.isNumber })" : nil
        var bytes = one.bytes
        if one.protocolName == "http1.request", case .complete(let consumed) = verdict {
            guard let body = Self.body(Array(bytes[..<consumed])) else { return nil }
            bytes = bytes[..<consumed] + body
        }
        if one.protocolName == "http1.chunked" {
            bytes =
                Array("POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
                + bytes
        }
        self.bytes = bytes
        isCut = verdict == .incomplete
        if case .rejected(let rejection) = verdict {
            refusal = HTTP1Reason(rawValue: rejection.code)?.description.status
        } else {
            refusal = nil
        }
    }

    /// A body for a head: as long as it says, where a handler takes that; nothing where it is too long.
    private static func body(_ head: [UInt8]) -> [UInt8]? {
        guard let framing = messages(head).messages.first?.framing else { return nil }
        switch framing.kind {
        case .none, .tunnel: return []
        case .length:
            return framing.length > SeenRequests.bodyBytesMax
                ? [] : [UInt8](repeating: UInt8(ascii: "b"), count: framing.length)
        case .chunked: return Array("1\r\nc\r\n0\r\n\r\n".utf8)
        case .close: return nil
        }
    }

    /// What the executable specification reads.
    private static func messages(_ bytes: [UInt8]) -> (messages: [HTTP1Message], verdict: Verdict) {
        let reference = HTTP1.stream.variants[0]
        guard var parser = reference.makeParser(HTTP1.stream.strictConfiguration(for: bytes)) else {
            preconditionFailure("the reference implements the strict policy")
        }
        var tape = Tape()
        let verdict = parser.parse(bytes.span, into: &tape)
        return (HTTP1Transcript(tape.snapshot(), input: bytes).messages, verdict)
    }

    /// What the specification makes of `bytes`, and what follows from that for a server whose every route is a
    /// `SeenRequests`.
    static func owed(_ bytes: [UInt8]) -> Owed {
        let (messages, verdict) = messages(bytes)
        var owed = Owed()
        for message in messages {
            guard let framing = message.framing, let method = message.method else { break }
            if let status = refusalOfServer(message, framing) {
                owed.refuse(status)
                // TRACE alone is refused and the connection goes on.
                if status != 405 { return owed }
                if framing.keepAlive { continue }
                owed.closes = true
                return owed
            }
            guard message.end != nil else { break }
            owed.serve(message, method)
            guard framing.keepAlive else {
                owed.closes = true
                return owed
            }
        }
        if case .rejected(let rejection) = verdict {
            let status = HTTP1Reason(rawValue: rejection.code)?.description.status ?? 0
            owed.refuse(status)
            owed.refusal = status
        }
        return owed
    }

    /// What the server refuses though its bytes are a request: tunnels, echoes, codings that nothing decodes, targets
    /// whose path cannot be decoded, bodies beyond the route's limit.
    private static func refusalOfServer(_ message: HTTP1Message, _ framing: Framing) -> Int? {
        let method = String(decoding: message.method ?? [], as: UTF8.self)
        if isNoPath(message) { return 400 }
        if method == "CONNECT" { return 501 }
        let coding = message.fields.first { $0.id == .contentEncoding }?.value
        if let coding, String(decoding: coding, as: UTF8.self).lowercased() != "identity" {
            return 415
        }
        if method == "TRACE" { return 405 }
        return framing.length > SeenRequests.bodyBytesMax ? 413 : nil
    }

    /// Whether the path is none once it is decoded: it has a control character, which would end a line elsewhere, or is
    /// no UTF-8.
    private static func isNoPath(_ message: HTTP1Message) -> Bool {
        guard message.form == .origin || message.form == .absolute else { return false }
        var decoded: [UInt8] = []
        var rest = (message.target ?? []).prefix { $0 != UInt8(ascii: "?") }
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), let value = UInt8(digits, radix: 16) {
                decoded.append(value)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(byte)
            }
        }
        return decoded.contains { $0 < 0x20 || $0 == 0x7F }
            || String(validating: decoded, as: UTF8.self) == nil
    }
}

extension AttackInput.Owed {
    fileprivate mutating func refuse(_ status: Int) {
        statuses.append(status)
        contents.append(nil)
        methods.append("GET")
        closes = status != 405
    }

    fileprivate mutating func serve(_ message: HTTP1Message, _ method: [UInt8]) {
        let version = message.version ?? (1, 1)
        let line =
            method + [0x20] + (message.target ?? [])
            + Array(" HTTP/\(version.major).\(version.minor)".utf8)
        let name = String(decoding: method, as: UTF8.self)
        statuses.append(200)
        methods.append(name)
        contents.append(
            name == "HEAD"
                ? nil
                : SeenRequests.text(line, message.body, trailerCount: message.trailers.count))
        calls += 1
    }
}
