internal import Crypto
internal import Wire

/// The steps of packets with long headers.
extension TablePacket {
    func clientInitial(
        _ bytes: Span<UInt8>, _ registers: TableRegisters
    ) throws(TableRefusal) {
        guard isServer else { return }
        if bytes.count < limits.initialDatagramBytesMin {
            throw TableRefusal(.initialDatagramTooSmall, registers.start)
        }
        let least =
            context.originalDestinationConnectionID != nil
                || policy.contains(.shortInitialConnectionID) ? 0 : 8
        if registers.destination.count < least {
            throw TableRefusal(.initialConnectionIDTooShort, registers.start + 5)
        }
    }

    func token(
        _ bytes: Span<UInt8>, _ registers: inout TableRegisters, _ tape: inout Tape
    ) throws(TableRefusal) {
        let place = registers.index
        let count = try self.count(bytes, &registers)
        let left = bytes.count - registers.index
        if !isServer, count.value != 0 { throw TableRefusal(.tokenFromServer, place) }
        if count.value > UInt64(left) { throw TableRefusal(.tokenBeyondDatagram, place) }
        let length = Int(count.value)
        if length > limits.tokenBytesMax {
            throw TableRefusal(.tokenTooLong, registers.index + limits.tokenBytesMax)
        }
        tape.append(Token(.tokenLength, size: count.size, offset: place, value: count.value))
        guard length != 0 else { return }
        tape.append(Token(.token, offset: registers.index, length: length))
        registers.index += length
    }

    func length(
        _ bytes: Span<UInt8>, _ registers: inout TableRegisters, _ tape: inout Tape
    ) throws(TableRefusal) {
        let place = registers.index
        let count = try self.count(bytes, &registers)
        let left = bytes.count - registers.index
        if count.value > UInt64(left) { throw TableRefusal(.lengthBeyondDatagram, place) }
        if count.value < 20 { throw TableRefusal(.packetTooShort, place) }
        tape.append(Token(.length, size: count.size, offset: place, value: count.value))
        registers.end = registers.index + Int(count.value)
    }

    private func count(
        _ bytes: Span<UInt8>, _ registers: inout TableRegisters
    ) throws(TableRefusal) -> TableVarint {
        guard let count = TableVarint(bytes, registers.index) else {
            throw TableRefusal(.truncatedPacket, registers.start)
        }
        registers.index += count.size
        registers.longer += count.longer
        return count
    }

    func versions(
        _ bytes: Span<UInt8>, _ registers: TableRegisters, _ tape: inout Tape
    ) throws(TableRefusal) {
        let count = bytes.count - registers.index
        if count == 0 { throw TableRefusal(.malformedVersionNegotiation, registers.start) }
        if count % 4 != 0 {
            throw TableRefusal(.malformedVersionNegotiation, bytes.count - count % 4)
        }
        for place in stride(from: registers.index, to: bytes.count, by: 4) {
            var version: UInt64 = 0
            for index in place..<(place + 4) { version = version * 256 + UInt64(bytes[index]) }
            if version == UInt64(context.version) { throw TableRefusal(.ownVersionListed, place) }
            tape.append(Token(.supportedVersion, size: 4, offset: place, value: version))
        }
    }

    func retry(
        _ bytes: Span<UInt8>, _ registers: TableRegisters, _ tape: inout Tape
    ) throws(TableRefusal) {
        let tag = bytes.count - PacketKeys.tagByteCount
        let count = tag - registers.index
        if count < 0 { throw TableRefusal(.truncatedPacket, registers.start) }
        if count == 0 { throw TableRefusal(.emptyRetryToken, tag) }
        if count > limits.tokenBytesMax {
            throw TableRefusal(.tokenTooLong, registers.index + limits.tokenBytesMax)
        }
        tape.append(Token(.retryToken, offset: registers.index, length: count))
        guard let original = context.originalDestinationConnectionID else {
            tape.append(Token(.retryTagUnverified, offset: tag, length: 16))
            return
        }
        var isSame = original.count == registers.source.count
        for index in 0..<min(original.count, registers.source.count) {
            isSame = isSame && original[index] == bytes[registers.source.lowerBound + index]
        }
        if isSame {
            throw TableRefusal(.repeatedRetryConnectionID, registers.source.lowerBound - 1)
        }
        let version: PacketVersion =
            registers.version == QUICNumber.version1 ? .version1 : .version2
        let packet = bytes.extracting(registers.start..<bytes.count)
        guard
            protection.isRetryIntact(version, originalConnectionID: original, retry: packet)
        else { throw TableRefusal(.retryIntegrity, tag) }
        tape.append(Token(.retryTag, offset: tag, length: 16))
    }
}

/// What packets hold.
extension TablePacket {
    /// A packet-number space's index, by kind.
    private static func space(_ kind: QUICPacketKind) -> Int {
        switch kind {
        case .initial: 0
        case .handshake: 1
        default: 2
        }
    }

