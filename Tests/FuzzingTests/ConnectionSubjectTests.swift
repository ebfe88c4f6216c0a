import Differential
import Fuzzing
import Generation
import ServerFuzzing
import Testing
import Wire

/// The server's fuzzer without an engine.
@Suite struct ConnectionSubjectTests {
    @Test func mutatedInputsKeepEveryLaw() throws {
        let subject = try ConnectionSubject()
        let description = try Registry.requireProtocol("http1.stream")
        let mutator = try #require(
            FuzzMutator(description, isSettingKept: true, isContextKept: true))
        var file: [UInt8] = []
        var features: Set<UInt32> = []
        for seed in 0..<3_000 {
            file = mutator.mutate(file, bytesMax: 512, seed: UInt64(seed)) { _, _ in }
            let input = FuzzInput(file: file)
            let execution = subject.execute(input)
            #expect(
                execution.violations.isEmpty,
                "turn \(input.turn) cuts \(input.cuts) \(EscapedBytes.text(input.bytes)): \(execution.violations)"
            )
            features.formUnion(execution.features)
        }
        #expect(features.count > 30, "\(features.count) features")
    }

    @Test func theRegistryKnowsIt() throws {
        let fuzzer = try Fuzzer.named("server.connection")
        #expect(fuzzer == Fuzzer.serverConnection && Fuzzer.all.contains(fuzzer))
        #expect(Fuzzer.all.count == Registry.names.count + 1)
    }
}
