internal import QUIC
internal import Wire

/// A switch of the QUIC model.
enum QUICQuirkFlag: String, CaseIterable, Sendable {
    case coalescedKept = "QUIC-coalescedKept"
    case duplicateParameter = "QUIC-duplicateParameter"
    case emptyPayloadDropped = "QUIC-emptyPayloadDropped"
    case lengthClamped = "QUIC-lengthClamped"
    case longConnectionID = "QUIC-longConnectionID"
    case numberExpandsFromZero = "QUIC-numberExpandsFromZero"
    case ownVersionListed = "QUIC-ownVersionListed"
    case reservedBitsDropped = "QUIC-reservedBitsDropped"
    case retryTagUnchecked = "QUIC-retryTagUnchecked"
    case smallInitial = "QUIC-smallInitial"
    case tokenClamped = "QUIC-tokenClamped"
    case unknownFrameEnds = "QUIC-unknownFrameEnds"
    case versionListUneven = "QUIC-versionListUneven"
}

/// What the switches do to datagrams: see `RepairedReference`.
struct QUICRepairs: Sendable {
    let flags: Flags<QUICQuirkFlag>

    // MARK: Before reading

    func prepare(_ attempt: inout RepairedReference.Attempt) {
        guard var context = attempt.configuration.context as? QUICContext else { return }
        if flags.has(.numberExpandsFromZero) {
            context.largestInitial = nil
            context.largestHandshake = nil
            context.largestApplication = nil
            attempt.configuration.context = context
        }
        guard flags.has(.smallInitial) else { return }
        var limits = QUICLimits(attempt.configuration.limits)
        limits.initialDatagramBytesMin = 0
        attempt.configuration.limits = limits.untyped
    }

    // MARK: Where the reference refuses

    func repair(
        _ attempt: inout RepairedReference.Attempt, _ rejection: Rejection
    ) -> Bool {
        guard let reason = QUICReason(rawValue: rejection.code),
            let context = attempt.configuration.context as? QUICContext
        else { return false }
        let offset = rejection.offset
        switch reason {
        case .connectionIDTooLong where flags.has(.longConnectionID):
            return readByInvariants(&attempt, offset)
        case .lengthBeyondDatagram where flags.has(.lengthClamped),
            .tokenBeyondDatagram where flags.has(.tokenClamped):
            return clamp(&attempt, offset, context)
        case .malformedVersionNegotiation where flags.has(.versionListUneven):
            return cut(&attempt, at: offset, context, min: 7)
        case .unknownFrameType where flags.has(.unknownFrameEnds):
            guard case .frames = context.layer else { return false }
            return cut(&attempt, at: offset, context, min: 1)
        case .ownVersionListed where flags.has(.ownVersionListed):
            // A version of the pattern 0x?a?a?a?a is nobody's (RFC 9000 §15).
            return replaceVersion(&attempt, offset, with: 0x0A)
        case .retryIntegrity where flags.has(.retryTagUnchecked):
            var unchecked = context
            unchecked.originalDestinationConnectionID = nil
            attempt.configuration.context = unchecked
            return true
        case .reservedBits where flags.has(.reservedBitsDropped),
            .emptyPayload where flags.has(.emptyPayloadDropped):
            return spoilTag(&attempt, reason == .reservedBits ? offset : nil, context)
        case .duplicateParameter where flags.has(.duplicateParameter):
            return renameParameter(&attempt, offset)
        default: return false
        }
    }

    // MARK: Behind reading

    func finish(_ reading: inout ModelReading, _ attempt: RepairedReference.Attempt) {
        guard flags.has(.coalescedKept) else { return }
        for index in reading.tokens.indices {
            let token = reading.tokens[index]
            guard token.quicKind == .discarded,
                token.detail == QUICPacketFate.connectionID.rawValue
            else { continue }
            reading.tokens[index] = Token(
                .protectedPayload, detail: QUICPacketFate.noKeys.rawValue, offset: token.offset,
                length: Int(truncatingIfNeeded: token.length))
        }
    }
}

// MARK: Repairs

extension QUICRepairs {
    /// Makes the packet's version one that only RFC 8999 knows, so that its connection IDs may be
    /// long.
    private func readByInvariants(
        _ attempt: inout RepairedReference.Attempt, _ offset: Int
    ) -> Bool {
        // The DCID's length byte stands five behind the packet's first; the SCID's behind the DCID.
        for start in stride(from: max(0, offset - 5), through: 0, by: -1) {
            let isDCID = start + 5 == offset
            guard start + 5 < attempt.bytes.count, attempt.bytes[start] & 0x80 != 0,
                isDCID || start + 6 + Int(attempt.bytes[start + 5]) == offset
            else { continue }
            return replaceVersion(&attempt, start + 1, with: 0xFA)
        }
        return false
    }

