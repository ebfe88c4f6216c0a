import Proof
import Testing
import Wire

@testable import HTTP1

/// What is decided by automata, on pairs whose answer is known.
@Suite struct ProductTests {
    private func word(_ piece: Piece, _ left: Policy, _ right: Policy) -> [UInt8]? {
        Product(
            piece.automaton(left), piece.automaton(right), preference: piece.preference
        ).compare().word
    }

    /// The shortest words that single leniencies let pass, as a person finds them.
    @Test(arguments: [
        (Piece.requestLine, Policy.bareLF, "A / HTTP/1.1\n"),
        (.requestLine, .requestLineWhitespace, "A /\tHTTP/1.1\r\n"),
        (.requestLine, .lowercaseMethod, "a / HTTP/1.1\r\n"),
        (.version, .caseInsensitiveHTTPName, "HTTp/1.1"),
        (.fieldSection, .bareLF, "\n"),
        (.fieldSection, .missingColon, "A\r\n\r\n"),
        (.fieldSection, .obsoleteFolding, "A:\r\n \r\n\r\n"),
        (.fieldSection, .whitespaceBeforeFirstField, " A:\r\n\r\n"),
        (.fieldLine, .emptyFieldName, ":\r\n"),
        (.fieldLine, .whitespaceBeforeColon, "A :\r\n"),
        (.chunkLine, .bareLFInChunkLine, "0\n"),
        (.chunkLine, .chunkSizePrefix, "0x0\r\n"),
        (.chunkLine, .emptyChunkSize, "\r\n"),
        (.chunkLine, .unvalidatedChunkExtension, "0;\r\n"),
        (.dataEnd, .bareLFAfterChunkData, "\n"),
        (.contentLength, .plusSignInContentLength, "+0"),
        (.contentLength, .leadingZerosInContentLength, "00"),
        (.contentLength, .emptyContentLength, ""),
        (.transferEncoding, .emptyListElements, ""),
    ])
    func knownPairs(piece: Piece, policy: Policy, text: String) throws {
        let found = try #require(word(piece, .strict, policy))
        #expect(String(decoding: found, as: UTF8.self) == text)
    }

    @Test(arguments: Piece.allCases)
    func aPolicyEqualsItself(piece: Piece) {
        for policy in [Policy.strict, piece.leniencies] {
            let automaton = piece.automaton(policy)
            let result = Product(automaton, automaton, preference: piece.preference)
                .compare(refusals: true)
            #expect(result.word == nil)
            // Every pair is one of equal states.
            #expect(result.stateCount <= automaton.stateCount)
            #expect(automaton.stateCount > 1)
        }
    }

    @Test(arguments: Piece.allCases)
    func aDifferenceHasNoSides(piece: Piece) {
        let forward = Product(
            piece.automaton(.strict), piece.automaton(piece.leniencies),
            preference: piece.preference
        ).compare()
        let backward = Product(
            piece.automaton(piece.leniencies), piece.automaton(.strict),
            preference: piece.preference
        ).compare()
        #expect(forward == backward)
        #expect((forward.word == nil) == (piece.leniencies == .strict))
    }

    /// A leniency of another piece changes nothing.
    @Test func unrelatedLeniencies() {
        #expect(word(.chunkLine, .strict, .obsoleteFolding) == nil)
        #expect(word(.requestLine, .strict, .missingHost) == nil)
        #expect(word(.authority, .strict, .unvalidatedHost) == nil)
    }

    /// Two ways to refuse are one answer, unless they are asked for.
    @Test func refusals() {
        let strict = Piece.requestLine.automaton(.strict)
        let lenient = Piece.requestLine.automaton(.unvalidatedPercentEncoding)
        let product = Product(strict, lenient, preference: Piece.requestLine.preference)
        #expect(product.compare().kind == .acceptance)
        #expect(product.compare(refusals: true).kind == .waiting)
    }

    /// What single leniencies differ in, searched or decided, is read whole by the one and refused by the other.
    @Test func everyLeniencyHasADifference() {
        let entries = SingleLeniencies.all()
        #expect(entries.count > 60)
        for entry in entries {
            #expect(entry.difference.word != nil, "\(entry.leniency.name)")
            #expect(entry.difference.left != entry.difference.right, "\(entry.leniency.name)")
        }
    }
}
