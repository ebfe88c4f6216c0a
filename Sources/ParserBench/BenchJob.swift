private import Foundation
internal import Wire

extension Double {
    /// The natural logarithm.
    var logarithm: Double { log(self) }
}

/// One variant on one input. Parsers and tape are made once and used for every message.
protocol BenchJob: AnyObject {
    /// Parses every message `count` times.
    func run(_ count: Int)

    /// The verdict over a message, and how many parts it has.
    func reading(of index: Int) -> (verdict: Verdict, parts: Int)
}

/// The loop, over the parser's own type: a program that uses a parser names its type, and pays for no box.
private final class ParseLoop<Implementation: Parser>: BenchJob {
    private let notation: any Notation
    /// One parser for all messages, or one for each where their contexts differ.
    private var parsers: [Implementation]
    private var tape = Tape(tokenCapacity: 16_384, arenaCapacity: 1 << 16)
    /// All messages, one behind the other, and where each one lies.
    private let bytes: [UInt8]
    private let places: [Range<Int>]
    private let cuts: [[Int]]
    private var consumedSum = 0

    init(_ parsers: [Implementation], _ input: BenchInput, _ notation: any Notation) {
        self.parsers = parsers
        self.notation = notation
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

    /// The verdicts add up in `consumedSum`, so that no call can be left out.
    func run(_ count: Int) {
        let isWhole = cuts.allSatisfy(\.isEmpty)
        consumedSum &+=
            isWhole
            ? Self.drive(&parsers, &tape, bytes, places, count)
            : Self.drive(&parsers, &tape, bytes, places, cuts, count)
    }

    /// Messages in one piece: what is not the parser's is kept as small as it can be.
    ///
    /// The parsers are reached through a buffer, so that a call pays for no look at the array's owner.
    private static func drive(
        _ parsers: inout [Implementation], _ tape: inout Tape, _ bytes: [UInt8],
        _ places: [Range<Int>], _ count: Int
    ) -> Int {
        var sum = 0
        let step = parsers.count == 1 ? 0 : 1
        let (bytes, places) = (bytes.span, places.span)
        // SAFETY: there is one parser, index 0, or one for each place.
        unsafe parsers.withUnsafeMutableBufferPointer { parsers in
            for _ in 0..<count {
                for index in places.indices {
                    let at = index &* step
                    unsafe parsers[at].reset()
                    tape.removeAll()
                    let message = bytes.extracting(places[index])
                    let verdict = unsafe parsers[at].parse(message, into: &tape)
                    if case .complete(let consumed) = verdict { sum &+= consumed }
                }
            }
        }
        return sum
    }

    /// Messages in pieces.
    private static func drive(
        _ parsers: inout [Implementation], _ tape: inout Tape, _ bytes: [UInt8],
        _ places: [Range<Int>], _ cuts: [[Int]], _ count: Int
    ) -> Int {
        var sum = 0
        let step = parsers.count == 1 ? 0 : 1
        for _ in 0..<count {
            for index in places.indices {
                let verdict = parse(
                    &parsers[index &* step], &tape, bytes.span, places[index], cuts[index])
                if case .complete(let consumed) = verdict { sum &+= consumed }
            }
        }
        return sum
    }

    @inline(__always)
    private static func parse(
        _ parser: inout Implementation, _ tape: inout Tape, _ bytes: Span<UInt8>,
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

    func reading(of index: Int) -> (verdict: Verdict, parts: Int) {
        let (bytes, place, cuts) = (bytes, places[index], cuts[index])
        let chosen = parsers.count == 1 ? 0 : index
        let verdict = Self.parse(&parsers[chosen], &tape, bytes.span, place, cuts)
        let parts = (0..<tape.count).count { notation.isPart(tape[$0]) }
        return (verdict, parts)
    }
}

/// A variant made ready for an input: what is timed, and the check before it.
struct BenchCandidate {
    let name: String
    private let input: BenchInput
    private let job: any BenchJob
    private let work: ((Int) -> Void)?

    /// Makes the parsers, or nil where the variant does not support the configuration.
    init?(_ variant: Variant, _ description: ProtocolDescription, _ input: BenchInput) {
        var parsers: [any Parser] = []
        // Where all contexts are the same one, one parser reads all messages.
        var contexts: Set<String> = []
        for index in input.contexts.isEmpty ? 0..<1 : input.messages.indices {
            var configuration = description.strictConfiguration(for: input.messages[index])
            if !input.contexts.isEmpty {
                guard
                    let context = try? description.notation.context(
                        input.contexts[index], input: input.messages[index])
                else { return nil }
                configuration.context = context
                contexts.insert(String(describing: context))
            }
            guard let parser = variant.makeParser(configuration) else { return nil }
            parsers.append(parser)
        }
        guard let first = parsers.first else { return nil }
        if contexts.count == 1 { parsers = [first] }
        name = variant.name
        self.input = input
        job = Self.job(first, parsers, input, description.notation)
        work = input.work?(variant.name)
    }

    private static func job<Implementation: Parser>(
        _ first: Implementation, _ parsers: [any Parser], _ input: BenchInput,
        _ notation: any Notation
    ) -> any BenchJob {
        ParseLoop(parsers.compactMap { $0 as? Implementation }, input, notation)
    }

    /// Does the work on every message `count` times.
    func run(_ count: Int) {
        if let work { work(count) } else { job.run(count) }
    }

    /// What every variant must say: complete to the last byte, with the expected number of parts.
    func check() throws(BenchFailure) {
        for (index, message) in input.messages.enumerated() {
            let reading = job.reading(of: index)
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
