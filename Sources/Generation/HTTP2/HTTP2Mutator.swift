internal import HTTP2

/// A frame, or what may be one.
struct HTTP2Part {
    var start: Int
    /// Where the input has it end, whatever its length says.
    var end: Int
    var type: UInt8
    var flags: UInt8

    var range: Range<Int> { start..<end }
    var payload: Int { min(start + HTTP2Constant.headerCount, end) }
    var isWhole: Bool { end - start >= HTTP2Constant.headerCount }

    /// The frames of an input, and where the first one starts.
    static func all(_ bytes: [UInt8]) -> [HTTP2Part] {
        var parts: [HTTP2Part] = []
        parts.reserveCapacity(12)
        var index = bytes.starts(with: HTTP2Mutator.preface) ? HTTP2Mutator.preface.count : 0
        while index < bytes.count, parts.count < 200 {
            let length = bytes.number(at: index, count: 3) ?? 0
            let end = min(bytes.count, index + HTTP2Constant.headerCount + length)
            parts.append(
                HTTP2Part(
                    start: index, end: end, type: index + 3 < bytes.count ? bytes[index + 3] : 0,
                    flags: index + 4 < bytes.count ? bytes[index + 4] : 0))
            index = end
        }
        return parts
    }
}

/// Changes frames: their headers, their order, how a field block is divided among them.
struct HTTP2Mutator {
    var bytes: [UInt8]
    var random: SplitMix64
    let context: HTTP2Context
    private let parts: [HTTP2Part]

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    init(_ bytes: [UInt8], _ random: SplitMix64, _ context: HTTP2Context) {
        self.bytes = bytes
        self.random = random
        self.context = context
        parts = HTTP2Part.all(bytes)
    }

    /// Makes one change.
    mutating func change() {
        guard !parts.isEmpty else { return bytes += frame() }
        let part = random.pick(parts)
        switch random.below(20) {
        case 0: bytes.removeSubrange(part.range)
        case 1: bytes.insert(contentsOf: Array(bytes[part.range]), at: place())
        case 2: swap(part, random.pick(parts))
        case 3, 4: bytes.insert(contentsOf: frame(), at: place())
        case 5: set(part, 3, random.once(in: 3) ? random.octet() : random.pick(Self.types))
        case 6, 7: set(part, 4, part.flags ^ random.pick(Self.flags))
        case 8, 9: changeStream(part)
        case 10: changeLength(part)
        case 11, 12: changePayload(part)
        case 13: pad(part)
        case 14, 15: split(part)
        case 16: join(part)
        case 17: changePreface()
        case 18: resize(part)
        default: changeNumber(part)
        }
    }

    private static let types: [UInt8] = HTTP2FrameType.allCases.map(\.rawValue) + [0x0B, 0x42]
    private static let flags: [UInt8] = [
        0x01, 0x04, 0x08, 0x20, 0x01, 0x04, 0x08, 0x20, 0x02, 0x40,
    ]

    private mutating func place() -> Int {
        random.once(in: 5) ? bytes.count : random.pick(parts).start
    }

    private mutating func set(_ part: HTTP2Part, _ offset: Int, _ octet: UInt8) {
        guard part.start + offset < part.end else { return }
        bytes[part.start + offset] = octet
    }

    private mutating func frame() -> [UInt8] {
        if random.once(in: 2) {
            return HTTP2Inputs.frame(random.pick(HTTP2FrameType.allCases), &random)
        }
        var writer = HTTP2Writer(random, HTTP2Context(role: context.role))
        defer { random = writer.random }
        return writer.frames()
    }

    private mutating func swap(_ one: HTTP2Part, _ two: HTTP2Part) {
        guard one.start != two.start else { return }
        let (first, second) = one.start < two.start ? (one, two) : (two, one)
        let swapped =
            Array(bytes[second.range]) + Array(bytes[first.end..<second.start])
            + Array(bytes[first.range])
        bytes.replaceSubrange(first.start..<second.end, with: swapped)
    }

    /// Another stream: none, another frame's, one beside it, or the reserved bit.
    private mutating func changeStream(_ part: HTTP2Part) {
        guard part.isWhole else { return }
        let own = bytes.number(at: part.start + 5, count: 4) ?? 0
        let other = bytes.number(at: random.pick(parts).start + 5, count: 4) ?? 0
        let edges = [0, 1, 2, 3, 0x7FFF_FFFF, 0xFFFF_FFFF]
        let value: Int
        switch random.below(6) {
        case 0: value = other
        case 1: value = own ^ 0x8000_0000
        case 2: value = own + 1
        case 3: value = own + 2
        case 4: value = 0
        default: value = random.pick(edges)
        }
        bytes.put(value, at: part.start + 5, count: 4)
    }

    /// A length that is wrong.
    private mutating func changeLength(_ part: HTTP2Part) {
        let own = bytes.number(at: part.start, count: 3) ?? 0
        let edges = [0, 1, 4, 5, 6, 8, 9, 16_384, 16_385, 0xFF_FFFF]
        let value = random.once(in: 2) ? own + random.pick([1, -1, 9, 256]) : random.pick(edges)
        bytes.put(max(0, value), at: part.start, count: 3)
    }

    /// Writes the frame's length anew.
    private mutating func fit(_ start: Int, payloadCount: Int) {
        bytes.put(min(payloadCount, HTTP2Constant.frameSizeMax), at: start, count: 3)
    }

