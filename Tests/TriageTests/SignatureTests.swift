import Differential
import Foundation
import Generation
import Testing
import Wire

@Suite struct SignatureTests {
    /// Readers that part in many ways, so that groups of every size come up.
    private static let crowd: [Variant] = [
        Quirks().variant("plain"),
        Quirks.with { $0.framing = .lengthFirst }.variant("length"),
        Quirks.with { $0.framing = .neither }.variant("neither"),
        Quirks.with { $0.bareLF = true }.variant("lf"),
        Quirks.with { $0.lastLength = true }.variant("last"),
        Quirks.with { $0.afterData = .twoBytes }.variant("two"),
        Quirks.with { $0.lineFeedEndsExtension = true }.variant("term"),
    ]

    @Test func itDoesNotDependOnTheOrderOfTheParticipants() throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        var random = SplitMix64(seed: 7)
        for example in LabelExample.all {
            let input = TriageInput(bytes: example.bytes)
            let expected = try Triage(stream, participants: Self.crowd).examine(input).signature
            for _ in 0..<10 {
                let shuffled = Self.crowd.shuffled(using: &random)
                let found = try Triage(stream, participants: shuffled).examine(input).signature
                #expect(found == expected)
                #expect(found?.description == expected?.description)
            }
        }
    }

    @Test(arguments: DifferenceRank.allCases)
    func groupsAreAPartitionAtEveryFloor(floor: DifferenceRank) throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let participants = Self.crowd + stream.variants
        let names = participants.map(\.name).sorted()
        for example in LabelExample.all {
            let input = TriageInput(bytes: example.bytes)
            let triage = Triage(stream, participants: participants, floor: floor)
            let finding = try triage.examine(input, laws: false)
            #expect(finding.groups.flatMap(\.names).sorted() == names)
            // Two participants are in one group exactly when a triage of the two alone finds nothing.
            for (index, group) in finding.groups.enumerated() {
                for other in finding.groups[index...] {
                    let pair = [group.names[0], other.names[other.names.count - 1]]
                    let two = participants.filter { pair.contains($0.name) }
                    let alone = try Triage(stream, participants: two, floor: floor)
                        .examine(input, laws: false)
                    #expect((alone.signature == nil) == (group.names == other.names))
                }
            }
        }
    }

    @Test func clustersAreAPartitionWhateverTheOrder() throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let triage = Triage(stream, participants: Self.crowd)
        var random = SplitMix64(seed: 3)
        let agreeing = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        let inputs =
            LabelExample.all.map(\.bytes) + LabelExample.all.map(MinimiserTests.find) + [agreeing]
        var finds = try inputs.map { bytes in
            (find: bytes, signature: try triage.examine(TriageInput(bytes: bytes)).signature)
        }
        let expected = Clusters(finds)
        #expect(
            expected.clusters.reduce(0) { $0 + $1.finds.count } + expected.agreeing.count
                == finds.count)
        #expect(Set(expected.clusters.map(\.signature)).count == expected.clusters.count)
        #expect(expected.agreeing == [agreeing])
        // Both forms of one example are one find.
        #expect(expected.clusters.count < LabelExample.all.count)
        for _ in 0..<5 {
            finds.shuffle(using: &random)
            let found = Clusters(finds)
            #expect(found.clusters.map(\.signature) == expected.clusters.map(\.signature))
            for (left, right) in zip(found.clusters, expected.clusters) {
                #expect(Set(left.finds) == Set(right.finds))
            }
        }
    }

    @Test func itSurvivesJSONAndItsTextIsStable() throws {
        let signature = Signature(
            protocolName: "http1.stream", law: .agreement, rank: .messageBoundary,
            partition: [["table", "scalar"], ["reference"]],
            fields: ["framing", "boundary", "framing"],
            reference: "rejected bareLF")
        let text =
            "http1.stream; agreement; message boundary; {reference} {scalar, table}; "
            + "boundary, framing; reference rejected bareLF"
        #expect(signature.description == text)
        #expect(signature.id == "d4cd599a61398014")
        let data = try JSONEncoder().encode(signature)
        #expect(try JSONDecoder().decode(Signature.self, from: data) == signature)
        for wrong in ["\"rank\":\"framin\"", "\"law\":\"agree\""] {
            let key = wrong.prefix { $0 != ":" }
            let json = String(decoding: data, as: UTF8.self)
            let range = try #require(
                json.range(of: "\(key):\"[a-z ]*\"", options: .regularExpression))
            let broken = json.replacingCharacters(in: range, with: wrong)
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(Signature.self, from: Data(broken.utf8))
            }
        }
    }

    @Test func aLawThatOneParserBreaksIsPartOfIt() throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let forgetful = Variant(name: "forgetful", technique: "loses a cut behind CR") {
            configuration in
            guard let inner = stream.variants[0].makeParser(configuration) else {
                preconditionFailure("the reference implements every leniency")
            }
            return Forgetful(inner: inner)
        }
        let triage = Triage(
            stream, participants: [stream.variants[0], forgetful],
            heldToLaws: ["reference", "forgetful"])
        let input = TriageInput(
            bytes: Array("GET /aaaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\nHost: a\r\nX: b\r\n\r\n".utf8))
        let finding = try triage.examine(input)
        let signature = try #require(finding.signature)
        #expect(finding.groups.count == 1)
        #expect(signature.law == .splitInvariance)
        #expect(signature.partition == [["forgetful"], ["reference"]])
        let result = try #require(try Minimiser(triage, triesMax: 1_500).minimise(input))
        #expect(result.signature == signature)
        // The smallest request that is whole: the reference's verdict is part of the signature.
        #expect(EscapedBytes.text(result.input.bytes) == "A / HTTP/1.0\\r\\n\\r\\n")
        // The same participants that need not keep laws agree.
        let free = Triage(stream, participants: [stream.variants[0], forgetful])
        #expect(try free.examine(input).signature == nil)
    }

    @Test func cutsThatTheInputStatesAreTried() throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let triage = Triage(stream, participants: stream.variants)
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        let finding = try triage.examine(TriageInput(bytes: bytes, cuts: [3, 99, 10]))
        #expect(finding.signature == nil)
    }

    @Test func namesThatNobodyKnowsAreTold() throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let triage = Triage(stream, participants: stream.variants)
        #expect(throws: UnknownName.self) {
            try triage.examine(TriageInput(bytes: [], limits: ["fieldCount": 1]))
        }
        #expect(throws: UnknownName.self) {
            try triage.examine(TriageInput(bytes: [], context: ["rule": "x"]))
        }
    }
}

/// Refuses what comes in a second piece that begins with LF.
private struct Forgetful: Parser {
    var inner: any Parser
    private var seen = 0
    private var rejection: Rejection?

    init(inner: any Parser) { self.inner = inner }

    mutating func reset() {
        inner.reset()
        seen = 0
        rejection = nil
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let rejection { return .rejected(rejection) }
        if seen > 0, input.count > seen, input[seen] == 0x0A {
            rejection = Rejection(code: 1, offset: seen)
            return .rejected(Rejection(code: 1, offset: seen))
        }
        seen = input.count
        return inner.parse(input, into: &tape)
    }
}
