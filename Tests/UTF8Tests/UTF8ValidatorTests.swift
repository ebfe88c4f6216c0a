import Testing
import UTF8Text
import Wire

/// Validators by themselves: pieces that are seen once, and what a parser may let go of.
@Suite struct UTF8ValidatorTests {
    private func pieces(
        _ pieces: [[UInt8]], _ validate: (Span<UInt8>) -> UTF8Fault?
    ) -> [UTF8Fault?] {
        pieces.map { validate($0.span) }
    }

    /// What each of the four says of the pieces.
    private func all(_ list: [[UInt8]], _ policy: Policy = .strict) -> [[UTF8Fault?]] {
        var reference = ReferenceUTF8Validator(policy)
        var scalar = ScalarUTF8Validator(policy)
        var table = TableUTF8Validator(policy)
        var simd = SIMDUTF8Validator(policy)
        return [
            pieces(list) { reference.validate($0) }, pieces(list) { scalar.validate($0) },
            pieces(list) { table.validate($0) }, pieces(list) { simd.validate($0) },
        ]
    }

    @Test func aSequenceMayStartInAPieceBefore() {
        for found in all([[0x61, 0xF0], [0x9F], [], [0x98, 0x28]]) {
            #expect(found[0] == nil && found[1] == nil && found[2] == nil)
            #expect(found[3] == UTF8Fault(.truncatedSequence, start: -2, subpartCount: 3))
        }
    }

    @Test func openCountsAgree() {
        let text = Array("aé漢😀".utf8)
        for end in 0...text.count {
            var reference = ReferenceUTF8Validator(.strict)
            var scalar = ScalarUTF8Validator(.strict)
            var table = TableUTF8Validator(.strict)
            var simd = SIMDUTF8Validator(.strict)
            for byte in text[..<end] {
                let piece = [byte]
                _ = reference.validate(piece.span)
                _ = scalar.validate(piece.span)
                _ = table.validate(piece.span)
                _ = simd.validate(piece.span)
            }
            let count = reference.openCount
            #expect(
                scalar.openCount == count && table.openCount == count && simd.openCount == count)
        }
    }

    @Test func whatIsReleasedMovesOffsets() throws {
        let text = Array("ab漢".utf8)
        for variant in UTF8Protocols.text.variants {
            let made = variant.makeParser(UTF8Protocols.text.strictConfiguration())
            var parser = try #require(made)
            var tape = Tape()
            #expect(parser.parse(text.span.extracting(0..<4), into: &tape) == .incomplete)
            #expect(parser.releasableCount == 2)
            parser.release(2)
            let rest = Array(text[2...]) + [0xFF]
            let reason = Rejection(UTF8Reason.invalidByte, at: 3)
            #expect(parser.parse(rest.span, into: &tape) == .rejected(reason))
            #expect(parser.parse(rest.span, into: &tape) == .rejected(reason))
            #expect(tape.count == 1)
            parser.reset()
            tape.removeAll()
            #expect(parser.parse(text.span, into: &tape) == .complete(consumed: 5))
        }
    }
}
