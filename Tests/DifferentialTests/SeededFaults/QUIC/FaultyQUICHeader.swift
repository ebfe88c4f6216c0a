import Crypto
import QUIC
import Wire

/// What the next bytes of a header are.
enum FaultyQUICAwaited {
    case firstByte
    case version
    case destinationLength
    case sourceLength
    case kindsOwn
    case tokenLength
    case length
    case versions
    case retry
    case rest
    case shortConnectionID
}

/// One packet's header.
struct FaultyQUICHeader {
    let start: Int
    /// The byte behind the packet, once it is known.
    var end = 0
    private var index: Int
    private var firstByte: UInt8 = 0
    private var version: UInt32 = 0
    private var kind = QUICPacketKind.oneRTT
    private var destination = (offset: 0, count: 0)
    private var source = (offset: 0, count: 0)
    private var isOurs = true
    private var longVarints = 0

    init(start: Int) {
        self.start = start
        index = start
    }

    private func stop(_ reason: QUICReason, at offset: Int) -> Rejection {
        Rejection(reason, at: offset)
    }

    private var isVersioned: Bool { kind != .versionNegotiation && kind != .unknownVersion }

    /// Walks from state to state until the packet's end is known and its content read.
    mutating func run(
        _ bytes: Span<UInt8>, _ parser: inout FaultyQUICPacket, _ tape: inout Tape
    ) -> Rejection? {
        var awaited = FaultyQUICAwaited.firstByte
        while true {
            switch awaited {
            case .firstByte:
                firstByte = bytes[start]
                index = start + 1
                awaited = firstByte & 0x80 != 0 ? .version : .shortConnectionID
            case .version:
                for _ in 0..<4 {
                    guard index < bytes.count else { return stop(.truncatedPacket, at: start) }
                    version = version &<< 8 | UInt32(bytes[index])
                    index += 1
                }
                if let refused = judgeVersion(parser) { return refused }
                awaited = .destinationLength
            case .destinationLength:
                var place = destination
                if let refused = connectionID(bytes, parser, &place) { return refused }
                destination = place
                awaited = .sourceLength
            case .sourceLength:
                var place = source
                if let refused = connectionID(bytes, parser, &place) { return refused }
                source = place
                isOurs = compare(bytes, &parser)
                appendLong(&tape)
                awaited = .kindsOwn
            case .kindsOwn:
                switch kind {
                case .initial:
                    if let refused = judgeInitial(bytes, parser) { return refused }
                    awaited = .tokenLength
                case .zeroRTT, .handshake: awaited = .length
                case .retry: awaited = isOurs ? .retry : .rest
                case .versionNegotiation: awaited = isOurs ? .versions : .rest
                case .unknownVersion, .oneRTT: awaited = .rest
                }
            case .tokenLength:
                if let refused = token(bytes, parser, &tape) { return refused }
                awaited = .length
            case .length: return length(bytes, &parser, &tape)
            case .versions: return versions(bytes, parser, &tape)
            case .retry: return retry(bytes, parser, &tape)
            case .rest:
                rest(bytes, &tape)
                return nil
            case .shortConnectionID: return short(bytes, &parser, &tape)
            }
        }
    }

    private mutating func judgeVersion(_ parser: FaultyQUICPacket) -> Rejection? {
        let isServer = parser.context.role == .server
        if version == 0 {
            kind = .versionNegotiation
            return isServer ? stop(.versionNegotiationAtServer, at: start) : nil
        }
        let isFirst = version == QUICNumber.version1
        guard isFirst || version == QUICNumber.version2 else {
            kind = .unknownVersion
            return nil
        }
        if firstByte & 0x40 == 0, !parser.policy.contains(.greasedFixedBit),
            parser.fault != .fixedBitUnchecked
        {
            return stop(.fixedBitClear, at: start)
        }
        // Version 2 turns the four types by one.
        switch (firstByte >> 4 &- (isFirst || parser.fault == .version2HasTypesOfVersion1 ? 0 : 1))
            & 3
        {
        case 0: kind = .initial
        case 1: kind = .zeroRTT
        case 2: kind = .handshake
        default: kind = .retry
        }
        let isForOthers =
            isServer ? kind == .retry && parser.fault != .retryUnderstoodByServer : kind == .zeroRTT
        return isForOthers ? stop(.misdirectedPacket, at: start) : nil
    }

