import Testing
import Wire

@testable import Generation

/// Mutation and crossover: any bytes in, bounded bytes out, the same ones for the same seed.
@Suite struct MutationTests {
    private static let count = 100_000

    /// Random bytes, half of them from an alphabet that all protocols stumble over.
    private static func noise(_ random: inout SplitMix64) -> [UInt8] {
        let alphabet: [UInt8] = [
            0x0D, 0x0A, 0x20, 0x09, 0x3A, 0x3B, 0x2C, 0x30, 0x31, 0x41, 0x00, 0xFF, 0x7F, 0x80,
            0xC0,
        ]
        let count = Int(random.next() % 60)
        let isNasty = random.next() % 2 == 0
        return (0..<count).map { _ in
            let word = random.next()
            return isNasty
                ? alphabet[Int(word % UInt64(alphabet.count))] : UInt8(truncatingIfNeeded: word)
        }
    }

    @Test(arguments: SourceUnderTest.names)
    func takesAnything(name: String) throws {
        let tested = try SourceUnderTest(name)
        var random = SplitMix64(seed: 11)
        var tooLong = 0
        for index in 0..<Self.count / 100 {
            let entries = tested.source.context(&random)
            let context = try tested.context(entries, [])
            var bytes = Self.noise(&random)
            for _ in 0..<100 {
                let most = Int(random.next() % 400)
                let other = Self.noise(&random)
                let crossed = tested.source.crossOver(
                    bytes, other, context, bytesMax: most, &random)
                bytes = tested.source.mutate(
                    index % 3 == 0 ? crossed : other, context, bytesMax: most, &random)
                if crossed.count > most || bytes.count > most { tooLong += 1 }
            }
        }
        #expect(tooLong == 0)
    }

    @Test(arguments: SourceUnderTest.names)
    func keepsToNothingAndLess(name: String) throws {
        let tested = try SourceUnderTest(name)
        var random = SplitMix64(seed: 3)
        let context = try tested.context([:], [])
        for most in [0, 1, 2] {
            for bytes: [UInt8] in [[], [0x41], [0x0D, 0x0A, 0x00]] {
                #expect(
                    tested.source.mutate(bytes, context, bytesMax: most, &random).count <= most)
                let crossed = tested.source.crossOver(
                    bytes, [0xFF, 0x30], context, bytesMax: most, &random)
                #expect(crossed.count <= most)
            }
        }
    }

    @Test(arguments: SourceUnderTest.names)
    func theSameSeedMakesTheSame(name: String) throws {
        let tested = try SourceUnderTest(name)
        func run(_ seed: UInt64) throws -> [[UInt8]] {
            var random = SplitMix64(seed: seed)
            var made: [[UInt8]] = []
            for _ in 0..<200 {
                let context = try tested.context(tested.source.context(&random), [])
                let valid = tested.source.valid(&random, context)
                let mutant = tested.source.mutate(valid, context, bytesMax: 4_096, &random)
                let input = tested.source.input(&random, context)
                made += [
                    valid, mutant, input,
                    tested.source.crossOver(mutant, input, context, bytesMax: 4_096, &random),
                ]
            }
            return made
        }
        #expect(try run(5) == run(5))
        #expect(try run(5) != run(6))
    }

    /// Outcomes that 3,000 mutants of three valid inputs reach: reasons, or numbers and kinds of items.
    ///
    /// The floors lie between what was measured for these mutators and for one that only changes bytes, so that
    /// one that lost its structure falls below them (`bytesAloneReachFewer`),
    /// where the protocol has more than a handful of reasons.
    static let floors: [(name: String, outcomes: Int)] = [
        ("http1.request", 31), ("http1.response", 21), ("http1.chunked", 14),
        ("http1.stream", 40), ("hpack", 12), ("http2.frame", 150), ("websocket.frame", 60),
        ("quic.packet", 33), ("utf8", 6),
    ]

    private static let entries = ["originalDestinationConnectionID": "8394c8f03e515708"]

    /// The outcomes of mutants that `mutate` makes.
    private func outcomes(
        _ tested: SourceUnderTest,
        _ mutate: ([UInt8], any ParseContext, inout SplitMix64) -> [UInt8]
    ) throws -> Set<String> {
        let entries = tested.description.name == "quic.packet" ? Self.entries : [:]
        var outcomes: Set<String> = []
        for seed in UInt64(1)...3 {
            var random = SplitMix64(seed: seed)
            let before = try tested.context(entries, [])
            let valid = tested.source.valid(&random, before)
            let context = try tested.context(entries, valid)
            for _ in 0..<1_000 {
                let mutant = mutate(valid, context, &random)
                outcomes.insert(try tested.outcome(mutant, tested.context(entries, mutant)))
            }
        }
        return outcomes
    }

    @Test(arguments: floors)
    func reachesManyOutcomes(name: String, outcomes floor: Int) throws {
        let tested = try SourceUnderTest(name)
        let reached = try outcomes(tested) { bytes, context, random in
            tested.source.mutate(bytes, context, bytesMax: 4_096, &random)
        }
        #expect(reached.count >= floor, "\(name): \(reached.count) \(reached.sorted())")
    }

    /// The protocols in which structure tells: in the others there are so few reasons that bytes reach them as well.
    private static let structured = [
        "http1.request", "http1.response", "http1.stream", "http2.frame", "websocket.frame",
        "quic.packet",
    ]

    /// A mutator that knows no structure falls below the floor.
    @Test(arguments: floors.filter { structured.contains($0.name) })
    func bytesAloneReachFewer(name: String, outcomes floor: Int) throws {
        let tested = try SourceUnderTest(name)
        let source = try #require(tested.source as? any StructuredSource)
        let mutator = source.byteMutator
        let reached = try outcomes(tested) { bytes, _, random in
            var bytes = bytes
            mutator.change(&bytes, &random)
            return bytes
        }
        #expect(reached.count < floor, "\(name): \(reached.count)")
    }
}
