import QUIC
import Testing
import Wire

/// Every short input over an alphabet of the octets that rules sit on: what one variant makes of it, all make of it.
@Suite struct QUICExhaustiveTests {
    /// Parsers of all variants for one context, used again for every input.
    private struct Readers: ~Copyable {
        private var parsers: [any Parser]
        private var first = Tape()
        private var other = Tape()

        init(_ entries: [String: String]) throws {
            let description = QUICProtocols.packet
            var configuration = description.strictConfiguration()
            let entries = entries.merging(["datagram": "each"]) { $1 }
            configuration.context = try description.notation.context(entries, input: nil)
            parsers = description.variants.compactMap { $0.makeParser(configuration) }
        }

        /// Whether all four say the same of an input.
        mutating func agree(on input: [UInt8]) -> Bool {
            guard parsers.count == 4 else { return false }
            parsers[0].reset()
            first.removeAll()
            let verdict = parsers[0].parse(input.span, into: &first)
            for index in 1..<4 {
                parsers[index].reset()
                other.removeAll()
                let seen = parsers[index].parse(input.span, into: &other)
                guard seen == verdict, first == other else { return false }
            }
            return true
        }
    }

    /// Calls `body` with every string of `count` octets of the alphabet.
    private func all(_ count: Int, of alphabet: [UInt8], _ body: ([UInt8]) -> Void) {
        var places = [Int](repeating: 0, count: count)
        while true {
            body(places.map { alphabet[$0] })
            var index = 0
            while index < count, places[index] == alphabet.count - 1 {
                places[index] = 0
                index += 1
            }
            if index == count { return }
            places[index] += 1
        }
    }

    private func disagreements(
        _ entries: [String: String], _ lengths: ClosedRange<Int>, of alphabet: [UInt8],
        before: [UInt8] = [], behind: [UInt8] = []
    ) throws -> [[UInt8]] {
        var readers = try Readers(entries)
        var found: [[UInt8]] = []
        for count in lengths {
            all(count, of: alphabet) { middle in
                let input = before + middle + behind
                if !readers.agree(on: input) { found.append(input) }
            }
        }
        return found
    }

    /// Types of frames, and numbers of every size.
    private static let frameOctets: [UInt8] = [
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x0F, 0x10, 0x12, 0x18, 0x19, 0x1A,
        0x1C, 0x1E, 0x30, 0x31, 0x3F, 0x40, 0x80, 0xC0, 0xFF,
    ]

    @Test(arguments: ["initial", "0rtt", "handshake", "1rtt"], ["server", "client"])
    func frames(level: String, role: String) throws {
        let found = try disagreements(
            ["layer": "frames \(level)", "role": role], 1...3, of: Self.frameOctets)
        #expect(found.isEmpty, "\(found.prefix(3))")
    }

    /// The longest fixed frames, cut and followed by anything: NEW_CONNECTION_ID, ACK with ECN, STREAM.
    @Test(
        arguments: [
            [0x18, 0x02, 0x01, 0x08, 1, 2, 3, 4, 5, 6, 7, 8] + [UInt8](repeating: 9, count: 15),
            [0x03, 0x05, 0x01], [0x0F, 0x04], [0x1A, 1, 2, 3, 4, 5, 6], [0x06, 0xC0],
        ] as [[UInt8]])
    func longFrames(before: [UInt8]) throws {
        let found = try disagreements(
            ["layer": "frames 1rtt"], 0...3, of: Self.frameOctets, before: before)
        #expect(found.isEmpty, "\(found.prefix(3))")
    }

    @Test(arguments: ["server", "client"])
    func transportParameters(role: String) throws {
        let octets: [UInt8] = [
            0x00, 0x01, 0x02, 0x03, 0x04, 0x08, 0x0A, 0x0B, 0x0C, 0x0E, 0x0F, 0x10, 0x15, 0x20,
            0x40, 0x80, 0xC0, 0xFF,
        ]
        let found = try disagreements(
            ["layer": "transportParameters", "role": role], 1...4, of: octets)
        #expect(found.isEmpty, "\(found.prefix(3))")
    }

    /// First octets and versions of every sort, then the lengths of connection IDs and tokens.
    @Test(arguments: ["server", "client"])
    func headers(role: String) throws {
        let versions: [[UInt8]] = [
            [0, 0, 0, 0], [0, 0, 0, 1], [0x6B, 0x33, 0x43, 0xCF], [0x0A, 0x0A, 0x0A, 0x0A],
        ]
        let octets: [UInt8] = [0x00, 0x01, 0x02, 0x08, 0x14, 0x15, 0x40, 0x80, 0xC0, 0xFF]
        let firsts: [UInt8] = [0x00, 0x40, 0x41, 0x80, 0xC0, 0xC3, 0xD0, 0xE0, 0xF0, 0xFF]
        for first in firsts {
            for version in versions {
                for zeros in [0, 1, 19, 30, 60] {
                    let found = try disagreements(
                        ["layer": "headers", "role": role], 0...2, of: octets,
                        before: [first] + version, behind: [UInt8](repeating: 0, count: zeros))
                    #expect(found.isEmpty, "\(found.prefix(3))")
                }
            }
        }
    }
}
