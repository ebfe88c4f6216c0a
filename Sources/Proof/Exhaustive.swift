internal import Differential
public import Wire

/// All strings up to a length over a small alphabet, in a piece's place of a whole input: do the variants agree?
public struct Exhaustive: Sendable {
    /// CR LF SP HTAB : ; , 0 1 A " NUL 0xFF: each at the border of some rule.
    public static let alphabet: [UInt8] = [
        0x0D, 0x0A, 0x20, 0x09, 0x3A, 0x3B, 0x2C, 0x30, 0x31, 0x41, 0x22, 0x00, 0xFF,
    ]

    /// The octets at the borders of the rules of frame headers.
    public static let binaryAlphabet: [UInt8] = [
        0x00, 0x01, 0x02, 0x04, 0x08, 0x09, 0x7D, 0x7E, 0x7F, 0x80, 0x81, 0x88, 0xFF,
    ]

    /// An input of which the variants say different things.
    public struct Disagreement: Hashable, Sendable {
        public var input: [UInt8]
        /// Each variant with its answer.
        public var answers: [String]
    }

    /// What was found.
    public struct Result: Hashable, Sendable {
        /// The first inputs that the variants disagree on, at most ten.
        public var disagreements: [Disagreement]
        public var disagreementCount: Int
        /// Strings that were tried.
        public var inputCount: Int
    }

    private let piece: Piece
    private let policy: Policy
    private let variants: [String]

    /// The strings of a piece, under a policy, read by these variants.
    public init(_ piece: Piece, _ policy: Policy = .strict, variants: [String]) {
        self.piece = piece
        self.policy = policy
        self.variants = variants
    }

    /// The octets at the borders of the piece's rules.
    static func alphabet(of piece: Piece) -> [UInt8] {
        piece.isFrameHeader ? binaryAlphabet : alphabet
    }

    /// Tries all strings of up to `length` octets.
    public func run(upTo length: Int) -> Result {
        let readers = variants.compactMap {
            Reader(piece.protocolName, policy, piece.contextEntries, variant: $0)
        }
        var result = Result(disagreements: [], disagreementCount: 0, inputCount: 0)
        guard let first = readers.first else { return result }
        let alphabet = Self.alphabet(of: piece)
        for count in 0...max(0, length) {
            var digits = [Int](repeating: 0, count: count)
            repeat {
                let input = piece.input(digits.map { alphabet[$0] })
                result.inputCount += 1
                let outcome = first.outcome(input)
                if readers.dropFirst().contains(where: { $0.outcome(input) != outcome }) {
                    note(input, readers, &result)
                }
            } while Self.advance(&digits, base: alphabet.count)
        }
        return result
    }

    private func note(_ input: [UInt8], _ readers: [Reader], _ result: inout Result) {
        result.disagreementCount += 1
        guard result.disagreements.count < 10 else { return }
        let answers = zip(variants, readers).map { "\($0): \($1.words(input))" }
        result.disagreements.append(Disagreement(input: input, answers: answers))
    }

    /// The next number of as many digits; false behind the last.
    private static func advance(_ digits: inout [Int], base: Int) -> Bool {
        var place = digits.count - 1
        while place >= 0 {
            digits[place] += 1
            if digits[place] < base { return true }
            digits[place] = 0
            place -= 1
        }
        return false
    }
}
