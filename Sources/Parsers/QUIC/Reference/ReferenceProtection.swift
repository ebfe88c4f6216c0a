internal import Crypto
internal import Wire

/// A packet whose payload is sealed: where its parts lie.
struct ReferenceSealed {
    let kind: QUICPacketKind
    let version: PacketVersion
    /// Its first byte.
    let start: Int
    /// The first byte of its packet number.
    let number: Int
    let end: Int
    let connectionID: Range<Int>
}

extension ReferencePacket {
    /// §5.1: returns the number of non-minimal varints of its frames.
    mutating func payload(
        _ packet: ReferenceSealed, _ bytes: Span<UInt8>, isOurs: Bool,
        _ state: inout ReferenceDatagramState, _ tape: inout Tape
    ) throws(ReferenceRefusal) -> Int {
        func leave(_ kind: QUICToken.Kind, _ fate: QUICPacketFate) {
            tape.append(
                Token(
                    kind, detail: fate.rawValue, offset: packet.number,
                    length: packet.end - packet.number))
        }
        // 5.1.1
        guard isOurs else {
            leave(.discarded, .connectionID)
            return 0
        }
        guard context.layer == .datagram else {
            leave(.protectedPayload, .headersOnly)
            return 0
        }
        if !isKnownUniquelyReferenced(&protection) { protection = protection.copy() }
        guard let headerKeys = keys(packet, bytes) else {
            leave(.protectedPayload, .noKeys)
            return 0
        }
        // 5.1.2
        let sample = bytes.extracting((packet.number + 4)..<(packet.number + 20))
        let mask = headerKeys.mask(sample: sample)
        let isLong = packet.kind != .oneRTT
        let first = bytes[packet.start] ^ UInt8(mask & (isLong ? 0x0f : 0x1f))
        let size = Int(first & 3) + 1
        var truncated: UInt64 = 0
        for index in 0..<size {
            let byte = bytes[packet.number + index] ^ UInt8(mask >> (8 * UInt64(index + 1)) & 0xff)
            truncated = truncated << 8 | UInt64(byte)
        }
        // 5.1.3
        let number = Self.packetNumber(
            truncated, size: size, largest: largest(packet.kind, state))
        // 5.1.4
        let phaseKeys = !isLong && first & 0x04 != 0 ? protection.nextOneRTT : headerKeys
        guard let phaseKeys, open(packet, bytes, phaseKeys, first, truncated, size, number) else {
            leave(.discarded, .authentication)
            return 0
        }
        raise(packet.kind, number, &state)
        // 5.1.5
        guard first & (isLong ? 0x0c : 0x18) == 0 else {
            throw ReferenceRefusal(.reservedBits, at: packet.start)
        }
        let payload = (packet.number + size)..<(packet.end - 16)
        guard payload.count > 0 else {
            throw ReferenceRefusal(.emptyPayload, at: payload.lowerBound)
        }
        tape.append(
            Token(
                .packetNumber, detail: UInt16(size) | UInt16(first) << 8, offset: packet.number,
                length: Int(number)))
        tape.append(
            Token(.plaintext, offset: tape.arenaAppendedCount, length: payload.count))
        var buffer: [UInt8] = []
        swap(&buffer, &plaintext)
        defer { swap(&buffer, &plaintext) }
        let opened = buffer.span.extracting(0..<payload.count)
        tape.appendToArena(contentsOf: opened)
        // 5.1.6
        let count = try frames(opened, packet.kind, base: payload.lowerBound, &tape)
        tape.append(Token(.tag, offset: payload.upperBound, length: 16))
        return count
    }

    /// RFC 9001 §5.2, §5.1.
    private func keys(_ packet: ReferenceSealed, _ bytes: Span<UInt8>) -> PacketKeys? {
        switch packet.kind {
        case .initial:
            let fromClient = context.role == .server
            if let original = context.originalDestinationConnectionID {
                return protection.initial(
                    packet.version, fromClient: fromClient, connectionID: original.span)
            }
            guard fromClient else { return nil }
            return protection.initial(
                packet.version, fromClient: true,
                connectionID: bytes.extracting(packet.connectionID))
        case .handshake: return protection.handshake
        case .zeroRTT: return protection.zeroRTT
        case .oneRTT: return protection.oneRTT
        case .retry, .versionNegotiation, .unknownVersion: return nil
        }
    }

    private func largest(
        _ kind: QUICPacketKind, _ state: ReferenceDatagramState
    ) -> UInt64? {
        switch kind {
        case .initial: state.largestInitial
        case .handshake: state.largestHandshake
        default: state.largestApplication
        }
    }

    private func raise(
        _ kind: QUICPacketKind, _ number: UInt64, _ state: inout ReferenceDatagramState
    ) {
        switch kind {
        case .initial: state.largestInitial = max(number, state.largestInitial ?? 0)
        case .handshake: state.largestHandshake = max(number, state.largestHandshake ?? 0)
        default: state.largestApplication = max(number, state.largestApplication ?? 0)
        }
    }

    /// RFC 9000 Appendix A.3.
    static func packetNumber(_ truncated: UInt64, size: Int, largest: UInt64?) -> UInt64 {
        // One beyond the largest; the last number has none behind it.
        let expected = Int(min(largest.map { $0 + 1 } ?? 0, QUICNumber.varintMax))
        let window = 1 << (8 * size)
        let half = window / 2
        let candidate = (expected & ~(window - 1)) | Int(truncated)
        if candidate <= expected - half, candidate < (1 << 62) - window {
            return UInt64(candidate + window)
        }
        if candidate > expected + half, candidate >= window {
            return UInt64(candidate - window)
        }
        return UInt64(candidate)
    }

    /// RFC 9001 §5.3: the nonce is the packet number, padded on the left, combined with the IV.
    private mutating func open(
        _ packet: ReferenceSealed, _ bytes: Span<UInt8>, _ keys: PacketKeys, _ first: UInt8,
        _ truncated: UInt64, _ size: Int, _ number: UInt64
    ) -> Bool {
        var nonce = keys.iv
        for index in 0..<8 {
            nonce.bytes[11 - index] ^= UInt8(number >> (8 * UInt64(index)) & 0xff)
        }
        associatedData.removeAll(keepingCapacity: true)
        associatedData.append(first)
        for index in (packet.start + 1)..<packet.number { associatedData.append(bytes[index]) }
        for index in 0..<size {
            associatedData.append(UInt8(truncated >> (8 * UInt64(size - 1 - index)) & 0xff))
        }
        while plaintext.count < packet.end - packet.number { plaintext.append(0) }
        var opened: [UInt8] = []
        swap(&opened, &plaintext)
        defer { swap(&opened, &plaintext) }
        return keys.open(
            nonce: nonce, associatedData: associatedData.span,
            sealed: bytes.extracting((packet.number + size)..<packet.end), into: &opened)
    }
}