    private func replaceVersion(
        _ attempt: inout RepairedReference.Attempt, _ offset: Int, with byte: UInt8
    ) -> Bool {
        guard offset + 4 <= attempt.bytes.count else { return false }
        let old = attempt.bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
        for index in 0..<4 { attempt.bytes[offset + index] = byte }
        attempt.keep(kind: QUICToken.Kind.integer.rawValue, offset: offset, length: old)
        return true
    }

    /// Makes a length what remains behind it.
    private func clamp(
        _ attempt: inout RepairedReference.Attempt, _ offset: Int, _ context: QUICContext
    ) -> Bool {
        let end = context.datagramLength ?? attempt.bytes.count
        guard offset < attempt.bytes.count else { return false }
        let size = 1 << Int(attempt.bytes[offset] >> 6)
        guard offset + size <= min(end, attempt.bytes.count) else { return false }
        var rest = end - offset - size
        guard size == 8 || rest < 1 << (8 * size - 2) else { return false }
        for index in stride(from: size - 1, through: 0, by: -1) {
            attempt.bytes[offset + index] = UInt8(truncatingIfNeeded: rest)
            rest >>= 8
        }
        attempt.bytes[offset] |= UInt8(size.trailingZeroBitCount) << 6
        return true
    }

    /// Reads only what stands before `offset`; the whole datagram counts as read.
    private func cut(
        _ attempt: inout RepairedReference.Attempt, at offset: Int, _ context: QUICContext,
        min countMin: Int
    ) -> Bool {
        let end = context.datagramLength ?? attempt.bytes.count
        guard offset >= countMin, offset < end else { return false }
        var shorter = context
        shorter.datagramLength = offset
        attempt.configuration.context = shorter
        attempt.consumed = attempt.consumed ?? end
        return true
    }

    /// Changes the tag of a packet, so that it is dropped alone and not an error of the connection.
    private func spoilTag(
        _ attempt: inout RepairedReference.Attempt, _ packet: Int?, _ context: QUICContext
    ) -> Bool {
        guard context.layer == .datagram else { return false }
        // Only the last packet of a datagram ends where nobody need ask: at the datagram's end.
        let end = context.datagramLength ?? attempt.bytes.count
        guard end > 0, end <= attempt.bytes.count else { return false }
        if let packet, !isLast(packet, attempt, end) { return false }
        attempt.bytes[end - 1] ^= 0xFF
        return true
    }

    private func isLast(
        _ packet: Int, _ attempt: RepairedReference.Attempt, _ end: Int
    ) -> Bool {
        guard packet < end else { return false }
        // A short header's packet takes the rest; of long ones the length says so.
        if attempt.bytes[packet] & 0x80 == 0 { return true }
        return packetEnd(attempt.bytes, packet) == end
    }

    /// The end of an Initial, 0-RTT or Handshake packet, or nil.
    private func packetEnd(_ bytes: [UInt8], _ packet: Int) -> Int? {
        var at = packet + 5
        for _ in 0..<2 {
            guard at < bytes.count else { return nil }
            at += 1 + Int(bytes[at])
        }
        guard packet + 4 < bytes.count else { return nil }
        let isVersion2 = bytes[packet + 1] != 0
        let type = bytes[packet] >> 4 & 3
        if type == (isVersion2 ? 1 : 0) {
            guard let token = varint(bytes, at), token.value < bytes.count else { return nil }
            at = token.end + token.value
        }
        guard let length = varint(bytes, at), length.value < bytes.count else { return nil }
        return length.end + length.value
    }

    private func varint(_ bytes: [UInt8], _ at: Int) -> (value: Int, end: Int)? {
        guard at >= 0, at < bytes.count else { return nil }
        let size = 1 << Int(bytes[at] >> 6)
        guard size <= bytes.count - at else { return nil }
        let first = Int(bytes[at] & 0x3F)
        return (bytes[(at + 1)..<(at + size)].reduce(first) { $0 << 8 | Int($1) }, at + size)
    }

    /// Gives a repeated parameter an ID of one byte that nobody registered.
    private func renameParameter(
        _ attempt: inout RepairedReference.Attempt, _ offset: Int
    ) -> Bool {
        guard let id = varint(attempt.bytes, offset), id.end == offset + 1 else { return false }
        let used = Set(attempt.bytes.filter { $0 < 0x40 })
        guard let free = (UInt8(0x21)...0x3F).first(where: { !used.contains($0) }) else {
            return false
        }
        attempt.bytes[offset] = free
        attempt.keep(kind: QUICToken.Kind.integer.rawValue, offset: offset, length: id.value)
        return true
    }
}
