internal import Differential
internal import Wire

/// Two black boxes side by side, on the words of one piece: the shortest word on which they differ.
///
/// Behind each word stands a residual (Myhill and Nerode): what both say of the word with each suffix of a set, of the
/// places behind the word, and whether they differ there. Words with one residual are taken for one pair of states. So a
/// difference that is found is one, since both were asked; that there is none rests on the suffixes.
public struct ResidualProduct {
    /// What was found.
    public struct Result: Hashable, Sendable {
        /// The shortest word on which the two differ, or nil where none was found.
        public var word: [UInt8]?
        /// How they differ on it.
        public var kind: Product.Difference?
        /// Pairs of states that were visited.
        public var pairCount: Int
        /// Suffixes that tell pairs apart.
        public var suffixCount: Int
        /// Octets of which words were made.
        public var octetCount: Int
        /// Nil where everything that was told apart was visited, else the length up to which all was.
        public var givenUpAt: Int?
    }

    /// Questions to both boxes before a walk is given up (chosen: about half a minute of a slow core).
    public static let questionCountMax = 4_000_000

    /// Octets of input that cost as much as a question (chosen: measured; payloads of WebSocket are read octet by octet).
    private var questionBytes: Int {
        piece.protocolName == "websocket.frame" ? 64 : 1_024
    }

    private let left: BlackBox
    private let right: BlackBox
    private let piece: Piece
    private let suffixes: Suffixes
    private var suffixesBehind: [Int: [[UInt8]]] = [:]
    private let refusals: Bool
    private var questionCount = 0

    /// The product of two boxes of one piece.
    ///
    /// - Parameter refusals: whether two ways to refuse count as a difference too.
    public init(_ left: BlackBox, _ right: BlackBox, refusals: Bool = false) {
        precondition(left.piece == right.piece, "two boxes of one piece")
        self.left = left
        self.right = right
        self.refusals = refusals
        piece = left.piece
        suffixes = Suffixes(piece)
    }

    /// Goes through all pairs that are told apart, the shortest words first, and among those of one length the preferred octets
    /// first; stops at the first difference.
    public mutating func compare(questionCountMax: Int = Self.questionCountMax) -> Result {
        var known: Set<[UInt64]> = []
        var waiting: [[UInt8]] = []
        let alphabet = piece.blackBoxAlphabet
        func result(_ word: [UInt8]?, _ kind: Product.Difference?, upTo: Int?) -> Result {
            Result(
                word: word, kind: kind, pairCount: known.count, suffixCount: suffixes.words.count,
                octetCount: alphabet.count,
                givenUpAt: upTo)
        }
        switch visit([], &known) {
        case .differs(let kind): return result([], kind, upTo: nil)
        case .isOver: return result(nil, nil, upTo: nil)
        case .goesOn: waiting.append([])
        case .isKnown: break
        }
        var index = 0
        while index < waiting.count {
            let word = waiting[index]
            index += 1
            guard questionCount < questionCountMax else {
                return result(nil, nil, upTo: word.count)
            }
            for octet in alphabet {
                let next = word + [octet]
                switch visit(next, &known) {
                case .differs(let kind): return result(next, kind, upTo: nil)
                case .goesOn: waiting.append(next)
                case .isKnown, .isOver: break
                }
            }
        }
        return result(nil, nil, upTo: nil)
    }

    private enum Visit {
        case differs(Product.Difference)
        /// A residual that no word before had.
        case goesOn
        case isKnown
        /// Both have refused it for good, or read it to the piece's end.
        case isOver
    }

    private mutating func visit(_ word: [UInt8], _ known: inout Set<[UInt64]>) -> Visit {
        guard let answers = ask(word) else { return .isOver }
        if let kind = difference(answers) { return .differs(kind) }
        let isRefused = answers.0.isRefused && answers.1.isRefused
        let isRead = answers.0.reading(of: piece) != nil && answers.1.reading(of: piece) != nil
        let isOver = isRefused || isRead && !word.isEmpty && !piece.isValue
        let end = piece.opened(word).count
        var row: [UInt64] = []
        for suffix in isOver ? [[]] : words(behind: word.count) {
            guard let answers = suffix.isEmpty ? answers : ask(word + suffix) else { continue }
            write(answers, behind: end, to: &row)
        }
        guard known.insert(row).inserted else { return .isKnown }
        return isOver ? .isOver : .goesOn
    }

    private mutating func words(behind count: Int) -> [[UInt8]] {
        // What is said depends on a frame header's length only.
        guard piece.isFrameHeader else { return suffixes.words }
        if let known = suffixesBehind[count] { return known }
        let words = suffixes.words(behind: count)
        suffixesBehind[count] = words
        return words
    }

    private mutating func ask(_ word: [UInt8]) -> (BlackBox.Answer, BlackBox.Answer)? {
        let input = piece.input(word)
        questionCount += 1 + input.count / questionBytes
        guard let left = left.answer(word, in: input), let right = right.answer(word, in: input)
        else { return nil }
        return (left, right)
    }

    private func write(
        _ answers: (BlackBox.Answer, BlackBox.Answer), behind end: Int, to row: inout [UInt64]
    ) {
        answers.0.write(behind: end, of: piece, to: &row)
        answers.1.write(behind: end, of: piece, to: &row)
        switch difference(answers) {
        case nil: row.append(0)
        case .acceptance: row.append(1)
        case .reading: row.append(2)
        case .waiting: row.append(3)
        case .refusal: row.append(4)
        }
    }

    private func difference(
        _ answers: (BlackBox.Answer, BlackBox.Answer)
    ) -> Product.Difference? {
        let readings = (answers.0.reading(of: piece), answers.1.reading(of: piece))
        guard (readings.0 == nil) == (readings.1 == nil) else { return .acceptance }
        if readings.0 != nil { return readings.0 == readings.1 ? nil : .reading }
        guard refusals else { return nil }
        // What stands behind a line says nothing of the line; a value is judged where its line ends.
        let verdicts =
            piece.isValue
            ? (answers.0.whole.verdict, answers.1.whole.verdict)
            : (answers.0.opened.verdict, answers.1.opened.verdict)
        guard verdicts.0 != verdicts.1 else { return nil }
        guard case .rejected = verdicts.0, case .rejected = verdicts.1 else { return .waiting }
        return .refusal
    }
}
