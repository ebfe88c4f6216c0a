internal import Inflation
internal import WebSocket
internal import Wire

/// Random frames: messages whole and in fragments, control frames between them, compressed ones, broken in places.
struct WebSocketInputs: StructuredSource {
    func context(_ random: inout SplitMix64) -> [String: String] {
        var entries: [String: String] = [:]
        if random.below(3) == 0 { entries["role"] = "server" }
        if random.below(2) == 0 { entries["extensions"] = random.pick(Self.extensions) }
        if random.below(6) == 0 { entries["delivery"] = "inPlace" }
        return entries
    }

    func valid(_ random: inout SplitMix64, _ context: any ParseContext) -> [UInt8] {
        var writer = WebSocketWriter(random, context as? WebSocketContext ?? WebSocketContext())
        defer { random = writer.random }
        writer.frames()
        return writer.bytes
    }

    func change(
        _ bytes: inout [UInt8], _ context: any ParseContext, _ random: inout SplitMix64
    ) {
        var mutator = WebSocketMutator(
            bytes, random, context as? WebSocketContext ?? WebSocketContext())
        // The mutator alone holds the bytes, so it changes them where they are.
        bytes = []
        mutator.change()
        bytes = mutator.bytes
        random = mutator.random
    }

    func refit(_ bytes: inout [UInt8], _ context: any ParseContext) {
        var mutator = WebSocketMutator(
            bytes, SplitMix64(seed: 0), context as? WebSocketContext ?? WebSocketContext())
        bytes = []
        mutator.refit()
        bytes = mutator.bytes
    }

    func borders(_ bytes: [UInt8], _ context: any ParseContext) -> [Int] {
        WebSocketMutator(
            bytes, SplitMix64(seed: 0), context as? WebSocketContext ?? WebSocketContext()
        ).borders
    }

    var byteMutator: ByteMutator { Self.bytesAlone }

    private static let bytesAlone = ByteMutator(
        alphabet: WebSocketInputMaker.alphabet,
        pieces: [
            [0x81, 0x80, 0, 0, 0, 0], [0x01, 0x80, 0, 0, 0, 0], [0x80, 0x80, 0, 0, 0, 0],
            [0x82, 0x7E, 0, 5], [0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0, 5],
            [0x88, 0x82, 0, 0, 0, 0, 3, 232],
            [0x89, 0x80, 0, 0, 0, 0], [0x8A, 0x00],
            [0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0],
        ])

    func input(_ random: inout SplitMix64, _ context: any ParseContext) -> [UInt8] {
        var maker = WebSocketInputMaker(
            random: random, context: context as? WebSocketContext ?? WebSocketContext())
        defer { random = maker.random }
        for _ in 0...maker.random.below(4) { maker.appendSomething() }
        if maker.random.below(4) == 0 { maker.appendClose() }
        for _ in 0..<maker.random.below(3) { maker.mutate() }
        return maker.bytes
    }

    private static let extensions = [
        "permessage-deflate", "permessage-deflate; client_no_context_takeover",
        "permessage-deflate; server_no_context_takeover; client_max_window_bits=10",
    ]
}

/// The frames so far, and the generator that chooses them.
struct WebSocketInputMaker {
    var random: SplitMix64
    let context: WebSocketContext
    var bytes: [UInt8] = []
    private let deflater = Deflater()

    init(random: SplitMix64, context: WebSocketContext) {
        self.random = random
        self.context = context
    }

    mutating func appendSomething() {
        switch random.below(8) {
        case 0: frame(0x89, payload())
        case 1: frame(0x8A, [])
        case 2: frame(UInt8(truncatingIfNeeded: random.next()), payload())
        case 3, 4: message(pieces: 1)
        default: message(pieces: 1 + random.below(4))
        }
    }

    mutating func appendClose() {
        let codes = [1000, 1001, 1002, 1004, 1005, 1007, 1011, 1012, 1014, 1015, 2999, 3000, 4999]
        let code = random.below(4) == 0 ? random.below(6_000) : random.pick(codes)
        let reason = random.below(2) == 0 ? [] : text()
        let payload = [UInt8(code >> 8), UInt8(code & 255)] + reason.prefix(120)
        frame(0x88, random.below(6) == 0 ? Array(payload.prefix(random.below(3))) : payload)
    }

    private mutating func message(pieces: Int) {
        let isText = random.below(2) == 0
        var content = isText ? text() : payload()
        let isCompressed = context.permessageDeflate != nil && random.below(2) == 0
        if isCompressed {
            content = deflater.message(content)
            if context.forgetsWindow || random.below(3) == 0 { deflater.reset() }
            if random.below(12) == 0, !content.isEmpty {
                content[random.below(content.count)] = random.pick(Self.alphabet)
            }
        }
        var cuts = (1..<max(1, pieces)).map { _ in random.below(content.count + 1) }.sorted()
        cuts.append(content.count)
        var start = 0
        for (index, cut) in cuts.enumerated() {
            var first: UInt8 = index == 0 ? (isText ? 1 : 2) : 0
            if index == 0, isCompressed { first |= 0x40 }
            if cut == content.count, index == cuts.count - 1 { first |= 0x80 }
            frame(first, Array(content[start..<cut]))
            if random.below(5) == 0 { frame(0x89, payload()) }
            start = cut
        }
    }

    private mutating func frame(_ first: UInt8, _ payload: [UInt8]) {
        bytes.append(first)
        let isMasked = (context.sender == .client) == (random.below(20) != 0)
        let bit: UInt8 = isMasked ? 0x80 : 0
        let count = payload.count
        let longer = random.below(24)
        if longer == 0 {
            bytes.append(bit | 127)
            bytes += (0..<8).reversed().map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
        } else if longer == 1 || count > 125 {
            bytes += [bit | 126, UInt8(truncatingIfNeeded: count >> 8), UInt8(count & 255)]
        } else {
            bytes.append(bit | UInt8(count))
        }
        guard isMasked else {
            bytes += payload
            return
        }
        let key = (0..<4).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        bytes += key
        bytes += payload.indices.map { payload[$0] ^ key[$0 & 3] }
    }

    private mutating func payload() -> [UInt8] {
        let count = random.below(10) == 0 ? random.below(400) : random.below(30)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    private mutating func text() -> [UInt8] {
        var text: [UInt8] = []
        for _ in 0..<random.below(random.below(5) == 0 ? 90 : 12) {
            text += Array(String(random.pick(Self.characters)).utf8)
        }
        if random.below(6) == 0, !text.isEmpty {
            text[random.below(text.count)] = random.pick(Self.alphabet)
        }
        if random.below(10) == 0 { text.removeLast(min(text.count, random.below(4))) }
        return text
    }

    mutating func mutate() {
        guard !bytes.isEmpty else { return }
        let at = random.below(bytes.count)
        switch random.below(5) {
        case 0: bytes[at] = random.pick(Self.alphabet)
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(random.pick(Self.alphabet), at: at)
        case 3: bytes[at] ^= 1 << UInt8(random.below(8))
        default: bytes.removeLast(min(bytes.count, random.below(8)))
        }
    }

    private static let characters: [Character] = ["a", "b", " ", "é", "Ж", "漢", "😀", "\u{10FFFF}"]

    static let alphabet: [UInt8] = [
        0x00, 0x01, 0x02, 0x7D, 0x7E, 0x7F, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8A, 0xC0, 0xC1, 0xED,
        0xF5, 0xFE, 0xFF,
    ]
}
