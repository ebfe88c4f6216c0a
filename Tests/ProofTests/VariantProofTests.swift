import Proof
import Testing
import Wire

/// Variants against each other, over everything that a machine can be in, and over all short strings.
@Suite struct VariantProofTests {
    /// Strict, each leniency that touches the piece by itself, and all of them.
    @Test(arguments: ScalarTable.pieces)
    func scalarIsTable(piece: Piece) throws {
        let all = ScalarTable.policies(piece)
        let chosen = all.filter { $0.rawValue.nonzeroBitCount <= 1 } + [piece.leniencies]
        for policy in chosen {
            let result = try #require(ScalarTable.compare(piece, policy))
            #expect(result.parting == nil, "policy \(policy.rawValue)")
            #expect(result.stateCount > 10)
        }
    }

    /// Longer strings by command: `zyparse prove --exhaustive 6`.
    @Test(arguments: Piece.allCases)
    func allShortStrings(piece: Piece) {
        let result = Exhaustive(piece, variants: ["reference", "scalar", "table", "simd"])
            .run(upTo: 4)
        #expect(result.disagreements == [])
        #expect(result.inputCount == 1 + 13 + 169 + 2_197 + 28_561)
    }
}
