import Differential
import HTTP1
import Personas
import Proof
import Testing
import Wire

/// What is found of parsers that are known by their answers only.
@Suite struct BlackBoxTests {
    private func box(_ piece: Piece, _ name: String) throws -> BlackBox {
        let description = try #require(Registry.protocolNamed(piece.protocolName))
        let variant = try #require(try Personas.named(name).variant(of: description))
        return try #require(BlackBox(piece, variant, .strict))
    }

    private func compare(
        _ piece: Piece, _ name: String, refusals: Bool = false
    ) throws -> ResidualProduct.Result {
        let strict = try #require(BlackBox(piece, .strict))
        var product = ResidualProduct(strict, try box(piece, name), refusals: refusals)
        return product.compare()
    }

    /// The shortest words that single quirks let pass, worked out by hand from what the quirk says of itself.
    @Test(arguments: [
        (Piece.requestLine, "S5", "A / HTTP/1.1A\r\n"),
        (.requestLine, "S6", "A/ / HTTP/1.1\r\n"),
        (.requestLine, "missingVersion", "A /\r\n"),
        (.version, "zerosInVersion", "HTTP/1.01"),
        (.fieldSection, "S27", ":\r\n"),
        (.chunkLine, "chunkLineEndsAtCR", "0\r"),
        // Nine digits are the fewest above 32 bits; A is the first digit by preference that is not 0.
        (.chunkLine, "chunkSizeWraps32", "A00000000\r\n"),
        // Three octets are dropped; with fewer, the next chunk's line loses its own.
        (.dataEnd, "overRead1", "AAA"),
        (.dataEnd, "underRead2", ""),
        (.contentLength, "S10", "00"),
        (.contentLength, "contentLengthEndsAtNUL", "0\0"),
        (.transferEncoding, "S44", "A"),
        (.transferEncoding, "identityIgnored", "IDENTITY"),
    ])
    func knownQuirks(piece: Piece, quirk: String, text: String) throws {
        let found = try compare(piece, quirk)
        #expect(found.word.map { String(decoding: $0, as: UTF8.self) } == text)
        #expect(found.kind != nil)
    }

    /// Octets above 7F are no text: S8 has them in names.
    @Test func aNameOfOneHighOctet() throws {
        #expect(try compare(.fieldSection, "S8").word == [0x80] + Array(":\r\n\r\n".utf8))
    }

    /// A quirk of another piece is not seen, nor is a model without quirks told from strict.
    @Test(arguments: [
        (Piece.version, "plain"), (.fieldLine, "plain"), (.fieldSection, "plain"),
        (.dataEnd, "plain"), (.connection, "plain"), (.http2HeaderInBlock, "plain"),
        (.authority, "plain"), (.fieldSection, "S5"), (.dataEnd, "chunkLineEndsAtCR"),
        (.connection, "S44"),
    ])
    func whatIsNotSeenIsEqual(piece: Piece, name: String) throws {
        let found = try compare(piece, name)
        #expect(found.word == nil)
        #expect(found.givenUpAt == nil)
        #expect(found.pairCount > 2)
        #expect(found.suffixCount > 10)
    }

    @Test func aDifferenceHasNoSides() throws {
        for (piece, left, right) in [
            (Piece.requestLine, "S5", "missingVersion"), (.chunkLine, "S25", "chunkLineEndsAtCR"),
            (.dataEnd, "overRead1", "underRead1"),
        ] {
            let boxes = (try box(piece, left), try box(piece, right))
            var forward = ResidualProduct(boxes.0, boxes.1)
            var backward = ResidualProduct(boxes.1, boxes.0)
            let found = forward.compare()
            #expect(found.word != nil)
            #expect(found == backward.compare())
        }
    }

    /// The reference as a black box parts from itself, under each leniency of a piece, where the automata do.
    @Test(arguments: [Piece.version, .fieldLine, .dataEnd])
    func boxesAgreeWithAutomata(piece: Piece) throws {
        let strict = try #require(BlackBox(piece, .strict))
        for policy in (UInt8(0)..<64).map({ Policy(bit: $0) })
        where piece.leniencies.contains(policy) {
            let decided = Product(
                piece.automaton(.strict), piece.automaton(policy), preference: piece.preference
            ).compare()
            var product = ResidualProduct(strict, try #require(BlackBox(piece, policy)))
            #expect(product.compare().word == decided.word, "policy \(policy.rawValue)")
        }
    }

    /// One refuses where the other goes on: that is a difference only if it is asked for.
    @Test func refusals() throws {
        let found = try compare(.requestLine, "S5", refusals: true)
        #expect(found.word == Array("A / HTTP/1.1A".utf8))
        #expect(found.kind == .waiting)
    }

    /// A walk that was cut short does not say that there is no difference.
    @Test func aWalkIsBounded() throws {
        let strict = try #require(BlackBox(.requestLine, .strict))
        let found = ShortestDifference(
            strict, try box(.requestLine, "S5"), questionCountMax: 1_000)
        #expect(found.word == nil)
        #expect(found.evidence?.givenUpAt != nil)
        #expect(found.kind.hasPrefix("not decided"))
    }
}
