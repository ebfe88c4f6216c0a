import HTTP1
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
            #expect(result.stateCount > 3)
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

    /// What the proof rests on: two machines that reached one state on different ways answer every octet alike.
    @Test(arguments: ScalarDoor.Part.allCases)
    func aStateSaysAllThatFollows(part: ScalarDoor.Part) {
        let alphabet = Array("A/:;= \t\r\n0x\"\\%25HTTP/1.CONNECThttps://?*,".utf8) + [0x00, 0x80]
        let everything = Policy(rawValue: (1 << 50) - 1)
        for policy in [Policy.strict, everything] {
            var seen: [[Int]: [ScalarDoor.Step]] = [:]
            var again = 0
            var word: UInt64 = 1
            for _ in 0..<2_000 {
                var machine = ScalarDoor(part, policy)
                var count = 0
                for _ in 0..<12 {
                    // Chosen: a linear congruence is random enough to wander.
                    word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    var next = machine
                    let step = next.take(alphabet[Int(word >> 33) % alphabet.count])
                    guard case .goesOn = step else { continue }
                    machine = next
                    count += 1
                    let answers = Self.answers(machine, count)
                    if let known = seen[machine.state] {
                        again += 1
                        #expect(known == answers)
                    } else {
                        seen[machine.state] = answers
                    }
                }
            }
            #expect(again > 100)
        }
    }

    /// What a machine says of each octet; offsets counted from the machine's own place.
    private static func answers(_ machine: ScalarDoor, _ count: Int) -> [ScalarDoor.Step] {
        (UInt8.min...UInt8.max).map { octet in
            var next = machine
            guard case .rejected(var rejection) = next.take(octet) else {
                var same = machine
                return same.take(octet)
            }
            rejection.offset -= count
            return .rejected(rejection)
        }
    }
}
