internal import QUIC
internal import Wire

/// Random QUIC datagrams, payloads and transport parameters: right ones, with edges of varints, and with bytes changed before
/// or behind their protection.
struct QUICInputs: StructuredSource {
    private static let layers = [
        "datagram", "datagram", "datagram", "headers", "frames initial", "frames 0rtt",
        "frames handshake", "frames 1rtt", "frames 1rtt", "transportParameters",
    ]
    private static let secret = String(repeating: "5a", count: 32)
    private static let longSecret = String(repeating: "c3", count: 48)

    func context(_ random: inout SplitMix64) -> [String: String] {
        var entries = ["layer": random.pick(Self.layers)]
        if random.below(2) == 0 { entries["role"] = "client" }
        entries["connectionIDLength"] = random.pick(["8", "8", "0", "4", "20"])
        if random.below(3) > 0 { entries["originalDestinationConnectionID"] = "8394c8f03e515708" }
        if random.below(3) == 0 { entries["sourceConnectionID"] = "f067a5502a4262b5" }
        if random.below(3) == 0 { entries["version"] = "2" }
        if random.below(2) == 0 { entries["handshakeKey"] = "aes256gcm:" + Self.longSecret }
        if random.below(2) == 0 { entries["zeroRTTKey"] = "aes128gcm:" + Self.secret }
        if random.below(4) > 0 { entries["oneRTTKey"] = "chacha20poly1305:" + Self.secret }
        if random.below(3) == 0 {
            entries["largestApplication"] = random.pick([
                "0", "127", "128", "255", "32767", "32768", "65535", "4294967295",
                "4611686018427387902",
            ])
        }
        return entries
    }

    func valid(_ random: inout SplitMix64, _ context: any ParseContext) -> [UInt8] {
        var writer = QUICWriter(random, context as? QUICContext ?? QUICContext())
        defer { random = writer.random }
        return writer.input()
    }

    func change(
        _ bytes: inout [UInt8], _ context: any ParseContext, _ random: inout SplitMix64
    ) {
        let context = context as? QUICContext ?? QUICContext()
        let before = bytes
        bytes = []
        switch context.layer {
        case .datagram, .headers:
            var mutator = QUICMutator(before, random, context)
            mutator.change()
            (bytes, random) = (mutator.bytes, mutator.random)
        case .frames, .transportParameters:
            var mutator = Self.frames(before, random, context)
            mutator.change()
            (bytes, random) = (mutator.bytes, mutator.random)
        }
    }

    private static func frames(
        _ bytes: [UInt8], _ random: SplitMix64, _ context: QUICContext
    ) -> QUICFrameMutator {
        var kind = QUICPacketKind.oneRTT
        if case .frames(let own) = context.layer { kind = own }
        return QUICFrameMutator(
            bytes, random, context, kind: kind,
            isParameters: context.layer == .transportParameters)
    }

    func refit(_ bytes: inout [UInt8], _ context: any ParseContext) {
        let context = context as? QUICContext ?? QUICContext()
        guard context.layer == .datagram else { return }
        var mutator = QUICMutator(bytes, SplitMix64(seed: 0), context)
        mutator.refit()
        bytes = mutator.bytes
    }

    func borders(_ bytes: [UInt8], _ context: any ParseContext) -> [Int] {
        let context = context as? QUICContext ?? QUICContext()
        switch context.layer {
        case .datagram, .headers:
            return QUICMutator(bytes, SplitMix64(seed: 0), context).borders
        case .frames, .transportParameters:
            return Self.frames(bytes, SplitMix64(seed: 0), context).borders
        }
    }

    /// Under a seal a changed byte only breaks it.
    var byteChangeEvery: Int { 12 }

    var byteMutator: ByteMutator { Self.bytesAlone }

    private static let bytesAlone = ByteMutator(
        alphabet: [0x00, 0x01, 0x3F, 0x40, 0x7F, 0x80, 0xBF, 0xC0, 0xFF],
        pieces: [
            [0x40, 0x00], [0x80, 0, 0, 0], [0xC0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1],
            [0x6B, 0x33, 0x43, 0xCF], [0, 0, 0, 0], [0xDA, 0xDA, 0xDA, 0xDA],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x0F, 0x00],
            [0x06, 0x00, 0x01, 0x01],
        ])

    func input(_ random: inout SplitMix64, _ context: any ParseContext) -> [UInt8] {
        guard let context = context as? QUICContext else { return [0] }
        var maker = QUICInputMaker(random: random, context: context)
        defer { random = maker.random }
        var bytes: [UInt8]
        switch context.layer {
        case .datagram, .headers: bytes = maker.datagram()
        case .frames: bytes = maker.payload()
        case .transportParameters: bytes = maker.parameters()
        }
        if maker.random.below(3) == 0 { maker.mutate(&bytes) }
        return bytes.isEmpty ? [0] : bytes
    }
}

