internal import Crypto
internal import QUIC

/// Datagrams, payloads and transport parameters that the strict policy accepts.
struct QUICWriter {
    var random: SplitMix64
    let context: QUICContext
    /// Of the payload that is being written: NEW_CONNECTION_ID frames so far, for no two may say the same.
    private var connectionIDCount = 0

    init(_ random: SplitMix64, _ context: QUICContext) {
        self.random = random
        self.context = context
    }

    private var isServer: Bool { context.role == .server }

    /// An input of the context's layer.
    mutating func input() -> [UInt8] {
        switch context.layer {
        case .datagram, .headers: datagram()
        case .frames(let kind): payload(kind)
        case .transportParameters: parameters()
        }
    }

    private mutating func number(below bound: UInt64) -> UInt64 { random.next() % bound }

    /// A varint: small mostly, at times an edge, or longer than it need be.
    private mutating func varint(atMost top: UInt64 = QUICNumber.varintMax) -> [UInt8] {
        var value = random.once(in: 3) ? random.pick(Self.edges) : number(below: 200)
        if value > top { value = top }
        return QUICSerializer.varint(
            value, size: random.once(in: 8) ? random.pick([2, 4, 8]) : nil)
    }

    private static let edges: [UInt64] = [
        0, 63, 64, 16_383, 16_384, 1 << 30 - 1, 1 << 30, 1 << 60, 1 << 62 - 1,
    ]

    /// A length and as many octets.
    private mutating func run(_ least: Int = 0, _ most: Int = 12) -> [UInt8] {
        let count = least + random.below(most - least + 1)
        let size = random.once(in: 8) ? 2 : nil
        return QUICSerializer.varint(UInt64(count), size: size) + random.octets(count)
    }
}

// MARK: Frames

extension QUICWriter {
    /// Frames that may stand in a packet of this kind.
    mutating func payload(_ kind: QUICPacketKind) -> [UInt8] {
        connectionIDCount = 0
        var bytes: [UInt8] = []
        for _ in 0...random.below(5) { bytes += frame(kind) }
        // What has no length of its own takes the rest, so it stands last.
        if kind == .oneRTT || kind == .zeroRTT {
            switch random.below(6) {
            case 0: bytes += [0x08] + streamID(reader: false) + random.octets(random.below(9))
            case 1: bytes += [0x30] + random.octets(random.below(9))
            default: break
            }
        }
        return bytes
    }

    private mutating func frame(_ kind: QUICPacketKind) -> [UInt8] {
        switch kind {
        case .initial, .handshake: return earlyFrame()
        case .zeroRTT: return random.once(in: 5) ? [0x01] : dataFrame()
        default:
            switch random.below(4) {
            case 0: return earlyFrame()
            case 1 where !isServer:
                return random.once(in: 2) ? [0x1E] : [0x07] + run(1)
            case 1: return [0x19] + varint()
            case 2 where random.once(in: 4): return [0x1B] + random.octets(8)
            default: return dataFrame()
            }
        }
    }

    /// What Initial, Handshake and 1-RTT packets have in common.
    private mutating func earlyFrame() -> [UInt8] {
        switch random.below(7) {
        case 0: return [UInt8](repeating: 0, count: 1 + random.below(20))
        case 1: return [0x01]
        case 2: return acknowledgement()
        case 3: return [0x1C] + varint() + varint() + run()
        case 4:
            let hello: [UInt8] = [0x01, 0x00, 0x00, 0x04, 0x03, 0x03, 0x00, 0x00]
            return [0x06, 0x00, 0x08] + hello
        default: return [0x06] + varint(atMost: 1 << 61) + run()
        }
    }

    /// Ranges that go down and stay above 0.
    private mutating func acknowledgement() -> [UInt8] {
        let hasCounts = random.once(in: 2)
        let first = number(below: 20)
        var smallest = number(below: 400)
        var bytes: [UInt8] = [hasCounts ? 0x03 : 0x02]
        bytes += QUICSerializer.varint(smallest + first) + varint()
        var ranges: [UInt8] = []
        var count: UInt64 = 0
        while count < 5, smallest >= 2, random.once(in: 2) {
            let gap = number(below: min(30, smallest - 1))
            let length = number(below: min(30, smallest - gap - 1))
            ranges += QUICSerializer.varint(gap) + QUICSerializer.varint(length)
            smallest -= gap + 2 + length
            count += 1
        }
        bytes += QUICSerializer.varint(count) + QUICSerializer.varint(first) + ranges
        return hasCounts ? bytes + varint() + varint() + varint() : bytes
    }

