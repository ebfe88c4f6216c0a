internal import Crypto
internal import Wire

/// What is known of a datagram while its packets are read.
struct ReferenceDatagramState {
    /// Where the first packet's DCID lies.
    var firstConnectionID: Range<Int>?
    var largestInitial: UInt64?
    var largestHandshake: UInt64?
    var largestApplication: UInt64?
}

/// A long header's connection IDs, and where the rest starts.
struct ReferenceConnectionIDs {
    var destination: Range<Int>
    var source: Range<Int>
}

extension ReferencePacket {
    /// §3: packet after packet.
    mutating func datagram(
        _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        var state = ReferenceDatagramState(
            largestInitial: context.largestInitial, largestHandshake: context.largestHandshake,
            largestApplication: context.largestApplication)
        var start = 0
        var count = 0
        while start < bytes.count {
            count += 1
            guard count <= limits.packetCountMax else {
                throw ReferenceRefusal(.tooManyPackets, at: start)
            }
            if bytes[start] & 0x80 != 0 {
                start = try longHeader(bytes, start, &state, &tape)
            } else {
                start = try shortHeader(bytes, start, &state, &tape)
            }
            tape.commit()
        }
    }

    /// §4: what all long headers share.
    private mutating func longHeader(
        _ bytes: Span<UInt8>, _ start: Int, _ state: inout ReferenceDatagramState,
        _ tape: inout Tape
    ) throws(ReferenceRefusal) -> Int {
        // 4.1
        guard bytes.count - start >= 5 else { throw ReferenceRefusal(.truncatedPacket, at: start) }
        var version: UInt32 = 0
        for index in 1...4 { version = version << 8 | UInt32(bytes[start + index]) }
        // 4.2
        if version == 0, context.role == .server {
            throw ReferenceRefusal(.versionNegotiationAtServer, at: start)
        }
        // 4.3
        let kind = packetKind(bytes[start], version)
        let isKnown = kind != .versionNegotiation && kind != .unknownVersion
        if isKnown {
            try fixedBit(bytes, start)
            if kind == .retry && context.role == .server
                || kind == .zeroRTT && context.role == .client
            {
                throw ReferenceRefusal(.misdirectedPacket, at: start)
            }
        }
        // 4.4
        let destination = try connectionID(
            bytes, start, lengthAt: start + 5, isBounded: isKnown)
        let source = try connectionID(
            bytes, start, lengthAt: destination.upperBound, isBounded: isKnown)
        tape.append(
            Token(
                .packet, detail: UInt16(kind.rawValue) | UInt16(bytes[start]) << 8, offset: start,
                length: 1))
        tape.append(Token(.version, size: 4, offset: start + 1, value: UInt64(version)))
        tape.append(
            Token(
                .destinationConnectionID, offset: destination.lowerBound - 1,
                length: destination.count + 1))
        tape.append(
            Token(.sourceConnectionID, offset: source.lowerBound - 1, length: source.count + 1))
        let isOurs = isForUs(destination, bytes, &state)
        let ids = ReferenceConnectionIDs(destination: destination, source: source)
        // 4.5
        switch kind {
        case .initial, .zeroRTT, .handshake:
            let version: PacketVersion = version == QUICNumber.version1 ? .version1 : .version2
            return try lengthPacket(
                bytes, start, kind, version, ids, isOurs: isOurs, &state, &tape)
        case .versionNegotiation, .unknownVersion, .retry, .oneRTT:
            guard isOurs else {
                tape.append(
                    Token(
                        .discarded, detail: QUICPacketFate.connectionID.rawValue,
                        offset: source.upperBound, length: bytes.count - source.upperBound))
                tape.append(Token(.packetEnd, offset: bytes.count, length: 0))
                return bytes.count
            }
        }
        if kind == .versionNegotiation {
            try versionNegotiation(bytes, start, source.upperBound, &tape)
        } else if kind == .retry {
            try retry(bytes, start, version, source, &tape)
        } else if source.upperBound < bytes.count {
            tape.append(
                Token(
                    .versionSpecific, offset: source.upperBound,
                    length: bytes.count - source.upperBound))
        }
        tape.append(Token(.packetEnd, offset: bytes.count, length: 0))
        return bytes.count
    }