    /// An octet changed, inserted or dropped, with the length right.
    private mutating func changePayload(_ part: HTTP2Part) {
        guard part.isWhole else { return }
        let count = part.end - part.payload
        let at = part.payload + random.below(count + 1)
        switch random.below(4) {
        case 0 where at < part.end: bytes[at] = random.octet()
        case 1 where at < part.end:
            bytes.remove(at: at)
            fit(part.start, payloadCount: count - 1)
        case 2 where at < part.end: bytes[at] ^= 1 << UInt8(random.below(8))
        default:
            bytes.insert(random.pick([0x00, 0x01, 0x08, 0x7F, 0x80, 0xFF]), at: at)
            fit(part.start, payloadCount: count + 1)
        }
    }

    /// Another number of octets, as a rule about lengths has it.
    private mutating func resize(_ part: HTTP2Part) {
        guard part.isWhole else { return }
        let count = part.end - part.payload
        let wanted = random.once(in: 20) ? 16_385 : random.pick([0, 1, 3, 4, 5, 6, 7, 8, 9, 12])
        if wanted < count {
            bytes.removeSubrange((part.payload + wanted)..<part.end)
        } else {
            let fill = [UInt8](repeating: random.pick([0x00, 0x01]), count: wanted - count)
            bytes.insert(contentsOf: fill, at: part.end)
        }
        fit(part.start, payloadCount: wanted)
    }

    /// A number in a payload moved to an edge: a stream, an increment, a setting's value.
    private mutating func changeNumber(_ part: HTTP2Part) {
        guard part.end - part.payload >= 4 else { return resize(part) }
        let edges = [
            0, 1, 2, 3, 16_383, 16_384, 0xFF_FFFF, 0x100_0000, 0x7FFF_FFFF, 0x8000_0000,
            0xFFFF_FFFF,
        ]
        let width = part.type == HTTP2FrameType.settings.rawValue ? 6 : 4
        let at = part.payload + random.below((part.end - part.payload) / width + 1) * width
        if width == 6, random.once(in: 3) {
            bytes.put(random.below(11), at: at, count: min(2, max(0, part.end - at)))
        } else {
            let place = at + width - 4
            bytes.put(random.pick(edges), at: place, count: min(4, max(0, part.end - place)))
        }
    }

    /// Padding more, less, beyond the frame, or not of zeros.
    private mutating func pad(_ part: HTTP2Part) {
        guard part.isWhole else { return }
        let count = part.end - part.payload
        guard part.flags & HTTP2Flag.padded == 0 else {
            guard count > 0 else { return }
            if random.once(in: 2) {
                bytes[part.payload] = random.once(in: 2) ? UInt8(clamping: count) : random.octet()
            } else {
                bytes[part.end - 1] ^= 1
            }
            return
        }
        let padding = random.below(5)
        bytes.insert(contentsOf: [UInt8](repeating: 0, count: padding), at: part.end)
        bytes.insert(UInt8(padding), at: part.payload)
        bytes[part.start + 4] |= HTTP2Flag.padded
        fit(part.start, payloadCount: count + 1 + padding)
    }

    /// A field block in one more frame: END_HEADERS moves to the CONTINUATION, if it moves.
    private mutating func split(_ part: HTTP2Part) {
        guard part.isWhole, [1, 5, 9].contains(part.type) else { return pad(part) }
        let count = part.end - part.payload
        let cut = random.below(count + 1)
        let rest = Array(bytes[(part.payload + cut)..<part.end])
        var flags = part.flags & HTTP2Flag.endHeaders
        if random.once(in: 8) { flags ^= HTTP2Flag.endHeaders }
        var header = Array(bytes[part.start..<part.payload])
        header[3] = HTTP2FrameType.continuation.rawValue
        header[4] = flags
        header.put(rest.count, at: 0, count: 3)
        bytes.replaceSubrange((part.payload + cut)..<part.end, with: header + rest)
        if random.below(8) > 0 { bytes[part.start + 4] &= ~HTTP2Flag.endHeaders }
        fit(part.start, payloadCount: cut)
    }

    /// A frame and the one behind it in one.
    private mutating func join(_ part: HTTP2Part) {
        guard part.isWhole, let next = parts.first(where: { $0.start == part.end }), next.isWhole
        else { return split(part) }
        let count = part.end - part.payload + next.end - next.payload
        bytes[part.start + 4] |= next.flags & HTTP2Flag.endHeaders
        bytes.removeSubrange(part.end..<next.payload)
        fit(part.start, payloadCount: count)
    }

    /// The client connection preface: there, not there, or cut and bent.
    private mutating func changePreface() {
        let hasPreface = bytes.starts(with: Self.preface)
        switch random.below(4) {
        case 0 where hasPreface: bytes.removeFirst(Self.preface.count)
        case 1 where hasPreface: bytes[random.below(Self.preface.count)] = random.octet()
        case 2: bytes.insert(contentsOf: Self.preface.prefix(random.below(25)), at: 0)
        default: bytes.insert(contentsOf: Self.preface, at: hasPreface ? place() : 0)
        }
    }

    /// The last frame's length as many octets as there are; octets that are no frame left out.
    mutating func refit() {
        guard let last = parts.last else { return }
        if last.isWhole {
            fit(last.start, payloadCount: last.end - last.payload)
        } else {
            bytes.removeLast(last.end - last.start)
        }
    }

    /// Where frames start, and the end.
    var borders: [Int] { parts.map(\.start) + [bytes.count] }
}
