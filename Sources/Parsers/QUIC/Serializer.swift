internal import Crypto
internal import Wire

/// Writes QUIC packets: from parts, for tests, benches and generators; and from a tape, for law 6.
public struct QUICSerializer {
    private let context: QUICContext

    /// A serialiser with the keys of `context`.
    public init(context: QUICContext) { self.context = context }

    /// A varint of the fewest bytes, or of `size` bytes.
    public static func varint(_ value: UInt64, size: Int? = nil) -> [UInt8] {
        let least = value < 1 << 6 ? 1 : value < 1 << 14 ? 2 : value < 1 << 30 ? 4 : 8
        let size = max(size ?? least, least)
        let prefix: UInt64 = size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3
        let word = value | prefix << UInt64(8 * size - 2)
        return bytes(word, count: size)
    }

    /// The low `count` bytes of a number, big-endian.
    static func bytes(_ value: UInt64, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
    }

    /// A packet before it is protected.
    public struct Packet {
        public var kind: QUICPacketKind
        public var version = QUICNumber.version1
        public var destination: [UInt8]
        public var source: [UInt8] = []
        public var token: [UInt8] = []
        public var number: UInt64
        public var numberSize = 2
        public var payload: [UInt8]
        /// The bits of the first byte besides form, type and number size: fixed bit, reserved bits, key phase.
        public var bits: UInt8 = 0x40
        /// Bytes of Token Length and of Length.
        public var tokenLengthSize: Int?
        public var lengthSize: Int? = 2

        /// A packet with the usual choices.
        public init(
            _ kind: QUICPacketKind, destination: [UInt8], number: UInt64, payload: [UInt8]
        ) {
            self.kind = kind
            self.destination = destination
            self.number = number
            self.payload = payload
        }

        /// The header without protection, up to the packet number's end.
        package var header: [UInt8] {
            let low = bits | UInt8(numberSize - 1)
            let tail = QUICSerializer.bytes(number, count: numberSize)
            guard kind != .oneRTT else { return [low] + destination + tail }
            let turn: UInt8 = version == QUICNumber.version2 ? 1 : 0
            var bytes: [UInt8] = [0x80 | low | ((kind.rawValue + turn) & 3) << 4]
            bytes += QUICSerializer.bytes(UInt64(version), count: 4)
            bytes += [UInt8(truncatingIfNeeded: destination.count)] + destination
            bytes += [UInt8(truncatingIfNeeded: source.count)] + source
            if kind == .initial {
                bytes += varint(UInt64(token.count), size: tokenLengthSize) + token
            }
            let length = UInt64(numberSize + payload.count + PacketKeys.tagByteCount)
            return bytes + varint(length, size: lengthSize) + tail
        }
    }

    /// The protected packet, or nil where the context has no keys for it.
    public func protected(_ packet: Packet) -> [UInt8]? {
        let isUpdated = packet.kind == .oneRTT && packet.bits & 4 != 0
        guard let (secret, version) = secret(packet),
            let sealer = PacketSealer(secret, version, updated: isUpdated)
        else { return nil }
        return sealer.packet(
            header: packet.header, numberSize: packet.numberSize, number: packet.number,
            payload: packet.payload)
    }

    private func secret(_ packet: Packet) -> (TrafficSecret, PacketVersion)? {
        let told = context.secrets
        switch packet.kind {
        case .initial:
            let version: PacketVersion =
                packet.version == QUICNumber.version2 ? .version2 : .version1
            let id = context.originalDestinationConnectionID ?? packet.destination
            let secret = KeyDerivation.initialSecret(
                version, connectionID: id, fromClient: context.role == .server)
            return (secret, version)
        case .handshake: return told.handshake.map { ($0, told.version) }
        case .zeroRTT: return told.zeroRTT.map { ($0, told.version) }
        case .oneRTT: return told.oneRTT.map { ($0, told.version) }
        case .retry, .versionNegotiation, .unknownVersion: return nil
        }
    }
}

// MARK: From a tape

