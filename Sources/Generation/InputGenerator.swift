public import Wire

/// Makes configurations and inputs of any protocol. The same seed makes the same ones.
public struct InputGenerator {
    private var random: SplitMix64

    /// Makes a generator.
    public init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// A random policy: often strict, else a few leniencies, sometimes all.
    public mutating func policy(_ description: ProtocolDescription) -> Policy {
        guard !description.leniencies.isEmpty else { return .strict }
        switch random.next() % 8 {
        case 0, 1: return .strict
        case 2: return Policy(rawValue: random.next() & random.next() & allBits(description))
        case 3: return Policy(rawValue: allBits(description))
        default:
            var policy = Policy.strict
            for _ in 0...(random.next() % 3) {
                policy.formUnion(random.pick(description.leniencies).policy)
            }
            return policy
        }
    }

    /// Random limits: mostly the defaults, else one or two that are tight enough to be met.
    public mutating func limits(_ description: ProtocolDescription) -> Limits {
        var limits = Limits(defaultsOf: description.limits)
        guard random.next() % 3 == 0, !limits.values.isEmpty else { return limits }
        for _ in 0...(random.next() % 2) {
            let index = random.below(limits.values.count)
            limits.values[index] = max(description.limits[index].minimum, random.below(80))
        }
        return limits
    }

    /// Entries of a random context for the protocol.
    public mutating func context(_ description: ProtocolDescription) -> [String: String] {
        InputSources.source(of: description)?.context(&random) ?? [:]
    }

    /// A random input for the protocol, and the context that `entries` state for it.
    public mutating func input(
        _ description: ProtocolDescription, _ entries: [String: String]
    ) throws -> (bytes: [UInt8], context: any ParseContext) {
        let source = InputSources.source(of: description)
        let before = try description.notation.context(entries, input: nil)
        let bytes = source?.input(&random, before) ?? []
        return (bytes, try description.notation.context(entries, input: bytes))
    }

    private func allBits(_ description: ProtocolDescription) -> UInt64 {
        description.leniencies.reduce(0) { $0 | $1.policy.rawValue }
    }
}
