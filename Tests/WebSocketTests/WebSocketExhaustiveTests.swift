import Inflation
import Testing
import WebSocket
import Wire

/// Small inputs, all of them, and inflated messages: the four variants against each other.
@Suite struct WebSocketExhaustiveTests {
    static let contexts: [WebSocketContext] = [
        WebSocketContext(), WebSocketContext(sender: .server),
        WebSocketContext(permessageDeflate: PerMessageDeflate()),
        WebSocketContext(
            sender: .server,
            permessageDeflate: PerMessageDeflate(serverNoContextTakeover: true)),
        WebSocketContext(delivery: .inPlace),
    ]

    /// A context and a policy: each leniency alone where a client sends, none and all of them everywhere.
    struct Setting: Sendable {
        let context: WebSocketContext
        let policy: Policy
    }

    static let settings: [Setting] =
        contexts.flatMap { context in
            [.strict, WebSocketLeniency.all.reduce(.strict) { $0.union($1.policy) }]
                .map { Setting(context: context, policy: $0) }
        } + WebSocketLeniency.all.map { Setting(context: contexts[0], policy: $0.policy) }

    /// Octets on either side of each bound.
    static let alphabet: [UInt8] = [
        0x00, 0x01, 0x02, 0x03, 0x41, 0x7D, 0x7E, 0x7F, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8F, 0xC1,
        0xFE, 0xFF,
    ]

    private func compare(
        _ context: WebSocketContext, _ policy: Policy, _ visit: ((_ input: [UInt8]) -> Void) -> Void
    ) {
        let description = WebSocketProtocols.frames
        var configuration = description.strictConfiguration()
        configuration.context = context
        configuration.policy = policy
        var parsers = description.variants.compactMap { $0.makeParser(configuration) }
        var first = Tape()
        var other = Tape()
        var shown = 0
        visit { input in
            first.removeAll()
            parsers[0].reset()
            let expected = parsers[0].parse(input.span, into: &first)
            for index in parsers.indices.dropFirst() {
                other.removeAll()
                parsers[index].reset()
                let verdict = parsers[index].parse(input.span, into: &other)
                guard verdict != expected || !(first == other), shown < 5 else { continue }
                shown += 1
                let name = description.variants[index].name
                Issue.record("\(name), \(input): \(verdict), not \(expected)")
            }
        }
    }

    @Test(arguments: settings)
    func firstTwoOctets(setting: Setting) {
        compare(setting.context, setting.policy) { check in
            let tails: [[UInt8]] = [[], [0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 0, 0, 9, 9, 9, 9, 9, 9]]
            for a in UInt8.min...UInt8.max {
                for b in UInt8.min...UInt8.max { for tail in tails { check([a, b] + tail) } }
            }
        }
    }

    @Test(arguments: settings)
    func octetsBehindAnOpenMessage(setting: Setting) {
        let open: [UInt8] =
            setting.context.sender == .client
            ? [0x01, 0x81, 0, 0, 0, 0, 0xE2] : [0x01, 0x01, 0xE2]
        compare(setting.context, setting.policy) { check in
            for a in Self.alphabet {
                for b in Self.alphabet {
                    for c in Self.alphabet {
                        for d in Self.alphabet { check(open + [a, b, c, d]) }
                    }
                }
            }
        }
    }

    @Test(arguments: settings)
    func fiveOctets(setting: Setting) {
        compare(setting.context, setting.policy) { check in
            for a in Self.alphabet {
                for b in Self.alphabet {
                    for c in Self.alphabet {
                        for d in Self.alphabet { check([a, b, c, d, 0x00, 0xC3]) }
                    }
                }
            }
        }
    }

    /// Every byte of compressed messages, each changed to every value.
    @Test func everyByteOfDeflateData() {
        let deflater = Deflater()
        let payload = deflater.message(Array("Zwölf Boxkämpfer, zwölf Boxkämpfer".utf8))
        let context = WebSocketContext(sender: .server, permessageDeflate: PerMessageDeflate())
        compare(context, .strict) { check in
            for index in payload.indices {
                for value in UInt8.min...UInt8.max {
                    var changed = payload
                    changed[index] = value
                    let frame = [0xC1, UInt8(changed.count)] + changed
                    check(frame)
                    let half = changed.count / 2
                    check(
                        [0x41, UInt8(half)] + changed[..<half]
                            + [0x80, UInt8(changed.count - half)] + changed[half...])
                }
            }
        }
    }

    /// Payloads longer than what any variant takes at once.
    @Test func longPayloads() {
        let text = Array(String(repeating: "漢字 and ASCII, then 😀. ", count: 2_000).utf8)
        var broken = text
        broken[text.count - 700] = 0xFF
        let deflater = Deflater()
        for content in [text, broken] {
            for isCompressed in [false, true] {
                let payload = isCompressed ? deflater.message(content) : content
                let first: UInt8 = isCompressed ? 0xC1 : 0x81
                let length = (0..<8).reversed().map {
                    UInt8(truncatingIfNeeded: payload.count >> (8 * $0))
                }
                let short: [UInt8] = [UInt8(payload.count >> 8 & 255), UInt8(payload.count & 255)]
                let isLong = payload.count > 65_535
                let header = [first, isLong ? 0xFF : 0xFE] + (isLong ? length : short)
                let key: [UInt8] = [1, 2, 3, 4]
                let masked = payload.indices.map { payload[$0] ^ key[$0 & 3] }
                let context = WebSocketContext(permessageDeflate: PerMessageDeflate())
                compare(context, .strict) { check in check(header + key + masked) }
            }
        }
    }
}
