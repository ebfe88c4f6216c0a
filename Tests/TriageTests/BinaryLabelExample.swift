import Differential
import Testing
import Wire

/// For each class of the binary protocols an input, and what a reader misunderstands in it.
struct BinaryLabelExample: Sendable, CustomTestStringConvertible {
    let kind: LabelKind
    let protocolName: String
    let bytes: [UInt8]
    var context: [String: String] = [:]
    /// The context that the misled reader believes in, where it is another.
    var misledContext: [String: String]?
    var transform: @Sendable ([UInt8]) -> [UInt8] = { $0 }

    var testDescription: String { kind.rawValue }

    func backContext(_ description: ProtocolDescription) throws -> (any ParseContext)? {
        try misledContext.map { try Registry.context($0, description, input: bytes) }
    }

    /// The misled reader sees `byte` at `offset`.
    private static func seeing(
        _ byte: UInt8, at offset: Int
    ) -> @Sendable ([UInt8]) -> [UInt8] {
        { bytes in
            guard offset < bytes.count else { return bytes }
            var bytes = bytes
            bytes[offset] = byte
            return bytes
        }
    }

    private static let literal: [UInt8] = [0x40, 0x01, 0x61, 0x01, 0x62]
    private static let data: [UInt8] =
        [0, 0, 2, 0, 0, 0, 0, 0, 1, 0x61, 0x62] + [0, 0, 0, 4, 1, 0, 0, 0, 0]
    private static let padded: [UInt8] = [0, 0, 5, 0, 8, 0, 0, 0, 1, 1, 0x61, 0x62, 0x63, 0]
    private static let windowUpdate: [UInt8] = [0, 0, 4, 8, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    private static let text: [UInt8] = [0x81, 0x02, 0x68, 0x69]
    private static let masked: [UInt8] = [0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]
    private static let handshake: [UInt8] =
        [0xE0, 0, 0, 0, 1, 0, 0, 20] + Array(repeating: 0x2A, count: 20)

    static let all: [BinaryLabelExample] = [
        BinaryLabelExample(
            kind: .hpackState, protocolName: "hpack", bytes: literal,
            transform: seeing(0x00, at: 0)),
        BinaryLabelExample(
            kind: .hpackFields, protocolName: "hpack", bytes: [0x00] + literal.dropFirst(),
            transform: seeing(0x63, at: 4)),
        BinaryLabelExample(
            kind: .http2Length, protocolName: "http2.frame", bytes: data,
            transform: seeing(1, at: 2)),
        BinaryLabelExample(
            kind: .http2Stream, protocolName: "http2.frame", bytes: data,
            transform: seeing(3, at: 8)),
        BinaryLabelExample(
            kind: .http2Block, protocolName: "http2.frame", bytes: padded,
            transform: seeing(0, at: 9)),
        BinaryLabelExample(
            kind: .http2Error, protocolName: "http2.frame", bytes: windowUpdate,
            transform: seeing(1, at: 12)),
        BinaryLabelExample(
            kind: .webSocketBoundary, protocolName: "websocket.frame", bytes: text,
            context: ["role": "server"], transform: seeing(1, at: 1)),
        BinaryLabelExample(
            kind: .webSocketMessage, protocolName: "websocket.frame", bytes: text,
            context: ["role": "server"], transform: seeing(0x01, at: 0)),
        BinaryLabelExample(
            kind: .webSocketPayload, protocolName: "websocket.frame", bytes: masked,
            transform: seeing(0x6A, at: 6)),
        BinaryLabelExample(
            kind: .quicCoalesce, protocolName: "quic.packet", bytes: handshake + handshake,
            context: ["layer": "headers"], transform: seeing(48, at: 7)),
        BinaryLabelExample(
            kind: .quicFrames, protocolName: "quic.packet", bytes: [0x01, 0x01],
            context: ["layer": "frames 1rtt"], transform: seeing(0x00, at: 1)),
        BinaryLabelExample(
            kind: .utf8Subpart, protocolName: "utf8", bytes: [0x61, 0xE2, 0x82, 0x28],
            transform: seeing(0x28, at: 2)),
        BinaryLabelExample(
            kind: .utf8IllFormed, protocolName: "utf8", bytes: [0xC0, 0x80],
            transform: { $0.map { _ in 0x61 } }),
    ]
}
