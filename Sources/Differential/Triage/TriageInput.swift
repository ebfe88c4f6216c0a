public import Wire

/// One input with everything that its reading depends on, as a case or a fuzzer's file states it.
///
/// Limits and context stand here by name, not as values: a context can depend on the bytes (the length of a datagram),
/// and triage changes bytes all the time.
public struct TriageInput: Hashable, Sendable {
    /// The bytes.
    public var bytes: [UInt8]
    /// The leniencies that are on.
    public var policy: Policy
    /// Limits that differ from their defaults.
    public var limits: [String: Int]
    /// The entries of the context.
    public var context: [String: String]
    /// Where the input is cut besides the cuts that the laws choose.
    public var cuts: [Int]

    /// Makes an input; by default it is read strictly, and nothing is known of its connection.
    public init(
        bytes: [UInt8], policy: Policy = .strict, limits: [String: Int] = [:],
        context: [String: String] = [:], cuts: [Int] = []
    ) {
        self.bytes = bytes
        self.policy = policy
        self.limits = limits
        self.context = context
        self.cuts = cuts
    }

    /// The input of a corpus case.
    public init(_ one: CorpusCase) {
        self.init(
            bytes: one.bytes, policy: one.policy, limits: one.limits, context: one.contextEntries)
    }

    /// What parsers of `description` are made for.
    ///
    /// - Throws: `UnknownName` for a limit or an entry that the protocol does not have.
    public func configuration(
        _ description: ProtocolDescription
    ) throws(UnknownName) -> Configuration {
        Configuration(
            policy: policy, limits: try Registry.limits(limits, description),
            context: try Registry.context(context, description, input: bytes))
    }

    /// The input with other bytes in place of a run of its own.
    ///
    /// Entries of the context that are the lengths of consecutive parts of the input (`blocks` of HPACK) follow the
    /// change, and so do the cuts.
    public func replacing(_ range: Range<Int>, with new: [UInt8]) -> TriageInput {
        var changed = self
        changed.bytes.replaceSubrange(range, with: new)
        for (name, value) in context {
            if let lengths = Self.lengths(value, covering: bytes.count) {
                changed.context[name] = Self.text(lengths, replacing: range, with: new.count)
            }
        }
        changed.cuts = cuts.map { cut in
            cut <= range.lowerBound ? cut : max(range.lowerBound, cut - range.count + new.count)
        }.filter { $0 <= changed.bytes.count }
        return changed
    }

    /// The numbers of a list that add up to `count`, or nil where the text is no such list.
    private static func lengths(_ text: String, covering count: Int) -> [Int]? {
        var lengths: [Int] = []
        var total = 0
        for part in text.split(separator: ",") {
            guard let length = Int(part.filter { $0 != " " }), length >= 0, length <= count else {
                return nil
            }
            lengths.append(length)
            total += length
            guard total <= count else { return nil }
        }
        return total == count && count > 0 ? lengths : nil
    }

    /// The lengths of the parts once `range` has become `count` bytes, which belong to the part that `range` starts in.
    private static func text(
        _ lengths: [Int], replacing range: Range<Int>, with count: Int
    ) -> String {
        var start = 0
        var grown: [Int] = []
        var isPlaced = false
        for (index, length) in lengths.enumerated() {
            let part = start..<(start + length)
            let isLast = index == lengths.count - 1
            let takesNew = !isPlaced && (range.lowerBound < part.upperBound || isLast)
            isPlaced = isPlaced || takesNew
            grown.append(length - part.clamped(to: range).count + (takesNew ? count : 0))
            start += length
        }
        return grown.map(String.init).joined(separator: ", ")
    }
}
