public import Wire

/// How HTTP/1's contexts and tapes are written down.
public struct HTTP1Notation: Notation {
    private let protocolName: String
    private let context: HTTP1Context
    private let isStream: Bool

    /// Makes the notation of one of the protocols; `context` is what holds where nothing is stated.
    init(protocolName: String, context: HTTP1Context, isStream: Bool) {
        self.protocolName = protocolName
        self.context = context
        self.isStream = isStream
    }

    public var contextEntries: [ContextEntry] {
        [
            ContextEntry("role", "request (the default) or response, for http1.stream"),
            ContextEntry("requests", "what responses answer, in order: HEAD, CONNECT, others"),
        ]
    }

    public func context(
        _ entries: [String: String], input: [UInt8]?
    ) throws(NotationError) -> any ParseContext {
        var made = context
        if let role = entries["role"] {
            guard let known = HTTP1Context.Role(rawValue: role) else {
                throw NotationError("unknown role '\(role)'; known: request, response")
            }
            // A head is one or the other; the role says which only where the protocol leaves it open.
            if isStream { made.role = known }
        }
        for name in (entries["requests"] ?? "").split(separator: ",") {
            // Other methods do not change how a response is framed.
            made.requestMethods.append(
                RequestMethod(rawValue: String(name.filter { $0 != " " })) ?? .other)
        }
        return made
    }

    public var itemsKey: String { "messages" }

    public var isText: Bool { true }

    public func items(
        _ tape: TapeSnapshot, input: [UInt8], context: any ParseContext
    ) -> [Item] {
        HTTP1Transcript(tape, input: input).messages.map { item(of: $0) }
    }

    public func isPart(_ token: Token) -> Bool {
        token.http1Kind == .fieldName || token.http1Kind == .chunk
    }

    public func ownsRest(_ items: [Item]) -> Bool {
        // A body that lasts until close is a message's; what follows a tunnel's head is nobody's.
        isStream && items.last?.summary == "close"
    }

    public func reaction(to reason: ReasonDescription, context: any ParseContext) -> String {
        // A response is not answered: a gateway that gets it tells its own client 502 (RFC 9110 §15.6.3).
        let isResponse = (context as? HTTP1Context)?.role == .response
        let status = isResponse ? 502 : reason.status
        return "\(status), \(reason.closes ? "close" : "keep") the connection"
    }
}

// MARK: Items

extension HTTP1Notation {
    private func item(of message: HTTP1Message) -> Item {
        var properties = startLine(message)
        if message.version != nil { properties += fields(message) }
        if let framing = message.framing { properties += self.properties(of: framing) }
        let isHead = protocolName == "http1.request" || protocolName == "http1.response"
        if !isHead {
            properties += [
                Item.Property("body", .bytes(message.body), rank: .body),
                Item.Property("trailers", Self.pairs(message.trailers), rank: .trailers),
            ]
        }
        if !message.chunks.isEmpty { properties += chunks(message) }
        return Item(
            start: message.start, end: message.end, properties: properties,
            summary: Self.summary(message))
    }

    /// The framing as cases write it; a chunked body by itself has no framing token.
    private static func summary(_ message: HTTP1Message) -> String {
        guard let framing = message.framing else { return "chunked" }
        return framing.kind == .length ? "length \(framing.length)" : "\(framing.kind)"
    }

    private func startLine(_ message: HTTP1Message) -> [Item.Property] {
        var properties: [Item.Property] = []
        func add(_ name: String, _ value: Item.Value?) {
            guard let value else { return }
            properties.append(Item.Property(name, value, rank: .targetAndMethod))
        }
        add("method", message.method.map(Item.Value.latin1))
        add("target", message.target.map(Item.Value.latin1))
        add("status", message.status.map(Item.Value.number))
        add("reasonPhrase", message.reasonPhrase.map(Item.Value.latin1))
        add("version", message.version.map { .text("\($0.major).\($0.minor)") })
        if let form = message.form {
            properties.append(
                Item.Property(
                    "form", .number(Int(form.rawValue)), rank: .targetAndMethod, isShown: false))
        }
        return properties
    }

    private func fields(_ message: HTTP1Message) -> [Item.Property] {
        let known = message.fields.filter { $0.id != .other }
        let reframed: Set<FieldName> = [.contentLength, .transferEncoding, .connection]
        let kept = message.fields.filter { !reframed.contains($0.id) }
        return [
            Item.Property("fields", Self.pairs(message.fields)),
            Item.Property(
                "fieldOffsets", .list(message.fields.map { .number($0.offset) }), isPlace: true),
            Item.Property("known fields", Self.pairs(known), rank: .securityFields, isShown: false),
            Item.Property("fields but framing", Self.pairs(kept), isShown: false),
        ]
    }

