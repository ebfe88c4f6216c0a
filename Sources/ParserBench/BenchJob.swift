private import Foundation
internal import HTTP1
internal import Wire

extension Double {
    /// The natural logarithm.
    var logarithm: Double { log(self) }
}

/// One variant on one input: parser and tape are made once and used for every message.
///
/// A value, so that a run has exclusive access once and not at each call.
struct BenchState: ~Copyable {
    private var parser: any Parser
    private var tape = Tape(tokenCapacity: 16_384)
    /// All messages, one behind the other, and where each one lies.
    private let bytes: [UInt8]
    private let places: [Range<Int>]
    private let cuts: [[Int]]
    private var consumedSum = 0

    init(_ parser: any Parser, _ input: BenchInput) {
        self.parser = parser
        bytes = input.messages.flatMap(\.self)
        var start = 0
        places = input.messages.map { message in
            defer { start += message.count }
            return start..<(start + message.count)
        }
        let pieces = input.pieces
        cuts = input.messages.map { message in
            (1..<max(1, pieces)).map { message.count * $0 / pieces }
        }
    }

    /// Parses every message `count` times. The verdicts add up in `consumedSum`, so that no call can be left out.
    mutating func run(_ count: Int) {
        consumedSum &+= Self.drive(&parser, &tape, bytes, places, cuts, count)
    }

    /// The loop, over the parser's own type: a program that uses a parser names its type, and pays for no box.
    private static func drive(
        _ parser: inout some Parser, _ tape: inout Tape, _ bytes: [UInt8], _ places: [Range<Int>],
        _ cuts: [[Int]], _ count: Int
    ) -> Int {
        var sum = 0
        for _ in 0..<count {
            for index in places.indices {
                let verdict = parse(&parser, &tape, bytes.span, places[index], cuts[index])
                if case .complete(let consumed) = verdict { sum &+= consumed }
            }
        }
        return sum
    }

    @inline(__always)
    private static func parse(
        _ parser: inout some Parser, _ tape: inout Tape, _ bytes: Span<UInt8>,
        _ place: Range<Int>, _ cuts: [Int]
    ) -> Verdict {
        parser.reset()
        tape.removeAll()
        for cut in cuts {
            let piece = place.lowerBound..<(place.lowerBound + cut)
            _ = parser.parse(bytes.extracting(piece), into: &tape)
        }
        return parser.parse(bytes.extracting(place), into: &tape)
    }

    /// The verdict over a message, and how many field lines and chunks it has.
    mutating func reading(of index: Int) -> (verdict: Verdict, parts: Int) {
        let (bytes, place, cuts) = (bytes, places[index], cuts[index])
        let verdict = Self.parse(&parser, &tape, bytes.span, place, cuts)
        var parts = 0
        for token in 0..<tape.count {
            switch tape[token].http1Kind {
            case .fieldName, .chunk: parts += 1
            default: break
            }
        }
        return (verdict, parts)
    }
}

/// A `BenchState` that closures can share.
final class BenchJob {
    private let name: String
    private let input: BenchInput
    private var state: BenchState

    init?(_ variant: Variant, _ description: ProtocolDescription, _ input: BenchInput) {
        guard let parser = variant.makeParser(description.strictConfiguration) else { return nil }
        name = variant.name
        self.input = input
        state = BenchState(parser, input)
    }

    /// Parses every message `count` times.
    func run(_ count: Int) {
        state.run(count)
    }

    /// What every variant must say: complete to the last byte, with the expected number of parts.
    func check() throws(BenchFailure) {
        for (index, message) in input.messages.enumerated() {
            let reading = state.reading(of: index)
            guard reading.verdict == .complete(consumed: message.count) else {
                throw BenchFailure(
                    description: "\(name), \(input.name), message \(index): \(reading.verdict)")
            }
            guard reading.parts == input.partCounts[index] else {
                throw BenchFailure(
                    description:
                        "\(name), \(input.name), message \(index): \(reading.parts) parts, "
                        + "\(input.partCounts[index]) expected")
            }
        }
    }
}
