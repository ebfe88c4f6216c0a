internal import Wire

/// Shrinks an input while its signature and its class stay.
///
/// The passes go from coarse to fine: what the setting holds, items (messages, frames, packets,
/// blocks), lines, words, bytes, and at last letters that need not be what they are. Each removal
/// is tried as it is and, where that does not do, with the numbers before it made smaller by as
/// much (`LengthRepair`): a body cannot lose a byte that Content-Length still counts. A round of
/// passes that finds nothing ends it. Delta debugging's order of removals is from Zeller and
/// Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002.
///
/// Nothing is random: equal inputs end as equal inputs.
public struct Minimiser {
    /// What came out.
    public struct Result: Sendable {
        /// The smallest input that was found.
        public let input: TriageInput
        /// Its signature, which is the original's.
        public let signature: Signature
        /// Inputs that were read.
        public let tries: Int
        /// Whether the tries ran out before a round found nothing more.
        public let isExhausted: Bool
        /// Each pass that made the input smaller, and the bytes that were left.
        public let steps: [Step]
    }

    /// A pass that made an input smaller.
    public struct Step: Hashable, Sendable {
        public let pass: String
        public let byteCount: Int
    }

    /// The tries that a minimiser has unless told otherwise (chosen: some seconds with a dozen
    /// participants, and ten times what a find of 300 bytes takes).
    public static let defaultTriesMax = 40_000

    /// Bytes that are parsed at most, by each participant (chosen: some minutes with a dozen participants). Without this
    /// bound a large input, or a law that tries every cut, would take hours.
    static let workBytesMax = 1 << 34

    private let triage: Triage
    private let triesMax: Int

    /// Makes a minimiser that reads at most `triesMax` inputs.
    public init(_ triage: Triage, triesMax: Int = defaultTriesMax) {
        self.triage = triage
        self.triesMax = triesMax
    }

    /// The smallest input with the signature of `input`, or nil where nothing differs on `input`.
    ///
    /// - Throws: `UnknownName` where the input states a limit or a context that the protocol does
    /// not have.
    public func minimise(_ input: TriageInput) throws(UnknownName) -> Result? {
        let finding = try triage.examine(input)
        guard let target = finding.signature else { return nil }
        var shrinking = Shrinking(
            triage: triage, target: target, label: finding.label(triage.description)?.kind,
            triesMax: triesMax, best: input)
        shrinking.run()
        return Result(
            input: shrinking.best, signature: target, tries: shrinking.tries,
            isExhausted: shrinking.isExhausted, steps: shrinking.steps)
    }
}

/// The work on one input.
struct Shrinking {
    let triage: Triage
    let target: Signature
    /// The class, which stays as well: without it a disguised header would lose its disguise.
    let label: LabelKind?
    let triesMax: Int
    /// The smallest input so far that has the target's signature and class.
    private(set) var best: TriageInput
    private(set) var tries = 0
    private var workBytes = 0
    private(set) var steps: [Minimiser.Step] = []

    init(
        triage: Triage, target: Signature, label: LabelKind?, triesMax: Int, best: TriageInput
    ) {
        self.triage = triage
        self.target = target
        self.label = label
        self.triesMax = triesMax
        self.best = best
    }

    var isExhausted: Bool { tries >= triesMax || workBytes >= Minimiser.workBytesMax }

    /// About how many bytes a participant parses for a try: one pass, or for the laws about one parser two for each cut.
    private func cost(_ candidate: TriageInput) -> Int {
        let count = candidate.bytes.count
        return target.law == .agreement ? count : count * 2 * min(count, Self.cutsMax)
    }

    /// About as many cuts as the laws try in a long input.
    private static let cutsMax = 2_048

    private var isText: Bool { triage.description.notation.isText }

    mutating func run() {
        var before: Size
        repeat {
            before = Size(best, isText: isText)
            pass("setting") { $0.simplifySetting() }
            pass("rewriting") { $0.rewrite() }
            pass("items") { $0.remove(Parts.items, repairs: .pairs) }
            if isText {
                pass("lines") { $0.remove(Parts.lines, repairs: .pairs) }
                pass("words") { $0.remove(Parts.words, repairs: .pairs) }
            }
            pass("bytes") { $0.remove(Parts.bytes, repairs: .single) }
            pass("letters") { $0.simplifyLetters() }
        } while Size(best, isText: isText) < before && !isExhausted
    }

    private mutating func pass(_ name: String, _ body: (inout Shrinking) -> Void) {
        let before = best
        body(&self)
        if best != before {
            steps.append(Minimiser.Step(pass: name, byteCount: best.bytes.count))
        }
    }

    /// Takes `candidate` as the best where it is smaller and has the target's signature and class.
    private mutating func attempt(_ candidate: TriageInput) -> Bool {
        guard !isExhausted, Size(candidate, isText: isText) < Size(best, isText: isText) else {
            return false
        }
        tries += 1
        workBytes += cost(candidate)
        let seen = try? triage.examine(candidate, laws: target.law != .agreement)
        guard let seen, seen.signature == target, seen.label(triage.description)?.kind == label
        else { return false }
        best = candidate
        return true
    }
}

/// What "smaller" means: fewer bytes, then plainer ones, then less that is stated beside them. A
/// total order, so that every step goes down and the search ends.
private struct Size: Comparable {
    private let byteCount: Int
    private let weight: Int
    private let settingCount: Int

    init(_ input: TriageInput, isText: Bool) {
        byteCount = input.bytes.count
        weight = input.bytes.reduce(0) { $0 + (isText ? Self.weight($1) : $1 == 0 ? 0 : 1) }
        settingCount =
            input.policy.rawValue.nonzeroBitCount + input.limits.count + input.context.count
            + input.cuts.count
    }