    /// What 0-RTT and 1-RTT packets have in common.
    private mutating func dataFrame() -> [UInt8] {
        switch random.below(13) {
        case 0: return [0x04] + streamID(reader: false) + varint() + varint()
        case 1: return [0x05] + streamID(reader: true) + varint()
        case 2...4:
            let hasOffset = random.once(in: 2)
            let type: UInt8 = (hasOffset ? 0x0E : 0x0A) | UInt8(random.below(2))
            return [type] + streamID(reader: false) + (hasOffset ? varint(atMost: 1 << 61) : [])
                + run()
        case 5: return [0x10] + varint()
        case 6: return [0x11] + streamID(reader: true) + varint()
        case 7: return [0x12 + UInt8(random.below(2))] + varint(atMost: 1 << 60)
        case 8: return random.once(in: 2) ? [0x14] + varint() : stalled()
        case 9: return [0x16 + UInt8(random.below(2))] + varint(atMost: 1 << 60)
        case 10: return newConnectionID()
        case 11: return [0x1A] + random.octets(8)
        default: return random.once(in: 2) ? [0x31] + run() : [0x1D] + varint() + run()
        }
    }

    private mutating func stalled() -> [UInt8] { [0x15] + streamID(reader: false) + varint() }

    private mutating func newConnectionID() -> [UInt8] {
        guard connectionIDCount < 8 else { return [0x01] }
        connectionIDCount += 1
        let number = UInt8(connectionIDCount)
        let length = random.pick([1, 4, 8, 20])
        // The number stands in the ID, so that no two are the same.
        return [0x18, number, UInt8(random.below(Int(number) + 1)), UInt8(length), number]
            + random.octets(length - 1) + random.octets(16)
    }

    /// A stream that the frame may name: a bidirectional one, or a unidirectional one of the side that sends on it.
    private mutating func streamID(reader: Bool) -> [UInt8] {
        let id = UInt64(4 * random.below(20))
        let serverBit: UInt64 = isServer == reader ? 1 : 0
        switch random.below(3) {
        case 0: return QUICSerializer.varint(id)
        case 1: return QUICSerializer.varint(id | 1)
        default: return QUICSerializer.varint(id | 2 | serverBit)
        }
    }
}

// MARK: Datagrams

extension QUICWriter {
    private mutating func datagram() -> [UInt8] {
        switch random.below(12) {
        case 0: return alone(isServer ? .unknownVersion : .versionNegotiation)
        case 1: return alone(isServer ? .unknownVersion : .retry)
        default: return packets()
        }
    }

    /// Packets behind each other, those with long headers first.
    private mutating func packets() -> [UInt8] {
        var kinds: [QUICPacketKind] = []
        if random.once(in: 2) { kinds.append(.initial) }
        if isServer, random.once(in: 4) { kinds.append(.zeroRTT) }
        if random.once(in: 3) { kinds.append(.handshake) }
        if random.once(in: 2) || kinds.isEmpty { kinds.append(.oneRTT) }
        let destination = self.destination(kinds)
        var bytes: [UInt8] = []
        var step: UInt64 = 1
        for (place, kind) in kinds.enumerated() {
            let isLast = place == kinds.count - 1
            let least = isServer && kinds[0] == .initial && isLast ? 1_200 - bytes.count : 0
            bytes += packet(kind, destination, step, least: least)
            step += 1
        }
        return bytes
    }

    /// A destination that every packet of these kinds can have.
    private mutating func destination(_ kinds: [QUICPacketKind]) -> [UInt8] {
        if kinds.contains(.oneRTT) {
            let count = context.connectionIDLength
            let isShort =
                isServer && kinds.contains(.initial) && count < 8
                && context.originalDestinationConnectionID == nil
            // Too short for a first Initial: then one with another length, which only drops what follows.
            return random.octets(isShort ? 8 : count)
        }
        let known = context.originalDestinationConnectionID
        if let known, random.once(in: 2) { return known }
        return random.octets(isServer && known == nil ? random.pick([8, 8, 20]) : random.below(21))
    }

    private mutating func packet(
        _ kind: QUICPacketKind, _ destination: [UInt8], _ step: UInt64, least: Int
    ) -> [UInt8] {
        var packet = QUICSerializer.Packet(
            kind, destination: destination, number: step, payload: payload(kind))
        if random.once(in: 4) { packet.version = QUICNumber.version2 }
        packet.source = random.octets(random.pick([0, 8, 20]))
        packet.number = min(largest(kind) &+ step, QUICNumber.varintMax)
        packet.numberSize = 1 + random.below(4)
        packet.tokenLengthSize = random.pick([nil, nil, 2])
        packet.lengthSize = random.pick([2, 2, 4, 8])
        if kind == .initial, isServer, random.once(in: 3) {
            packet.token = random.octets(random.below(30))
        }
        if kind == .oneRTT, random.once(in: 4) { packet.bits |= 0x04 }
        // Short enough payloads have no sample; a frame at their start that takes the rest stays last.
        let missing = max(4, least) - packet.payload.count
        if missing > 0 {
            packet.payload = [UInt8](repeating: 0, count: missing) + packet.payload
        }
        return QUICSerializer(context: context).protected(packet) ?? unopened(packet, least: least)
    }

