internal import CKernels
public import Wire

/// One line of the result.
public struct BenchResult: Codable, Hashable, Sendable {
    public var `protocol`: String
    public var variant: String
    public var input: String
    /// Nanoseconds for one message (a body counts as one).
    public var nsPerMessage: Double
    /// Input bytes per nanosecond.
    public var gbPerSecond: Double
    /// The multiple of the classification kernel's time on the same bytes.
    public var timesClassify: Double
    /// Field lines, chunks, frames of all messages: what was checked before timing.
    public var parts: Int
    /// What one part is called, and nanoseconds for one, where that is of interest.
    public var part: String?
    public var nsPerPart: Double?
    /// Whether this variant is its protocol's winner.
    public var winner: Bool
}

/// An input that a variant reads wrongly: nothing is timed then.
public struct BenchFailure: Error, Sendable, CustomStringConvertible {
    public let description: String
}

/// Times every variant of the given protocols.
public struct ParserBench {
    private let protocols: [ProtocolDescription]
    private let samples: Int

    /// Makes a bench; `samples` is the number of samples for each variant and input.
    public init(_ protocols: [ProtocolDescription], samples: Int) {
        self.protocols = protocols
        self.samples = samples
    }

    /// Runs all inputs whose name contains `filter`; `progress` gets a word on what runs.
    ///
    /// - Throws: `BenchFailure` where a variant's result is not the expected one.
    public func run(
        filter: String = "", progress: (String) -> Void = { _ in }
    ) throws(BenchFailure) -> [BenchResult] {
        var results: [BenchResult] = []
        for input in BenchInputs.all() where filter.isEmpty || input.name.contains(filter) {
            guard let description = protocols.first(where: { $0.name == input.protocolName }) else {
                continue
            }
            progress("\(input.protocolName), \(input.name)")
            results += try time(input, description)
        }
        return results
    }

    private func time(
        _ input: BenchInput, _ description: ProtocolDescription
    ) throws(BenchFailure) -> [BenchResult] {
        var works: [(Int) -> Void] = [classification(of: input)]
        var names: [String] = []
        for variant in description.variants where variant.unavailability() == nil {
            guard let job = BenchCandidate(variant, description, input) else { continue }
            try job.check()
            works.append { job.run($0) }
            names.append(variant.name)
        }
        let times = Stopwatch.nanoseconds(works, samples: samples)
        let count = Double(input.messages.count)
        return zip(names, times.dropFirst()).map { name, total in
            let each = total / count
            let parts = input.partCounts.reduce(0, +)
            return BenchResult(
                protocol: input.protocolName, variant: name, input: input.name,
                nsPerMessage: each, gbPerSecond: input.meanBytes / each,
                timesClassify: total / times[0], parts: parts,
                part: input.part,
                nsPerPart: input.part == nil ? nil : total / Double(max(1, parts)), winner: false)
        }
    }

    /// The bare kernel over the same bytes: the floor of everything that looks at every byte.
    private func classification(of input: BenchInput) -> (Int) -> Void {
        let longest = input.messages.map(\.count).max() ?? 0
        var maps = [UInt64](repeating: 0, count: (longest / 64 + 2) * Int(ZY_MAP_COUNT))
        return { count in
            // SAFETY: the maps have ZY_MAP_COUNT words for each started block of 64 bytes of the longest message.
            unsafe maps.withUnsafeMutableBufferPointer { words in
                guard let to = words.baseAddress else { return }
                for _ in 0..<count {
                    for message in input.messages {
                        unsafe message.withUnsafeBufferPointer { bytes in
                            guard let from = bytes.baseAddress else { return }
                            unsafe zy_http1_classify(from, bytes.count, to)
                        }
                    }
                }
            }
        }
    }

    /// Runs one variant exactly `calls` times on the inputs whose name contains `filter`, and times nothing: for tools
    /// that count instructions.
    public func repeatCalls(_ calls: Int, variant name: String, filter: String) throws {
        for input in BenchInputs.all() where filter.isEmpty || input.name.contains(filter) {
            guard let description = protocols.first(where: { $0.name == input.protocolName }),
                let job = BenchCandidate(try description.variant(named: name), description, input)
            else { continue }
            job.run(calls)
        }
    }

    /// Names each protocol's winner: the lowest geometric mean of nanoseconds over the inputs that come in one piece.
    public static func crown(_ results: [BenchResult]) -> [BenchResult] {
        var best: [String: (name: String, mean: Double)] = [:]
        let groups = Dictionary(grouping: results) { $0.protocol + "|" + $0.variant }
        for (_, group) in groups.sorted(by: { $0.key < $1.key }) {
            guard let first = group.first else { continue }
            let whole = group.filter { !$0.input.contains("pieces") }
            let logs =
                whole.reduce(0) { $0 + $1.nsPerMessage.logarithm } / Double(max(1, whole.count))
            if let known = best[first.protocol], known.mean <= logs { continue }
            best[first.protocol] = (first.variant, logs)
        }
        return results.map { result in
            var crowned = result
            crowned.winner = best[result.protocol]?.name == result.variant
            return crowned
        }
    }
}
