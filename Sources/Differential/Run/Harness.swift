public import Wire

/// One variant under one configuration, made to parse in every way that a law asks for.
///
/// Parser and tapes live as long as the harness, so every run is also a run of a reused parser.
public final class Harness {
    /// The variant's name.
    public let name: String
    private let variant: Variant
    private let configuration: Configuration
    private var parser: any Parser
    private var tape = Tape(tokenCapacity: 256, arenaCapacity: 256)
    private var wholeTape = Tape(tokenCapacity: 256, arenaCapacity: 256)
    private var wholeVerdict = Verdict.incomplete
    /// Calls of `parse` so far.
    public private(set) var runCount = 0

    /// Makes a harness, or nil where the variant does not support the configuration.
    public init?(_ variant: Variant, _ configuration: Configuration) {
        guard let parser = variant.makeParser(configuration) else { return nil }
        self.name = variant.name
        self.variant = variant
        self.configuration = configuration
        self.parser = parser
    }

    /// Parses the whole input in one call with the reused parser, and remembers the outcome for `twoWay`.
    public func whole(_ input: [UInt8]) -> Outcome {
        parser.reset()
        wholeTape.removeAll()
        runCount += 1
        wholeVerdict = parser.parse(input.span, into: &wholeTape)
        return Outcome(verdict: wholeVerdict, tape: wholeTape.snapshot())
    }

    /// Parses the whole input under another context, or under the harness's own where it is nil.
    public func whole(_ input: [UInt8], context: (any ParseContext)?) -> Outcome {
        guard let context else { return whole(input) }
        var other = configuration
        other.context = context
        return fresh(input, under: other)
    }

    /// Parses the whole input in one call, with a parser and a tape that saw nothing before.
    public func fresh(_ input: [UInt8]) -> Outcome { fresh(input, under: configuration) }

    private func fresh(_ input: [UInt8], under configuration: Configuration) -> Outcome {
        guard var parser = variant.makeParser(configuration) else {
            preconditionFailure("a variant that made one parser makes another")
        }
        var tape = Tape()
        runCount += 1
        let verdict = parser.parse(input.span, into: &tape)
        return Outcome(verdict: verdict, tape: tape.snapshot())
    }

    /// What one two-way split showed.
    public struct TwoWay {
        /// The verdict over the bytes before the cut.
        public let verdict: Verdict
        /// Tokens that were certain at the cut.
        public let committedCount: Int
        /// Whether these tokens begin the whole input's.
        public let isTapePrefix: Bool
        /// Whether the tape at the cut is the whole input's.
        public let isTapeWhole: Bool
        /// The outcome behind the second piece, where it differs from the whole input's.
        public let disagreement: Outcome?
    }

    /// Parses the input up to `cut`, then whole. `whole` must have run on the same input before.
    public func twoWay(_ input: [UInt8], cut: Int) -> TwoWay {
        restart()
        let verdict = feed(input, upTo: cut)
        let committed = tape.count
        let isPrefix = tape.isPrefix(of: wholeTape)
        let isWhole = isPrefix && tape == wholeTape
        let last = feed(input, upTo: input.count)
        let agrees = last == wholeVerdict && tape == wholeTape
        return TwoWay(
            verdict: verdict, committedCount: committed, isTapePrefix: isPrefix,
            isTapeWhole: isWhole,
            disagreement: agrees ? nil : Outcome(verdict: last, tape: tape.snapshot()))
    }

    /// Parses the input as it arrives in pieces that end at `cuts` (ascending) and at its end.
    ///
    /// - Returns: the outcome where it differs from the whole input's, else nil.
    public func pieces(_ input: [UInt8], cuts: [Int]) -> Outcome? {
        restart()
        for cut in cuts { _ = feed(input, upTo: cut) }
        let last = feed(input, upTo: input.count)
        let agrees = last == wholeVerdict && tape == wholeTape
        return agrees ? nil : Outcome(verdict: last, tape: tape.snapshot())
    }

    private func restart() {
        parser.reset()
        tape.removeAll()
    }

    private func feed(_ input: [UInt8], upTo end: Int) -> Verdict {
        runCount += 1
        return parser.parse(input.span.extracting(0..<end), into: &tape)
    }
}
