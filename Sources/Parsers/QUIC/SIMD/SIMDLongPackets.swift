internal import Crypto
internal import Wire

/// Packets with long headers and known versions.
extension SIMDPacket {
    /// Returns the packet's end, or -1.
    @inline(__always)
    mutating func lengthPacket(
        _ view: SIMDView, _ header: SIMDLongHeader, _ state: inout SIMDDatagram,
        _ tape: inout Tape
    ) -> Int {
        var index = header.rest
        var longVarints = 0
        if header.kind == .initial {
            index = token(view, header, &longVarints, &tape)
            if index < 0 { return -1 }
        }
        guard let length = SIMDVarint(view, index) else {
            return fail(.truncatedPacket, header.start)
        }
        let number = index &+ length.size
        guard length.value <= UInt64(truncatingIfNeeded: view.count &- number) else {
            return fail(.lengthBeyondDatagram, index)
        }
        guard length.value >= 20 else { return fail(.packetTooShort, index) }
        longVarints &+= length.excess
        let end = number &+ Int(truncatingIfNeeded: length.value)
        let field = Token(.length, size: length.size, offset: index, value: length.value)
        guard header.isOurs, opens else {
            tape.append(
                field, Self.closed(isOurs: header.isOurs, number, end),
                Self.end(end, longVarints))
            return end
        }
        tape.append(field)
        let sealed = SIMDSealed(
            kind: header.kind, isSecond: header.isSecond, start: header.start, number: number,
            end: end, connectionID: header.destination,
            connectionIDCount: header.destinationCount)
        return content(view, sealed, longVarints: longVarints, &state, &tape)
    }

    /// Returns where Length stands, or -1.
    @inline(__always)
    private mutating func token(
        _ view: SIMDView, _ header: SIMDLongHeader, _ longVarints: inout Int, _ tape: inout Tape
    ) -> Int {
        if isServer {
            guard view.count >= limits.initialDatagramBytesMin else {
                return fail(.initialDatagramTooSmall, header.start)
            }
            if header.destinationCount < 8, context.originalDestinationConnectionID == nil,
                !policy.contains(.shortInitialConnectionID)
            {
                return fail(.initialConnectionIDTooShort, header.destination &- 1)
            }
        }
        let place = header.rest
        guard let length = SIMDVarint(view, place) else {
            return fail(.truncatedPacket, header.start)
        }
        let token = place &+ length.size
        let field = Token(.tokenLength, size: length.size, offset: place, value: length.value)
        longVarints &+= length.excess
        if length.value == 0 {
            tape.append(field)
            return token
        }
        if !isServer { return fail(.tokenFromServer, place) }
        guard length.value <= UInt64(truncatingIfNeeded: view.count &- token) else {
            return fail(.tokenBeyondDatagram, place)
        }
        let count = Int(truncatingIfNeeded: length.value)
        guard count <= limits.tokenBytesMax else {
            return fail(.tokenTooLong, token &+ limits.tokenBytesMax)
        }
        tape.append(field, Token(.token, offset: token, length: count))
        return token &+ count
    }

    /// A payload that is not opened: what is protected, or what is ignored.
    @inline(__always)
    static func closed(isOurs: Bool, _ start: Int, _ end: Int) -> Token {
        let bits =
            isOurs
            ? Token.bits(
                kind: QUICToken.Kind.protectedPayload.rawValue,
                detail: QUICPacketFate.headersOnly.rawValue)
            : Token.bits(
                kind: QUICToken.Kind.discarded.rawValue,
                detail: QUICPacketFate.connectionID.rawValue)
        return Token(kindAndDetail: bits, offset: start, length: end &- start)
    }

    /// The end of a packet.
    @inline(__always)
    static func end(_ end: Int, _ longVarints: Int) -> Token {
        Token(
            kindAndDetail: Token.bits(kind: QUICToken.Kind.packetEnd.rawValue), offset: end,
            length: longVarints)
    }

    @inline(never)
    private mutating func fail(_ reason: QUICReason, _ offset: Int) -> Int {
        _ = refuse(reason, offset)
        return -1
    }

    /// Returns the datagram's end, or -1.
    @inline(never)
    mutating func retry(
        _ view: SIMDView, _ header: SIMDLongHeader, _ tape: inout Tape
    ) -> Int {
        let end = view.count
        guard header.isOurs else {
            tape.append(
                Token(
                    .discarded, detail: QUICPacketFate.connectionID.rawValue,
                    offset: header.rest, length: end - header.rest),
                Token(.packetEnd, offset: end, length: 0))
            return end
        }
        let tag = end - 16
        let count = tag - header.rest
        if count < 0 { return fail(.truncatedPacket, header.start) }
        if count == 0 { return fail(.emptyRetryToken, tag) }
        if count > limits.tokenBytesMax {
            return fail(.tokenTooLong, header.rest + limits.tokenBytesMax)
        }
        var field = QUICField.retryTagUnverified
        if let original = context.originalDestinationConnectionID {
            let isSame = view.withSpan(header.source, header.rest) { source in
                source.count == original.count
                    && source.indices.allSatisfy { source[$0] == original[$0] }
            }
            if isSame { return fail(.repeatedRetryConnectionID, header.source - 1) }
            let version: PacketVersion = header.isSecond ? .version2 : .version1
            let isIntact = view.withSpan(header.start, end) { packet in
                protection.isRetryIntact(
                    version, originalConnectionID: original, retry: packet)
            }
            if !isIntact { return fail(.retryIntegrity, tag) }
            field = .retryTag
        }
        tape.append(
            Token(.retryToken, offset: header.rest, length: count),
            Token(field, offset: tag, length: 16))
        tape.append(Token(.packetEnd, offset: end, length: 0))
        return end
    }
}
