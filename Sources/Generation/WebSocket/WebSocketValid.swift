internal import Inflation
internal import WebSocket

/// Frames that the strict policy accepts: messages whole, in fragments and compressed, control frames between them.
struct WebSocketWriter {
    var random: SplitMix64
    private var text: UTF8Writer
    private(set) var bytes: [UInt8] = []
    private let context: WebSocketContext
    private let deflater = Deflater()

    init(_ random: SplitMix64, _ context: WebSocketContext) {
        self.random = random
        self.context = context
        text = UTF8Writer(random: SplitMix64(seed: self.random.next()))
    }

    /// Some messages, and perhaps the end of the connection.
    mutating func frames() {
        for _ in 0..<(1 + random.below(4)) {
            if random.once(in: 4) { control() } else { message() }
        }
        if random.once(in: 3) { close() }
    }

    private mutating func control() {
        let count = random.once(in: 8) ? random.pick([124, 125]) : random.below(12)
        frame(random.once(in: 2) ? 0x89 : 0x8A, random.octets(count))
    }

    private mutating func close() {
        guard !random.once(in: 4) else { return frame(0x88, []) }
        let codes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 4000, 4999]
        let code = random.pick(codes)
        var reason: [UInt8] = []
        while random.once(in: 2), reason.count < 110 { reason += text.character() }
        frame(0x88, [UInt8(code >> 8), UInt8(code & 255)] + reason)
    }

    private mutating func message() {
        let isText = random.once(in: 2)
        var content = isText ? text.text() : random.octets(size())
        var first: UInt8 = isText ? 1 : 2
        if context.permessageDeflate != nil, random.once(in: 2) {
            first |= 0x40
            if context.forgetsWindow || random.once(in: 4) { deflater.reset() }
            content = deflater.message(content)
        }
        var cuts = (0..<random.pick([0, 0, 0, 1, 2, 3])).map { _ in
            random.below(content.count + 1)
        }.sorted()
        cuts.append(content.count)
        var start = 0
        for (place, cut) in cuts.enumerated() {
            var octet = place == 0 ? first : 0
            if place == cuts.count - 1 { octet |= 0x80 }
            frame(octet, Array(content[start..<cut]))
            if place < cuts.count - 1, random.once(in: 4) { control() }
            start = cut
        }
    }

    private mutating func size() -> Int {
        random.once(in: 10)
            ? random.pick([124, 125, 126, 127, 128, 255, 256, 300]) : random.below(30)
    }

    private mutating func frame(_ first: UInt8, _ payload: [UInt8]) {
        let key: [UInt8]? =
            context.sender == .client
            ? (random.once(in: 6) ? [0, 0, 0, 0] : random.octets(4)) : nil
        bytes += WebSocketCode.frame(first, payload, key: key)
    }
}

/// A frame's octets, written right or wrong.
enum WebSocketCode {
    /// How many octets state the length.
    enum LengthForm: CaseIterable { case shortest, of16, of64 }

    static func frame(
        _ first: UInt8, _ payload: [UInt8], key: [UInt8]?, form: LengthForm = .shortest,
        length: Int? = nil
    ) -> [UInt8] {
        var bytes = [first]
        bytes.reserveCapacity(payload.count + 14)
        let mask: UInt8 = key == nil ? 0 : 0x80
        let count = length ?? payload.count
        if form == .of64 || count > 0xFFFF {
            bytes.append(mask | 127)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: count >> shift))
            }
        } else if form == .of16 || count > 125 {
            bytes.append(mask | 126)
            bytes.append(UInt8(truncatingIfNeeded: count >> 8))
            bytes.append(UInt8(truncatingIfNeeded: count))
        } else {
            bytes.append(mask | UInt8(truncatingIfNeeded: count))
        }
        guard let key, key.count == 4 else { return bytes + payload }
        bytes += key
        for index in payload.indices { bytes.append(payload[index] ^ key[index & 3]) }
        return bytes
    }
}
