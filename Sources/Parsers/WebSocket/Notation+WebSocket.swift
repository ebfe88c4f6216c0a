public import Wire

/// How WebSocket contexts and tapes are written down: one item for each frame whose header is whole.
public struct WebSocketNotation: Notation {
    /// Makes it.
    public init() {}

    public var contextEntries: [ContextEntry] {
        [
            ContextEntry("role", "who sent the bytes: client (default) or server"),
            ContextEntry(
                "extensions",
                "what was negotiated, as in Sec-WebSocket-Extensions: permessage-deflate; …"),
            ContextEntry("delivery", "arena (default): payloads are unmasked; or inPlace"),
        ]
    }

    public func context(
        _ entries: [String: String], input: [UInt8]?
    ) throws(NotationError) -> any ParseContext {
        var context = WebSocketContext()
        for (name, value) in entries {
            switch name {
            case "role":
                guard let sender = WebSocketContext.Sender(rawValue: value) else {
                    throw NotationError("'\(value)' is no role; there are client and server")
                }
                context.sender = sender
            case "delivery":
                guard let delivery = WebSocketContext.Delivery(rawValue: value) else {
                    throw NotationError("'\(value)' is no delivery; there are arena and inPlace")
                }
                context.delivery = delivery
            case "extensions": context.permessageDeflate = try negotiated(value)
            default: throw NotationError("websocket.frame has no entry '\(name)'")
            }
        }
        return context
    }

    private func negotiated(_ value: String) throws(NotationError) -> PerMessageDeflate? {
        do throws(WebSocketHandshake.Fault) {
            let extensions = try WebSocketHandshake.extensions(value)
            guard let first = extensions.first else { return nil }
            guard extensions.count == 1 else { throw .extensionNotOffered }
            return try PerMessageDeflate(answer: first)
        } catch {
            throw NotationError(
                "'\(value)' is nothing that was negotiated (\(error)): "
                    + "permessage-deflate with its parameters, or nothing")
        }
    }

    public func items(
        _ tape: TapeSnapshot, input: [UInt8], context: any ParseContext
    ) -> [Item] {
        var items: [Item] = []
        var reader = WebSocketItemReader(tape: tape, input: input)
        for token in tape.tokens {
            if token.webSocketKind == .header, let item = reader.finish() { items.append(item) }
            reader.take(token)
        }
        if let item = reader.finish() { items.append(item) }
        return items
    }

    public func label(of token: Token, tape: TapeSnapshot) -> TokenLabel {
        switch token.webSocketKind {
        case .header:
            TokenLabel("header (\(WebSocketItemReader.name(UInt8(token.detail & 0x0F))))")
        case .maskKey: TokenLabel("masking key")
        case .payload: TokenLabel("payload as sent")
        case .payloadInArena: TokenLabel("payload unmasked", .arena)
        case .inflated: TokenLabel("inflated", .arena)
        case .closeCode: TokenLabel("close code \(token.detail)")
        case .closeReason: TokenLabel("close reason")
        case .closeReasonInArena: TokenLabel("close reason", .arena)
        case .messageEnd: TokenLabel("message of \(token.length) bytes ends", .point)
        case nil: TokenLabel("kind \(token.kind)", .hidden)
        }
    }

    public func isPart(_ token: Token) -> Bool { token.webSocketKind == .header }
}

/// Collects the tokens of a frame.
struct WebSocketItemReader {
    let tape: TapeSnapshot
    let input: [UInt8]
    private var header: Token?
    private var key: [UInt8] = []
    private var end: Int?
    private var payload: [UInt8] = []
    private var properties: [Item.Property] = []
    private var summary = ""

    init(tape: TapeSnapshot, input: [UInt8]) {
        self.tape = tape
        self.input = input
    }

    /// An opcode's name in RFC 6455 §11.8.
    static func name(_ opcode: UInt8) -> String {
        WebSocketOpcode(rawValue: opcode).map(String.init(describing:)) ?? "reserved \(opcode)"
    }

    mutating func take(_ token: Token) {
        switch token.webSocketKind {
        case .header: begin(token)
        case .maskKey: key = bytes(input, token)
        case .payload:
            let masked = bytes(input, token)
            payload = masked.indices.map { masked[$0] ^ (key.count == 4 ? key[$0 & 3] : 0) }
            if token.end <= input.count { end = token.end }
        case .payloadInArena:
            payload = bytes(tape.arena, token)
            end = (header?.end ?? 0) + payload.count
        case .inflated:
            properties.append(
                Item.Property("inflated", .bytes(bytes(tape.arena, token)), rank: .body))
            end = end ?? header?.end
        case .closeCode:
            let code = Int(token.detail)
            properties.append(Item.Property("closeCode", .number(code), rank: .securityFields))
            summary = "close \(code)"
        case .closeReason: reason(bytes(input, token))
        case .closeReasonInArena: reason(bytes(tape.arena, token))
        case .messageEnd: endMessage(token)
        case nil: break
        }
    }

    /// The frame that was collected, or nil where there is none.
    mutating func finish() -> Item? {
        guard let header else { return nil }
        let name = Self.name(UInt8(header.detail & 0x0F))
        self.header = nil
        let bits = (4...7).reversed().map { header.detail >> UInt16($0) & 1 == 1 }
        let first: [Item.Property] = [
            Item.Property("fin", .bool(bits[0]), rank: .framing),
            Item.Property("rsv", .list(bits[1...].map { .bool($0) }), rank: .framing),
            Item.Property(
                "masked", .bool(header.detail & WebSocketToken.flag != 0), isShown: true),
            Item.Property("payload", .bytes(payload), rank: .body),
        ]
        return Item(
            kind: name, start: header.offset, end: end, properties: first + properties,
            summary: summary.isEmpty ? "\(name) \(payload.count)" : summary)
    }

    private mutating func begin(_ token: Token) {
        header = token
        key = []
        payload = []
        properties = []
        summary = ""
        end = nil
    }

    private mutating func reason(_ bytes: [UInt8]) {
        properties.append(Item.Property("closeReason", .latin1(bytes)))
    }

    private mutating func endMessage(_ token: Token) {
        end = token.offset
        let isText = token.detail & 0xFF == UInt16(WebSocketOpcode.text.rawValue)
        properties += [
            Item.Property("message", .text(isText ? "text" : "binary"), rank: .messageCount),
            Item.Property("messageLength", .number(Int(token.length)), rank: .messageBoundary),
        ]
        if token.detail & WebSocketToken.flag != 0 {
            properties.append(Item.Property("compressed", .bool(true), rank: .framing))
        }
    }

    private func bytes(_ source: [UInt8], _ token: Token) -> [UInt8] {
        let end = min(token.end, source.count)
        return token.offset < end ? Array(source[token.offset..<end]) : []
    }
}
