internal import Differential
public import Wire

/// What is not regular is searched: all inputs that are made of some tokens, the shortest first.
///
/// The result is the shortest difference among concatenations of the tokens, not among all inputs.
public struct SearchSpace: Sendable {
    /// The protocol and the context under which inputs are read.
    public let protocolName: String
    public let entries: [String: String]
    /// What inputs are made of.
    public let tokens: [[UInt8]]
    /// No input is longer.
    public let bytesMax: Int
    /// Whether what both policies refuse is refused however it goes on. Where the input's end is told beforehand, it is not.
    public let isIncremental: Bool
    /// Whether tokens stand in their own order only: for fields whose order says nothing.
    public let isOrdered: Bool

    init(
        _ protocolName: String, _ tokens: [[UInt8]], entries: [String: String] = [:],
        bytesMax: Int, isIncremental: Bool = true, isOrdered: Bool = false
    ) {
        self.protocolName = protocolName
        self.entries = entries
        self.tokens = tokens
        self.bytesMax = bytesMax
        self.isIncremental = isIncremental
        self.isOrdered = isOrdered
    }

    /// What a search found.
    public struct Result: Sendable {
        /// The shortest input that the two read differently and one of them reads whole; nil where there is none.
        public var input: [UInt8]?
        /// Inputs that were read.
        public var inputCount: Int
    }

    /// Chosen: a search that reads more inputs has the wrong tokens.
    private static let inputsMax = 500_000

    /// Searches for the shortest input of which one policy makes a whole, and the other something else.
    public func search(_ left: Policy, _ right: Policy) -> Result {
        guard let one = Reader(protocolName, left, entries),
            let two = Reader(protocolName, right, entries)
        else { return Result(input: nil, inputCount: 0) }
        // Inputs by length: a bucket is done before a longer one is begun.
        var buckets: [[Candidate]] = Array(repeating: [], count: bytesMax + 1)
        buckets[0] = [Candidate(input: [], token: 0)]
        var count = 0
        for length in 0...bytesMax {
            var index = 0
            while index < buckets[length].count, count < Self.inputsMax {
                let candidate = buckets[length][index]
                let input = candidate.input
                index += 1
                if !input.isEmpty {
                    count += 1
                    guard let a = one.outcome(input), let b = two.outcome(input) else { continue }
                    if a != b, isWhole(a, input) || isWhole(b, input) {
                        return Result(input: input, inputCount: count)
                    }
                    let isStream = one.description.isStream
                    if isIncremental, isOver(a, isStream), isOver(b, isStream) { continue }
                }
                for place in (isOrdered ? candidate.token : 0)..<tokens.count {
                    let longer = input + tokens[place]
                    guard longer.count <= bytesMax else { continue }
                    buckets[longer.count].append(Candidate(input: longer, token: place))
                }
            }
            buckets[length] = []
        }
        return Result(input: nil, inputCount: count)
    }

    /// An input, and the place of its last token.
    private struct Candidate {
        var input: [UInt8]
        var token: Int
    }

    private func isWhole(_ outcome: Outcome, _ input: [UInt8]) -> Bool {
        outcome.verdict == .complete(consumed: input.count)
    }

    /// Whether nothing that follows changes the verdict.
    private func isOver(_ outcome: Outcome, _ isStream: Bool) -> Bool {
        switch outcome.verdict {
        case .rejected: true
        case .complete: !isStream
        case .incomplete: false
        }
    }
}