    private mutating func connectionID(
        _ bytes: Span<UInt8>, _ parser: FaultyQUICPacket, _ place: inout (offset: Int, count: Int)
    ) -> Rejection? {
        guard index < bytes.count else { return stop(.truncatedPacket, at: start) }
        let count = Int(bytes[index])
        if count > (parser.fault == .connectionIDReaches21 ? 21 : 20), isVersioned {
            return stop(.connectionIDTooLong, at: index)
        }
        place = (index + 1, count)
        index += 1 + count
        return index > bytes.count ? stop(.truncatedPacket, at: start) : nil
    }

    /// Whether the DCID is the first packet's, or this is the first packet.
    private func compare(_ bytes: Span<UInt8>, _ parser: inout FaultyQUICPacket) -> Bool {
        guard let first = parser.first else {
            parser.first = destination
            return true
        }
        if first.count != destination.count { return false }
        if parser.fault == .coalescedComparesLengthOnly { return true }
        var left = first.count
        while left > 0 {
            left -= 1
            if bytes[first.offset + left] != bytes[destination.offset + left] { return false }
        }
        return true
    }

    private func appendPacket(_ tape: inout Tape) {
        let detail = UInt16(firstByte) << 8 | UInt16(kind.rawValue)
        tape.append(Token(.packet, detail: detail, offset: start, length: 1))
    }

    private func appendLong(_ tape: inout Tape) {
        appendPacket(&tape)
        tape.append(Token(.version, size: 4, offset: start + 1, value: UInt64(version)))
        tape.append(
            Token(
                .destinationConnectionID, offset: destination.offset - 1,
                length: destination.count + 1))
        tape.append(
            Token(.sourceConnectionID, offset: source.offset - 1, length: source.count + 1))
    }

    private func judgeInitial(_ bytes: Span<UInt8>, _ parser: FaultyQUICPacket) -> Rejection? {
        if parser.context.role == .client { return nil }
        let spare = parser.fault == .initialMinimumOffByOne ? 1 : 0
        if bytes.count + spare < parser.limits.initialDatagramBytesMin {
            return stop(.initialDatagramTooSmall, at: start)
        }
        let isFirst = parser.context.originalDestinationConnectionID == nil
        let least = parser.fault == .shortFirstConnectionIDAccepted ? 7 : 8
        if isFirst, destination.count < least, !parser.policy.contains(.shortInitialConnectionID) {
            return stop(.initialConnectionIDTooShort, at: destination.offset - 1)
        }
        return nil
    }

    private mutating func token(
        _ bytes: Span<UInt8>, _ parser: FaultyQUICPacket, _ tape: inout Tape
    ) -> Rejection? {
        let place = index
        guard let count = FaultyQUICVarint(bytes, &index) else {
            return stop(.truncatedPacket, at: start)
        }
        if count.value > 0, parser.context.role == .client,
            parser.fault != .serverMaySendToken
        {
            return stop(.tokenFromServer, at: place)
        }
        if count.value > UInt64(bytes.count - index) {
            return stop(.tokenBeyondDatagram, at: place)
        }
        if count.value > UInt64(parser.limits.tokenBytesMax) {
            return stop(.tokenTooLong, at: index + parser.limits.tokenBytesMax)
        }
        longVarints += count.excess
        tape.append(Token(.tokenLength, size: count.size, offset: place, value: count.value))
        if count.value > 0 {
            tape.append(Token(.token, offset: index, length: Int(count.value)))
            index += Int(count.value)
        }
        return nil
    }

    private mutating func length(
        _ bytes: Span<UInt8>, _ parser: inout FaultyQUICPacket, _ tape: inout Tape
    ) -> Rejection? {
        let place = index
        guard let count = FaultyQUICVarint(bytes, &index) else {
            return stop(.truncatedPacket, at: start)
        }
        if count.value > UInt64(bytes.count - index) {
            return stop(.lengthBeyondDatagram, at: place)
        }
        if count.value < 20 { return stop(.packetTooShort, at: place) }
        longVarints += count.excess
        tape.append(Token(.length, size: count.size, offset: place, value: count.value))
        end = index + Int(count.value)
        return content(bytes, &parser, &tape)
    }