    private func properties(of framing: Framing) -> [Item.Property] {
        var properties = [Item.Property("framing", .text("\(framing.kind)"), rank: .framing)]
        func add(_ name: String, _ value: Item.Value, if isThere: Bool = true) {
            if isThere { properties.append(Item.Property(name, value, rank: .framing)) }
        }
        add("length", .number(framing.length), if: framing.kind == .length)
        add("why", .text(Self.words(of: framing.why)))
        add("keepAlive", .bool(framing.keepAlive))
        add("expectsContinue", .bool(true), if: framing.expectsContinue)
        add("upgrade", .bool(true), if: framing.upgrade)
        return properties
    }

    private func chunks(_ message: HTTP1Message) -> [Item.Property] {
        let withData = message.chunks.filter { $0.size > 0 }.map { chunk in
            Item.Value.object([
                "size": .number(chunk.size), "extensions": .latin1(chunk.extensions),
            ])
        }
        let last = message.chunks.last.flatMap { $0.size == 0 ? $0.extensions : nil } ?? []
        var properties = [Item.Property("chunks", .list(withData), rank: .body)]
        if !last.isEmpty {
            properties.append(Item.Property("lastChunkExtensions", .latin1(last), rank: .body))
        }
        return properties
    }

    private static func pairs(_ fields: [HTTP1Message.Field]) -> Item.Value {
        .list(fields.map { .list([.latin1($0.name), .latin1($0.value)]) })
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

// MARK: Labels

extension HTTP1Notation {
    public func label(of token: Token, tape: TapeSnapshot) -> TokenLabel {
        guard let kind = token.http1Kind else { return TokenLabel("kind \(token.kind)") }
        switch kind {
        case .method, .version, .status, .body: return TokenLabel("\(kind)")
        case .reasonPhrase: return TokenLabel("reasonPhrase")
        case .target:
            let form = TargetForm(rawValue: token.detail).map { "\($0)" } ?? "?"
            return TokenLabel("target (\(form) form)")
        case .fieldName: return TokenLabel("name")
        case .fieldValue: return TokenLabel("value")
        case .trailerName: return TokenLabel("trailer name")
        case .trailerValue: return TokenLabel("trailer value")
        case .fieldValueUnfolded, .trailerValueUnfolded: return TokenLabel("value", .arena)
        case .framing: return TokenLabel(Self.text(of: token), .point)
        case .chunkExtensions: return TokenLabel("extensions")
        case .chunk: return TokenLabel("chunk of \(token.length)")
        case .lastChunk: return TokenLabel("last chunk", .point)
        case .messageEnd: return TokenLabel("message ends", token.offset > 0 ? .point : .hidden)
        case .opaque: return TokenLabel("opaque from here", .point)
        }
    }

    private static func text(of token: Token) -> String {
        guard let framing = Framing(token: token) else { return "framing" }
        let length = framing.kind == .length ? " \(framing.length)" : ""
        let keepAlive = framing.keepAlive ? "" : ", then the connection closes"
        return "head ends; framing: \(framing.kind)\(length) (\(framing.why))\(keepAlive)"
    }
}

// MARK: Writing anew

extension HTTP1Notation {
    /// Content-Length, Transfer-Encoding and Connection are written from the framing: they are compared by what they
    /// decided, not as fields.
    public func essence(of item: Item) -> Item {
        let left: Set = ["fields", "known fields", "why", "expectsContinue", "form"]
        var kept = item.withoutPlaces
        kept.properties.removeAll { left.contains($0.name) }
        return kept
    }

    public func rewritten(
        _ tape: TapeSnapshot, input: [UInt8], configuration: Configuration
    ) throws(RewriteRefusal) -> Rewritten? {
        guard let context = configuration.context as? HTTP1Context else { return nil }
        let transcript = HTTP1Transcript(tape, input: input)
        guard let first = transcript.messages.first else { return nil }
        let serializer = HTTP1Serializer(
            context: context, limits: HTTP1Limits(configuration.limits))
        do throws(HTTP1SerializationError) {
            switch protocolName {
            case "http1.chunked": return Rewritten(bytes: try serializer.chunkedBody(first))
            case "http1.stream":
                return Rewritten(bytes: try serializer.stream(transcript.messages))
            default: return Rewritten(bytes: try serializer.head(first))
            }
        } catch {
            throw RewriteRefusal("\(error)", isLimit: Self.isLimit(error))
        }
    }

    private static func isLimit(_ error: HTTP1SerializationError) -> Bool {
        guard case .unreadable(let reason?) = error else { return false }
        return reason.description.blame == .limit
    }
}
