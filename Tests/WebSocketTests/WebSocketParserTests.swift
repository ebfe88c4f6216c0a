import Inflation
import Testing
import WebSocket
import Wire

/// What laws and cases do not show: tapes written out by hand, release, inflation by itself.
@Suite struct WebSocketParserTests {
    private static let variants = WebSocketProtocols.frames.variants

    private func parser(_ variant: Variant, _ context: WebSocketContext) throws -> any Parser {
        var configuration = WebSocketProtocols.frames.strictConfiguration()
        configuration.context = context
        return try #require(variant.makeParser(configuration))
    }

    private static let masked: [UInt8] = [
        0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58,
    ]

    @Test(arguments: variants.indices)
    func theMaskedHelloOfTheRFC(index: Int) throws {
        var parser = try parser(Self.variants[index], WebSocketContext())
        var tape = Tape()
        #expect(parser.parse(Self.masked.span, into: &tape) == .complete(consumed: 11))
        #expect(tape.snapshot().arena == Array("Hello".utf8))
        #expect(
            tape.snapshot().tokens == [
                Token(.header, detail: 0x181, offset: 0, length: 6),
                Token(.maskKey, offset: 2, length: 4),
                Token(.payloadInArena, offset: 0, length: 5),
                Token(.messageEnd, detail: 1, offset: 11, length: 5),
            ])
    }

    @Test(arguments: variants.indices)
    func aCloseFrame(index: Int) throws {
        var parser = try parser(Self.variants[index], WebSocketContext(sender: .server))
        var tape = Tape()
        let bytes: [UInt8] = [0x88, 0x04, 0x03, 0xE9, 0x6F, 0x6B, 0xFF]
        #expect(parser.parse(bytes.span, into: &tape) == .complete(consumed: 6))
        #expect(
            tape.snapshot().tokens == [
                Token(.header, detail: 0x88, offset: 0, length: 2),
                Token(.payload, offset: 2, length: 4),
                Token(.closeCode, detail: 1_001, offset: 2, length: 2),
                Token(.closeReason, offset: 4, length: 2),
            ])
    }

    @Test(arguments: variants.indices)
    func aCompressedMessage(index: Int) throws {
        var parser = try parser(
            Self.variants[index],
            WebSocketContext(sender: .server, permessageDeflate: PerMessageDeflate()))
        var tape = Tape()
        let bytes: [UInt8] = [0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
        #expect(parser.parse(bytes.span, into: &tape) == .complete(consumed: 9))
        #expect(tape.snapshot().arena == Array("Hello".utf8))
        #expect(
            tape.snapshot().tokens == [
                Token(.header, detail: 0xC1, offset: 0, length: 2),
                Token(.payload, offset: 2, length: 7),
                Token(.inflated, offset: 0, length: 5),
                Token(.messageEnd, detail: 0x101, offset: 9, length: 5),
            ])
    }

    /// A caller drops each frame behind it; offsets count from what is left.
    @Test(arguments: variants.indices)
    func frameAfterFrameIsReleased(index: Int) throws {
        var parser = try parser(Self.variants[index], WebSocketContext())
        var tape = Tape()
        let open: [UInt8] = [0x01, 0x81, 0, 0, 0, 0, 0xE2]
        #expect(parser.parse(open.span, into: &tape) == .incomplete)
        #expect(parser.releasableCount == 7)
        parser.release(7)
        tape.removeAll()
        let rest: [UInt8] = [0x80, 0x82, 0, 0, 0, 0, 0x82, 0x28]
        #expect(parser.parse(rest.span.extracting(0..<7), into: &tape) == .incomplete)
        // Its sequence started in bytes that are gone.
        let found = Rejection(WebSocketReason.illFormedText, at: 0)
        #expect(parser.parse(rest.span, into: &tape) == .rejected(found))
        parser.reset()
        tape.removeAll()
        #expect(parser.parse(Self.masked.span, into: &tape) == .complete(consumed: 11))
    }

    /// In place, a payload that has not come may be dropped as it comes.
    @Test(arguments: variants.indices)
    func aLongPayloadNeedNotBeKept(index: Int) throws {
        var parser = try parser(Self.variants[index], WebSocketContext(delivery: .inPlace))
        var tape = Tape()
        let header: [UInt8] = [0x82, 0xFE, 0x01, 0x00, 1, 2, 3, 4]
        #expect(parser.parse(header.span, into: &tape) == .incomplete)
        #expect(parser.releasableCount == 264)
        parser.release(8)
        let payload = [UInt8](repeating: 0, count: 256) + [0x81]
        #expect(
            parser.parse(payload.span.extracting(0..<256), into: &tape) == .complete(consumed: 256))
        #expect(parser.parse(payload.span, into: &tape) == .incomplete)
    }

    /// 2^63 − 1 bytes are announced: nothing is allocated, nothing overflows, whatever the limit.
    @Test(arguments: variants.indices)
    func hugeLengthsUnderHugeLimits(index: Int) throws {
        var limits = WebSocketLimits()
        limits.frameBytesMax = .max
        limits.messageBytesMax = .max
        for delivery in WebSocketContext.Delivery.allCases {
            let configuration = Configuration(
                policy: .strict, limits: limits.untyped,
                context: WebSocketContext(delivery: delivery))
            var parser = try #require(Self.variants[index].makeParser(configuration))
            var tape = Tape()
            let huge: [UInt8] = [
                0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 1,
            ]
            let found = Rejection(WebSocketReason.frameTooLarge, at: 9)
            #expect(parser.parse(huge.span, into: &tape) == .rejected(found))
            parser.reset()
            let large: [UInt8] = [0x82, 0xFF, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xF0, 0, 0, 0, 0, 1]
            #expect(parser.parse(large.span, into: &tape) == .incomplete)
        }
    }

    @Test func anInflaterIsAValue() {
        let deflater = Deflater()
        let first = deflater.message(Array("context takeover, context takeover".utf8))
        let second = deflater.message(Array("context takeover".utf8))
        var inflater = Inflater()
        var room = [UInt8](repeating: 0, count: 256)
        func inflate(_ bytes: [UInt8], _ inflater: inout Inflater) -> (String, Bool) {
            var output = room.mutableSpan
            let step = inflater.inflate((bytes + [0, 0, 0xFF, 0xFF]).span, into: &output)
            return (
                String(decoding: room[..<step.produced], as: UTF8.self),
                step.isMalformed || !inflater.isAtBlockEnd
            )
        }
        #expect(inflate(first, &inflater) == ("context takeover, context takeover", false))
        var copy = inflater
        #expect(inflate([0x07], &copy).1)
        #expect(inflate(second, &inflater) == ("context takeover", false))
        inflater.reset()
        #expect(inflate(second, &inflater).1)
    }

    @Test(arguments: 8...15)
    func deflatersKeepToTheirWindow(bits: Int) {
        let deflater = Deflater(windowBits: bits)
        let content = (0..<5_000).map { UInt8(truncatingIfNeeded: ($0 / 300) &* 17 ^ $0) }
        var inflater = Inflater()
        for _ in 0..<3 {
            var room = [UInt8](repeating: 0, count: 8_192)
            let payload = deflater.message(content) + [0, 0, 0xFF, 0xFF]
            var output = room.mutableSpan
            let step = inflater.inflate(payload.span, into: &output)
            #expect(step.consumed == payload.count && inflater.isAtBlockEnd)
            #expect(room[..<step.produced].elementsEqual(content))
        }
    }
}
