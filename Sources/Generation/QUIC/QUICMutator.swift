internal import QUIC

/// Changes datagrams by their packets: opened where there are keys, changed, and sealed again.
struct QUICMutator {
    var bytes: [UInt8]
    var random: SplitMix64
    let context: QUICContext
    private let parts: [QUICPart]

    init(_ bytes: [UInt8], _ random: SplitMix64, _ context: QUICContext) {
        self.bytes = bytes
        self.random = random
        self.context = context
        parts = QUICSplitter(bytes, context).parts
    }

    /// Makes one change.
    mutating func change() {
        guard !parts.isEmpty else { return bytes += fresh() }
        let part =
            parts.filter { $0.payload != nil }.isEmpty || random.once(in: 4)
            ? random.pick(parts) : random.pick(parts.filter { $0.payload != nil })
        switch random.below(20) {
        case 0...8: changeFrames(part)
        case 9, 10, 11: changeHeader(part)
        case 12: rawHeader(part)
        case 13 where parts.count > 1: bytes.removeSubrange(part.range)
        case 14: bytes.insert(contentsOf: Array(bytes[part.range]), at: random.pick(parts).start)
        case 15: swap(part, random.pick(parts))
        case 16: bytes.insert(contentsOf: fresh(), at: random.once(in: 2) ? 0 : bytes.count)
        case 17: bytes.removeLast(1 + random.below(min(bytes.count, 40)))
        case 18: changeLength(part)
        default: resizeDatagram(part)
        }
    }

    private mutating func fresh() -> [UInt8] {
        if random.once(in: 2) {
            var maker = QUICInputMaker(random: random, context: context)
            defer { random = maker.random }
            return maker.packet(parts.first?.destination ?? random.octets(8))
        }
        var writer = QUICWriter(random, context)
        defer { random = writer.random }
        return writer.input()
    }

    private mutating func swap(_ one: QUICPart, _ two: QUICPart) {
        guard one.start != two.start else { return }
        let (first, second) = one.start < two.start ? (one, two) : (two, one)
        let swapped =
            Array(bytes[second.range]) + Array(bytes[first.end..<second.start])
            + Array(bytes[first.range])
        bytes.replaceSubrange(first.start..<second.end, with: swapped)
    }

    /// Other frames in an opened packet; its header and number stay.
    private mutating func changeFrames(_ part: QUICPart) {
        guard let payload = part.payload else { return rawHeader(part) }
        var mutator = QUICFrameMutator(payload, random, context, kind: part.kind)
        mutator.change()
        random = mutator.random
        // Shorter payloads have no sample: a run of PADDING makes up for them.
        var packet = part.packet
        packet.payload = mutator.bytes
        if !packet.payload.isEmpty || random.below(4) > 0 {
            let missing = 4 - packet.numberSize - packet.payload.count
            if missing > 0 { packet.payload += [UInt8](repeating: 0, count: missing) }
        }
        reseal(part, packet)
    }

    /// Puts a packet in the place of another, sealed; where it cannot be, the old one stays.
    private mutating func reseal(_ part: QUICPart, _ packet: QUICSerializer.Packet) {
        guard let sealed = QUICKeyring.seal(packet, context) else { return }
        bytes.replaceSubrange(part.range, with: sealed)
    }

    /// A header that is not as it was, sealed as it is now.
    private mutating func changeHeader(_ part: QUICPart) {
        guard part.payload != nil else { return rawHeader(part) }
        var packet = part.packet
        switch random.below(12) {
        case 0: packet.bits ^= random.pick([0x04, 0x08, 0x10])
        case 1: packet.bits ^= 0x40
        case 2: packet.numberSize = 1 + random.below(4)
        case 3:
            packet.number =
                (packet.number &+ random.pick([1, 127, 128, 32_768, 1 << 40]))
                & QUICNumber.varintMax
        case 4:
            packet.version =
                packet.version == QUICNumber.version2 ? QUICNumber.version1 : QUICNumber.version2
        case 5: packet.lengthSize = random.pick([1, 2, 4, 8])
        case 6: packet.tokenLengthSize = random.pick([1, 2, 4, 8])
        case 7: packet.token = random.octets(random.pick([0, 1, 30]))
        case 8: packet.source = random.octets(random.pick([0, 1, 8, 20, 21]))
        case 9 where packet.kind != .oneRTT:
            packet.destination = random.octets(random.pick([0, 1, 7, 8, 20, 21]))
        case 10:
            let kinds: [QUICPacketKind] = [.initial, .zeroRTT, .handshake, .oneRTT]
            packet.kind = random.pick(kinds)
        default:
            // No payload at all, with a packet number that makes up for the sample.
            packet.payload = []
            packet.numberSize = 4
        }
        reseal(part, packet)
    }

    /// An octet of the header changed under the seal, which is then wrong, or a field of what has no seal.
    private mutating func rawHeader(_ part: QUICPart) {
        let most = min(part.end - part.start, 48)
        let at = part.start + random.below(most)
        switch random.below(6) {
        case 0: bytes[at] = random.octet()
        case 1: bytes[part.start] ^= 1 << UInt8(random.below(8))
        case 2:
            let versions = [0, 1, 2, 0x6B33_43CF, 0x0A0A_0A0A, 0xFF00_001D]
            bytes.put(random.pick(versions), at: part.start + 1, count: 4)
        case 3 where part.start + 5 < bytes.count:
            bytes[part.start + 5] = random.pick([0, 7, 8, 19, 20, 21, 255])
        case 4: bytes.insert(random.pick([0x00, 0x40, 0x80, 0xC0, 0xFF]), at: at)
        default: bytes.remove(at: at)
        }
    }

    /// A Length that is wrong: beyond the datagram, too short, or in another form.
    private mutating func changeLength(_ part: QUICPart) {
        guard let place = part.lengthPlace else { return rawHeader(part) }
        let own = QUICSplitter.varint(bytes, at: place)
        guard own.size > 0 else { return }
        let value = max(
            0, random.pick([own.value, own.value + 1, own.value - 1, 0, 19, 20, 16_383]))
        let size = random.once(in: 2) ? random.pick([1, 2, 4, 8]) : own.size
        bytes.replaceSubrange(
            place..<(place + own.size), with: QUICSerializer.varint(UInt64(value), size: size))
    }

    /// Just as long as an Initial asks for, one byte less, or full of what is no packet.
    private mutating func resizeDatagram(_ part: QUICPart) {
        let wanted = random.pick([1_199, 1_200, 1_201])
        if bytes.count < wanted, part.payload != nil {
            pad(part, by: wanted - bytes.count)
        } else if bytes.count < wanted {
            bytes += [UInt8](repeating: random.pick([0x00, 0x40]), count: wanted - bytes.count)
        } else {
            bytes.removeLast(bytes.count - wanted)
        }
    }

    private mutating func pad(_ part: QUICPart, by count: Int) {
        guard count > 0, let payload = part.payload else { return }
        var packet = part.packet
        packet.payload = [UInt8](repeating: 0, count: count) + payload
        if let size = packet.lengthSize, size < 2 { packet.lengthSize = 2 }
        reseal(part, packet)
    }

    /// An Initial in a datagram that is too small for it is padded under its seal.
    mutating func refit() {
        guard bytes.count < 1_200, context.role == .server,
            let part = parts.first(where: { $0.kind == .initial && $0.payload != nil })
        else { return }
        pad(part, by: 1_200 - bytes.count)
    }

    /// Where packets start, and the end.
    var borders: [Int] { parts.map(\.start) + [bytes.count] }
}
