import Crypto
import QUIC
import Wire

/// The parts of a packet whose payload is sealed.
struct FaultyQUICSealed {
    let kind: QUICPacketKind
    let isSecond: Bool
    let start: Int
    let number: Int
    let end: Int
    let connectionID: (offset: Int, count: Int)
}

extension FaultyQUICPacket {
    /// Opens a packet where that is asked for and possible, and reads its frames.
    mutating func content(
        _ packet: FaultyQUICSealed, isOurs: Bool, _ bytes: Span<UInt8>, _ longVarints: inout Int,
        _ tape: inout Tape
    ) -> Rejection? {
        var kind = QUICToken.Kind.protectedPayload
        var fate = QUICPacketFate.headersOnly
        if !isOurs {
            kind = .discarded
            fate = .connectionID
        } else if context.layer == .datagram {
            if !isKnownUniquelyReferenced(&protection) { protection = protection.copy() }
            fate = .noKeys
            if let keys = keys(packet, bytes) {
                if let number = unseal(packet, bytes, keys) {
                    return read(packet, number, &longVarints, &tape)
                }
                kind = .discarded
                fate = .authentication
            }
        }
        tape.append(
            Token(
                kind, detail: fate.rawValue, offset: packet.number,
                length: packet.end - packet.number))
        return nil
    }

    private func keys(_ packet: FaultyQUICSealed, _ bytes: Span<UInt8>) -> PacketKeys? {
        if packet.kind == .handshake { return protection.handshake }
        if packet.kind == .zeroRTT { return protection.zeroRTT }
        if packet.kind == .oneRTT { return protection.oneRTT }
        let version = packet.isSecond ? PacketVersion.version2 : .version1
        if let original = context.originalDestinationConnectionID {
            return protection.initial(
                version, fromClient: context.role == .server, connectionID: original.span)
        }
        if context.role == .client { return nil }
        let start = packet.connectionID.offset
        return protection.initial(
            version, fromClient: true,
            connectionID: bytes.extracting(start..<(start + packet.connectionID.count)))
    }

    /// Removes header protection and opens the payload: the packet number's value and size, or nil.
    private mutating func unseal(
        _ packet: FaultyQUICSealed, _ bytes: Span<UInt8>, _ keys: PacketKeys
    ) -> (value: UInt64, size: Int)? {
        var mask = keys.mask(
            sample: bytes.extracting((packet.number + 4)..<(packet.number + 20)))
        let isShort = packet.kind == .oneRTT
        header.removeAll(keepingCapacity: true)
        header.append(bytes[packet.start] ^ UInt8(truncatingIfNeeded: mask & (isShort ? 31 : 15)))
        for index in (packet.start + 1)..<packet.number { header.append(bytes[index]) }
        var truncated: UInt64 = 0
        let size = Int(header[0] & 3) + 1
        for index in packet.number..<(packet.number + size) {
            mask >>= 8
            let byte = bytes[index] ^ UInt8(truncatingIfNeeded: mask)
            truncated = truncated &<< 8 | UInt64(byte)
            header.append(byte)
        }
        let number = decoded(truncated, size, packet.kind)
        let isUpdated = isShort && header[0] & 4 != 0 && fault != .keyPhaseIgnored
        guard let used = isUpdated ? protection.nextOneRTT : keys else { return nil }
        var nonce = used.iv
        var rest = number
        for index in stride(from: 11, through: 4, by: -1) {
            nonce.bytes[index] ^= UInt8(truncatingIfNeeded: rest)
            rest >>= 8
        }
        let need = packet.end - packet.number
        if opened.count < need { opened = [UInt8](repeating: 0, count: need) }
        let sealed = bytes.extracting((packet.number + size)..<packet.end)
        var plain: [UInt8] = []
        swap(&plain, &opened)
        defer { swap(&plain, &opened) }
        let isRight = used.open(
            nonce: nonce, associatedData: header.span, sealed: sealed, into: &plain)
        return isRight ? (number, size) : nil
    }

    /// Of all numbers that end in `truncated` the one next to the expected.
    private func decoded(_ truncated: UInt64, _ size: Int, _ kind: QUICPacketKind) -> UInt64 {
        var expected = expectedApplication
        if kind == .initial { expected = expectedInitial }
        if kind == .handshake { expected = expectedHandshake }
        expected = min(expected, QUICNumber.varintMax)
        let window: UInt64 = 1 &<< UInt64(8 * size)
        var candidate = expected & ~(window - 1) | truncated
        let edge: UInt64 = fault == .numberWindowOffByOne ? 1 : 0
        if candidate + window / 2 + edge <= expected {
            if candidate + window <= QUICNumber.varintMax { candidate += window }
        } else if candidate > expected + window / 2 - (fault == .numberWindowUpperEdge ? 1 : 0),
            candidate >= window
        {
            candidate -= window
        }
        return candidate
    }

    private mutating func read(
        _ packet: FaultyQUICSealed, _ number: (value: UInt64, size: Int), _ longVarints: inout Int,
        _ tape: inout Tape
    ) -> Rejection? {
        switch packet.kind {
        case .initial: expectedInitial = max(expectedInitial, number.value + 1)
        case .handshake: expectedHandshake = max(expectedHandshake, number.value + 1)
        default:
            if fault != .numberNotRaised {
                expectedApplication = max(expectedApplication, number.value + 1)
            }
        }
        let isShort = packet.kind == .oneRTT
        if header[0] & (isShort ? 0x18 : 0x0c) != 0, fault != .reservedBitsUnchecked {
            return Rejection(QUICReason.reservedBits, at: packet.start)
        }
        let payload = packet.number + number.size
        let count = packet.end - PacketKeys.tagByteCount - payload
        if count == 0, fault != .emptyPayloadAccepted {
            return Rejection(QUICReason.emptyPayload, at: payload)
        }
        let detail = UInt16(header[0]) << 8 | UInt16(number.size)
        tape.append(
            Token(
                .packetNumber, detail: detail, offset: packet.number, length: Int(number.value)))
        tape.append(Token(.plaintext, offset: tape.arenaAppendedCount, length: count))
        var plain: [UInt8] = []
        swap(&plain, &opened)
        defer { swap(&plain, &opened) }
        let bytes = plain.span.extracting(first: count)
        tape.appendToArena(contentsOf: bytes)
        if let stop = frames(bytes, packet.kind, base: payload, &longVarints, &tape) {
            return stop
        }
        tape.append(Token(.tag, offset: payload + count, length: PacketKeys.tagByteCount))
        return nil
    }
}
