internal import Foundation
internal import Generation
internal import Personas
internal import Synchronization
public import Wire

/// How often the variants and the models without a quirk part over valid messages of one protocol.
/// They never may.
public struct FalseDifferenceCount: Sendable {
    /// The protocol.
    public let protocolName: String
    /// Inputs that the reference accepted whole.
    public var valid = 0
    /// Inputs that were made and not accepted; they do not count.
    public var skipped = 0
    /// Field lines, chunks, frames, packets or blocks in the valid inputs, as far as the protocol
    /// counts them.
    public var parts = 0
    /// Readings that were held against the reference's.
    public var readings = 0
    /// Readings that were not the reference's.
    public var differences = 0
    /// One of the inputs that made a difference, and who read it otherwise.
    public var example: (variant: String, input: [UInt8])?
}

/// Counts false differences over generated inputs. Deterministic for a seed, whatever the number of
/// threads.
public struct FalseDifferences: Sendable {
    /// Inputs that one thread takes at a time, under one context and from one seed (chosen: enough
    /// to make the making of parsers cheap, few enough to meet many contexts).
    private static let batch = 256

    private let inputs: Int
    private let seed: UInt64
    private let jobs: Int

    /// Makes a count of `inputs` inputs for each protocol.
    public init(inputs: Int, seed: UInt64, jobs: Int? = nil) {
        self.inputs = inputs
        self.seed = seed
        self.jobs = max(1, jobs ?? ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Runs the count for one protocol.
    public func count(_ description: ProtocolDescription) -> FalseDifferenceCount {
        let batches = (inputs + Self.batch - 1) / Self.batch
        let next = Atomic<Int>(0)
        let empty = FalseDifferenceCount(protocolName: description.name)
        let merged = Mutex((count: empty, firstBatch: Int.max))
        DispatchQueue.concurrentPerform(iterations: min(jobs, max(1, batches))) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < batches else { break }
                let size = min(Self.batch, inputs - index * Self.batch)
                let found = run(description, batch: index, size: size)
                merged.withLock { all in
                    all.count.add(found)
                    // Of all examples the one of the first batch is kept, whoever came to it first.
                    guard found.example != nil, index < all.firstBatch else { return }
                    all.firstBatch = index
                    all.count.example = found.example
                }
            }
        }
        return merged.withLock { $0.count }
    }

    private func run(
        _ description: ProtocolDescription, batch: Int, size: Int
    ) -> FalseDifferenceCount {
        var count = FalseDifferenceCount(protocolName: description.name)
        var random = SplitMix64(seed: seed &+ UInt64(batch) &* 0xD134_2543_DE82_EF95)
        guard let source = InputSources.source(of: description) else { return count }
        let entries = source.context(&random)
        var readers = Readers(description)
        for _ in 0..<size {
            guard let open = try? description.notation.context(entries, input: nil) else {
                continue
            }
            let bytes = source.valid(&random, open)
            guard let context = try? description.notation.context(entries, input: bytes) else {
                continue
            }
            var configuration = description.strictConfiguration(for: bytes)
            configuration.context = context
            readers.read(bytes, configuration, &count)
        }
        return count
    }
}

extension FalseDifferenceCount {
    fileprivate mutating func add(_ other: FalseDifferenceCount) {
        valid += other.valid
        skipped += other.skipped
        parts += other.parts
        readings += other.readings
        differences += other.differences
    }
}

/// Every variant of a protocol, and its model without a quirk, with tapes that are used again.
///
/// Parsers are used again too, as long as the context is the same: some variants compile their
/// tables when they are made.
private struct Readers: ~Copyable {
    private let description: ProtocolDescription
    private let variants: [Variant]
    private var parsers: [any Parser] = []
    private var context: AnyHashable?
    private var expected = Tape(tokenCapacity: 256, arenaCapacity: 256)
    private var found = Tape(tokenCapacity: 256, arenaCapacity: 256)

    init(_ description: ProtocolDescription) {
        self.description = description
        variants =
            description.variants.filter { $0.unavailability() == nil }
            + [Persona.plain.variant(of: description)].compactMap { $0 }
    }

    mutating func read(
        _ bytes: [UInt8], _ configuration: Configuration, _ count: inout FalseDifferenceCount
    ) {
        prepare(configuration)
        guard parsers.count == variants.count else { return }
        expected.removeAll()
        let verdict = parsers[0].parse(bytes.span, into: &expected)
        guard case .complete(let consumed) = verdict, consumed == bytes.count else {
            count.skipped += 1
            return
        }
        count.valid += 1
        count.parts += parts(of: expected)
        for index in parsers.indices.dropFirst() {
            found.removeAll()
            count.readings += 1
            let other = parsers[index].parse(bytes.span, into: &found)
            guard other != verdict || !(found == expected) else { continue }
            count.differences += 1
            if count.example == nil { count.example = (variants[index].name, bytes) }
        }
    }

    /// Makes the parsers, or makes them ready where they read under that context already.
    private mutating func prepare(_ configuration: Configuration) {
        let next = configuration.context as? AnyHashable
        if let next, next == context {
            for index in parsers.indices { parsers[index].reset() }
            return
        }
        context = next
        parsers = variants.compactMap { $0.makeParser(configuration) }
    }

    /// What a bench counts: field lines, chunks, frames, blocks.
    private func parts(of tape: borrowing Tape) -> Int {
        (0..<tape.count).count { description.notation.isPart(tape[$0]) }
    }
}
