/// Which runs the laws make of one input: all that its length bears, or the few that a fuzzer's execution pays for.
public struct LawPlan: Sendable {
    /// The cuts of the split and prefix laws, ascending.
    public var cuts: [Int]
    /// The cuts that feed the input bit by bit, or nil to leave that out.
    public var steps: [Int]?
    /// Lists of cuts that feed the input in pieces.
    public var pieces: [[Int]]
    /// What is put behind a decided input.
    public var tails: [[UInt8]]
    /// Whether the reuse law stops in the middle, resets and parses again.
    public var isResetHeld: Bool
    /// Whether the reuse law makes a new parser to compare with.
    public var isFreshParserMade: Bool
    /// Whether what was read is written anew and read again.
    public var isRoundTripHeld: Bool

    /// Every law on every cut that `choice` names.
    public init(_ input: [UInt8], _ choice: SplitChoice) {
        cuts = Cuts.twoWay(input, choice)
        steps = Cuts.steps(input)
        pieces = Cuts.random(input)
        tails = Self.tails
        isResetHeld = true
        isFreshParserMade = true
        isRoundTripHeld = true
    }

    /// Every law on a few runs: two of the given cuts, and of everything else the share that `turn` names. Feeding in
    /// pieces comes each second turn, what follows, a reset and a writing anew each fourth, a new parser each eighth, byte
    /// by byte each sixteenth; a fuzzer that comes back with the same input and another turn sees them all.
    public init(_ input: [UInt8], cuts: [Int], turn: UInt8) {
        let known = Set(cuts.filter { $0 >= 0 && $0 < input.count }).sorted()
        self.cuts = Array(known.prefix(2))
        pieces = turn % 2 == 1 && known.count > 1 ? [known] : []
        steps = turn % 16 == 0 ? Cuts.steps(input) : nil
        tails = turn % 4 == 1 ? [Self.tails[Int(turn / 4) % Self.tails.count]] : []
        isResetHeld = turn % 4 == 2
        isFreshParserMade = turn % 8 == 3
        isRoundTripHeld = turn % 4 == 0
    }

    /// Junk, a line end, a request, a byte of each bad sort.
    private static let tails: [[UInt8]] = [
        Array("X".utf8), Array("\r\n".utf8), [0x0A], [0x00, 0xFF],
        Array("GET /next HTTP/1.1\r\nHost: b\r\n\r\n".utf8), Array("0\r\n\r\n".utf8),
        [0x20, 0x09, 0x20],
    ]
}
