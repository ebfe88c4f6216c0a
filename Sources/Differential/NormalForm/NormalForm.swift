internal import Foundation
internal import HTTP1
public import Wire

/// What a participant read in an input, in the one schema that workers, `zyparse parse` and reports share.
///
/// Bytes that are not text appear as Latin-1, one code point for each byte; bodies as base64.
public struct NormalForm: Codable, Hashable, Sendable {
    /// The version of this schema.
    public static let schemaVersion = 1

    /// `complete`, `incomplete`, `rejected` or `unsupported`.
    public var outcome: String
    /// Bytes consumed, where complete.
    public var consumed: Int?
    /// The reason's name and offset, where rejected.
    public var reason: String?
    public var offset: Int?
    /// What is certain.
    public var messages: [Message]?
    /// Bytes behind what was consumed, where complete.
    public var leftover: Int?
    public var schema = NormalForm.schemaVersion

    /// One message.
    public struct Message: Codable, Hashable, Sendable {
        public var start: Int
        public var end: Int?
        public var method: String?
        public var target: String?
        public var status: Int?
        public var reasonPhrase: String?
        public var version: String?
        public var fields: [[String]]?
        public var fieldOffsets: [Int]?
        public var framing: String?
        public var length: Int?
        public var why: String?
        public var keepAlive: Bool?
        public var expectsContinue: Bool?
        public var upgrade: Bool?
        public var chunks: [Chunk]?
        public var lastChunkExtensions: String?
        public var body: String?
        public var trailers: [[String]]?
    }

    /// One chunk; the last one, which has no data, is left out.
    public struct Chunk: Codable, Hashable, Sendable {
        public var size: Int
        public var extensions: String
    }

    /// What a variant that lacks a leniency answers.
    public static let unsupported = NormalForm(outcome: "unsupported")

    /// Reads an outcome.
    public init(_ outcome: Outcome, input: [UInt8], description: ProtocolDescription) {
        switch outcome.verdict {
        case .complete(let consumed):
            self.outcome = "complete"
            self.consumed = consumed
        case .incomplete: self.outcome = "incomplete"
        case .rejected(let rejection):
            self.outcome = "rejected"
            reason = description.reason(of: rejection)?.name
            offset = rejection.offset
        }
        let transcript = HTTP1Transcript(outcome.tape, input: input)
        messages = transcript.messages.map { Message($0, protocolName: description.name) }
        if let consumed {
            // A body that lasts until close is a message's; what follows a tunnel's head is nobody's.
            let isBody = transcript.messages.last?.framing?.kind == .close && description.isStream
            leftover = isBody ? 0 : input.count - consumed
        }
    }

    private init(outcome: String) { self.outcome = outcome }

    /// The form as one line of JSON, keys in order.
    public func json(pretty: Bool = false) -> String {
        JSONText.encode(self, pretty: pretty)
    }
}

extension NormalForm.Message {
    fileprivate init(_ message: HTTP1Message, protocolName: String) {
        start = message.start
        end = message.end
        method = message.method.map(latin1)
        target = message.target.map(latin1)
        status = message.status
        reasonPhrase = message.reasonPhrase.map(latin1)
        version = message.version.map { "\($0.major).\($0.minor)" }
        if message.version != nil {
            fields = message.fields.map { [latin1($0.name), latin1($0.value)] }
            fieldOffsets = message.fields.map(\.offset)
        }
        if let decided = message.framing {
            framing = "\(decided.kind)"
            length = decided.kind == .length ? decided.length : nil
            why = Self.words(of: decided.why)
            keepAlive = decided.keepAlive
            expectsContinue = decided.expectsContinue ? true : nil
            upgrade = decided.upgrade ? true : nil
        }
        let isHead = protocolName == "http1.request" || protocolName == "http1.response"
        if !isHead {
            body = Data(message.body).base64EncodedString()
            trailers = message.trailers.map { [latin1($0.name), latin1($0.value)] }
        }
        if !message.chunks.isEmpty {
            chunks = message.chunks.filter { $0.size > 0 }.map {
                NormalForm.Chunk(size: $0.size, extensions: latin1($0.extensions))
            }
            let last = message.chunks.last.flatMap { $0.size == 0 ? $0.extensions : nil } ?? []
            lastChunkExtensions = last.isEmpty ? nil : latin1(last)
        }
    }

    /// `contentLength` as `content-length`.
    private static func words(of why: Framing.Why) -> String {
        var text = ""
        for character in "\(why)" {
            if character.isUppercase { text += "-" }
            text += character.lowercased()
        }
        return text
    }
}

/// One code point for each byte.
func latin1(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes { text.unicodeScalars.append(UnicodeScalar(byte)) }
    return text
}
