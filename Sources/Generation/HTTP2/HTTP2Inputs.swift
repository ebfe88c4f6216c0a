internal import HTTP2
internal import Wire

/// Random HTTP/2 frames: well-formed ones of every type in a plausible order, then octets changed where rules sit.
struct HTTP2Inputs: StructuredSource {
    func context(_ random: inout SplitMix64) -> [String: String] {
        var entries: [String: String] = [:]
        if random.below(3) == 0 { entries["role"] = "server" }
        if random.below(3) == 0 { entries["start"] = "connection" }
        if random.below(6) == 0 { entries["maxFrameSize"] = "32768" }
        return entries
    }

    func valid(_ random: inout SplitMix64, _ context: any ParseContext) -> [UInt8] {
        var writer = HTTP2Writer(random, context as? HTTP2Context ?? HTTP2Context())
        defer { random = writer.random }
        return writer.frames()
    }

    func change(
        _ bytes: inout [UInt8], _ context: any ParseContext, _ random: inout SplitMix64
    ) {
        var mutator = HTTP2Mutator(bytes, random, context as? HTTP2Context ?? HTTP2Context())
        // The mutator alone holds the bytes, so it changes them where they are.
        bytes = []
        mutator.change()
        bytes = mutator.bytes
        random = mutator.random
    }

    func refit(_ bytes: inout [UInt8], _ context: any ParseContext) {
        var mutator = HTTP2Mutator(
            bytes, SplitMix64(seed: 0), context as? HTTP2Context ?? HTTP2Context())
        bytes = []
        mutator.refit()
        bytes = mutator.bytes
    }

    func borders(_ bytes: [UInt8], _ context: any ParseContext) -> [Int] {
        HTTP2Mutator(bytes, SplitMix64(seed: 0), context as? HTTP2Context ?? HTTP2Context()).borders
    }

    var byteMutator: ByteMutator { Self.bytesAlone }