    private static func weight(_ byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "A"), UInt8(ascii: "a"), UInt8(ascii: "0"): 0
        case UInt8(ascii: "1"): 1
        default: 2
        }
    }

    static func < (left: Size, right: Size) -> Bool {
        (left.byteCount, left.weight, left.settingCount)
            < (right.byteCount, right.weight, right.settingCount)
    }
}

// MARK: Passes

extension Shrinking {
    /// Leniencies, limits, entries and cuts that the signature does not need.
    private mutating func simplifySetting() {
        for leniency in triage.description.leniencies where best.policy.contains(leniency.policy) {
            var candidate = best
            candidate.policy.remove(leniency.policy)
            _ = attempt(candidate)
        }
        for name in best.limits.keys.sorted() {
            var candidate = best
            candidate.limits[name] = nil
            _ = attempt(candidate)
        }
        for name in best.context.keys.sorted() {
            var candidate = best
            candidate.context[name] = nil
            _ = attempt(candidate)
        }
        for index in best.cuts.indices.reversed() where index < best.cuts.count {
            var candidate = best
            candidate.cuts.remove(at: index)
            _ = attempt(candidate)
        }
    }

    /// What each participant read, written anew by the protocol's serialiser.
    private mutating func rewrite() {
        guard let finding = try? triage.examine(best, laws: false) else { return }
        for group in finding.groups {
            let made = try? triage.description.notation.rewritten(
                group.outcome.tape, input: best.bytes, configuration: finding.configuration)
            guard let rewritten = made, rewritten.context == nil else { continue }
            _ = attempt(best.replacing(best.bytes.indices, with: rewritten.bytes))
        }
    }

    /// Removes parts: half of them at a time, then a quarter, and so on down to each by itself.
    private mutating func remove(
        _ parts: (TriageInput, Triage) -> [Range<Int>], repairs: LengthRepair.Effort
    ) {
        var list = parts(best, triage)
        var size = max(1, list.count / 2)
        while !list.isEmpty, !isExhausted {
            // From the end: what stands behind a removal was settled with what stands before it in
            // place.
            var index = ((list.count - 1) / size) * size
            while index >= 0, !isExhausted {
                let last = min(index + size, list.count) - 1
                let range = list[index].lowerBound..<list[last].upperBound
                if removeRange(range, repairs) {
                    list = parts(best, triage)
                    index = min(index, ((list.count - 1) / size) * size)
                    if list.isEmpty { return }
                } else {
                    index -= size
                }
            }
            guard size > 1 else { return }
            size /= 2
        }
    }

    private mutating func removeRange(_ range: Range<Int>, _ effort: LengthRepair.Effort) -> Bool {
        guard range.upperBound <= best.bytes.count, !range.isEmpty else { return false }
        let candidate = best.replacing(range, with: [])
        if attempt(candidate) { return true }
        let repair = LengthRepair(isText: isText, effort: effort)
        let starts = isText ? [] : Parts.items(best, triage).map(\.lowerBound)
        for repaired in repair.candidates(candidate, removed: range, itemStarts: starts) {
            if attempt(repaired) { return true }
        }
        return false
    }

    /// Letters become A and a, digits 0, other octets of binary inputs 0: whole runs first, then
    /// one by one.
    private mutating func simplifyLetters() {
        if isText {
            for run in Parts.words(best, triage) {
                let plain = best.bytes[run].map(Self.plain)
                _ = attempt(best.replacing(run, with: plain))
            }
        }
        for index in best.bytes.indices {
            let byte = best.bytes[index]
            var choices = isText ? [Self.plain(byte)] : [0]
            if isText, (0x30...0x39).contains(byte) { choices.append(UInt8(ascii: "1")) }
            for choice in choices where choice != byte {
                if attempt(best.replacing(index..<(index + 1), with: [choice])) { break }
            }
        }
    }

    private static func plain(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt8(ascii: "a")
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt8(ascii: "0")
        default: byte
        }
    }
}

/// An input cut into parts that follow each other without gaps.
private enum Parts {
    /// At every place where a participant sees an item start or end.
    static func items(_ input: TriageInput, _ triage: Triage) -> [Range<Int>] {
        guard let finding = try? triage.examine(input, laws: false) else { return [] }
        var cuts: Set<Int> = []
        for group in finding.groups {
            let items = triage.description.notation.items(
                group.outcome.tape, input: input.bytes, context: finding.configuration.context)
            for item in items { cuts.formUnion([item.start, item.end ?? input.bytes.count]) }
        }
        return ranges(input, cuts: cuts)
    }

    /// Behind every line feed.
    static func lines(_ input: TriageInput, _ triage: Triage) -> [Range<Int>] {
        ranges(
            input, cuts: Set(input.bytes.indices.filter { input.bytes[$0] == 0x0A }.map { $0 + 1 }))
    }

    /// Runs of letters and digits; every other byte by itself.
    static func words(_ input: TriageInput, _ triage: Triage) -> [Range<Int>] {
        let bytes = input.bytes
        var cuts: Set<Int> = []
        for index in bytes.indices.dropFirst() {
            if !(isWord(bytes[index]) && isWord(bytes[index - 1])) { cuts.insert(index) }
        }
        return ranges(input, cuts: cuts)
    }

    static func bytes(_ input: TriageInput, _ triage: Triage) -> [Range<Int>] {
        input.bytes.indices.map { $0..<($0 + 1) }
    }

    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    private static func ranges(_ input: TriageInput, cuts: Set<Int>) -> [Range<Int>] {
        let ends = cuts.filter { $0 > 0 && $0 < input.bytes.count }.sorted() + [input.bytes.count]
        var ranges: [Range<Int>] = []
        var start = 0
        for end in ends where end > start {
            ranges.append(start..<end)
            start = end
        }
        return ranges
    }
}
