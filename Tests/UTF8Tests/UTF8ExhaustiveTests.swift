import Testing
import UTF8Text
import Wire

/// Small inputs, all of them: the four variants against each other, and against the standard library where it judges.
@Suite struct UTF8ExhaustiveTests {
    /// One byte of each sort, and those on either side of each bound.
    static let alphabet: [UInt8] = [
        0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
        0xED, 0xEF, 0xF0, 0xF3, 0xF4, 0xF5, 0xF8, 0xFF,
    ]

    static let policies: [Policy] =
        [.strict] + UTF8Leniency.all.map(\.policy)
        + [UTF8Leniency.all.reduce(.strict) { $0.union($1.policy) }]

    /// Runs all variants on each input that `visit` hands out, and compares.
    private func compare(_ policy: Policy, _ visit: ((_ input: [UInt8]) -> Void) -> Void) {
        var configuration = UTF8Protocols.text.strictConfiguration()
        configuration.policy = policy
        var parsers = UTF8Protocols.text.variants.compactMap { $0.makeParser(configuration) }
        var first = Tape()
        var other = Tape()
        var shown = 0
        visit { input in
            first.removeAll()
            parsers[0].reset()
            let expected = parsers[0].parse(input.span, into: &first)
            if policy == .strict, case .complete = expected {
                #expect(String(validating: input, as: UTF8.self) != nil)
            }
            for index in parsers.indices.dropFirst() {
                other.removeAll()
                parsers[index].reset()
                let verdict = parsers[index].parse(input.span, into: &other)
                let isSame = verdict == expected && first == other
                if !isSame, shown < 5 {
                    shown += 1
                    let name = UTF8Protocols.text.variants[index].name
                    Issue.record("\(name), \(input): \(verdict), not \(expected)")
                }
            }
        }
    }

    @Test(arguments: policies)
    func stringsOfUpToThree(policy: Policy) {
        compare(policy) { check in
            for a in UInt8.min...UInt8.max {
                check([a])
                for b in UInt8.min...UInt8.max { check([a, b]) }
            }
            for a in Self.alphabet {
                for b in Self.alphabet { for c in Self.alphabet { check([a, b, c]) } }
            }
        }
    }

    @Test(arguments: policies)
    func everySecondByteOfFour(policy: Policy) {
        compare(policy) { check in
            for lead in UInt8(0xE0)...0xFF {
                for second in UInt8.min...UInt8.max {
                    check([lead, second, 0x80])
                    check([lead, second, 0x80, 0xBF])
                    check([lead, second, 0x41, 0xBF])
                    check([lead, second, 0xBF, 0xC0])
                }
            }
        }
    }

    /// Every code point, in runs of 4096 so that blocks are full.
    @Test func allCodePointsAreComplete() {
        compare(.strict) { check in
            for base in stride(from: UInt32(0), through: 0x10FFFF, by: 4_096) {
                var text = String.UnicodeScalarView()
                for value in base..<(base + 4_096) {
                    if let scalar = Unicode.Scalar(value) { text.append(scalar) }
                }
                check(Array(String(text).utf8))
            }
        }
    }

    /// One ill-formed sequence at every place of texts that differ in their widths.
    @Test func everyPlaceInABlock() {
        let fillers = ["a", "é", "漢", "😀", "aé漢😀"].map { Array($0.utf8) }
        let sequences: [[UInt8]] = [
            [0x80], [0xC3, 0x28], [0xE2, 0x82, 0x28], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF0, 0x9F, 0x98, 0x28], [0xFF], [0xF0, 0x9F, 0x98],
        ]
        compare(.strict) { check in
            for filler in fillers {
                for sequence in sequences {
                    for count in 0..<(140 / filler.count) {
                        let before = Array(repeatElement(filler, count: count).joined())
                        check(before + sequence)
                        check(before + sequence + [UInt8](repeating: 0x20, count: 70))
                    }
                }
            }
        }
    }
}
