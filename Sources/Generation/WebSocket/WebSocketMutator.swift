internal import Inflation
internal import WebSocket

/// A frame, or what may be one.
struct WebSocketPart {
    var start: Int
    var payload: Int
    var end: Int
    var first: UInt8
    var isMasked: Bool

    var range: Range<Int> { start..<end }
    var opcode: UInt8 { first & 15 }

    /// The frames of an input, read as long as there are octets.
    static func all(_ bytes: [UInt8]) -> [WebSocketPart] {
        var parts: [WebSocketPart] = []
        parts.reserveCapacity(12)
        var index = 0
        while index < bytes.count, parts.count < 200 {
            let second = index + 1 < bytes.count ? bytes[index + 1] : 0
            var length = Int(second & 127)
            var payload = index + 2
            if length >= 126 {
                let count = length == 126 ? 2 : 8
                length = bytes.number(at: payload, count: count) ?? 0
                payload += count
            }
            if second & 128 != 0 { payload += 4 }
            payload = min(payload, bytes.count)
            let end = payload + min(length, bytes.count - payload)
            parts.append(
                WebSocketPart(
                    start: index, payload: payload, end: end, first: bytes[index],
                    isMasked: second & 128 != 0))
            index = end
        }
        return parts
    }
}

/// Changes frames: header bits, lengths and their forms, fragments, payloads under their mask.
struct WebSocketMutator {
    var bytes: [UInt8]
    var random: SplitMix64
    let context: WebSocketContext
    private let parts: [WebSocketPart]

    init(_ bytes: [UInt8], _ random: SplitMix64, _ context: WebSocketContext) {
        self.bytes = bytes
        self.random = random
        self.context = context
        parts = WebSocketPart.all(bytes)
    }

    /// Makes one change.
    mutating func change() {
        guard !parts.isEmpty else { return bytes += frames() }
        let part = random.pick(parts)
        switch random.below(18) {
        case 0: bytes.removeSubrange(part.range)
        case 1: bytes.insert(contentsOf: Array(bytes[part.range]), at: place())
        case 2: swap(part, random.pick(parts))
        case 3: bytes.insert(contentsOf: frames(), at: place())
        case 4, 5: bytes[part.start] ^= random.pick([0x80, 0x80, 0x40, 0x20, 0x10])
        case 6: bytes[part.start] = part.first & 0xF0 | UInt8(random.below(16))
        case 7:
            rewrite(part) { frame, random in
                frame.form = random.pick(WebSocketCode.LengthForm.allCases)
            }
        case 8: changeLength(part)
        case 9:
            rewrite(part) { frame, random in
                frame.key =
                    frame.key == nil ? random.octets(4) : random.once(in: 2) ? nil : [0, 0, 0, 0]
            }
        case 10, 11, 12: changePayload(part)
        case 13, 14: split(part)
        case 15: join(part)
        case 16: bytes.insert(contentsOf: close(), at: place())
        default: resize(part)
        }
    }

    /// A frame as it will be written.
    private struct Frame {
        var first: UInt8
        var key: [UInt8]?
        var payload: [UInt8]
        var form = WebSocketCode.LengthForm.shortest

        var bytes: [UInt8] { WebSocketCode.frame(first, payload, key: key, form: form) }
    }

    private func frame(_ part: WebSocketPart) -> Frame {
        var frame = Frame(
            first: part.first, key: nil, payload: Array(bytes[part.payload..<part.end]))
        if part.isMasked, part.payload - part.start >= 6 {
            let key = Array(bytes[(part.payload - 4)..<part.payload])
            for index in frame.payload.indices { frame.payload[index] ^= key[index & 3] }
            frame.key = key
        }
        return frame
    }

    private mutating func rewrite(
        _ part: WebSocketPart, _ body: (inout Frame, inout SplitMix64) -> Void
    ) {
        var frame = frame(part)
        body(&frame, &random)
        bytes.replaceSubrange(part.range, with: frame.bytes)
    }

    private mutating func place() -> Int {
        random.once(in: 5) ? bytes.count : random.pick(parts).start
    }

    private mutating func frames() -> [UInt8] {
        if random.once(in: 2) {
            var maker = WebSocketInputMaker(random: random, context: context)
            defer { random = maker.random }
            maker.appendSomething()
            return maker.bytes
        }
        var writer = WebSocketWriter(random, context)
        defer { random = writer.random }
        writer.frames()
        return writer.bytes
    }