extension QUICSerializer {
    /// What a tape says, written anew: integers and frames from the tokens, sealed with the same keys. Packets that were not
    /// opened stand as they came. Sizes of integers are kept, so that an accepted input comes out as it went in.
    func datagram(_ tape: TapeSnapshot, input: [UInt8]) throws(RewriteRefusal) -> [UInt8] {
        let tokens = tape.tokens
        guard tokens.contains(where: { $0.quicKind == .packet }) else {
            return try written(tokens[...]) { token in Array(input[token.offset..<token.end]) }
        }
        var bytes: [UInt8] = []
        var start = 0
        while let end = tokens[start...].firstIndex(where: { $0.quicKind == .packetEnd }) {
            let packet = tokens[start...end]
            bytes += try self.packet(packet, tape, input)
            start = end + 1
        }
        return bytes
    }

    /// Integers by value and size, frame types, runs of bytes; what else there is says nothing of its own.
    private func written(
        _ tokens: ArraySlice<Token>, _ content: (Token) -> [UInt8]
    ) throws(RewriteRefusal) -> [UInt8] {
        var bytes: [UInt8] = []
        for token in tokens {
            switch token.quicKind {
            case .integer:
                let size = Int(token.quicDetailByte)
                let isFixed =
                    token.quicField == .version || token.quicField == .supportedVersion
                    || token.quicField == .connectionIDLength
                bytes +=
                    isFixed
                    ? Self.bytes(token.length, count: size) : Self.varint(token.length, size: size)
            case .bytes: bytes += content(token)
            case .frame:
                bytes +=
                    token.detail == 0
                    ? [UInt8](repeating: 0, count: Int(token.length))
                    : Self.varint(UInt64(token.detail))
            case .packet: bytes.append(token.quicDetailByte)
            case .packetNumber, .plaintext, .clientHello, .packetEnd: break
            case .protectedPayload, .discarded:
                throw RewriteRefusal("a payload that was not opened is not written")
            case nil: throw RewriteRefusal("not a QUIC token")
            }
        }
        return bytes
    }

    private func packet(
        _ tokens: ArraySlice<Token>, _ tape: TapeSnapshot, _ input: [UInt8]
    ) throws(RewriteRefusal) -> [UInt8] {
        guard let first = tokens.first, let last = tokens.last,
            let numberIndex = tokens.firstIndex(where: { $0.quicKind == .packetNumber })
        else {
            // Retry, Version Negotiation, and what was not opened.
            guard let first = tokens.first, let last = tokens.last else { return [] }
            return Array(input[first.offset..<last.offset])
        }
        let number = tokens[numberIndex]
        let size = Int(number.detail & 0xff)
        var header = try written(tokens[tokens.startIndex..<numberIndex]) { token in
            Array(input[token.offset..<token.end])
        }
        header[0] = number.quicDetailByte
        header += Self.bytes(number.length, count: size)
        let plaintext = tape.tokens[numberIndex + 1]
        let shift = plaintext.offset - (number.offset + size)
        let inside = tokens[(numberIndex + 2)...].filter {
            $0.quicField != .tag || $0.quicKind != .bytes
        }
        let payload = try written(inside[...]) { token in
            Array(tape.arena[(token.offset + shift)..<(token.end + shift)])
        }
        let kind = QUICPacketKind(rawValue: UInt8(truncatingIfNeeded: first.detail)) ?? .oneRTT
        var parts = Packet(
            kind, destination: destination(tokens, input), number: number.length, payload: payload)
        parts.bits = number.quicDetailByte
        let version = tokens.first { $0.quicKind == .integer && $0.quicField == .version }
        parts.version = UInt32(truncatingIfNeeded: version?.length ?? 1)
        let isUpdated = kind == .oneRTT && parts.bits & 4 != 0
        guard let (secret, keys) = secret(parts),
            let sealer = PacketSealer(secret, keys, updated: isUpdated),
            let written = sealer.packet(
                header: header, numberSize: size, number: number.length, payload: payload)
        else { throw RewriteRefusal("no keys for \(kind.name)") }
        guard written.count == last.offset - first.offset else {
            throw RewriteRefusal("the packet's length changed")
        }
        return written
    }

    private func destination(_ tokens: ArraySlice<Token>, _ input: [UInt8]) -> [UInt8] {
        guard
            let token = tokens.first(where: {
                $0.quicKind == .bytes && $0.quicField == .destinationConnectionID
            })
        else { return [] }
        return Array(input[(token.offset + 1)..<token.end])
    }
}
