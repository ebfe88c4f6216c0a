internal import Inflation
internal import WebSocket
internal import Wire

extension BenchInputs {
    /// Masked frames of five sizes, unmasked in place and into the arena; texts; small fragments.
    static func webSocket() -> [BenchInput] {
        let sizes = [
            (16, "16 B"), (128, "128 B"), (1_024, "1 KiB"), (65_536, "64 KiB"), (1 << 20, "1 MiB"),
        ]
        let inPlace = sizes.map { size, name in
            let frame = frame(0x82, payload(size))
            return BenchInput(
                name: "frame \(name) in place", protocolName: "websocket.frame",
                messages: [frame], partCounts: [1], contexts: [["delivery": "inPlace"]],
                part: "frame", work: { InPlaceWork.make($0, frame) })
        }
        let arena = sizes.map { size, name in
            input("frame \(name)", [frame(0x82, payload(size))])
        }
        let text = Array("Zwölf Boxkämpfer jagen Viktor; съешь же ещё 漢字 😀 and so on. ".utf8)
        let texts = [(16, "16 B"), (1_024, "1 KiB"), (65_536, "64 KiB")].map { size, name in
            let count = max(1, size / text.count)
            let content =
                size < text.count
                ? Array("hello, websocket".utf8) : Array(repeatElement(text, count: count).joined())
            return input("frame text \(name)", [frame(0x81, content)])
        }
        let fragments = (0..<64).map { index in
            frame(index == 0 ? 1 : index == 63 ? 0x80 : 0, Array("fragment of text".utf8))
        }
        return inPlace + arena + texts
            + [input("frame 64 fragments of 16 B", fragments), compressed]
    }

    private static func input(_ name: String, _ frames: [[UInt8]]) -> BenchInput {
        BenchInput(
            name: name, protocolName: "websocket.frame", messages: [Array(frames.joined())],
            partCounts: [frames.count], part: "frame")
    }

    /// A list of objects in JSON, compressed: what inflating costs beside everything else.
    private static var compressed: BenchInput {
        let list = (0..<64).map { "{\"id\":\($0),\"name\":\"user\($0)\",\"on\":true}" }
        let message = Deflater().message(Array(list.joined(separator: ",").utf8))
        return BenchInput(
            name: "frame text 2 KiB compressed", protocolName: "websocket.frame",
            messages: [frame(0xC1, message)], partCounts: [1],
            contexts: [["extensions": "permessage-deflate; client_no_context_takeover"]],
            part: "frame")
    }

    private static func payload(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }
    }

    private static func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        var frame = [first]
        switch payload.count {
        case ..<126: frame.append(0x80 | UInt8(payload.count))
        case ..<65_536:
            frame += [0xFE, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default:
            frame.append(0xFF)
            frame += (0..<8).reversed().map {
                UInt8(truncatingIfNeeded: payload.count >> (8 * $0))
            }
        }
        return frame + key + payload.indices.map { payload[$0] ^ key[$0 & 3] }
    }
}

/// A frame in the caller's own buffer: its header is parsed, its payload unmasked where it stands. Doing it twice restores
/// the bytes, so that every run finds what the one before found.
private final class InPlaceWork<Implementation: Parser> {
    private var parser: Implementation
    private var tape = Tape()
    private var buffer: [UInt8]

    private init(_ parser: Implementation, _ frame: [UInt8]) {
        self.parser = parser
        buffer = frame
    }

    /// The loop over a buffer, or nil for a name that no variant has.
    static func make(_ variant: String, _ frame: [UInt8]) -> ((_ count: Int) -> Void)?
    where Implementation == SIMDWebSocket {
        var configuration = WebSocketProtocols.frames.strictConfiguration()
        configuration.context = WebSocketContext(delivery: .inPlace)
        switch variant {
        case "reference":
            let work = InPlaceWork<ReferenceWebSocket>(.init(configuration), frame)
            return { work.run($0) }
        case "scalar":
            let work = InPlaceWork<ScalarWebSocket>(.init(configuration), frame)
            return { work.run($0) }
        case "table":
            let work = InPlaceWork<TableWebSocket>(.init(configuration), frame)
            return { work.run($0) }
        case "simd":
            let work = InPlaceWork<SIMDWebSocket>(.init(configuration), frame)
            return { work.run($0) }
        default: return nil
        }
    }

    func run(_ count: Int) {
        Self.drive(&parser, &tape, &buffer, count)
    }

    private static func drive(
        _ parser: inout Implementation, _ tape: inout Tape, _ buffer: inout [UInt8], _ count: Int
    ) {
        var bytes = buffer.mutableSpan
        for _ in 0..<count {
            parser.reset()
            tape.removeAll()
            _ = parser.parse(bytes.span, into: &tape)
            guard tape.count > 2 else { return }
            // The key and the payload's place come from the tape.
            let start = tape[1].offset
            let key = WebSocketMask.key([
                bytes[start], bytes[start &+ 1], bytes[start &+ 2], bytes[start &+ 3],
            ])
            WebSocketMask.apply(to: &bytes, in: tape[2].offset..<tape[2].end, key: key)
        }
    }
}