/// The pieces, and the generator that chooses among them.
struct QUICInputMaker {
    var random: SplitMix64
    let context: QUICContext

    static let edges: [UInt64] = [
        0, 1, 2, 3, 5, 8, 19, 20, 21, 63, 64, 1_199, 1_200, 16_383, 16_384, 1 << 20, 1 << 30,
        1 << 60, (1 << 60) + 1, (1 << 62) - 1,
    ]

    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    /// A varint: small mostly, at times an edge or longer than it need be.
    private mutating func varint() -> [UInt8] {
        let value = random.below(3) > 0 ? UInt64(random.below(8)) : random.pick(Self.edges)
        let size = random.below(6) == 0 ? random.pick([1, 2, 4, 8]) : nil
        return QUICSerializer.varint(value, size: size)
    }

    /// A length and that many bytes, or nearly.
    private mutating func run(_ most: Int = 6) -> [UInt8] {
        let count = random.below(most)
        let said = random.below(8) == 0 ? count + random.below(3) : count
        return QUICSerializer.varint(UInt64(said), size: random.below(8) == 0 ? 2 : nil)
            + bytes(count)
    }

    mutating func payload() -> [UInt8] {
        var payload: [UInt8] = []
        for _ in 0...random.below(5) { payload += frame() }
        return payload
    }

    mutating func frame() -> [UInt8] {
        let types: [UInt8] = [
            0x00, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x06, 0x07, 0x08, 0x0a, 0x0c, 0x0e,
            0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x18, 0x19, 0x1a, 0x1b,
            0x1c, 0x1d, 0x1e, 0x1f, 0x2f, 0x30, 0x31, 0x32,
        ]
        let early: [UInt8] = [0x00, 0x01, 0x02, 0x03, 0x06, 0x06, 0x1c]
        let isEarly = context.layer == .frames(.initial) || context.layer == .frames(.handshake)
        let type = random.pick(isEarly && random.below(5) > 0 ? early : types)
        let head = random.below(20) == 0 ? [0x40, type] : [type]
        return head + fields(type)
    }

    private mutating func fields(_ type: UInt8) -> [UInt8] {
        switch type {
        case 0x00: return [UInt8](repeating: 0, count: random.below(40))
        case 0x02, 0x03:
            let ranges = random.below(3)
            var bytes = QUICSerializer.varint(UInt64(random.below(200))) + varint()
            bytes +=
                QUICSerializer.varint(UInt64(ranges))
                + QUICSerializer.varint(UInt64(random.below(9)))
            for _ in 0..<ranges { bytes += [UInt8(random.below(40)), UInt8(random.below(40))] }
            return bytes + (type == 3 ? varint() + varint() + varint() : [])
        case 0x04: return varint() + varint() + varint()
        case 0x05, 0x11, 0x15: return varint() + varint()
        case 0x06:
            let hello: [UInt8] =
                random.below(2) == 0 ? [0, 6, 1, 0, 0, UInt8(random.below(4)), 3, 3] : []
            return hello.isEmpty ? varint() + run() : hello
        case 0x07, 0x31: return run()
        case 0x08...0x0f:
            return varint() + (type & 4 != 0 ? varint() : []) + (type & 2 != 0 ? run() : bytes(3))
        case 0x10, 0x12, 0x13, 0x14, 0x16, 0x17, 0x19: return varint()
        case 0x18:
            let length = random.pick([0, 1, 4, 4, 4, 8, 20, 21])
            let id = [UInt8](repeating: UInt8(random.below(2)), count: length)
            let numbers = random.below(4) == 0 ? varint() + varint() : [UInt8(random.below(3)), 0]
            return numbers + [UInt8(length)] + id
                + [UInt8](repeating: UInt8(random.below(2)), count: 16)
        case 0x1a, 0x1b: return bytes(8)
        case 0x1c: return varint() + varint() + run()
        case 0x1d: return varint() + run()
        case 0x30: return bytes(random.below(5))
        default: return []
        }
    }

    mutating func datagram() -> [UInt8] {
        var datagram: [UInt8] = []
        let destination: [UInt8] =
            context.connectionIDLength == 8 || random.below(2) == 0
            ? [0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08]
            : bytes(random.pick([0, context.connectionIDLength, 4, 7, 20, 21]))
        for _ in 0...random.below(3) {
            let own = random.below(6) == 0 ? bytes(8) : destination
            datagram += packet(own)
        }
        // An Initial wants 1200 bytes; short ones are judged too.
        if random.below(4) > 0, datagram.count < 1_200 {
            let rest = 1_200 - datagram.count
            datagram +=
                random.below(2) == 0
                ? [UInt8](repeating: 0, count: rest)
                : short([UInt8](repeating: 0x11, count: max(0, rest)), destination)
        }
        return datagram
    }

