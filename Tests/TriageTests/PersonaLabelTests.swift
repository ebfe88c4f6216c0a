import Differential
import Personas
import Testing
import Wire

/// The classes as the models of `Sources/Personas` show them: other parsers than those of the examples, with tapes of their
/// own.
@Suite struct PersonaLabelTests {
    private static let post = "POST / HTTP/1.1¶Host: a¶"
    private static let chunked = post + "Transfer-Encoding: chunked¶¶"

    private static let pairs: [(front: String, back: String, text: String, kind: LabelKind)] = [
        (
            "lengthOverridesTransferEncoding", "lengthAndTransferEncoding",
            post + "Content-Length: 6¶Transfer-Encoding: chunked¶¶0¶¶X", .clTE
        ),
        (
            "lengthAndTransferEncoding", "lengthOverridesTransferEncoding",
            post + "Content-Length: 6¶Transfer-Encoding: chunked¶¶0¶¶X", .teCL
        ),
        (
            "coding-searcher", "unknownCodingIgnored",
            post + "Content-Length: 6¶Transfer-Encoding: xchunked¶¶0¶¶X", .teTE
        ),
        (
            "conflictingContentLengthFirst", "conflictingContentLengthLast",
            post + "Content-Length: 1¶Content-Length: 0¶¶Z", .clCL
        ),
        (
            "bareLFInChunkLine+unvalidatedChunkExtension", "extension-skipping-back",
            chunked + "2;\nXX¶10¶1f¶AAAABBBBCCCC¶0¶¶DDDDEEEEFFFF¶0¶¶", .termExt
        ),
        (
            "extension-skipping-back", "bareLFInChunkLine+unvalidatedChunkExtension",
            chunked + "2;\nXX¶10¶1f¶AAAABBBBCCCC¶0¶¶DDDDEEEEFFFF¶0¶¶", .extTerm
        ),
        (
            "bareLFAfterChunkData", "chunkDataSpill",
            chunked + "5¶AAAAA\nc¶17¶AAAABBBB¶0¶¶CCCCDDDD¶0¶¶", .termSpill
        ),
        (
            "chunkDataSpill", "bareLFAfterChunkData",
            chunked + "5¶AAAAA\nc¶17¶AAAABBBB¶0¶¶CCCCDDDD¶0¶¶", .spillTerm
        ),
        (
            "bareLFAfterChunkData", "uncheckedChunkDataTerminator",
            chunked + "2¶XX\n12¶XX¶19¶XXAAAABBBB¶0¶¶CCCCDDDD¶0¶¶", .overread1
        ),
        ("trailersMerged", "plain", chunked + "0¶X-Role: admin¶¶", .trailersMerged),
        ("bareLF", "plain", chunked + "0¶\nGET /x HTTP/1.1¶Host: a¶¶", .line),
        ("bareLF", "plain", post + "Foo: b\nX-Role: admin¶¶", .line),
    ]

    @Test(arguments: pairs.indices)
    func modelsAreLabelled(index: Int) throws {
        let pair = Self.pairs[index]
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let participants = try [pair.front, pair.back].map { name in
            try #require(try Personas.named(name).variant(of: stream))
        }
        let finding = try Triage(stream, participants: participants)
            .examine(TriageInput(bytes: LabelExample.bytes(pair.text)))
        let label = finding.label(stream)
        #expect(label?.kind == pair.kind, "\(FindingReport(finding, stream).text)")
        #expect(label?.front == "persona:\(pair.front)")
    }
}
