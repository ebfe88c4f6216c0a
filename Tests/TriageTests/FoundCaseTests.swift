import Differential
import Foundation
import Testing
import Wire

@Suite struct FoundCaseTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("zyphos-found-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private func made(
        _ example: LabelExample, _ stream: ProtocolDescription, bytes: [UInt8]? = nil
    ) throws -> (FoundCase, Finding) {
        let triage = Triage(stream, participants: example.participants)
        let finding = try triage.examine(TriageInput(bytes: bytes ?? example.bytes))
        let neighbour = NeighbourSearch(triage).neighbour(of: finding.input)
        let one = try #require(
            FoundCase(finding, stream, neighbour: neighbour, source: "found by a test"))
        return (one, finding)
    }

    @Test(arguments: LabelExample.all)
    func itReadsBackAsACaseOfTheCorpus(example: LabelExample) throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let (one, finding) = try made(example, stream)
        try withFolder { folder in
            guard case .written(let file) = try one.write(into: folder) else {
                Issue.record("not written")
                return
            }
            #expect(file == "\(folder)/http1.stream/found/\(one.id).md")
            let cases = try Corpus().cases(in: [folder])
            #expect(cases.count == 1)
            #expect(cases[0].id == one.id)
            #expect(cases[0].bytes == example.bytes)
            #expect(cases[0].protocolName == "http1.stream")
            #expect(cases[0].source == "found by a test")
            #expect(cases[0].expectation?.verdict == finding.reference.verdict)
            #expect(cases[0].title.hasPrefix(example.kind.rawValue))
            #expect(cases[0].prose.contains("All read alike with this change"))
            // The four variants agree on it, with its expectation: only models differ.
            let report = try Runner(RunOptions()).run(CaseList(cases))
            #expect(report.violationCount == 0, "\(DiffReport.text(report, colour: false))")
        }
    }

    @Test func anotherFindIsNeverOverwritten() throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let example = LabelExample.all[0]
        let (one, _) = try made(example, stream)
        let (same, _) = try made(example, stream, bytes: MinimiserTests.find(example))
        #expect(one.id == same.id)
        try withFolder { folder in
            guard case .written(let file) = try one.write(into: folder) else {
                Issue.record("not written")
                return
            }
            let before = try Data(contentsOf: URL(fileURLWithPath: file))
            #expect(try same.write(into: folder) == .known(file))
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
            // A file of that name with another signature: the name gets a number.
            try Data("# Something else\n".utf8).write(to: URL(fileURLWithPath: file))
            let second = try one.write(into: folder)
            #expect(second == .written(file.replacing(".md", with: "-2.md")))
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "# Something else\n")
            let names = try FileManager.default.contentsOfDirectory(
                atPath: "\(folder)/http1.stream/found")
            #expect(names.count == 2, "\(names)")
        }
    }

    @Test func aFolderThatCannotBeMadeIsTold() throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let (one, _) = try made(LabelExample.all[0], stream)
        try withFolder { folder in
            let file = folder + "/file"
            try Data().write(to: URL(fileURLWithPath: file))
            #expect(throws: FoundCase.Problem.self) { try one.write(into: file) }
        }
    }

    @Test func settingsAreWrittenDown() throws {
        let hpack = try #require(Registry.protocolNamed("hpack"))
        let misled = Variant.reference("misled", of: hpack) { $0.map { $0 == 0x62 ? 0x63 : $0 } }
        let input = TriageInput(
            bytes: [0x40, 0x01, 0x61, 0x01, 0x62, 0xBE],
            policy: try Registry.policy(named: hpack.leniencies[0].name, hpack),
            limits: [hpack.limits[0].name: 500], context: ["blocks": "5, 1"])
        let finding = try Triage(hpack, participants: [hpack.variants[0], misled]).examine(input)
        let one = try #require(FoundCase(finding, hpack, neighbour: nil, source: "found by a test"))
        try withFolder { folder in
            _ = try one.write(into: folder)
            let read = try #require(try Corpus().cases(in: [folder]).first)
            #expect(TriageInput(read) == input)
        }
    }

    @Test(
        arguments: [
            [], [0x20], Array("```".utf8), Array("a b \r\n- c: d\r\n".utf8),
            Array("\\repeat{3}{a}".utf8),
            Array(UInt8.min...UInt8.max), Array(repeating: 0x20, count: 300),
            Array("# x\n## y\n".utf8),
        ] as [[UInt8]])
    func blocksReadBack(bytes: [UInt8]) throws {
        for isText in [true, false] {
            let block = CaseBlock.text(bytes, isText: isText)
            #expect(try EscapedBytes.bytes(block) == bytes)
            for line in block.split(separator: "\n") {
                #expect(!line.hasSuffix(" "))
                #expect(!line.hasPrefix("```"))
            }
        }
    }
}

@Suite struct IsolatedRunTests {
    @Test func endingsAreTold() throws {
        let exits = try IsolatedRun.run(
            "/bin/sh", ["-c", "echo out; echo err >&2; exit 7"], seconds: 20)
        #expect(exits.ending == .exited(7))
        #expect(exits.output == Data("out\n".utf8))
        #expect(exits.complaint == Data("err\n".utf8))
        let crashes = try IsolatedRun.run("/bin/sh", ["-c", "kill -SEGV $$"], seconds: 20)
        #expect(crashes.ending == .crashed(signal: 11))
        let hangs = try IsolatedRun.run("/bin/sh", ["-c", "exec sleep 60"], seconds: 0.3)
        #expect(hangs.ending == .timedOut)
        #expect(throws: (any Error).self) {
            try IsolatedRun.run("/no/such/program", [], seconds: 1)
        }
    }
}