    /// RFC 9000 Table 5, RFC 9369 §3.2.
    private func packetKind(_ first: UInt8, _ version: UInt32) -> QUICPacketKind {
        let type = first >> 4 & 3
        switch version {
        case 0: return .versionNegotiation
        case QUICNumber.version1:
            return type == 0 ? .initial : type == 1 ? .zeroRTT : type == 2 ? .handshake : .retry
        case QUICNumber.version2:
            return type == 1 ? .initial : type == 2 ? .zeroRTT : type == 3 ? .handshake : .retry
        default: return .unknownVersion
        }
    }

    /// RFC 9000 §17.2, §17.3.1: "Packets containing a zero value for this bit are not valid packets".
    private func fixedBit(_ bytes: Span<UInt8>, _ start: Int) throws(ReferenceRefusal) {
        if bytes[start] & 0x40 == 0, !policy.contains(.greasedFixedBit) {
            throw ReferenceRefusal(.fixedBitClear, at: start)
        }
    }

    /// A length byte and a connection ID.
    private func connectionID(
        _ bytes: Span<UInt8>, _ start: Int, lengthAt index: Int, isBounded: Bool
    ) throws(ReferenceRefusal) -> Range<Int> {
        guard index < bytes.count else { throw ReferenceRefusal(.truncatedPacket, at: start) }
        let length = Int(bytes[index])
        // RFC 9000 §17.2: "In QUIC version 1, this value MUST NOT exceed 20 bytes."
        if isBounded, length > 20 { throw ReferenceRefusal(.connectionIDTooLong, at: index) }
        guard length <= bytes.count - index - 1 else {
            throw ReferenceRefusal(.truncatedPacket, at: start)
        }
        return (index + 1)..<(index + 1 + length)
    }

    /// §3: whether a DCID is that of the datagram's first packet.
    private func isForUs(
        _ connectionID: Range<Int>, _ bytes: Span<UInt8>, _ state: inout ReferenceDatagramState
    ) -> Bool {
        guard let first = state.firstConnectionID else {
            state.firstConnectionID = connectionID
            return true
        }
        guard first.count == connectionID.count else { return false }
        for index in 0..<first.count
        where bytes[first.lowerBound + index] != bytes[connectionID.lowerBound + index] {
            return false
        }
        return true
    }

    /// §5.
    private mutating func shortHeader(
        _ bytes: Span<UInt8>, _ start: Int, _ state: inout ReferenceDatagramState,
        _ tape: inout Tape
    ) throws(ReferenceRefusal) -> Int {
        try fixedBit(bytes, start)
        let length = context.connectionIDLength
        guard length <= bytes.count - start - 1 else {
            throw ReferenceRefusal(.truncatedPacket, at: start)
        }
        let connectionID = (start + 1)..<(start + 1 + length)
        guard bytes.count - connectionID.upperBound >= 20 else {
            throw ReferenceRefusal(.packetTooShort, at: start)
        }
        tape.append(
            Token(
                .packet, detail: UInt16(QUICPacketKind.oneRTT.rawValue) | UInt16(bytes[start]) << 8,
                offset: start, length: 1))
        if length > 0 {
            tape.append(Token(.connectionID, offset: connectionID.lowerBound, length: length))
        }
        let isOurs = isForUs(connectionID, bytes, &state)
        let opened = ReferenceSealed(
            kind: .oneRTT, version: .version1, start: start, number: connectionID.upperBound,
            end: bytes.count, connectionID: connectionID)
        let count = try payload(opened, bytes, isOurs: isOurs, &state, &tape)
        tape.append(Token(.packetEnd, offset: bytes.count, length: count))
        return bytes.count
    }
}
