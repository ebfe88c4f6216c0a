internal import Differential
public import Wire

/// The shortest input on which two policies part, and what each reads of it.
public struct ShortestDifference: Sendable {
    /// The protocol and the context under which the input is read.
    public let protocolName: String
    public let entries: [String: String]
    /// The piece that was decided, or nil where the input was searched for.
    public let piece: Piece?
    /// The piece's word, or the whole input; nil where the two do not part.
    public let word: [UInt8]?
    /// The whole input.
    public let input: [UInt8]?
    /// How they part.
    public let kind: String
    /// Pairs of states that were visited, or inputs that were read.
    public let count: Int
    /// Nil where automata decided it; else what told the states of a black box apart.
    public let evidence: Evidence?
    /// What each reads of the input, in words.
    public let left: String
    public let right: String

    /// What an answer about a black box rests on.
    public struct Evidence: Hashable, Sendable {
        /// Suffixes that told states apart.
        public var suffixCount: Int
        /// Nil where all states that were told apart were visited; else words up to this length.
        public var givenUpAt: Int?
    }

    /// Decides a piece under two policies.
    public init(_ piece: Piece, _ left: Policy, _ right: Policy, refusals: Bool = false) {
        let result = Product(
            piece.automaton(left), piece.automaton(right), preference: piece.preference
        ).compare(refusals: refusals)
        self.init(
            protocolName: piece.protocolName, entries: piece.contextEntries, piece: piece,
            word: result.word, input: result.word.map { piece.input($0) },
            kind: result.kind?.rawValue ?? "equal", count: result.stateCount, left, right)
    }

    /// Compares a piece's words by two black boxes.
    public init(
        _ left: BlackBox, _ right: BlackBox, refusals: Bool = false,
        questionCountMax: Int = ResidualProduct.questionCountMax
    ) {
        var product = ResidualProduct(left, right, refusals: refusals)
        let result = product.compare(questionCountMax: questionCountMax)
        let piece = left.piece
        protocolName = piece.protocolName
        entries = piece.contextEntries
        self.piece = piece
        word = result.word
        let input = result.word.map { piece.input($0) }
        self.input = input
        count = result.pairCount
        evidence = Evidence(suffixCount: result.suffixCount, givenUpAt: result.givenUpAt)
        if let kind = result.kind {
            self.kind = kind.rawValue
        } else if let length = result.givenUpAt {
            kind = "not decided; no word of up to \(length) octets was found to differ"
        } else {
            let octets = result.octetCount == 256 ? "" : ", over \(result.octetCount) octets"
            kind = "equal\(octets), as far as \(result.suffixCount) suffixes tell states apart"
        }
        self.left = input.map { left.words($0) } ?? ""
        self.right = input.map { right.words($0) } ?? ""
    }

    /// Searches a space.
    public init(_ space: SearchSpace, _ left: Policy, _ right: Policy) {
        let result = space.search(left, right)
        self.init(
            protocolName: space.protocolName, entries: space.entries, piece: nil,
            word: result.input, input: result.input,
            kind: result.input == nil ? "no difference found" : "one reads it otherwise",
            count: result.inputCount, left, right)
    }

    private init(
        protocolName: String, entries: [String: String], piece: Piece?, word: [UInt8]?,
        input: [UInt8]?, kind: String, count: Int, _ left: Policy, _ right: Policy
    ) {
        self.protocolName = protocolName
        self.entries = entries
        self.piece = piece
        self.word = word
        self.input = input
        self.kind = kind
        self.count = count
        evidence = nil
        func words(_ policy: Policy) -> String {
            guard let input, let reader = Reader(protocolName, policy, entries) else { return "" }
            return reader.words(input)
        }
        self.left = words(left)
        self.right = words(right)
    }
}

/// For each leniency by itself, the shortest difference to strict.
public enum SingleLeniencies {
    /// One leniency of one protocol.
    public struct Entry: Sendable {
        public let leniency: Leniency
        public let difference: ShortestDifference
    }

    /// The leniencies of all protocols; those of HTTP/1 once, under the protocol that shows them.
    ///
    /// A piece comes first, the smallest that the leniency touches; where no automaton tells a whole input apart, the search.
    public static func all() -> [Entry] {
        var seen: Set<String> = []
        var entries: [Entry] = []
        for description in Registry.protocols {
            let family = description.name.split(separator: ".")[0]
            for leniency in description.leniencies
            where seen.insert("\(family) \(leniency.name)").inserted {
                if let found = entry(leniency, String(family)) { entries.append(found) }
            }
        }
        return entries
    }

    private static func entry(_ leniency: Leniency, _ family: String) -> Entry? {
        let policy = leniency.policy
        let pieces = Piece.allCases.filter {
            $0.protocolName.hasPrefix(family) && !$0.leniencies.isDisjoint(with: policy)
        }
        for piece in pieces {
            let found = ShortestDifference(piece, .strict, policy)
            // The piece's word may be refused for its meaning: then the search tells more.
            if found.word != nil, found.right.hasPrefix("complete") {
                return Entry(leniency: leniency, difference: found)
            }
        }
        // The smallest spaces first: one without a difference is searched to its end.
        let protocols = Registry.names.filter { $0.hasPrefix(family) }.reversed()
        var last: ShortestDifference?
        for space in protocols.flatMap({ SearchSpace.spaces($0) }) {
            let found = ShortestDifference(space, .strict, policy)
            if found.word != nil { return Entry(leniency: leniency, difference: found) }
            last = found
        }
        return last.map { Entry(leniency: leniency, difference: $0) }
    }
}
