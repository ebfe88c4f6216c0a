public import Differential
internal import Foundation
internal import Wire

/// Writes corpus cases as inputs of a fuzzer, for campaigns that begin where the corpus ends.
public enum SeedCorpus {
    /// The case as a fuzzer's input, or nil where its context cannot be said in the entries of its protocol.
    public static func input(_ one: CorpusCase) -> FuzzInput? {
        guard let description = Registry.protocolNamed(one.protocolName) else { return nil }
        var setting = FuzzSetting()
        setting.policy = description.leniencies
            .filter { one.policy.contains($0.policy) }.map(\.name)
        setting.limits = one.limits
        setting.context = one.contextEntries
        return FuzzInput(setting: setting.text, bytes: one.bytes)
    }

    /// Writes each case of a fuzzer's protocols to `folder`, named by its bytes so that equal ones are one file.
    ///
    /// - Returns: how many files there are.
    public static func write(
        _ cases: [CorpusCase], for fuzzer: Fuzzer, bytesMax: Int, to folder: String
    ) throws(FuzzProblem) -> Int {
        var written: Set<String> = []
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            for one in cases where fuzzer.seedProtocols.contains(one.protocolName) {
                guard let file = input(one)?.file, file.count <= bytesMax else { continue }
                let name = "seed-" + String(file.fuzzHash, radix: 16)
                guard written.insert(name).inserted else { continue }
                try Data(file).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
        } catch {
            throw FuzzProblem("\(folder): \(error.localizedDescription)")
        }
        return written.count
    }
}
