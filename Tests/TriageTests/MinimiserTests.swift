import Differential
import Testing
import Wire

/// Finds as a campaign meets them: the examples of the classes among headers, bodies and requests
/// that have nothing to do with them.
@Suite struct MinimiserTests {
    private static let before = LabelExample.bytes(
        "GET /index.html?lang=en HTTP/1.1¶Host: www.example.com¶User-Agent: example/1.0 (test)¶"
            + "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8¶Accept-Language: en¶¶")
    private static let headers =
        "User-Agent: example/1.0 (test)¶Accept: */*¶Cookie: a=b; c=d¶X-Forwarded-For: 192.0.2.1¶"

    /// The example between a request that all read alike and one behind it, with header fields
    /// among its own.
    static func find(_ example: LabelExample) -> [UInt8] {
        let text = String(decoding: example.bytes, as: UTF8.self)
        let noisy = text.replacing("Host: a\r\n", with: "Host: a\r\n" + headers, maxReplacements: 1)
        return before + LabelExample.bytes(noisy)
    }

    /// What a find must shrink to at most (chosen: what a person takes in at a glance).
    static let bytesMax = 120

    @Test(arguments: LabelExample.all)
    func findsShrinkAndKeepTheirSignature(example: LabelExample) throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let triage = Triage(stream, participants: example.participants)
        let find = TriageInput(bytes: Self.find(example))
        let before = try triage.examine(find)
        let result = try #require(try Minimiser(triage).minimise(find))
        let after = try triage.examine(result.input)
        print(
            "\(example.kind.rawValue): \(find.bytes.count) → \(result.input.bytes.count) bytes,",
            "\(result.tries) tries: \(EscapedBytes.text(result.input.bytes))")
        #expect(after.signature == before.signature)
        #expect(result.signature == before.signature)
        #expect(!result.isExhausted)
        #expect(result.input.bytes.count <= Self.bytesMax)
        #expect(result.input.bytes.count < find.bytes.count)
    }

    @Test func theResultIsTheSameEveryTimeAndCannotShrinkFurther() throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let example = LabelExample.all[0]
        let find = TriageInput(bytes: Self.find(example))
        let first = try #require(
            try Minimiser(Triage(stream, participants: example.participants)).minimise(find))
        let second = try #require(
            try Minimiser(Triage(stream, participants: example.participants)).minimise(find))
        #expect(first.input == second.input)
        #expect(first.tries == second.tries)
        #expect(first.steps == second.steps)
        let again = try #require(
            try Minimiser(Triage(stream, participants: example.participants)).minimise(first.input))
        #expect(again.input == first.input)
    }

    @Test func theTriesAreBounded() throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let example = LabelExample.all[0]
        let triage = Triage(stream, participants: example.participants)
        let find = TriageInput(bytes: Self.find(example))
        let result = try #require(try Minimiser(triage, triesMax: 50).minimise(find))
        #expect(result.tries == 50)
        #expect(result.isExhausted)
        #expect(try triage.examine(result.input).signature == result.signature)
    }

    @Test func theOrderOfTheParticipantsChangesNothing() throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let example = LabelExample.all[0]
        let find = TriageInput(bytes: Self.find(example))
        let forwards = try #require(
            try Minimiser(Triage(stream, participants: example.participants)).minimise(find))
        let backwards = try #require(
            try Minimiser(Triage(stream, participants: example.participants.reversed()))
                .minimise(find))
        #expect(forwards.signature == backwards.signature)
        #expect(forwards.input == backwards.input)
    }

    @Test func whereNothingDiffersThereIsNothingToMinimise() throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let triage = Triage(stream, participants: stream.variants)
        #expect(try Minimiser(triage).minimise(TriageInput(bytes: Self.before)) == nil)
    }

    @Test(arguments: BinaryLabelExample.all.filter { $0.misledContext == nil })
    func binaryFindsKeepTheirSignature(example: BinaryLabelExample) throws {
        let description = try #require(Registry.protocolNamed(example.protocolName))
        let back = Variant.reference("misled", of: description, seeing: example.transform)
        let triage = Triage(description, participants: [description.variants[0], back])
        let find = TriageInput(bytes: example.bytes, context: example.context)
        let before = try triage.examine(find)
        let result = try #require(try Minimiser(triage).minimise(find))
        #expect(try triage.examine(result.input).signature == before.signature)
        #expect(result.input.bytes.count <= find.bytes.count)
    }

    @Test func statedLengthsFollowTheBytes() throws {
        let hpack = try #require(Registry.protocolNamed("hpack"))
        // The second block is misread; the first and the third have nothing to do with it.
        let blocks: [[UInt8]] = [
            [0x82, 0x84, 0x40, 0x01, 0x61, 0x01, 0x62],
            [0x86, 0x00, 0x03, 0x78, 0x79, 0x7A, 0x01, 0x62, 0x82], [0x82, 0x87],
        ]
        let misled = Variant.reference("misled", of: hpack) { bytes in
            bytes.map { $0 == 0x79 ? 0x74 : $0 }
        }
        let triage = Triage(hpack, participants: [hpack.variants[0], misled])
        let find = TriageInput(
            bytes: blocks.flatMap { $0 },
            context: ["blocks": blocks.map { String($0.count) }.joined(separator: ", ")])
        let result = try #require(try Minimiser(triage).minimise(find))
        #expect(result.input.bytes.count <= 5, "\(result.input)")
        #expect(try triage.examine(result.input).signature == result.signature)
    }

    @Test func leniencyAndLimitsThatDoNotMatterGo() throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let example = LabelExample.all[0]
        let triage = Triage(stream, participants: example.participants)
        let find = TriageInput(
            bytes: Self.find(example),
            policy: try Registry.policy(named: "bareLF+missingHost", stream),
            limits: ["fieldCountMax": 100], context: ["role": "request"], cuts: [10])
        let result = try #require(try Minimiser(triage).minimise(find))
        #expect(result.input.limits.isEmpty)
        #expect(result.input.context.isEmpty)
        #expect(result.input.cuts.isEmpty)
        #expect(result.input.policy == .strict)
    }
}

@Suite struct LargeFindTests {
    /// A find in a large input ends in bounded time, and still shrinks.
    @Test func aLargeFindShrinksWithinItsBound() throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let example = LabelExample.all[0]
        let triage = Triage(stream, participants: example.participants)
        let request = Array("GET /aaaaaaaaaaaaaaaa HTTP/1.1\r\nHost: example.com\r\n\r\n".utf8)
        let find = TriageInput(bytes: (0..<4_000).flatMap { _ in request } + example.bytes)
        #expect(find.bytes.count > 200_000)
        let result = try #require(try Minimiser(triage).minimise(find))
        #expect(result.input.bytes.count <= MinimiserTests.bytesMax)
        #expect(!result.isExhausted)
    }
}
