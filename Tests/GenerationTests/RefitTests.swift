import HTTP2
import QUIC
import Testing
import WebSocket
import Wire

@testable import Generation

/// Lengths that were wrong say what is there once they are fitted.
@Suite struct RefitTests {
    private static let words = ["a", "hello", "smuggled", "0123456789abcdef0"]

    private func verdict(
        _ name: String, _ bytes: [UInt8], _ entries: [String: String] = [:]
    ) throws -> Verdict {
        let tested = try SourceUnderTest(name)
        return try tested.read(bytes, tested.context(entries, bytes)).verdict
    }

    @Test func chunkSizes() throws {
        var random = SplitMix64(seed: 2)
        for _ in 0..<2_000 {
            var text = ""
            for _ in 0..<(1 + random.below(4)) {
                // A size beyond everything that follows: one that met a line end would stay.
                text += "\(String(256 + random.below(60), radix: 16))\r\n"
                text += random.pick(Self.words) + "\r\n"
            }
            text += "0\r\nX: y\r\n\r\n"
            var refit = HTTP1Refit(Array(text.utf8))
            let fitted = refit.refitted(chunkedAlone: true)
            #expect(
                try verdict("http1.chunked", fitted) == .complete(consumed: fitted.count),
                "\(text)")
        }
    }

    @Test func contentLengths() throws {
        var random = SplitMix64(seed: 3)
        for _ in 0..<2_000 {
            var text = ""
            for _ in 0..<(1 + random.below(3)) {
                text += "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(random.below(400))\r\n\r\n"
                // A body that ends with a line end: the next request starts a line.
                text += random.pick(Self.words) + "\r\n"
            }
            var refit = HTTP1Refit(Array(text.utf8))
            let fitted = refit.refitted(chunkedAlone: false)
            #expect(
                try verdict("http1.stream", fitted) == .complete(consumed: fitted.count),
                "\(text)")
        }
    }

    @Test func framesThatWereCut() throws {
        let source = HTTP2Inputs()
        for cut in 0..<30 {
            var bytes: [UInt8] = [0, 0, 40, 0, 0, 0, 0, 0, 1] + [UInt8](repeating: 7, count: 40)
            bytes.removeLast(cut)
            source.refit(&bytes, HTTP2Context())
            #expect(try verdict("http2.frame", bytes) == .complete(consumed: bytes.count))
        }
        let webSocket = WebSocketInputs()
        for cut in 0..<30 {
            var bytes: [UInt8] = [0x82, 0x80 | 40, 0, 0, 0, 0] + [UInt8](repeating: 7, count: 40)
            bytes.removeLast(cut)
            webSocket.refit(&bytes, WebSocketContext())
            #expect(try verdict("websocket.frame", bytes) == .complete(consumed: bytes.count))
        }
    }

    @Test func anInitialIsPaddedUnderItsSeal() throws {
        let id: [UInt8] = [0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08]
        let entries = ["originalDestinationConnectionID": "8394c8f03e515708"]
        let context = try #require(
            try SourceUnderTest("quic.packet").context(entries, []) as? QUICContext)
        let packet = QUICSerializer.Packet(
            .initial, destination: id, number: 1, payload: [0x01, 0x00, 0x00, 0x00, 0x00])
        var bytes = try #require(QUICSerializer(context: context).protected(packet))
        let isSmall = try verdict("quic.packet", bytes, entries)
        #expect(isSmall != .complete(consumed: bytes.count))
        QUICInputs().refit(&bytes, context)
        #expect(bytes.count >= 1_200)
        #expect(try verdict("quic.packet", bytes, entries) == .complete(consumed: bytes.count))
    }
}
