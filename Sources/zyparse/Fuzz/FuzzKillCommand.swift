internal import ArgumentParser
internal import Differential
internal import Foundation
internal import Fuzzing
internal import Personas
internal import Wire

/// `zyparse fuzz kill`
struct FuzzKillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill",
        abstract:
            "Measure how long the fuzzers take, from an empty corpus, to tell each quirk from the reference.",
        discussion: """
            Each run hunts one persona with one quirk. The result, one line of JSON for each run, is what \
            'zyparse kill --fuzz FILE' reads. Exit code 1 where a quirk was not found with any seed.
            """)

    @Option(help: "Only this quirk; may stand several times.")
    var quirk: [String] = []

    @Option(name: .customLong("protocol"), help: "Only quirks that this protocol can show.")
    var protocolName: String?

    @Option(help: "Runs for each quirk, from seed 1.")
    var seeds = 3

    @Option(help: "Seconds for each run.")
    var seconds = 60

    @Option(help: "Runs at once.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: "Where logs go.")
    var folder = ".fuzz/kill"

    @Option(name: .shortAndLong, help: "Write the result to this file.")
    var output: String?

    @OptionGroup var programs: FuzzPrograms

    func validate() throws {
        guard seeds > 0, seconds > 0, jobs > 0 else {
            throw ValidationError("--seeds, --seconds and --jobs are above 0")
        }
    }

    /// A hunt: which quirk, and in which protocol.
    private struct Hunt {
        let quirk: Quirk
        let protocolName: String
        let seed: Int
    }

    func run() throws {
        let hunts = try chosenQuirks().flatMap { quirk, name in
            (1...seeds).map { Hunt(quirk: quirk, protocolName: name, seed: $0) }
        }
        guard !hunts.isEmpty else { throw Failure.usage("no quirk to hunt") }
        let lanes = try hunts.map(lane)
        let results = try FuzzLane.runAll(lanes, jobs: jobs) { lane, result in
            let find = result.report?.finds.first
            let end = find.map { "after \($0.executions) executions" } ?? "not found"
            Console.complain("\(lane.name): \(end)")
        }
        try Console.deliver(lines(hunts, results), to: output)
        let found = Set(
            zip(hunts, results).filter { $0.1.report?.finds.isEmpty == false }.map { $0.0.quirk.id }
        )
        let missed = Set(hunts.map(\.quirk.id)).subtracting(found)
        guard missed.isEmpty else {
            throw Failure(code: 1, message: "not found: " + missed.sorted().joined(separator: ", "))
        }
    }

    private func chosenQuirks() throws -> [(Quirk, String)] {
        if let protocolName { _ = try Load.named { try Registry.requireProtocol(protocolName) } }
        let chosen =
            try quirk.isEmpty
            ? Personas.quirks
            : quirk.map { id in
                guard let known = Personas.quirk(id) else {
                    let hint = Nearest.hint(id, in: Personas.quirks.map(\.id))
                    throw Failure.usage("unknown quirk '\(id)'\(hint)")
                }
                return known
            }
        return chosen.compactMap { quirk in
            guard let protocolName else { return (quirk, Self.level(quirk)) }
            return quirk.protocols.contains(protocolName) ? (quirk, protocolName) : nil
        }
    }

    /// Where a quirk is hunted: in streams where it can show there, as desyncs live at that level.
    private static func level(_ quirk: Quirk) -> String {
        let stream = "http1.stream"
        return quirk.protocols.contains(stream) ? stream : quirk.protocols.first ?? stream
    }

    private func lane(_ hunt: Hunt) throws -> FuzzLane {
        let fuzzer = try Load.named { try Fuzzer.named(hunt.protocolName) }
        var run = FuzzProgram.Run(folder: folder)
        run.seed = hunt.seed
        run.seconds = seconds
        run.opponent = hunt.quirk.id
        return FuzzLane(
            name: "\(hunt.quirk.id), seed \(hunt.seed)", program: try programs.program(fuzzer),
            run: run)
    }

    private func lines(_ hunts: [Hunt], _ results: [FuzzProgram.Result]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return try zip(hunts, results).map { hunt, result in
            let find = result.report?.finds.first
            let run = FuzzTimes.Run(
                quirk: hunt.quirk.id, protocol: hunt.protocolName, seed: UInt64(hunt.seed),
                executions: find.map { Double($0.executions) }, seconds: find?.seconds)
            return String(decoding: try encoder.encode(run), as: UTF8.self) + "\n"
        }.joined()
    }
}
