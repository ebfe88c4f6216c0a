internal import Crypto
internal import QUIC
internal import Synchronization

/// The keys of contexts that were seen lately: deriving them costs more than all else that a mutation does.
///
/// One lock guards all, for neither sealers nor openers are for two threads at a time.
enum QUICKeyring {
    private struct Sealing: Hashable {
        var secret: TrafficSecret?
        var connectionID: [UInt8] = []
        var fromClient = false
        var version: PacketVersion
        var isUpdated = false
    }

    private struct Keys: ~Copyable {
        var sealers: [Sealing: PacketSealer] = [:]
        var openers: [PacketProtection.Secrets: PacketProtection] = [:]
    }

    private static let keys = Mutex(Keys())

    /// Chosen: more than a campaign's contexts, and some connection IDs for each.
    private static let countMax = 512

    /// The protected packet, or nil where the context has no keys for it.
    static func seal(_ packet: QUICSerializer.Packet, _ context: QUICContext) -> [UInt8]? {
        guard (1...4).contains(packet.numberSize),
            let sealing = sealing(packet, context)
        else { return nil }
        let header = packet.header
        let numberSize = packet.numberSize
        let number = packet.number
        let payload = packet.payload
        return keys.withLock { keys in
            if keys.sealers[sealing] == nil {
                if keys.sealers.count >= countMax { keys.sealers.removeAll() }
                keys.sealers[sealing] = sealer(sealing)
            }
            return keys.sealers[sealing]?.packet(
                header: header, numberSize: numberSize, number: number, payload: payload)
        }
    }

    private static func sealer(_ sealing: Sealing) -> PacketSealer? {
        let secret =
            sealing.secret
            ?? KeyDerivation.initialSecret(
                sealing.version, connectionID: sealing.connectionID,
                fromClient: sealing.fromClient)
        return PacketSealer(secret, sealing.version, updated: sealing.isUpdated)
    }

    private static func sealing(
        _ packet: QUICSerializer.Packet, _ context: QUICContext
    ) -> Sealing? {
        let told = context.secrets
        switch packet.kind {
        case .initial:
            return Sealing(
                connectionID: context.originalDestinationConnectionID ?? packet.destination,
                fromClient: context.role == .server,
                version: packet.version == QUICNumber.version2 ? .version2 : .version1)
        case .handshake:
            return told.handshake.map { Sealing(secret: $0, version: told.version) }
        case .zeroRTT: return told.zeroRTT.map { Sealing(secret: $0, version: told.version) }
        case .oneRTT:
            let isUpdated = packet.bits & 4 != 0
            return told.oneRTT.map {
                Sealing(secret: $0, version: told.version, isUpdated: isUpdated)
            }
        case .retry, .versionNegotiation, .unknownVersion: return nil
        }
    }

    /// Opens what stands at `start`, whose packet number starts at `place` and which ends at `end`.
    ///
    /// - Returns: the first byte uncovered, the packet number's size and value, and the payload; nil where there are no
    ///   keys or the tag is wrong.
    static func open(
        _ bytes: [UInt8], start: Int, place: Int, end: Int, as part: QUICPart,
        largest: UInt64?, _ context: QUICContext
    ) -> (first: UInt8, size: Int, number: UInt64, payload: [UInt8])? {
        guard place + 4 + 16 <= end, end <= bytes.count else { return nil }
        let secrets = context.secrets
        let connectionID = context.originalDestinationConnectionID ?? part.destination
        return keys.withLock { keys in
            if keys.openers[secrets] == nil {
                if keys.openers.count >= countMax { keys.openers.removeAll() }
                keys.openers[secrets] = PacketProtection(secrets)
            }
            guard let protection = keys.openers[secrets] else { return nil }
            var header: PacketKeys?
            switch part.kind {
            case .initial:
                header = protection.initial(
                    part.version == QUICNumber.version2 ? .version2 : .version1,
                    fromClient: context.role == .server, connectionID: connectionID.span)
            case .handshake: header = protection.handshake
            case .zeroRTT: header = protection.zeroRTT
            case .oneRTT: header = protection.oneRTT
            case .retry, .versionNegotiation, .unknownVersion: header = nil
            }
            guard let header else { return nil }
            let sample = bytes.span.extracting((place + 4)..<(place + 20))
            let mask = header.mask(sample: sample)
            var associated = Array(bytes[start..<place])
            associated[0] ^= UInt8(truncatingIfNeeded: mask) & (associated[0] & 0x80 != 0 ? 15 : 31)
            let size = Int(associated[0] & 3) + 1
            var number: UInt64 = 0
            for index in 0..<size {
                let octet =
                    bytes[place + index] ^ UInt8(truncatingIfNeeded: mask >> UInt64(8 + 8 * index))
                associated.append(octet)
                number = number << 8 | UInt64(octet)
            }
            number = decoded(number, size: size, largest: largest)
            let isUpdated = part.kind == .oneRTT && associated[0] & 4 != 0
            guard let opener = isUpdated ? protection.nextOneRTT : header else { return nil }
            var nonce = opener.iv
            for index in 0..<8 {
                nonce.bytes[4 + index] ^= UInt8(
                    truncatingIfNeeded: number >> UInt64(56 - 8 * index))
            }
            let sealed = bytes.span.extracting((place + size)..<end)
            var payload = [UInt8](repeating: 0, count: sealed.count)
            guard
                opener.open(
                    nonce: nonce, associatedData: associated.span, sealed: sealed, into: &payload)
            else { return nil }
            payload.removeLast(min(payload.count, PacketKeys.tagByteCount))
            return (associated[0], size, number, payload)
        }
    }

    /// RFC 9000 Appendix A.3.
    private static func decoded(_ truncated: UInt64, size: Int, largest: UInt64?) -> UInt64 {
        let expected = largest.map { $0 &+ 1 } ?? 0
        let window = UInt64(1) << UInt64(8 * size)
        let candidate = expected & ~(window - 1) | truncated
        if candidate &+ window / 2 <= expected, candidate < 1 << 62 - window {
            return candidate + window
        }
        if candidate > expected &+ window / 2, candidate >= window { return candidate - window }
        return candidate
    }
}
