import Differential
import Fuzzing
import Generation
import Testing
import Wire

@Suite struct FuzzInputTests {
    @Test func aFileIsReadBackAsItWasWritten() {
        let input = FuzzInput(
            setting:
                "policy bareLF+obsoleteFolding\nlimit fieldCountMax=3\ncontext role=response\n",
            cuts: [3, 10], turn: 5, bytes: Array("GET / HTTP/1.1\n\nzyphos-fuzz 1\n\n".utf8))
        let file = input.file
        #expect(FuzzInput(file: file) == input)
        #expect(String(decoding: file.prefix(20), as: UTF8.self) == "zyphos-fuzz 1\npolicy")
    }

    @Test func bytesWithoutAHeadAreAnInputAsTheyAre() {
        let raw = Array("GET / HTTP/1.1\r\n\r\n".utf8)
        let input = FuzzInput(file: raw)
        #expect(input.bytes == raw)
        #expect(input.setting.isEmpty)
        #expect(input.cuts.allSatisfy { (0..<raw.count).contains($0) })
        #expect(FuzzInput(file: raw) == input)
    }

    @Test(arguments: ["cutz 3", "turn 300", "policy", "turn x"])
    func aBrokenHeadIsBytes(line: String) {
        let file = Array((FuzzInput.mark + line + "\n\nabc").utf8)
        #expect(FuzzInput(file: file).bytes == file)
    }

    @Test func anyBytesAreAnInput() {
        var random = SplitMix64(seed: 4)
        for _ in 0..<20_000 {
            var file = (0..<random.next() % 60).map { _ in UInt8(truncatingIfNeeded: random.next())
            }
            if random.next() % 2 == 0 { file = Array(FuzzInput.mark.utf8) + file }
            let input = FuzzInput(file: file)
            #expect(input.bytes.count <= file.count)
            #expect(FuzzInput(file: input.file).bytes == input.bytes)
        }
    }

    @Test func aSettingNamesWhatItChanges() throws {
        let description = try Registry.requireProtocol("http1.stream")
        let setting = FuzzSetting("policy bareLF\nlimit fieldCountMax=3\ncontext role=response\n")
        let configuration = try setting.configuration(description, bytes: [])
        #expect(configuration.policy == (try Registry.policy(named: "bareLF", description)))
        #expect(setting.limits == ["fieldCountMax": 3])
        #expect(FuzzSetting(setting.text) == setting)
        #expect(throws: UnknownName.self) {
            try FuzzSetting("policy nothing\n").configuration(description, bytes: [])
        }
    }
}
