internal import HTTP2
internal import Wire

extension BenchInputs {
    /// A connection's start, many small frames, large DATA, settings, field blocks in pieces.
    static func http2() -> [BenchInput] {
        [
            input("start of a connection", start, ["start": "connection"], frames: 5),
            input("512 small frames", small, [:], frames: 512),
            input("64 KiB of DATA", data, [:], frames: 4),
            input("64 settings", settings, [:], frames: 1),
            input("field block of 8 frames", block, [:], frames: 8),
            BenchInput(
                name: "64 KiB of DATA in 64 pieces", protocolName: "http2.frame", messages: [data],
                partCounts: [4], pieces: 64, part: "frame"),
        ]
    }

    private static func input(
        _ name: String, _ bytes: [UInt8], _ context: [String: String], frames: Int
    ) -> BenchInput {
        BenchInput(
            name: name, protocolName: "http2.frame", messages: [bytes], partCounts: [frames],
            contexts: [context], part: "frame")
    }

    /// What a browser sends first: preface, settings, window, a priority, HEADERS.
    private static var start: [UInt8] {
        var writer = HTTP2FrameWriter()
        writer.preface()
        writer.frame(
            type: 0x4, flags: 0, stream: 0, payload: [0, 4, 0, 0x60, 0, 0, 0, 2, 0, 0, 0, 0])
        writer.frame(type: 0x8, flags: 0, stream: 0, payload: [0, 0xEF, 0, 1])
        writer.frame(type: 0x10, flags: 0, stream: 0, payload: [0, 0, 0, 1] + Array("u=0, i".utf8))
        writer.frame(
            type: 0x1, flags: 0x25, stream: 1,
            payload: [0x80, 0, 0, 0, 0xFF] + [UInt8](repeating: 0x82, count: 200))
        writer.frame(type: 0x4, flags: 1, stream: 0, payload: [])
        return writer.bytes
    }

    /// WINDOW_UPDATE, short DATA, HEADERS, PING in turn, as busy connections have them.
    private static var small: [UInt8] {
        var writer = HTTP2FrameWriter()
        for index in 0..<128 {
            let stream = index * 2 + 1
            writer.frame(
                type: 0x1, flags: 0x4, stream: stream, payload: Array(repeating: 0x82, count: 24))
            writer.frame(type: 0x0, flags: 0x1, stream: stream, payload: Array("{\"a\":1}".utf8))
            writer.frame(type: 0x8, flags: 0, stream: 0, payload: [0, 0, 0, 7])
            writer.frame(type: 0x6, flags: 0x1, stream: 0, payload: Array("12345678".utf8))
        }
        return writer.bytes
    }

    private static var data: [UInt8] {
        var writer = HTTP2FrameWriter()
        for _ in 0..<4 {
            writer.frame(
                type: 0x0, flags: 0, stream: 1, payload: Array(repeating: 0x61, count: 16_384))
        }
        return writer.bytes
    }

    private static var settings: [UInt8] {
        var writer = HTTP2FrameWriter()
        let entries = (0..<64).flatMap { [0, $0 % 2 == 0 ? 3 : 6, 0, 0, 1, UInt8($0)] as [UInt8] }
        writer.frame(type: 0x4, flags: 0, stream: 0, payload: entries)
        return writer.bytes
    }

    private static var block: [UInt8] {
        var writer = HTTP2FrameWriter()
        for index in 0..<8 {
            writer.frame(
                type: index == 0 ? 0x1 : 0x9, flags: index == 7 ? 0x4 : 0, stream: 1,
                payload: Array(repeating: 0x82, count: 1_024))
        }
        return writer.bytes
    }
}
