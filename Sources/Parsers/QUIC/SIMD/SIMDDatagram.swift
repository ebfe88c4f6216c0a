internal import Crypto
internal import Wire

/// What lasts from packet to packet of a datagram.
struct SIMDDatagram {
    /// The first packet's DCID; offset 0 means that there was none yet.
    var offset = 0
    var count = 0
    var expectedInitial: UInt64 = 0
    var expectedHandshake: UInt64 = 0
    var expectedApplication: UInt64 = 0

    /// Whether a DCID is the first packet's, or this is the first packet.
    @inline(__always)
    mutating func isOurs(_ view: SIMDView, _ offset: Int, _ count: Int) -> Bool {
        if self.offset == 0 {
            self.offset = offset
            self.count = count
            return true
        }
        return count == self.count && view.isEqual(offset, self.offset, size: count)
    }
}

/// A packet with a long header: where its parts lie.
struct SIMDLongHeader {
    var start: Int
    var kind: QUICPacketKind
    var isSecond: Bool
    var destination: Int
    var destinationCount: Int
    var source: Int
    var sourceCount: Int
    /// The byte behind the SCID.
    var rest: Int
    var isOurs: Bool
}

extension SIMDPacket {
    @inline(__always)
    mutating func datagram(_ view: SIMDView, _ tape: inout Tape) -> Bool {
        var state = SIMDDatagram()
        if opens { expect(&state) }
        var start = 0
        var left = limits.packetCountMax
        repeat {
            guard left > 0 else { return refuse(.tooManyPackets, start) }
            left &-= 1
            let first = view.byte(start)
            start =
                first < 0x80
                ? short(view, first, start, &state, &tape)
                : long(view, first, start, &state, &tape)
            if start < 0 { return false }
            tape.commit()
        } while start < view.count
        return true
    }

    private func expect(_ state: inout SIMDDatagram) {
        if let largest = context.largestInitial { state.expectedInitial = largest &+ 1 }
        if let largest = context.largestHandshake { state.expectedHandshake = largest &+ 1 }
        if let largest = context.largestApplication { state.expectedApplication = largest &+ 1 }
    }

    /// Returns the packet's end, or -1.
    @inline(__always)
    private mutating func short(
        _ view: SIMDView, _ first: UInt8, _ start: Int, _ state: inout SIMDDatagram,
        _ tape: inout Tape
    ) -> Int {
        let count = connectionIDLength
        let number = start &+ 1 &+ count
        let end = view.count
        guard first & fixedBit == fixedBit, number &+ 20 <= end else {
            return shortRefusal(first, start, number, end)
        }
        let packet = Token(
            kindAndDetail: Self.packetBits(.oneRTT, first), offset: start, length: 1)
        let connectionID = Token(
            kindAndDetail: Self.bytesBits(.connectionID), offset: start &+ 1, length: count)
        let isOurs = state.isOurs(view, start &+ 1, count)
        guard isOurs, opens else {
            let payload = Self.closed(isOurs: isOurs, number, end)
            if count > 0 {
                tape.append(packet, connectionID, payload, Self.end(end, 0))
            } else {
                tape.append(packet, payload, Self.end(end, 0))
            }
            return end
        }
        if count > 0 { tape.append(packet, connectionID) } else { tape.append(packet) }
        let sealed = SIMDSealed(
            kind: .oneRTT, isSecond: false, start: start, number: number, end: end,
            connectionID: start &+ 1, connectionIDCount: count)
        return content(view, sealed, longVarints: 0, &state, &tape)
    }

    @inline(never)
    private mutating func shortRefusal(
        _ first: UInt8, _ start: Int, _ number: Int, _ end: Int
    ) -> Int {
        if first & fixedBit != fixedBit {
            _ = refuse(.fixedBitClear, start)
        } else {
            _ = refuse(number > end ? .truncatedPacket : .packetTooShort, start)
        }
        return -1
    }

    /// Returns the packet's end, or -1.
    @inline(__always)
    private mutating func long(
        _ view: SIMDView, _ first: UInt8, _ start: Int, _ state: inout SIMDDatagram,
        _ tape: inout Tape
    ) -> Int {
        // First byte, version, DCID length, and the first bytes of the DCID.
        let word = view.wordToEnd(start)
        let version = UInt32(truncatingIfNeeded: word &>> 24)
        let count = Int(truncatingIfNeeded: word &>> 16 & 0xff)
        let source = start &+ 6 &+ count
        let type = first &>> 4 & 3
        let isFirst = version == QUICNumber.version1
        guard isFirst || version == QUICNumber.version2, first & fixedBit == fixedBit,
            count <= 20, source < view.count
        else { return longSlowly(view, first, start, version, &state, &tape) }
        let sourceCount = Int(view.byte(source))
        let rest = source &+ 1 &+ sourceCount
        let kind = QUICPacketKind(isFirst ? type : (type &+ 3) & 3)
        guard sourceCount <= 20, rest <= view.count, !isMisdirected(kind) else {
            return longSlowly(view, first, start, version, &state, &tape)
        }
        let header = SIMDLongHeader(
            start: start, kind: kind, isSecond: !isFirst, destination: start &+ 6,
            destinationCount: count, source: source &+ 1, sourceCount: sourceCount, rest: rest,
            isOurs: state.isOurs(view, start &+ 6, count))
        append(header, first, version, &tape)
        if kind == .retry { return retry(view, header, &tape) }
        return lengthPacket(view, header, &state, &tape)
    }

