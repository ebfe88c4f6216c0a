public import Wire

/// A message as a tape tells it, with its bytes copied out: the model behind the normal form.
public struct HTTP1Message: Hashable, Sendable {
    /// One field line, as it was recognised.
    public struct Field: Hashable, Sendable {
        /// The name, in the case in which it stood.
        public var name: [UInt8]
        /// The value without white space around it; unfolded where it was folded.
        public var value: [UInt8]
        /// Which of the known names it is.
        public var id: FieldName
        /// Where the name begins, from the input's first byte.
        public var offset: Int

        /// Makes a field.
        public init(name: [UInt8], value: [UInt8], id: FieldName = .other, offset: Int = 0) {
            self.name = name
            self.value = value
            self.id = id
            self.offset = offset
        }
    }

    /// One chunk.
    public struct Chunk: Hashable, Sendable {
        /// Bytes of data; 0 for the last chunk.
        public var size: Int
        /// The extensions as they stood, from the first `;`.
        public var extensions: [UInt8]

        /// Makes a chunk.
        public init(size: Int, extensions: [UInt8] = []) {
            self.size = size
            self.extensions = extensions
        }
    }

    /// The first byte of the message, empty lines before it included.
    public var start = 0
    /// The byte behind the message, or nil while it has not ended.
    public var end: Int?
    public var method: [UInt8]?
    public var target: [UInt8]?
    public var form: TargetForm?
    public var status: Int?
    public var reasonPhrase: [UInt8]?
    /// Major and minor digit, or nil where there is no head.
    public var version: (major: Int, minor: Int)? {
        get { versionNumber.map { ($0 / 16, $0 % 16) } }
        set { versionNumber = newValue.map { $0.major * 16 + $0.minor } }
    }
    private var versionNumber: Int?
    public var fields: [Field] = []
    public var framing: Framing?
    public var chunks: [Chunk] = []
    /// Body bytes that are there, decoded.
    public var body: [UInt8] = []
    public var trailers: [Field] = []

    /// An empty message that starts at `start`.
    public init(start: Int = 0) { self.start = start }
}

/// All messages that a tape tells of an input.
public struct HTTP1Transcript: Hashable, Sendable {
    public var messages: [HTTP1Message] = []

    /// Reads the committed tokens of `tape` over `input`.
    ///
    /// Tokens that reach beyond the input (a body that is still coming) are cut to what is there.
    public init(_ tape: TapeSnapshot, input: [UInt8]) {
        var current = HTTP1Message()
        var isOpen = false
        for (index, token) in tape.tokens.enumerated() {
            guard let kind = token.http1Kind else { continue }
            isOpen = true
            current.take(kind, token, behind: tape.tokens[..<index], tape, input)
            if kind == .messageEnd {
                current.end = token.offset
                messages.append(current)
                current = HTTP1Message(start: token.offset)
                isOpen = false
            }
        }
        if isOpen { messages.append(current) }
    }
}

extension HTTP1Message {
    /// Adds what one token says.
    fileprivate mutating func take(
        _ kind: HTTP1Token.Kind, _ token: Token, behind earlier: ArraySlice<Token>,
        _ tape: TapeSnapshot, _ input: [UInt8]
    ) {
        func text() -> [UInt8] { Self.bytes(input, token) }
        switch kind {
        case .method: method = text()
        case .target:
            target = text()
            form = TargetForm(rawValue: token.detail)
        case .version: versionNumber = Int(token.detail)
        case .status: status = Int(token.detail)
        case .reasonPhrase: reasonPhrase = text()
        case .fieldName, .trailerName:
            break
        case .fieldValue, .fieldValueUnfolded:
            fields.append(Self.field(earlier.last, token, kind, tape, input))
        case .trailerValue, .trailerValueUnfolded:
            trailers.append(Self.field(earlier.last, token, kind, tape, input))
        case .framing:
            framing = Framing(token: token)
            end = framing?.kind == .length || framing?.kind == .chunked ? nil : token.offset
        case .body: body += text()
        case .opaque:
            if framing?.kind == .close { body += Self.bytes(input, from: token.offset) }
            end = framing?.kind == .close ? input.count : token.offset
        case .chunkExtensions: break
        case .chunk, .lastChunk:
            let before = earlier.last
            let hasExtensions = before?.http1Kind == .chunkExtensions
            chunks.append(
                Chunk(
                    size: Int(truncatingIfNeeded: token.length),
                    extensions: hasExtensions ? before.map { Self.bytes(input, $0) } ?? [] : []))
            if kind == .chunk { body += text() }
        case .messageEnd: break
        }
    }

    private static func field(
        _ name: Token?, _ value: Token, _ kind: HTTP1Token.Kind, _ tape: TapeSnapshot,
        _ input: [UInt8]
    ) -> Field {
        let isUnfolded = kind == .fieldValueUnfolded || kind == .trailerValueUnfolded
        return Field(
            name: name.map { bytes(input, $0) } ?? [],
            value: bytes(isUnfolded ? tape.arena : input, value),
            id: name.flatMap { FieldName(rawValue: UInt8(truncatingIfNeeded: $0.detail)) }
                ?? .other,
            offset: name?.offset ?? 0)
    }

    /// The bytes of a token, as far as they are there.
    private static func bytes(_ source: [UInt8], _ token: Token) -> [UInt8] {
        let start = min(token.offset, source.count)
        let room = UInt64(source.count - start)
        return Array(source[start..<(start + Int(min(token.length, room)))])
    }

    private static func bytes(_ source: [UInt8], from offset: Int) -> [UInt8] {
        Array(source[min(offset, source.count)...])
    }
}
