internal import CKernels
internal import HTTP1
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
    /// Field lines, or chunks, of all messages: what was checked before timing.
    public var parts: Int
    /// Nanoseconds for one chunk, where the input is a chunked body.
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
        var works: [() -> Void] = [classification(of: input)]
        var names: [String] = []
        for variant in description.variants where variant.unavailability() == nil {
            guard let job = BenchJob(variant, description, input) else { continue }
            try job.check()
            works.append { job.run() }
            names.append(variant.name)
        }
        let times = Stopwatch.nanoseconds(works, samples: samples)
        let count = Double(input.messages.count)
        return zip(names, times.dropFirst()).map { name, total in
            let each = total / count
            let parts = input.partCounts.reduce(0, +)
            let isBody = input.protocolName == "http1.chunked"
            return BenchResult(
                protocol: input.protocolName, variant: name, input: input.name,
                nsPerMessage: each, gbPerSecond: input.meanBytes / each,
                timesClassify: total / times[0], parts: parts,
                nsPerPart: isBody ? total / Double(parts) : nil, winner: false)
        }
    }

    /// The bare kernel over the same bytes: the floor of everything that looks at every byte.
    private func classification(of input: BenchInput) -> () -> Void {
        let longest = input.messages.map(\.count).max() ?? 0
        var maps = [UInt64](repeating: 0, count: (longest / 64 + 2) * 3)
        return {
            for message in input.messages {
                // SAFETY: the maps have three words for each started block of 64 bytes of the longest message.
                unsafe message.withUnsafeBufferPointer { bytes in
                    unsafe maps.withUnsafeMutableBufferPointer { words in
                        guard let from = bytes.baseAddress, let to = words.baseAddress else {
                            return
                        }
                        unsafe zy_http1_classify(from, bytes.count, to)
                    }
                }
            }
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
