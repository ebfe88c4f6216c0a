public import Wire

/// The tokens of WebSocket tapes (`Documentation/WebSocket.md` §7).
public enum WebSocketToken {
    /// What a token stands for.
    public enum Kind: UInt8, CaseIterable, Sendable {
        /// A frame's header; detail: its first octet, and 0x100 where MASK is set.
        case header = 1
        /// The masking key.
        case maskKey
        /// A payload as it was sent.
        case payload
        /// A payload unmasked, in the arena.
        case payloadInArena
        /// What a frame of a compressed message brought out, in the arena.
        case inflated
        /// A Close frame's code; detail: the code.
        case closeCode
        /// A Close frame's reason, in the input.
        case closeReason
        /// A Close frame's reason, in the arena.
        case closeReasonInArena
        /// A message has ended; offset: the byte behind it; length: its bytes; detail: the opcode of its first frame, and
        /// 0x100 where it is compressed.
        case messageEnd
    }

    /// The detail bit of `header` and `messageEnd` beside an octet: MASK, or compressed.
    public static let flag: UInt16 = 0x100
}

extension Token {
    /// Makes a WebSocket token.
    @inlinable @inline(__always)
    public init(_ kind: WebSocketToken.Kind, detail: UInt16 = 0, offset: Int, length: Int) {
        self.init(kind: kind.rawValue, detail: detail, offset: offset, length: length)
    }

    /// The token's kind on a WebSocket tape, or nil where it is none.
    public var webSocketKind: WebSocketToken.Kind? { WebSocketToken.Kind(rawValue: kind) }
}

/// What a frame is (RFC 6455 §5.2, §11.8). Other values are reserved.
public enum WebSocketOpcode: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA
}

/// What a WebSocket parser knows of its connection.
public struct WebSocketContext: ParseContext, Hashable {
    /// Who sent the bytes.
    public enum Sender: String, CaseIterable, Sendable, BitwiseCopyable {
        /// A client: every frame is masked.
        case client
        /// A server: no frame is.
        case server
    }

    /// What becomes of payloads.
    public enum Delivery: String, CaseIterable, Sendable, BitwiseCopyable {
        /// They are unmasked and inflated into the tape's arena, and judged.
        case arena
        /// They are left to the caller, who unmasks them where they stand.
        case inPlace
    }

    /// Who sent the bytes.
    public var sender: Sender
    /// What was negotiated for permessage-deflate, or nil where it was not.
    public var permessageDeflate: PerMessageDeflate?
    /// What becomes of payloads.
    public var delivery: Delivery

    /// Makes a context.
    public init(
        sender: Sender = .client, permessageDeflate: PerMessageDeflate? = nil,
        delivery: Delivery = .arena
    ) {
        self.sender = sender
        self.permessageDeflate = permessageDeflate
        self.delivery = delivery
    }

    /// Whether the sender's window is empty at the start of each compressed message.
    public var forgetsWindow: Bool {
        guard let permessageDeflate else { return false }
        return sender == .client
            ? permessageDeflate.clientNoContextTakeover : permessageDeflate.serverNoContextTakeover
    }
}

/// The parameters of permessage-deflate as they were negotiated (RFC 7692 §7.1).
public struct PerMessageDeflate: Hashable, Sendable, BitwiseCopyable {
    /// The server empties its window before each message.
    public var serverNoContextTakeover: Bool
    /// The client empties its window before each message.
    public var clientNoContextTakeover: Bool
    /// The base-2 logarithm of the server's window: 8 to 15.
    public var serverMaxWindowBits: Int
    /// The base-2 logarithm of the client's window: 8 to 15.
    public var clientMaxWindowBits: Int

    /// Makes parameters; the defaults are those that an empty answer means.
    public init(
        serverNoContextTakeover: Bool = false, clientNoContextTakeover: Bool = false,
        serverMaxWindowBits: Int = 15, clientMaxWindowBits: Int = 15
    ) {
        self.serverNoContextTakeover = serverNoContextTakeover
        self.clientNoContextTakeover = clientNoContextTakeover
        self.serverMaxWindowBits = serverMaxWindowBits
        self.clientMaxWindowBits = clientMaxWindowBits
    }
}