    private func largest(_ kind: QUICPacketKind) -> UInt64 {
        switch kind {
        case .initial: context.largestInitial ?? 0
        case .handshake: context.largestHandshake ?? 0
        default: context.largestApplication ?? 0
        }
    }

    /// A packet for which the context has no keys: its payload is any octets.
    private mutating func unopened(
        _ packet: QUICSerializer.Packet, least: Int
    ) -> [UInt8] {
        let content = random.octets(max(20, least) + random.below(40))
        guard packet.kind != .oneRTT else {
            return [0x40 | random.octet() & 0x3F] + packet.destination + content
        }
        let turn: UInt8 = packet.version == QUICNumber.version2 ? 1 : 0
        let type = ((packet.kind.rawValue + turn) & 3) << 4
        return longHeader(0xC0 | type, packet.version, packet.destination)
            + QUICSerializer.varint(UInt64(content.count), size: 2) + content
    }

    private mutating func longHeader(
        _ first: UInt8, _ version: UInt32, _ destination: [UInt8]
    ) -> [UInt8] {
        let source = random.octets(random.pick([0, 8, 20]))
        let shifts: [UInt32] = [24, 16, 8, 0]
        return [first] + shifts.map { UInt8(truncatingIfNeeded: version >> $0) }
            + [UInt8(destination.count)] + destination + [UInt8(source.count)] + source
    }

    /// A packet that takes the whole datagram.
    private mutating func alone(_ kind: QUICPacketKind) -> [UInt8] {
        let destination = random.octets(random.pick([0, 8, 20]))
        switch kind {
        case .versionNegotiation:
            var bytes = longHeader(0x80 | random.octet() & 0x7F, 0, destination)
            for _ in 0...random.below(4) { bytes += [0x1A, 0x2A, 0x3A, random.octet() | 1] }
            return bytes
        case .retry: return retry(destination)
        default:
            return longHeader(0x80 | random.octet() & 0x7F, 0xDADA_DADA, destination)
                + random.octets(random.below(40))
        }
    }

    private mutating func retry(_ destination: [UInt8]) -> [UInt8] {
        let isSecond = random.once(in: 3)
        let version = isSecond ? QUICNumber.version2 : QUICNumber.version1
        var bytes = longHeader(isSecond ? 0xC0 : 0xF0, version, destination)
        bytes += random.octets(1 + random.below(40))
        guard let original = context.originalDestinationConnectionID else {
            return bytes + random.octets(16)
        }
        let tag = PacketProtection.retryTag(
            isSecond ? .version2 : .version1, originalConnectionID: original, retry: bytes)
        return bytes + (tag ?? random.octets(16))
    }
}

// MARK: Transport parameters

extension QUICWriter {
    private mutating func parameters() -> [UInt8] {
        var list: [[UInt8]] = []
        let source = context.sourceConnectionID ?? random.octets(random.below(21))
        list.append(parameter(0x0F, source))
        if !isServer {
            let known = context.originalDestinationConnectionID
            list.append(parameter(0x00, known ?? random.octets(random.below(21))))
        }
        var ids: [UInt64] = [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 32, 58, 70, 27 + 31 * 9]
        if !isServer { ids += [2, 13, 16] }
        ids.shuffle(using: &random)
        for id in ids.prefix(random.below(9)) { list.append(value(id)) }
        list.shuffle(using: &random)
        return list.flatMap { $0 }
    }

    /// One transport parameter that may stand there.
    mutating func someParameter() -> [UInt8] {
        value(random.pick([1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 32, 58, 2, 13, 16]))
    }

    private mutating func parameter(_ id: UInt64, _ value: [UInt8]) -> [UInt8] {
        QUICSerializer.varint(id, size: random.once(in: 9) ? 2 : nil)
            + QUICSerializer.varint(UInt64(value.count), size: random.once(in: 9) ? 2 : nil) + value
    }

    private mutating func value(_ id: UInt64) -> [UInt8] {
        switch id {
        case 2: return parameter(id, random.octets(16))
        case 3: return parameter(id, QUICSerializer.varint(1_200 + number(below: 60_000)))
        case 8, 9: return parameter(id, varint(atMost: 1 << 60))
        case 10: return parameter(id, varint(atMost: 20))
        case 11: return parameter(id, varint(atMost: 1 << 14 - 1))
        case 12: return parameter(id, [])
        case 13:
            let count = random.pick([1, 8, 20])
            return parameter(id, random.octets(24) + [UInt8(count)] + random.octets(count + 16))
        case 14: return parameter(id, QUICSerializer.varint(2 + number(below: 100)))
        case 16: return parameter(id, random.octets(random.below(21)))
        case 1, 4...7, 32: return parameter(id, varint())
        default: return parameter(id, random.octets(random.below(20)))
        }
    }
}
