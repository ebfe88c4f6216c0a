import Differential
import Testing
import Wire

@Suite struct LabelTests {
    private static let stream = Registry.protocolNamed("http1.stream")

    @Test(arguments: LabelExample.all)
    func http1ClassesAreTold(example: LabelExample) throws {
        let stream = try #require(Self.stream)
        let triage = Triage(stream, participants: example.participants)
        let finding = try triage.examine(TriageInput(bytes: example.bytes))
        let label = try #require(finding.label(stream), "\(FindingReport(finding, stream).text)")
        #expect(label.kind == example.kind, "\(label.text)")
        #expect(label.front == "front")
        #expect(label.back == "back")
        #expect(!label.clause.isEmpty)
    }

    @Test func sizesReadAsDifferentNumbersAreTold() throws {
        // One reader goes on at the underscore (an integer parser of a language), one stops there.
        let stream = try #require(Self.stream)
        let bytes = LabelExample.bytes(
            "POST / HTTP/1.1¶Host: a¶Transfer-Encoding: chunked¶¶1_2¶A¶0¶¶GET /x H: ¶0¶¶"
        )
        let prefix = Quirks().variant("prefix")
        let policy = Variant(name: "joining", technique: "reads 1_2 as 12") { _ in
            JoiningStream(parser: QuirkStream(quirks: Quirks()))
        }
        let finding = try Triage(stream, participants: [prefix, policy])
            .examine(TriageInput(bytes: bytes))
        #expect(finding.label(stream)?.kind == .size)
    }

    @Test func everyClassHasAnExample() {
        let others: [LabelKind] = [.size, .quicOpen]
        let shown = Set(
            LabelExample.all.map(\.kind) + BinaryLabelExample.all.map(\.kind) + others)
        #expect(Set(LabelKind.allCases) == shown)
    }

    @Test(arguments: BinaryLabelExample.all)
    func otherClassesAreTold(example: BinaryLabelExample) throws {
        let description = try #require(Registry.protocolNamed(example.protocolName))
        let back = Variant.reference(
            "misled", of: description, context: try example.backContext(description),
            seeing: example.transform)
        let triage = Triage(description, participants: [description.variants[0], back])
        let finding = try triage.examine(
            TriageInput(bytes: example.bytes, context: example.context))
        let report = FindingReport(finding, description).text
        let label = try #require(finding.label(description), "\(report)")
        #expect(label.kind == example.kind, "\(report)")
        #expect(label.wrong == ["misled"])
    }

    @Test func packetsThatOnlyOneOpensAreTold() throws {
        let quic = try #require(Registry.protocolNamed("quic.packet"))
        let file = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let cases = try Corpus().cases(
            in: ["/\(file)/Corpus/quic.packet/cases/realistic-rfc.md"])
        let one = try #require(cases.first { $0.id == "real-A3-v1" })
        let wrong = try Registry.context(
            ["role": "client", "originalDestinationConnectionID": "0000000000000000"], quic,
            input: one.bytes)
        let misled = Variant.reference("misled", of: quic, context: wrong)
        let finding = try Triage(quic, participants: [quic.variants[0], misled])
            .examine(TriageInput(one))
        #expect(finding.label(quic)?.kind == .quicOpen, "\(FindingReport(finding, quic).text)")
    }

    @Test func whoIsWrongFollowsTheReference() throws {
        let stream = try #require(Self.stream)
        let example = LabelExample.all[0]
        let triage = Triage(stream, participants: example.participants + [stream.variants[0]])
        let finding = try triage.examine(TriageInput(bytes: example.bytes))
        #expect(finding.wrong == ["front", "back"])
        let label = try #require(finding.label(stream))
        // The strict reference refuses both fields together: its rejection names the clause.
        #expect(label.wrong == ["front", "back"])
        #expect(label.clause.contains("RFC 9112"))
    }

    @Test func aFindThatFitsNoClassHasNone() throws {
        let description = try #require(Registry.protocolNamed("http1.request"))
        let upper = Variant.reference("shouting", of: description) { bytes in
            bytes.map { $0 == UInt8(ascii: "x") ? UInt8(ascii: "X") : $0 }
        }
        let refusing = Variant.reference("refusing", of: description) { bytes in
            bytes.map { $0 == UInt8(ascii: "x") ? 0x7F : $0 }
        }
        let finding = try Triage(description, participants: [upper, refusing])
            .examine(TriageInput(bytes: Array("GET /x HTTP/1.1\r\nHost: a\r\n\r\n".utf8)))
        #expect(finding.signature?.rank == .acceptOrReject)
        #expect(finding.label(description) == nil)
    }
}

/// Reads `1_2` as 12, at the place where the others read 1.
private struct JoiningStream: Parser {
    var parser: QuirkStream

    mutating func reset() { parser.reset() }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        var bytes: [UInt8] = []
        for index in input.indices { bytes.append(input[index]) }
        // The same length, so that offsets stay.
        if let index = bytes.firstIndex(of: UInt8(ascii: "_")), index > 0, index + 1 < bytes.count {
            bytes[index] = bytes[index - 1]
            bytes[index - 1] = UInt8(ascii: "0")
        }
        return parser.parse(bytes.span, into: &tape)
    }
}