    private static let bytesAlone = ByteMutator(
        alphabet: [0, 1, 2, 4, 5, 6, 8, 9, 0x10, 0x20, 0x7F, 0x80, 0xFF],
        pieces: [
            [0, 0, 0, 4, 0, 0, 0, 0, 0], [0, 0, 0, 4, 1, 0, 0, 0, 0], [0, 0, 0, 1, 4, 0, 0, 0, 1],
            [0, 0, 0, 9, 4, 0, 0, 0, 1], [0, 0, 4, 8, 0, 0, 0, 0, 1, 0, 0, 0, 1],
            Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8),
        ])

    func input(_ random: inout SplitMix64, _ context: any ParseContext) -> [UInt8] {
        let context = context as? HTTP2Context ?? HTTP2Context()
        var bytes: [UInt8] = []
        if context.start == .connection {
            if context.role == .client {
                bytes += "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8
            }
            if random.below(8) > 0 { bytes += Self.frame(.settings, &random) }
        }
        for _ in 0..<random.below(5) {
            let type = random.pick(HTTP2FrameType.allCases)
            bytes += Self.frame(type, &random)
            // A field block that is left open is continued most of the time.
            if type == .headers || type == .pushPromise, random.below(4) > 0 {
                bytes += Self.frame(.continuation, &random)
            }
        }
        for _ in 0..<random.below(4) where !bytes.isEmpty { mutate(&bytes, &random) }
        return bytes
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let at = random.below(bytes.count)
        switch random.below(5) {
        case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes[at] = random.pick([0, 1, 2, 4, 5, 6, 8, 9, 0x10, 0x20, 0x7F, 0x80, 0xFF])
        case 2: bytes.remove(at: at)
        case 3: bytes.insert(random.pick([0, 1, 9, 0xFF]), at: at)
        default: bytes.removeLast(random.below(min(bytes.count, 12)))
        }
    }

    static func frame(_ type: HTTP2FrameType, _ random: inout SplitMix64) -> [UInt8] {
        var flags: UInt8 = 0
        var payload = payload(type, &flags, &random)
        if random.below(40) == 0 { payload = Array(repeating: 0, count: 16_400) }
        let isUnknown = random.below(30) == 0
        let needsStream = [0, 1, 2, 3, 5, 9].contains(type.rawValue)
        var stream: UInt32 = needsStream ? random.pick([1, 1, 3, 5]) : 0
        if random.below(12) == 0 { stream = random.pick([0, 1, 2, 0x8000_0001, 0x7FFF_FFFF]) }
        if type == .windowUpdate, random.below(2) == 0 { stream = 1 }
        let length = UInt32(payload.count)
        return [
            UInt8(truncatingIfNeeded: length >> 16), UInt8(truncatingIfNeeded: length >> 8),
            UInt8(truncatingIfNeeded: length), isUnknown ? 0x42 : type.rawValue, flags,
        ] + Self.octets(stream) + payload
    }

    private static func payload(
        _ type: HTTP2FrameType, _ flags: inout UInt8, _ random: inout SplitMix64
    ) -> [UInt8] {
        switch type {
        case .data, .headers, .pushPromise, .continuation:
            if random.below(2) == 0 { flags |= 0x4 }
            if random.below(3) == 0 { flags |= 0x1 }
            return padded(type, &flags, &random)
        case .priority: return dependency(&random)
        case .rstStream: return Self.octets(random.pick([0, 8, 0xFFFF_FFFF]))
        case .settings:
            if random.below(6) == 0 { flags |= 0x1 }
            guard flags == 0 || random.below(6) == 0 else { return [] }
            return (0..<random.below(7)).flatMap { _ in setting(&random) }
        case .ping: return [1, 2, 3, 4, 5, 6, 7, 8]
        case .goaway: return Self.octets(5) + Self.octets(0) + text(&random)
        case .windowUpdate: return Self.octets(random.pick([0, 1, 0x7FFF_FFFF, 0x8000_0000]))
        case .altsvc: return text16(random.below(2), &random) + "h2=\":8000\"".utf8
        case .origin: return (0..<random.below(3)).flatMap { _ in text16(1, &random) }
        case .priorityUpdate: return Self.octets(random.pick([0, 1, 3])) + "u=1".utf8
        }
    }

    private static func padded(
        _ type: HTTP2FrameType, _ flags: inout UInt8, _ random: inout SplitMix64
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        var padding = 0
        if type != .continuation, random.below(3) == 0 {
            flags |= 0x8
            padding = random.below(12)
            bytes.append(UInt8(random.below(6) == 0 ? random.below(256) : padding))
        }
        if type == .headers, random.below(3) == 0 {
            flags |= 0x20
            bytes += dependency(&random)
        }
        if type == .pushPromise { bytes += Self.octets(random.pick([2, 2, 4, 0, 3])) }
        bytes += text(&random)
        var zeros = [UInt8](repeating: 0, count: padding)
        if padding > 0, random.below(8) == 0 { zeros[random.below(padding)] = 1 }
        return bytes + zeros
    }

    private static func dependency(_ random: inout SplitMix64) -> [UInt8] {
        Self.octets(random.pick([0, 1, 3, 0x8000_0001])) + [UInt8(random.below(256))]
    }

    private static func setting(_ random: inout SplitMix64) -> [UInt8] {
        let identifier = UInt8(random.below(11))
        let values: [UInt32] = [0, 1, 2, 0x3FFF, 0x4000, 0xFF_FFFF, 0x100_0000, 0x8000_0000]
        return [0, identifier] + Self.octets(random.pick(values))
    }

    private static func text(_ random: inout SplitMix64) -> [UInt8] {
        (0..<random.below(10)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    private static func text16(_ kind: Int, _ random: inout SplitMix64) -> [UInt8] {
        let text = kind == 0 ? "" : random.pick(["https://a.example", "", "x"])
        let count = random.below(8) == 0 ? random.below(400) : text.utf8.count
        return [UInt8(count >> 8), UInt8(truncatingIfNeeded: count)] + text.utf8
    }

    private static func octets(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
