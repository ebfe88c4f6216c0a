import Testing
import Wire

@testable import HTTP2

/// What one variant makes of octets: the verdict, and the tape as text.
private func readings(_ bytes: [UInt8], _ context: HTTP2Context = HTTP2Context()) -> [String] {
    let description = HTTP2Protocols.frame
    return description.variants.compactMap { variant in
        var configuration = description.strictConfiguration()
        configuration.context = context
        guard var parser = variant.makeParser(configuration) else { return nil }
        var tape = Tape()
        let verdict = parser.parse(bytes.span, into: &tape)
        return "\(verdict) \(tape.snapshot())"
    }
}

@Suite struct FrameTests {
    /// Every type with lengths around its own, the flags that matter, and streams of each sort; payloads of one octet value
    /// and a second frame behind, so that what is taken for a payload shows.
    @Test(arguments: [UInt8(0), 1, 2, 0xFF], HTTP2Context.Role.allCases)
    func headersExhaustively(filler: UInt8, role: HTTP2Context.Role) {
        let flagsOfInterest: [UInt8] = [0, 1, 4, 8, 0x20, 0x2D, 0xFF]
        for type in UInt8(0)...0x12 {
            for length in 0...14 {
                for flags in flagsOfInterest {
                    for stream in [0, 1, 2, 0x8000_0001] {
                        let bytes = frame(length, type, flags, stream, filler)
                        let all = readings(bytes, HTTP2Context(role: role))
                        let isOne = all.count == 4 && Set(all).count == 1
                        #expect(isOne, "type \(type) length \(length) flags \(flags) \(stream)")
                    }
                }
            }
        }
    }

    private func frame(
        _ length: Int, _ type: UInt8, _ flags: UInt8, _ stream: Int, _ filler: UInt8
    ) -> [UInt8] {
        [0, 0, UInt8(length), type, flags] + HTTP2FrameWriter.octets(stream, count: 4)
            + Array(repeating: filler, count: length) + [0, 0, 1, 9, 4, 0, 0, 0, 1, 0x82]
    }

    /// Two frames of any types behind each other: the rules of field blocks.
    @Test func pairsOfFrames() {
        for first in UInt8(0)...0x11 {
            for second in UInt8(0)...0x11 {
                for flags: UInt8 in [0, 4] {
                    for stream: UInt8 in [1, 3] {
                        let bytes: [UInt8] =
                            [0, 0, 4, first, flags, 0, 0, 0, 1, 0, 0, 0, 2]
                            + [0, 0, 4, second, 4, 0, 0, 0, stream, 0, 0, 0, 2]
                        let all = readings(bytes, HTTP2Context(role: .server))
                        #expect(Set(all).count == 1, "types \(first), \(second)")
                    }
                }
            }
        }
    }

    /// A declared length costs nothing before its octets are there.
    @Test func aDeclaredLengthIsNotMemory() {
        let context = HTTP2Context(maxFrameSize: HTTP2Constant.frameSizeMax)
        for reading in readings([0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1], context) {
            #expect(reading.hasPrefix("incomplete"))
        }
    }

    @Test func writerWritesWhatParsersRead() throws {
        var writer = HTTP2FrameWriter()
        writer.preface()
        writer.frame(type: 0x4, flags: 0, stream: 0, payload: [0, 3, 0, 0, 0, 100])
        writer.frame(type: 0x0, flags: 1, stream: 0x7FFF_FFFF, payload: Array("hello".utf8))
        let all = readings(writer.bytes, HTTP2Context(start: .connection))
        #expect(Set(all).count == 1)
        #expect(all.first?.hasPrefix("complete(consumed: \(writer.bytes.count))") == true)
        #expect(writer.bytes.count == 24 + 15 + 14)
    }

    /// Frames are dropped as they were read; the offsets of what comes count from the new first octet.
    @Test func releasingKeepsReading() {
        let ping: [UInt8] = [0, 0, 8, 6, 0, 0, 0, 0, 0] + Array("12345678".utf8)
        for variant in HTTP2Protocols.frame.variants {
            let configuration = HTTP2Protocols.frame.strictConfiguration()
            guard var parser = variant.makeParser(configuration) else { continue }
            var tape = Tape()
            var bytes: [UInt8] = []
            for round in 0..<100 {
                bytes += ping + ping.prefix(round % 17)
                _ = parser.parse(bytes.span, into: &tape)
                let count = min(parser.releasableCount, bytes.count)
                bytes.removeFirst(count)
                tape.removeAll()
                parser.release(count)
                bytes += ping.dropFirst(round % 17)
                if round % 17 == 0 { bytes.removeLast(ping.count) }
                _ = parser.parse(bytes.span, into: &tape)
            }
            // Nothing is released inside a payload whose tokens wait: eight rounds of seventeen end there.
            #expect(bytes.count <= 16 * ping.count, "\(variant.name)")
            #expect(parser.parse(bytes.span, into: &tape) == .complete(consumed: bytes.count))
        }
    }

    @Test func contextsAreChecked() {
        let notation = HTTP2Protocols.frame.notation
        for wrong in [["role": "proxy"], ["start": "end"], ["maxFrameSize": "16383"]] {
            #expect(throws: NotationError.self) { try notation.context(wrong, input: nil) }
        }
    }

    /// Every reason has a number and a name of RFC 9113 §7, and the enum's own name.
    @Test(arguments: HTTP2Reason.allCases)
    func reasonsAreDescribed(reason: HTTP2Reason) {
        let description = reason.description
        #expect(description.name == "\(reason)")
        #expect(description.status > 0 && !description.statusName.isEmpty)
    }
}
