internal import HTTP2

/// Frames that the strict policy accepts without a stream error, in an order that a connection can have.
struct HTTP2Writer {
    var random: SplitMix64
    let context: HTTP2Context
    private var writer = HTTP2FrameWriter()

    init(_ random: SplitMix64, _ context: HTTP2Context) {
        self.random = random
        self.context = context
    }

    /// Some frames; at a connection's start behind what must stand there.
    mutating func frames() -> [UInt8] {
        if context.start == .connection {
            if context.role == .client { writer.preface() }
            write(.settings, 0, 0, settings())
        }
        for _ in 0..<(context.start == .connection ? random.below(5) : 1 + random.below(5)) {
            frame()
        }
        return writer.bytes
    }

    private mutating func frame() {
        let isClient = context.role == .client
        switch random.below(14) {
        case 0, 1: data()
        case 2, 3, 4: fieldBlock(.headers)
        case 5:
            if isClient { fieldBlock(.headers) } else { fieldBlock(.pushPromise) }
        case 6: write(.settings, 0, 0, settings())
        case 7: write(.settings, HTTP2Flag.acknowledgement, 0, [])
        case 8: write(.ping, random.once(in: 2) ? 1 : 0, 0, random.octets(8))
        case 9: write(.goaway, 0, 0, number(random.below(9)) + number(random.below(14)) + text())
        case 10:
            let streamID = random.once(in: 2) ? 0 : stream()
            write(.windowUpdate, 0, streamID, number(1 + random.below(0x7FFF_FFFF)))
        case 11: write(.priority, 0, stream(), dependency())
        case 12: write(.rstStream, 0, stream(), number(random.below(14)))
        default: rest(isClient)
        }
    }

    private mutating func rest(_ isClient: Bool) {
        switch random.below(4) {
        case 0 where isClient:
            write(.priorityUpdate, 0, 0, number(stream()) + Array("u=1, i".utf8))
        case 1: write(.altsvc, 0, stream(), [0, 0] + Array("h2=\":8000\"".utf8))
        case 2: write(.origin, 0, 0, [0, 9] + Array("https://a".utf8))
        default:
            let payload = random.octets(random.below(20))
            writer.frame(
                type: random.pick([0x0B, 0x0D, 0x42, 0xFF]), flags: random.octet(),
                stream: random.below(6), payload: payload)
        }
    }

    private mutating func data() {
        var flags: UInt8 = random.once(in: 2) ? HTTP2Flag.endStream : 0
        let length = random.once(in: 20) ? random.below(2_000) : random.below(30)
        let content = random.octets(length)
        let payload = padded(content, &flags)
        write(.data, flags, stream(), payload)
    }

    /// A field block, in one frame or in several.
    private mutating func fieldBlock(_ type: HTTP2FrameType) {
        var flags: UInt8 = type == .headers && random.once(in: 2) ? HTTP2Flag.endStream : 0
        var content: [UInt8] = []
        if type == .pushPromise {
            content += number(2 * (1 + random.below(9)))
        } else if random.once(in: 4) {
            flags |= HTTP2Flag.priority
            content += dependency()
        }
        content += random.pick(Self.blocks)
        let streamID = stream()
        let more = random.once(in: 2) ? 0 : 1 + random.below(3)
        if more == 0 { flags |= HTTP2Flag.endHeaders }
        let payload = padded(content, &flags)
        write(type, flags, streamID, payload)
        for place in 0..<more {
            let isLast = place == more - 1
            let fragment = random.once(in: 4) ? [] : random.pick(Self.blocks)
            write(.continuation, isLast ? HTTP2Flag.endHeaders : 0, streamID, fragment)
        }
    }

    private mutating func padded(_ content: [UInt8], _ flags: inout UInt8) -> [UInt8] {
        guard random.once(in: 3) else { return content }
        flags |= HTTP2Flag.padded
        let padding = random.once(in: 8) ? random.below(256) : random.below(9)
        return [UInt8(padding)] + content + [UInt8](repeating: 0, count: padding)
    }

    private mutating func settings() -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<random.below(6) {
            let setting = 1 + random.below(11)
            bytes += [0, UInt8(setting)]
            switch HTTP2Setting(rawValue: UInt16(setting)) {
            case .enablePush: bytes += number(context.role == .client ? random.below(2) : 0)
            case .initialWindowSize: bytes += number(random.pick([0, 65_535, 0x7FFF_FFFF]))
            case .maxFrameSize: bytes += number(random.pick([16_384, 65_536, 16_777_215]))
            case .enableConnectProtocol, .noRFC7540Priorities: bytes += number(random.below(2))
            case .headerTableSize, .maxConcurrentStreams, .maxHeaderListSize, nil:
                bytes += number(random.pick([0, 1, 100, 4_096, 0xFFFF_FFFF]))
            }
        }
        return bytes
    }

    private mutating func dependency() -> [UInt8] {
        let exclusive = random.once(in: 2) ? 0x8000_0000 : 0
        return number(random.below(9) | exclusive) + [random.octet()]
    }

    /// A stream that a client opened: what both sides may name in every frame.
    private mutating func stream() -> Int {
        random.once(in: 12) ? 0x7FFF_FFFF : 1 + 2 * random.below(4)
    }

    private mutating func text() -> [UInt8] {
        Array(random.pick(["", "bye", "too_many_pings"]).utf8)
    }

    private func number(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private mutating func write(
        _ type: HTTP2FrameType, _ flags: UInt8, _ stream: Int, _ payload: [UInt8]
    ) {
        writer.frame(type: type.rawValue, flags: flags, stream: stream, payload: payload)
    }

    /// Beginnings and ends of field blocks; the frame layer does not look inside.
    private static let blocks: [[UInt8]] = [
        [0x82, 0x84, 0x87, 0x41, 0x01, 0x61], [0x88], [0x82, 0x86, 0x84], [0x40, 0x01, 0x61, 0x01],
        [0x62, 0xBE], [], [0x0F, 0x0D, 0x01, 0x35],
    ]
}