    mutating func content(
        _ bytes: Span<UInt8>, _ registers: inout TableRegisters,
        _ shared: inout TableDatagramRegisters, _ tape: inout Tape
    ) throws(TableRefusal) {
        guard registers.isOurs else {
            return appendFate(.discarded, .connectionID, registers, &tape)
        }
        guard context.layer == .datagram else {
            return appendFate(.protectedPayload, .headersOnly, registers, &tape)
        }
        if !isKnownUniquelyReferenced(&protection) { protection = protection.copy() }
        guard let keys = keys(bytes, registers) else {
            return appendFate(.protectedPayload, .noKeys, registers, &tape)
        }
        let isShort = registers.kind == .oneRTT
        let number = registers.index
        let mask = keys.mask(sample: bytes.extracting((number + 4)..<(number + 20)))
        let first = bytes[registers.start] ^ UInt8(mask % 256 % (isShort ? 32 : 16))
        let size = Int(first % 4) + 1
        uncover(bytes, registers, mask, first, size)
        var truncated: UInt64 = 0
        for byte in associated.suffix(size) { truncated = truncated * 256 + UInt64(byte) }
        let space = Self.space(registers.kind)
        let full = Self.nearest(truncated, size, shared.expected[space])
        let isUpdated = isShort && first / 4 % 2 == 1
        guard let used = isUpdated ? protection.nextOneRTT : keys,
            open(used, full, bytes.extracting((number + size)..<registers.end))
        else { return appendFate(.discarded, .authentication, registers, &tape) }
        shared.expected[space] = max(shared.expected[space], full + 1)
        if first & (isShort ? 24 : 12) != 0 { throw TableRefusal(.reservedBits, registers.start) }
        let payload = number + size
        let count = registers.end - 16 - payload
        if count == 0 { throw TableRefusal(.emptyPayload, payload) }
        tape.append(
            Token(
                .packetNumber, detail: UInt16(size) + UInt16(first) * 256, offset: number,
                length: Int(full)))
        tape.append(Token(.plaintext, offset: tape.arenaAppendedCount, length: count))
        var opened: [UInt8] = []
        swap(&opened, &plain)
        defer { swap(&opened, &plain) }
        tape.appendToArena(contentsOf: opened.span.extracting(first: count))
        registers.longer += try frames(
            opened.span.extracting(first: count), TablePackets(registers.kind), payload, &tape)
        tape.append(Token(.tag, offset: payload + count, length: 16))
    }

    private func keys(_ bytes: Span<UInt8>, _ registers: TableRegisters) -> PacketKeys? {
        switch registers.kind {
        case .initial:
            let version: PacketVersion =
                registers.version == QUICNumber.version1 ? .version1 : .version2
            if let original = context.originalDestinationConnectionID {
                return protection.initial(
                    version, fromClient: isServer, connectionID: original.span)
            }
            return isServer
                ? protection.initial(
                    version, fromClient: true,
                    connectionID: bytes.extracting(registers.destination))
                : nil
        case .zeroRTT: return protection.zeroRTT
        case .handshake: return protection.handshake
        default: return protection.oneRTT
        }
    }

    /// Writes the header without its protection to `associated`.
    private mutating func uncover(
        _ bytes: Span<UInt8>, _ registers: TableRegisters, _ mask: UInt64, _ first: UInt8,
        _ size: Int
    ) {
        associated.removeAll(keepingCapacity: true)
        for index in registers.start..<(registers.index + size) { associated.append(bytes[index]) }
        associated[0] = first
        let number = associated.count - size
        for index in 0..<size {
            associated[number + index] ^= UInt8(
                truncatingIfNeeded: mask >> UInt64(8 + 8 * index))
        }
    }

    /// RFC 9000 Appendix A.3, as the three numbers that end in `truncated` around the expected one.
    private static func nearest(_ truncated: UInt64, _ size: Int, _ next: UInt64) -> UInt64 {
        let expected = Int(next > QUICNumber.varintMax ? QUICNumber.varintMax : next)
        let window = 1 << (size * 8)
        let middle = expected / window * window + Int(truncated)
        let distance = middle - expected
        if distance <= -window / 2, middle + window <= Int(QUICNumber.varintMax) {
            return UInt64(middle + window)
        }
        if distance > window / 2, middle - window >= 0 { return UInt64(middle - window) }
        return UInt64(middle)
    }

    private mutating func open(
        _ keys: PacketKeys, _ number: UInt64, _ sealed: Span<UInt8>
    ) -> Bool {
        var nonce = keys.iv
        for place in 4..<12 {
            nonce.bytes[place] ^= UInt8(truncatingIfNeeded: number >> UInt64(8 * (11 - place)))
        }
        if plain.count < sealed.count { plain = [UInt8](repeating: 0, count: sealed.count) }
        var opened: [UInt8] = []
        swap(&opened, &plain)
        defer { swap(&opened, &plain) }
        return keys.open(
            nonce: nonce, associatedData: associated.span, sealed: sealed, into: &opened)
    }
}
