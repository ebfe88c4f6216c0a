internal import Crypto
internal import Wire

/// The kinds of packets with long headers.
extension ReferencePacket {
    /// §4.1
    func versionNegotiation(
        _ bytes: Span<UInt8>, _ start: Int, _ list: Int, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        guard list < bytes.count else {
            throw ReferenceRefusal(.malformedVersionNegotiation, at: start)
        }
        let whole = (bytes.count - list) / 4
        guard (bytes.count - list) % 4 == 0 else {
            throw ReferenceRefusal(.malformedVersionNegotiation, at: list + whole * 4)
        }
        for entry in 0..<whole {
            var version: UInt32 = 0
            for index in 0..<4 { version = version << 8 | UInt32(bytes[list + entry * 4 + index]) }
            // RFC 9000 §6.2: "A client MUST discard a Version Negotiation packet that lists the QUIC version
            // selected by the client."
            guard version != context.version else {
                throw ReferenceRefusal(.ownVersionListed, at: list + entry * 4)
            }
            tape.append(
                Token(.supportedVersion, size: 4, offset: list + entry * 4, value: UInt64(version)))
        }
    }

    /// §4.3
    func retry(
        _ bytes: Span<UInt8>, _ start: Int, _ version: UInt32, _ source: Range<Int>,
        _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        let token = source.upperBound
        guard bytes.count - token >= 16 else {
            throw ReferenceRefusal(.truncatedPacket, at: start)
        }
        let tag = bytes.count - 16
        // RFC 9000 §17.2.5.2: "A client MUST discard a Retry packet with a zero-length Retry Token field."
        guard tag > token else { throw ReferenceRefusal(.emptyRetryToken, at: tag) }
        guard tag - token <= limits.tokenBytesMax else {
            throw ReferenceRefusal(.tokenTooLong, at: token + limits.tokenBytesMax)
        }
        tape.append(Token(.retryToken, offset: token, length: tag - token))
        guard let original = context.originalDestinationConnectionID else {
            tape.append(Token(.retryTagUnverified, offset: tag, length: 16))
            return
        }
        if isEqual(source, bytes, original) {
            throw ReferenceRefusal(.repeatedRetryConnectionID, at: source.lowerBound - 1)
        }
        // RFC 9001 §5.8
        let isIntact = protection.isRetryIntact(
            version == QUICNumber.version1 ? .version1 : .version2,
            originalConnectionID: original, retry: bytes.extracting(start..<bytes.count))
        guard isIntact else { throw ReferenceRefusal(.retryIntegrity, at: tag) }
        tape.append(Token(.retryTag, offset: tag, length: 16))
    }

    private func isEqual(_ range: Range<Int>, _ bytes: Span<UInt8>, _ other: [UInt8]) -> Bool {
        guard range.count == other.count else { return false }
        for index in 0..<other.count where bytes[range.lowerBound + index] != other[index] {
            return false
        }
        return true
    }

    /// §4.4
    mutating func lengthPacket(
        _ bytes: Span<UInt8>, _ start: Int, _ kind: QUICPacketKind, _ version: PacketVersion,
        _ ids: ReferenceConnectionIDs, isOurs: Bool, _ state: inout ReferenceDatagramState,
        _ tape: inout Tape
    ) throws(ReferenceRefusal) -> Int {
        var index = ids.source.upperBound
        var nonMinimal = 0
        if kind == .initial {
            try clientInitial(bytes, start, ids.destination)
            index = try initialToken(bytes, start, index, &nonMinimal, &tape)
        }
        guard let length = ReferenceVarint(bytes, at: index) else {
            throw ReferenceRefusal(.truncatedPacket, at: start)
        }
        let number = index + length.size
        guard length.value <= UInt64(bytes.count - number) else {
            throw ReferenceRefusal(.lengthBeyondDatagram, at: index)
        }
        guard length.value >= 20 else { throw ReferenceRefusal(.packetTooShort, at: index) }
        if length.isNonMinimal { nonMinimal += 1 }
        tape.append(Token(.length, size: length.size, offset: index, value: length.value))
        let end = number + Int(length.value)
        let sealed = ReferenceSealed(
            kind: kind, version: version, start: start, number: number, end: end,
            connectionID: ids.destination)
        nonMinimal += try payload(sealed, bytes, isOurs: isOurs, &state, &tape)
        tape.append(Token(.packetEnd, offset: end, length: nonMinimal))
        return end
    }

    /// §4.4 1.
    private func clientInitial(
        _ bytes: Span<UInt8>, _ start: Int, _ destination: Range<Int>
    ) throws(ReferenceRefusal) {
        guard context.role == .server else { return }
        // RFC 9000 §14.1: "A server MUST discard an Initial packet that is carried in a UDP datagram with a payload
        // that is smaller than the smallest allowed maximum datagram size of 1200 bytes."
        guard bytes.count >= limits.initialDatagramBytesMin else {
            throw ReferenceRefusal(.initialDatagramTooSmall, at: start)
        }
        guard context.originalDestinationConnectionID == nil else { return }
        // RFC 9000 §7.2: "This Destination Connection ID MUST be at least 8 bytes in length."
        if destination.count < 8, !policy.contains(.shortInitialConnectionID) {
            throw ReferenceRefusal(
                .initialConnectionIDTooShort, at: destination.lowerBound - 1)
        }
    }

    /// §4.4 2.: returns where Length stands.
    private func initialToken(
        _ bytes: Span<UInt8>, _ start: Int, _ index: Int, _ nonMinimal: inout Int,
        _ tape: inout Tape
    ) throws(ReferenceRefusal) -> Int {
        guard let length = ReferenceVarint(bytes, at: index) else {
            throw ReferenceRefusal(.truncatedPacket, at: start)
        }
        // RFC 9000 §17.2.2: "Initial packets sent by the server MUST set the Token Length field to 0"
        if context.role == .client, length.value != 0 {
            throw ReferenceRefusal(.tokenFromServer, at: index)
        }
        let token = index + length.size
        guard length.value <= UInt64(bytes.count - token) else {
            throw ReferenceRefusal(.tokenBeyondDatagram, at: index)
        }
        let count = Int(length.value)
        guard count <= limits.tokenBytesMax else {
            throw ReferenceRefusal(.tokenTooLong, at: token + limits.tokenBytesMax)
        }
        if length.isNonMinimal { nonMinimal += 1 }
        tape.append(Token(.tokenLength, size: length.size, offset: index, value: length.value))
        if count > 0 { tape.append(Token(.token, offset: token, length: count)) }
        return token + count
    }
}
