import HPACK
import Testing
import Wire

/// What the encoder promises: secrets, sizes, determinism; and that a decoder of a connection keeps step with it.
@Suite struct EncoderTests {
    @Test(arguments: [
        ("authorization", "Basic dXNlcjpwYXNz"), ("proxy-authorization", "x"), ("cookie", "a=b"),
        ("x-api-key", "0123456789abcdef0123456789abcdef"),
    ])
    func secretsAreNeverIndexed(name: String, value: String) throws {
        var encoder = HPACKEncoder()
        let blocks = (0..<2).map { _ in encoder.encode([HPACKField(name, value)]) }
        #expect(blocks[0] == blocks[1])
        #expect(blocks[0][0] & 0xF0 == 0x10)
        let outcome = try #require(Decoding.outcome(Decoding.description.variants[0], blocks))
        #expect(outcome.blocks.allSatisfy { $0.fields[0].isNeverIndexed && $0.table?.size == 0 })
    }

    @Test func aLongCookieIsIndexed() {
        var encoder = HPACKEncoder()
        let cookie = HPACKField("cookie", "session=0123456789abcdef")
        #expect(encoder.encode([cookie])[0] & 0xC0 == 0x40)
        #expect(encoder.encode([cookie]) == [0xBE])
    }

    @Test func aMarkedFieldStaysMarked() {
        for neverIndexing in [HPACKEncoder.NeverIndexing.secrets, .asMarked] {
            var encoder = HPACKEncoder(neverIndexing: neverIndexing)
            let field = HPACKField(":method", "GET", isNeverIndexed: true)
            #expect(encoder.encode([field])[0] == 0x12)
        }
        var encoder = HPACKEncoder(neverIndexing: .asMarked)
        #expect(encoder.encode([HPACKField("authorization", "x")])[0] & 0xC0 == 0x40)
    }

    @Test func changesOfSizeAreSignalled() {
        var encoder = HPACKEncoder()
        encoder.setTableSizeMax(8_192)
        #expect(encoder.encode([]).isEmpty, "more than this side prefers asks for nothing")
        encoder.setTableSizeMax(100)
        encoder.setTableSizeMax(200)
        #expect(encoder.encode([]) == Decoding.octets("3f45 3fa901"))
        encoder.setTableSizeMax(0)
        #expect(encoder.encode([HPACKField("a", "b")])[0] == 0x20)
        #expect(encoder.encode([]).isEmpty)
        var small = HPACKEncoder(tableSizePreferred: 64)
        #expect(small.encode([]) == [0x3F, 0x21])
    }

    /// A thousand lists from a small vocabulary under changing sizes: the decoder of a connection reads each one back, and
    /// the same lists give the same bytes.
    @Test func aConnectionKeepsStep() throws {
        var state: UInt64 = 7_541
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let names = [
            ":method", ":path", "cookie", "x-a", "x-bb", "accept", "etag", "authorization", "",
        ]
        let values = [
            "", "GET", "/", "a", "0123456789012345678901234567890", "\u{0}\u{FC}\u{2028}",
        ]
        var encoder = HPACKEncoder()
        var twin = HPACKEncoder()
        var decoder = HPACKDecoder()
        var tape = Tape()
        for _ in 0..<1_000 {
            for _ in 0..<max(0, random(8) - 5) {
                let size = [0, 40, 100, 300, 4_096, 70_000][random(6)]
                encoder.setTableSizeMax(size)
                twin.setTableSizeMax(size)
                decoder.setTableSizeMax(size)
            }
            let list = (0..<random(9)).map { _ in
                HPACKField(
                    names[random(names.count)], values[random(values.count)],
                    isNeverIndexed: random(9) == 0)
            }
            let block = encoder.encode(list)
            #expect(block == twin.encode(list))
            guard !block.isEmpty else { continue }
            tape.removeAll()
            let outcome = decoder.decode(block.span, into: &tape)
            #expect(outcome == .fields)
            let read = HPACKTranscript(
                tape.snapshot(), HPACKContext(blocks: [HPACKContext.Block(length: block.count)]))
            let found = read.blocks[0].fields.map { HPACKField(name: $0.name, value: $0.value) }
            #expect(found == list.map { HPACKField(name: $0.name, value: $0.value) })
            guard outcome == .fields else { return }
        }
    }

    @Test func aConnectionEndsWithItsFirstRejection() {
        var decoder = HPACKDecoder()
        var tape = Tape()
        let good: [UInt8] = [0x82]
        let bad: [UInt8] = [0x82, 0x80]
        #expect(decoder.decode(good.span, into: &tape) == .fields)
        let rejected = HPACKDecoder.Outcome.rejected(Rejection(HPACKReason.indexZero, at: 1))
        #expect(decoder.decode(bad.span, into: &tape) == rejected)
        #expect(decoder.decode(good.span, into: &tape) == rejected)
    }

    @Test func aConnectionSurvivesALongList() {
        var limits = HPACKLimits()
        limits.fieldCountMax = 1
        var decoder = HPACKDecoder(limits: limits)
        var tape = Tape()
        let long: [UInt8] = [0x40, 1, 0x61, 1, 0x62, 0x40, 1, 0x63, 1, 0x64]
        let next: [UInt8] = [0xBE]
        #expect(decoder.decode(long.span, into: &tape) == .fieldListTooLarge)
        tape.removeAll()
        #expect(decoder.decode(next.span, into: &tape) == .fields)
        #expect(tape.snapshot().arena == [0x63, 0x64])
    }

    /// A copied decoder has a table of its own.
    @Test func aCopyGoesItsOwnWay() {
        var first = HPACKDecoder()
        var tape = Tape()
        let one: [UInt8] = [0x40, 1, 0x61, 1, 0x62]
        let other: [UInt8] = [0x40, 1, 0x63, 1, 0x64]
        let index: [UInt8] = [0xBE]
        _ = first.decode(one.span, into: &tape)
        var second = first
        _ = second.decode(other.span, into: &tape)
        tape.removeAll()
        _ = first.decode(index.span, into: &tape)
        _ = second.decode(index.span, into: &tape)
        #expect(tape.snapshot().arena == [0x61, 0x62, 0x63, 0x64])
    }
}
