public import Wire

extension Policy {
    /// A length may take more bytes than it needs.
    public static let nonMinimalLength = Policy(bit: 0)
    /// A client need not mask.
    public static let unmaskedClient = Policy(bit: 1)
    /// A server may mask.
    public static let maskedServer = Policy(bit: 2)
    /// RSV bits without a meaning say nothing.
    public static let reservedBits = Policy(bit: 3)
    /// Frames with reserved opcodes pass, as frames of their own.
    public static let reservedOpcodes = Policy(bit: 4)
    /// Close codes 1012, 1013 and 1014 pass.
    public static let registeredCloseCodes = Policy(bit: 5)
    /// Text messages are any bytes.
    public static let unvalidatedText = Policy(bit: 6)
}

/// The leniencies of WebSocket, as data.
public enum WebSocketLeniency {
    /// All of them, in the order of their bits.
    public static let all: [Leniency] = [
        Leniency(
            name: "nonMinimalLength", policy: .nonMinimalLength,
            effect: "A length in 16 or 64 bits passes that would fit into fewer.",
            clause: "RFC 6455 §5.2", seenIn: "uWebSockets, ws (Node.js), gorilla/websocket"),
        Leniency(
            name: "unmaskedClient", policy: .unmaskedClient,
            effect: "A client's frames without MASK pass, as they stand.",
            clause: "RFC 6455 §5.1", seenIn: "wslay (frame level)"),
        Leniency(
            name: "maskedServer", policy: .maskedServer,
            effect: "A server's frames with MASK pass, and are unmasked.",
            clause: "RFC 6455 §5.1", seenIn: "wslay (frame level), websocket-client (Python)"),
        Leniency(
            name: "reservedBits", policy: .reservedBits,
            effect: "RSV bits that no extension gives a meaning are ignored.",
            clause: "RFC 6455 §5.2", seenIn: "wslay (frame level; RSV1 also uWebSockets)"),
        Leniency(
            name: "reservedOpcodes", policy: .reservedOpcodes,
            effect: "Opcodes 3–7 and 11–15 pass as frames that belong to no message.",
            clause: "RFC 6455 §5.2", seenIn: "wslay (frame level)"),
        Leniency(
            name: "registeredCloseCodes", policy: .registeredCloseCodes,
            effect: "Close codes 1012, 1013 and 1014, registered behind RFC 6455, pass.",
            clause: "RFC 6455 §7.4.1, §11.7",
            seenIn: "ws (Node.js), websockets (Python), tungstenite"),
        Leniency(
            name: "unvalidatedText", policy: .unvalidatedText,
            effect: "Text messages need not be UTF-8.",
            clause: "RFC 6455 §5.6, §8.1",
            seenIn: "gorilla/websocket (left to the application), wslay (frame level)"),
    ]
}