    private mutating func close() -> [UInt8] {
        var maker = WebSocketInputMaker(random: random, context: context)
        defer { random = maker.random }
        maker.appendClose()
        return maker.bytes
    }

    private mutating func swap(_ one: WebSocketPart, _ two: WebSocketPart) {
        guard one.start != two.start else { return }
        let (first, second) = one.start < two.start ? (one, two) : (two, one)
        let swapped =
            Array(bytes[second.range]) + Array(bytes[first.end..<second.start])
            + Array(bytes[first.range])
        bytes.replaceSubrange(first.start..<second.end, with: swapped)
    }

    /// A length that is wrong, in any form.
    private mutating func changeLength(_ part: WebSocketPart) {
        let frame = frame(part)
        let own = frame.payload.count
        let edges = [0, 1, 125, 126, 127, 65_535, 65_536, 1 << 31, 1 << 32, 1 << 62]
        let length = max(0, random.once(in: 2) ? own + random.pick([1, -1]) : random.pick(edges))
        var wrong = WebSocketCode.frame(
            frame.first, frame.payload, key: frame.key,
            form: random.pick(WebSocketCode.LengthForm.allCases), length: length)
        if random.once(in: 6), wrong.count > 2, wrong[1] & 127 == 127 { wrong[2] |= 0x80 }
        bytes.replaceSubrange(part.range, with: wrong)
    }

    /// Octets of the payload under its mask: text bent, codes changed, compressed anew.
    private mutating func changePayload(_ part: WebSocketPart) {
        let isCompressed = part.first & 0x40 != 0 && context.permessageDeflate != nil
        rewrite(part) { frame, random in
            if frame.first & 15 == 8, random.once(in: 2) {
                let codes = [
                    0, 999, 1000, 1004, 1005, 1006, 1011, 1012, 1014, 1015, 2999, 3000, 4999, 5000,
                ]
                let code = random.pick(codes)
                let start = [UInt8(code >> 8), UInt8(code & 255)]
                frame.payload.replaceSubrange(0..<min(2, frame.payload.count), with: start)
            } else if isCompressed, random.once(in: 2) {
                let deflater = Deflater()
                frame.payload = deflater.message(random.octets(random.below(20)))
                if random.once(in: 3), !frame.payload.isEmpty { frame.payload.removeLast() }
            } else {
                var mutator = UTF8Mutator(frame.payload, random)
                mutator.change()
                frame.payload = mutator.bytes
                random = mutator.random
            }
        }
    }

    private mutating func resize(_ part: WebSocketPart) {
        rewrite(part) { frame, random in
            let wanted = random.pick([0, 1, 2, 124, 125, 126, 127, 300])
            if wanted < frame.payload.count {
                frame.payload.removeLast(frame.payload.count - wanted)
            } else {
                frame.payload += [UInt8](repeating: 0x61, count: wanted - frame.payload.count)
            }
        }
    }

    /// A frame in two fragments, perhaps with a control frame between them.
    private mutating func split(_ part: WebSocketPart) {
        let whole = frame(part)
        let cut = random.below(whole.payload.count + 1)
        var one = whole
        var two = whole
        one.payload = Array(whole.payload[..<cut])
        two.payload = Array(whole.payload[cut...])
        one.first &= 0x7F
        two.first = whole.first & 0x80
        let pings: [UInt8] = [0x09, 0x89, 0x8A]
        var between: [UInt8] = []
        if random.once(in: 4) {
            between = WebSocketCode.frame(random.pick(pings), random.octets(3), key: whole.key)
        }
        bytes.replaceSubrange(part.range, with: one.bytes + between + two.bytes)
    }

    /// A frame and the one behind it in one.
    private mutating func join(_ part: WebSocketPart) {
        guard let next = parts.first(where: { $0.start == part.end && $0.start > part.start })
        else { return split(part) }
        var one = frame(part)
        one.payload += frame(next).payload
        one.first |= next.first & 0x80
        bytes.replaceSubrange(part.start..<next.end, with: one.bytes)
    }

    /// The last frame's length as many octets as there are.
    mutating func refit() {
        guard let last = parts.last, last.end - last.start >= 2 else { return }
        bytes.replaceSubrange(last.range, with: frame(last).bytes)
    }

    /// Where frames start, and the end.
    var borders: [Int] { parts.map(\.start) + [bytes.count] }
}
