internal import Crypto
public import Wire

/// How QUIC's contexts and tapes are written down.
public struct QUICNotation: Notation {
    /// Makes it.
    public init() {}

    public var contextEntries: [ContextEntry] {
        [
            ContextEntry("role", "who reads: server (the default) or client"),
            ContextEntry(
                "layer",
                "datagram (the default), headers, frames initial, frames 0rtt, frames handshake, "
                    + "frames 1rtt, transportParameters"),
            ContextEntry(
                "datagram", "the length of the datagram; each: every call gets a whole one"),
            ContextEntry("connectionIDLength", "bytes of the DCID of short headers: 8"),
            ContextEntry(
                "originalDestinationConnectionID", "hex: the DCID of the client's first Initial"),
            ContextEntry("sourceConnectionID", "hex: the SCID of the sender's first Initial"),
            ContextEntry("version", "the version of the client's first Initial: 1 or 2"),
            ContextEntry("handshakeKey", "CIPHER:SECRET of the sender's Handshake packets"),
            ContextEntry("zeroRTTKey", "CIPHER:SECRET of 0-RTT packets"),
            ContextEntry("oneRTTKey", "CIPHER:SECRET of the sender's 1-RTT packets, key phase 0"),
            ContextEntry("largestInitial", "the largest packet number processed there"),
            ContextEntry("largestHandshake", "the largest packet number processed there"),
            ContextEntry("largestApplication", "the largest packet number processed there"),
        ]
    }

    public func context(
        _ entries: [String: String], input: [UInt8]?
    ) throws(NotationError) -> any ParseContext {
        let reader = QUICContextReader(entries: entries)
        var context = QUICContext()
        try reader.read(into: &context)
        // Where the bytes are not known either, each call gets a whole datagram.
        if entries["datagram"] == nil, let input { context.datagramLength = input.count }
        return context
    }

    public func isPart(_ token: Token) -> Bool {
        token.quicKind == .packet || token.quicKind == .frame
            || token.quicKind == .integer && token.quicField == .parameterID
    }

    public func items(
        _ tape: TapeSnapshot, input: [UInt8], context: any ParseContext
    ) -> [Item] {
        var reader = QUICItems(tape: tape, input: input)
        return reader.all()
    }

    public func reaction(to reason: ReasonDescription, context: any ParseContext) -> String {
        reason.status == 0
            ? "drop the rest of the datagram, keep the connection"
            : "CONNECTION_CLOSE with \(reason.statusName)"
    }

    public func rewritten(
        _ tape: TapeSnapshot, input: [UInt8], configuration: Configuration
    ) throws(RewriteRefusal) -> Rewritten? {
        guard let context = configuration.context as? QUICContext else { return nil }
        guard configuration.policy == .strict else {
            throw RewriteRefusal("only what the strict policy accepts is written")
        }
        guard context.layer != .headers else { return nil }
        let serializer = QUICSerializer(context: context)
        return Rewritten(bytes: try serializer.datagram(tape, input: input))
    }
}

/// Reads the entries of a context.
private struct QUICContextReader {
    let entries: [String: String]

    func read(into context: inout QUICContext) throws(NotationError) {
        if let role = entries["role"] {
            guard let known = QUICContext.Role(rawValue: role) else {
                throw NotationError("unknown role '\(role)'; known: server, client")
            }
            context.role = known
        }
        if let layer = entries["layer"] { context.layer = try self.layer(layer) }
        if let length = entries["datagram"], length != "each" {
            context.datagramLength = Int(try number("datagram", length, most: 1 << 30))
        }
        if let length = entries["connectionIDLength"] {
            context.connectionIDLength = Int(try number("connectionIDLength", length, most: 20))
        }
        context.originalDestinationConnectionID = try bytes("originalDestinationConnectionID")
        context.sourceConnectionID = try bytes("sourceConnectionID")
        switch entries["version"] {
        case nil, "1": break
        case "2": context.version = QUICNumber.version2
        default: throw NotationError("unknown version; known: 1, 2")
        }
        context.handshakeKey = try secret("handshakeKey")
        context.zeroRTTKey = try secret("zeroRTTKey")
        context.oneRTTKey = try secret("oneRTTKey")
        context.largestInitial = try largest("largestInitial")
        context.largestHandshake = try largest("largestHandshake")
        context.largestApplication = try largest("largestApplication")
    }

    private func layer(_ text: String) throws(NotationError) -> QUICContext.Layer {
        switch text {
        case "datagram": return .datagram
        case "headers": return .headers
        case "frames initial": return .frames(.initial)
        case "frames 0rtt": return .frames(.zeroRTT)
        case "frames handshake": return .frames(.handshake)
        case "frames 1rtt": return .frames(.oneRTT)
        case "transportParameters": return .transportParameters
        default:
            throw NotationError(
                "unknown layer '\(text)'; known: datagram, headers, frames initial, frames 0rtt, "
                    + "frames handshake, frames 1rtt, transportParameters")
        }
    }

    private func number(
        _ name: String, _ text: String, most: UInt64
    ) throws(NotationError) -> UInt64 {
        guard let number = UInt64(text), number <= most else {
            throw NotationError("\(name) '\(text)' is not a number from 0 to \(most)")
        }
        return number
    }

    private func largest(_ name: String) throws(NotationError) -> UInt64? {
        guard let text = entries[name] else { return nil }
        return try number(name, text, most: QUICNumber.varintMax - 1)
    }

    private func bytes(_ name: String) throws(NotationError) -> [UInt8]? {
        guard let text = entries[name] else { return nil }
        guard let bytes = Self.hex(text), bytes.count <= 255 else {
            throw NotationError("\(name) '\(text)' is not pairs of hexadecimal digits")
        }
        return bytes
    }

    private func secret(_ name: String) throws(NotationError) -> TrafficSecret? {
        guard let text = entries[name] else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let ciphers = PacketCipher.allCases.map(\.rawValue).joined(separator: ", ")
        guard parts.count == 2, let cipher = PacketCipher(rawValue: parts[0]) else {
            throw NotationError("\(name) is CIPHER:SECRET; ciphers: \(ciphers)")
        }
        guard let bytes = Self.hex(parts[1]), bytes.count == cipher.secretByteCount else {
            throw NotationError(
                "\(name): the secret of \(parts[0]) has \(cipher.secretByteCount) bytes in hex")
        }
        return TrafficSecret(cipher, bytes)
    }

    static func hex(_ text: String) -> [UInt8]? {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(digits[$0] * 16 + digits[$0 + 1])
        }
    }
}