    mutating func packet(_ destination: [UInt8]) -> [UInt8] {
        let kinds: [QUICPacketKind] = [
            .initial, .initial, .zeroRTT, .handshake, .oneRTT, .retry, .versionNegotiation,
            .unknownVersion,
        ]
        let kind = random.pick(kinds)
        switch kind {
        case .retry: return long(0xf0, 1, destination) + bytes(random.pick([0, 15, 16, 17, 24]))
        case .versionNegotiation:
            return long(0xca, 0, destination) + bytes(random.pick([0, 4, 8, 9])) + [0, 0, 0, 2]
        case .unknownVersion:
            return long(0xc0, 0xdada_dada, destination) + bytes(random.below(6))
        default: break
        }
        var packet = QUICSerializer.Packet(
            kind, destination: destination, number: number(), payload: payload())
        packet.version = random.below(3) == 0 ? QUICNumber.version2 : QUICNumber.version1
        packet.source = bytes(random.pick([0, 8, 8, 20, 21]))
        packet.numberSize = 1 + random.below(4)
        packet.tokenLengthSize = random.pick([nil, nil, 2])
        packet.lengthSize = random.pick([nil, 2, 2, 4, 8])
        if random.below(4) == 0 { packet.token = bytes(random.below(9)) }
        if random.below(12) == 0 { packet.bits = 0x40 | random.pick([0x04, 0x08, 0x10]) }
        if random.below(20) == 0 { packet.bits &= ~0x40 }
        if kind == .initial, random.below(3) > 0 {
            packet.payload += [UInt8](repeating: 0, count: max(0, 1_150 - packet.payload.count))
        }
        let sealed = QUICSerializer(context: context).protected(packet)
        return sealed ?? long(0xe0, 1, destination) + [0x40, 24] + bytes(24)
    }

    private mutating func number() -> UInt64 {
        guard let largest = context.largestApplication else { return UInt64(random.below(300)) }
        let step = random.pick([0, 1, 2, 126, 127, 128, 129, 32_768])
        return random.below(2) == 0 ? largest &+ UInt64(step) : largest - min(largest, UInt64(step))
    }

    private func long(_ first: UInt8, _ version: UInt32, _ destination: [UInt8]) -> [UInt8] {
        let shifts: [UInt32] = [24, 16, 8, 0]
        return [first] + shifts.map { UInt8(truncatingIfNeeded: version >> $0) }
            + [UInt8(destination.count)] + destination + [2, 7, 7]
    }

    private func short(_ content: [UInt8], _ destination: [UInt8]) -> [UInt8] {
        [0x41] + destination + content
    }

    mutating func parameters() -> [UInt8] {
        var bytes: [UInt8] = random.below(5) > 0 ? [0x0f, 0x00] : []
        if random.below(2) == 0 {
            bytes += [0x00, 0x08, 0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08]
        }
        for _ in 0..<random.below(6) {
            let id = random.pick([1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 27, 32, 58, 70])
            bytes += QUICSerializer.varint(UInt64(id), size: random.below(9) == 0 ? 2 : nil)
            switch id {
            case 12: bytes += random.below(5) == 0 ? [1, 0] : [0]
            case 2: bytes += [16] + self.bytes(16)
            case 13:
                let length = random.pick([0, 1, 4, 20, 21])
                bytes += QUICSerializer.varint(UInt64(41 + length + random.below(8) / 7))
                bytes += self.bytes(24) + [UInt8(length)] + self.bytes(length + 16)
            case 15, 16, 17, 27, 58, 70: bytes += run(22)
            default:
                let value = varint()
                bytes += [UInt8(value.count)] + value
            }
        }
        return bytes
    }

    /// Changes, drops, doubles bytes, or cuts the end off.
    mutating func mutate(_ bytes: inout [UInt8]) {
        for _ in 0...random.below(3) where !bytes.isEmpty {
            let edge = random.below(4) == 0 ? bytes.count : min(bytes.count, 48)
            let index = random.below(edge)
            switch random.below(5) {
            case 0: bytes[index] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes[index] ^= 1 << UInt8(random.below(8))
            case 2: bytes.remove(at: index)
            case 3: bytes.insert(random.pick([0x00, 0x40, 0x80, 0xc0, 0xff]), at: index)
            default: bytes.removeLast(random.below(min(bytes.count, 30)))
            }
        }
    }
}