    @inline(__always)
    private func isMisdirected(_ kind: QUICPacketKind) -> Bool {
        isServer ? kind == .retry : kind == .zeroRTT
    }

    @inline(__always)
    private func append(
        _ header: SIMDLongHeader, _ first: UInt8, _ version: UInt32, _ tape: inout Tape
    ) {
        let start = header.start
        tape.append(
            Token(
                kindAndDetail: Self.packetBits(header.kind, first), offset: start, length: 1),
            Token(
                kindAndDetail: Token.bits(
                    kind: QUICToken.Kind.integer.rawValue,
                    detail: UInt16(QUICField.version.rawValue) | 4 &<< 8),
                offset: start &+ 1, length: Int(version)),
            Token(
                kindAndDetail: Self.bytesBits(.destinationConnectionID),
                offset: header.destination &- 1, length: header.destinationCount &+ 1),
            Token(
                kindAndDetail: Self.bytesBits(.sourceConnectionID),
                offset: header.source &- 1, length: header.sourceCount &+ 1))
    }

    /// The word of a `packet` token without its offset, which is far below what a token can state.
    @inline(__always)
    private static func packetBits(_ kind: QUICPacketKind, _ first: UInt8) -> UInt64 {
        Token.bits(
            kind: QUICToken.Kind.packet.rawValue,
            detail: UInt16(kind.rawValue) | UInt16(first) &<< 8)
    }

    @inline(__always)
    private static func bytesBits(_ field: QUICField) -> UInt64 {
        Token.bits(kind: QUICToken.Kind.bytes.rawValue, detail: UInt16(field.rawValue))
    }
}

extension QUICPacketKind {
    /// Initial, 0-RTT, Handshake, Retry for 0 … 3.
    @inline(__always)
    fileprivate init(_ type: UInt8) {
        switch type {
        case 0: self = .initial
        case 1: self = .zeroRTT
        case 2: self = .handshake
        default: self = .retry
        }
    }
}

/// Long headers that are refused, or have no known version.
extension SIMDPacket {
    @inline(never)
    private mutating func longSlowly(
        _ view: SIMDView, _ first: UInt8, _ start: Int, _ version: UInt32,
        _ state: inout SIMDDatagram, _ tape: inout Tape
    ) -> Int {
        guard let header = slowHeader(view, first, start, version, &state) else { return -1 }
        append(header, first, version, &tape)
        let end = view.count
        if !header.isOurs {
            tape.append(
                Token(
                    .discarded, detail: QUICPacketFate.connectionID.rawValue,
                    offset: header.rest, length: end - header.rest))
        } else if header.kind == .versionNegotiation {
            guard versions(view, header, &tape) else { return -1 }
        } else if header.rest < end {
            tape.append(
                Token(.versionSpecific, offset: header.rest, length: end - header.rest))
        }
        tape.append(Token(.packetEnd, offset: end, length: 0))
        return end
    }

    /// The header of a packet without a known version, or nil where it is refused.
    private mutating func slowHeader(
        _ view: SIMDView, _ first: UInt8, _ start: Int, _ version: UInt32,
        _ state: inout SIMDDatagram
    ) -> SIMDLongHeader? {
        let left = view.count - start
        var refused: QUICReason?
        var kind = QUICPacketKind.unknownVersion
        let isKnown = version == QUICNumber.version1 || version == QUICNumber.version2
        if left < 5 {
            refused = .truncatedPacket
        } else if version == 0 {
            kind = .versionNegotiation
            if isServer { refused = .versionNegotiationAtServer }
        } else if isKnown {
            let type = first >> 4 & 3
            let isFirst = version == QUICNumber.version1
            if first & fixedBit != fixedBit {
                refused = .fixedBitClear
            } else if isMisdirected(QUICPacketKind(isFirst ? type : (type &+ 3) & 3)) {
                refused = .misdirectedPacket
            }
        }
        var place = start
        var index = start + 5
        var counts = (0, 0)
        for turn in 0..<2 where refused == nil {
            guard index < view.count else {
                refused = .truncatedPacket
                break
            }
            let count = Int(view.byte(index))
            if isKnown, count > 20 {
                refused = .connectionIDTooLong
                place = index
            } else if index + 1 + count > view.count {
                refused = .truncatedPacket
            }
            if turn == 0 { counts.0 = count } else { counts.1 = count }
            index += 1 + count
        }
        if let refused {
            _ = refuse(refused, place)
            return nil
        }
        let source = start + 7 + counts.0
        return SIMDLongHeader(
            start: start, kind: kind, isSecond: false, destination: start + 6,
            destinationCount: counts.0, source: source, sourceCount: counts.1,
            rest: source + counts.1, isOurs: state.isOurs(view, start + 6, counts.0))
    }

    private mutating func versions(
        _ view: SIMDView, _ header: SIMDLongHeader, _ tape: inout Tape
    ) -> Bool {
        let count = view.count - header.rest
        if count == 0 { return refuse(.malformedVersionNegotiation, header.start) }
        if count & 3 != 0 {
            return refuse(.malformedVersionNegotiation, view.count - (count & 3))
        }
        var index = header.rest
        while index < view.count {
            let version = view.wordToEnd(index) >> 32
            if version == UInt64(context.version) { return refuse(.ownVersionListed, index) }
            tape.append(Token(.supportedVersion, size: 4, offset: index, value: version))
            index += 4
        }
        return true
    }
}