    private mutating func content(
        _ bytes: Span<UInt8>, _ parser: inout FaultyQUICPacket, _ tape: inout Tape
    ) -> Rejection? {
        let packet = FaultyQUICSealed(
            kind: kind, isSecond: version == QUICNumber.version2, start: start, number: index,
            end: end, connectionID: destination)
        if let refused = parser.content(packet, isOurs: isOurs, bytes, &longVarints, &tape) {
            return refused
        }
        tape.append(Token(.packetEnd, offset: end, length: longVarints))
        return nil
    }

    private mutating func short(
        _ bytes: Span<UInt8>, _ parser: inout FaultyQUICPacket, _ tape: inout Tape
    ) -> Rejection? {
        if firstByte & 0x40 == 0, !parser.policy.contains(.greasedFixedBit),
            parser.fault != .fixedBitUnchecked
        {
            return stop(.fixedBitClear, at: start)
        }
        end = bytes.count
        destination = (index, parser.context.connectionIDLength)
        index += destination.count
        if index > end { return stop(.truncatedPacket, at: start) }
        if end - index < 20 { return stop(.packetTooShort, at: start) }
        appendPacket(&tape)
        if destination.count > 0 {
            tape.append(
                Token(.connectionID, offset: destination.offset, length: destination.count))
        }
        isOurs = compare(bytes, &parser)
        return content(bytes, &parser, &tape)
    }
}

/// Packets that last to the datagram's end.
extension FaultyQUICHeader {
    private mutating func versions(
        _ bytes: Span<UInt8>, _ parser: FaultyQUICPacket, _ tape: inout Tape
    ) -> Rejection? {
        end = bytes.count
        if index == end { return Rejection(QUICReason.malformedVersionNegotiation, at: start) }
        let odd = (end - index) & 3
        if odd > 0 { return Rejection(QUICReason.malformedVersionNegotiation, at: end - odd) }
        while index < end {
            var listed: UInt32 = 0
            for _ in 0..<4 {
                listed = listed &<< 8 | UInt32(bytes[index])
                index += 1
            }
            if listed == parser.context.version, parser.fault != .ownVersionUnseen {
                return Rejection(QUICReason.ownVersionListed, at: index - 4)
            }
            tape.append(
                Token(.supportedVersion, size: 4, offset: index - 4, value: UInt64(listed)))
        }
        tape.append(Token(.packetEnd, offset: end, length: 0))
        return nil
    }

    private mutating func retry(
        _ bytes: Span<UInt8>, _ parser: FaultyQUICPacket, _ tape: inout Tape
    ) -> Rejection? {
        end = bytes.count
        let tag = end - 16
        if tag < index { return Rejection(QUICReason.truncatedPacket, at: start) }
        if tag == index { return Rejection(QUICReason.emptyRetryToken, at: tag) }
        if tag - index > parser.limits.tokenBytesMax {
            return Rejection(QUICReason.tokenTooLong, at: index + parser.limits.tokenBytesMax)
        }
        var field = QUICField.retryTagUnverified
        if let original = parser.context.originalDestinationConnectionID {
            var same = original.count == source.count
            var left = same ? original.count : 0
            while left > 0 {
                left -= 1
                if bytes[source.offset + left] != original[left] { same = false }
            }
            if same {
                return Rejection(QUICReason.repeatedRetryConnectionID, at: source.offset - 1)
            }
            let isIntact = parser.protection.isRetryIntact(
                version == QUICNumber.version2 ? .version2 : .version1,
                originalConnectionID: original, retry: bytes.extracting(start..<end))
            if !isIntact, parser.fault != .retryTagUnchecked {
                return Rejection(QUICReason.retryIntegrity, at: tag)
            }
            field = .retryTag
        }
        tape.append(Token(.retryToken, offset: index, length: tag - index))
        tape.append(Token(field, offset: tag, length: 16))
        tape.append(Token(.packetEnd, offset: end, length: 0))
        return nil
    }

    private mutating func rest(_ bytes: Span<UInt8>, _ tape: inout Tape) {
        end = bytes.count
        if !isOurs {
            tape.append(
                Token(
                    .discarded, detail: QUICPacketFate.connectionID.rawValue, offset: index,
                    length: end - index))
        } else if index < end {
            tape.append(Token(.versionSpecific, offset: index, length: end - index))
        }
        tape.append(Token(.packetEnd, offset: end, length: 0))
    }
}
