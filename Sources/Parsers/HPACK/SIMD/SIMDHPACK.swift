internal import Wire

/// Header blocks, field by field: Huffman strings by look-ups of several symbols, entries copied by vectors.
struct SIMDHPACK: Parser {
    private let blocks: [HPACKContext.Block]
    private var decoder: SIMDHPACKDecoder
    private var blockCount = 0
    private var verdict: Verdict?

    init(_ configuration: Configuration) {
        blocks = (configuration.context as? HPACKContext)?.blocks ?? []
        decoder = SIMDHPACKDecoder(HPACKLimits(configuration.limits), configuration.policy)
        beginBlock()
    }

    mutating func reset() {
        decoder.reset()
        blockCount = 0
        verdict = nil
        beginBlock()
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        while verdict == nil {
            switch decoder.run(input, &tape) {
            case .starved: return .incomplete
            case .ended: beginBlock()
            case .rejected(let rejection): verdict = .rejected(rejection)
            }
        }
        return verdict ?? .incomplete
    }

    private mutating func beginBlock() {
        guard blockCount < blocks.count else {
            verdict = .complete(consumed: decoder.position)
            return
        }
        decoder.begin(blocks[blockCount], at: decoder.position)
        blockCount &+= 1
    }
}
