import Differential
import Foundation
import Fuzzing
import Generation
import Testing
import Wire

/// What one execution does: no engine is needed to see it.
@Suite struct FuzzTargetTests {
    private static let clean = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test(arguments: Registry.names)
    func mutatedInputsKeepEveryLaw(protocolName: String) throws {
        let description = try Registry.requireProtocol(protocolName)
        let target = FuzzTarget(description)
        let mutator = try #require(FuzzMutator(description))
        var file: [UInt8] = []
        var features: Set<UInt32> = []
        for seed in 0..<1_500 {
            file = mutator.mutate(file, bytesMax: 512, seed: UInt64(seed)) { _, _ in }
            #expect(file.count <= 512)
            let input = FuzzInput(file: file)
            let execution = target.execute(input)
            #expect(
                execution.violations.isEmpty,
                "\(input.setting) \(EscapedBytes.text(input.bytes)): \(execution.violations)")
            features.formUnion(execution.features)
        }
        // A mutator that stands still, or features that do not tell outcomes apart, stay far below.
        #expect(features.count > 30, "\(features.count) features")
    }

    @Test(arguments: Registry.names)
    func mutationIsTheSameForTheSameSeed(protocolName: String) throws {
        let mutator = try #require(FuzzMutator(Registry.requireProtocol(protocolName)))
        func run() -> [[UInt8]] {
            var file: [UInt8] = []
            return (0..<300).map { seed in
                let other = file
                file = mutator.mutate(file, bytesMax: 400, seed: UInt64(seed)) { bytes, _ in
                    bytes.reverse()
                }
                if seed % 7 == 0 {
                    file = mutator.crossOver(
                        file, other, bytesMax: 400, seed: UInt64(seed))
                }
                return file
            }
        }
        let first = run()
        #expect(first == run())
        #expect(first.allSatisfy { $0.count <= 400 })
        #expect(Set(first).count > 200)
    }

    @Test func aQuirkIsSeenWhereItShowsAndNowhereElse() throws {
        let description = try Registry.requireProtocol("http1.stream")
        let opponent = try Opponent(named: "uncheckedChunkDataTerminator", description)
        let target = FuzzTarget(description, against: opponent)
        let right = FuzzInput(bytes: Array((Self.clean + "1\r\nZ\r\n0\r\n\r\n").utf8))
        let wrong = FuzzInput(bytes: Array((Self.clean + "1\r\nZXX0\r\n\r\n").utf8))
        #expect(target.execute(right).violations.isEmpty)
        let found = try #require(target.execute(wrong).violations.first)
        #expect(found.law == .agreement)
        #expect(target.execute(right).features != target.execute(wrong).features)
    }

    @Test func aForwardingQuirkIsSeenByTheNextReader() throws {
        let description = try Registry.requireProtocol("http1.stream")
        let target = FuzzTarget(description, against: try Opponent(named: "T21", description))
        let input = FuzzInput(
            bytes: Array("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345".utf8))
        #expect(target.execute(input).violations.map(\.law) == [.chain])
    }

    @Test func opponentsThatSayNothingOfAProtocolAreErrors() throws {
        let description = try Registry.requireProtocol("hpack")
        #expect(throws: UnknownName.self) { try Opponent(named: "bareLF", description) }
        #expect(throws: UnknownName.self) { try Opponent(named: "nobody", description) }
    }

    @Test func anUnknownSettingIsReadStrictly() throws {
        let target = FuzzTarget(try Registry.requireProtocol("http1.stream"))
        let input = FuzzInput(setting: "policy nothing\n", bytes: Array("GET / ".utf8))
        #expect(target.execute(input).violations.isEmpty)
    }
}

/// A session saves what it finds, and what that was made from.
@Suite struct FuzzSessionTests {
    @Test func aFindIsSavedWithItsAncestorAndReported() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("fuzz-session-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let description = try Registry.requireProtocol("http1.chunked")
        var settings = FuzzSession.Settings()
        settings.opponent = try Opponent(named: Opponent.canaryName, description)
        settings.opponentName = Opponent.canaryName
        settings.findsFolder = folder
        settings.reportFile = folder + "/report.json"
        settings.seed = 3
        let session = try #require(FuzzSession(description, settings))
        let before = Array("1\r\nZ\r\n0\r\n\r\n".utf8)
        #expect(session.execute(before).ending == nil)
        _ = session.mutate(before, bytesMax: 100, seed: 1) { _, _ in }
        let find = FuzzInput(bytes: Array("1\r\nZXX0\r\n\r\n".utf8)).file
        guard case .opponentFound = session.execute(find).ending else {
            Issue.record("the canary was not found")
            return
        }
        session.finish()
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/report.json"))
        let report = try JSONDecoder().decode(FuzzSession.Report.self, from: data)
        #expect(report.executions == 2)
        #expect(report.opponent == "canary")
        let saved = try #require(report.finds.first)
        #expect(saved.executions == 2)
        #expect(FileManager.default.contents(atPath: saved.file) == Data(find))
        let ancestor = saved.file.replacing("difference-", with: "before-")
        #expect(FileManager.default.contents(atPath: ancestor) == Data(before))
    }
}
