import HPACK
import Testing
import Wire

/// Every short input over a nasty alphabet, read by all variants: one verdict, one tape.
@Suite struct ExhaustiveTests {
    /// First octets of each form with small, large and continued numbers; lengths with and without Huffman code; bits that
    /// are padding, symbols, and neither.
    private static let alphabet: [UInt8] = [
        0x00, 0x01, 0x02, 0x0F, 0x10, 0x1F, 0x20, 0x3F, 0x40, 0x41, 0x7F, 0x80, 0x81, 0x82, 0xBE,
        0xBF, 0xF8, 0xFE, 0xFF, 0x61,
    ]

    private static let policies: [Policy] = [
        .strict,
        [.paddedInteger, .missingSizeUpdate, .sizeUpdateAfterField, .uncheckedHuffmanPadding],
    ]

    private static let contexts: [[HPACKContext.Block]] = [
        [HPACKContext.Block(length: 4)],
        [HPACKContext.Block(length: 2), HPACKContext.Block(length: 2, tableSizeMax: 40)],
        [HPACKContext.Block(length: 6)],
        [
            HPACKContext.Block(length: 0, tableSizeMax: 0),
            HPACKContext.Block(length: 3, tableSizeMax: 64), HPACKContext.Block(length: 1),
        ],
    ]

    @Test(arguments: policies.indices, contexts.indices)
    func fourOctets(policy: Int, context: Int) {
        var limits = HPACKLimits()
        limits.stringBytesMax = 130
        let configuration = Decoding.configuration(
            Self.contexts[context], policy: Self.policies[policy], limits: limits)
        var parsers = Decoding.description.variants.compactMap { $0.makeParser(configuration) }
        var tapes = FourTapes()
        var differences = 0
        for code in 0..<160_000 {
            var rest = code
            var input: [UInt8] = []
            for _ in 0..<4 {
                input.append(Self.alphabet[rest % 20])
                rest /= 20
            }
            var verdicts: [Verdict] = []
            for index in parsers.indices {
                parsers[index].reset()
                verdicts.append(tapes.parse(index, &parsers[index], input))
            }
            guard verdicts.allSatisfy({ $0 == verdicts[0] }), tapes.areEqual else {
                differences += 1
                if differences < 4 { Issue.record("\(input): \(verdicts)") }
                continue
            }
        }
        #expect(differences == 0)
    }

    /// Every Huffman string of two octets, and of three whose first two are mostly ones.
    @Test func shortHuffmanStrings() {
        for variantCount in [2, 3] {
            let configuration = Decoding.configuration([
                HPACKContext.Block(length: 3 + variantCount)
            ])
            var parsers = Decoding.description.variants.compactMap { $0.makeParser(configuration) }
            var tapes = FourTapes()
            for code in 0..<65_536 {
                var input: [UInt8] = [
                    0x01, 0x80 | UInt8(variantCount), UInt8(code >> 8), UInt8(code & 255),
                ]
                if variantCount == 3 { input.insert(0xFF, at: 2) }
                input.append(0x82)
                var verdicts: [Verdict] = []
                for index in parsers.indices {
                    parsers[index].reset()
                    verdicts.append(tapes.parse(index, &parsers[index], input))
                }
                let isOne = verdicts.allSatisfy { $0 == verdicts[0] } && tapes.areEqual
                #expect(isOne, "\(input): \(verdicts)")
                if !isOne { return }
            }
        }
    }
}

/// Four tapes, as arrays hold nothing that cannot be copied.
struct FourTapes: ~Copyable {
    private var first = Tape()
    private var second = Tape()
    private var third = Tape()
    private var fourth = Tape()

    /// Parses an input into the tape of a variant.
    mutating func parse(_ index: Int, _ parser: inout any Parser, _ input: [UInt8]) -> Verdict {
        switch index {
        case 0: Self.parse(&first, &parser, input)
        case 1: Self.parse(&second, &parser, input)
        case 2: Self.parse(&third, &parser, input)
        default: Self.parse(&fourth, &parser, input)
        }
    }

    private static func parse(
        _ tape: inout Tape, _ parser: inout any Parser, _ input: [UInt8]
    ) -> Verdict {
        tape.removeAll()
        return parser.parse(input.span, into: &tape)
    }

    var areEqual: Bool { first == second && first == third && first == fourth }
}
