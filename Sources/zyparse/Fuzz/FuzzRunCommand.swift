internal import ArgumentParser
internal import Differential
internal import Foundation
internal import Fuzzing
internal import Synchronization

/// `zyparse fuzz run [PROTOCOL…]`
struct FuzzRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run fuzzers for a time; finds and corpora are kept in a folder.",
        discussion: """
            FOLDER/corpus/PROTOCOL holds each fuzzer's corpus, FOLDER/finds what was found, FOLDER/*.log the engine's words. A \
            run that is interrupted has lost nothing: finds are written when they are made.
            """)

    @Argument(help: "The protocols; default: all.")
    var protocols: [String] = []

    @Option(help: "Seconds for each protocol.")
    var seconds = 60

    @Option(help: "The engine's seed.")
    var seed = 1

    @Option(help: "Fuzzers that run at once.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: "Where corpora, finds and logs are kept.")
    var folder = ".fuzz"

    @Option(help: "The most bytes of an input.")
    var bytesMax = 1_024

    @Option(help: "A file for the reports, one line of JSON for each run.")
    var json: String?

    @OptionGroup var programs: FuzzPrograms

    func validate() throws {
        guard seconds > 0, jobs > 0, bytesMax > 0, seed >= 0 else {
            throw ValidationError(
                "--seconds, --jobs and --bytes-max are above 0, --seed is not below")
        }
    }

    func run() throws {
        let fuzzers = try FuzzFailure.fuzzers(protocols)
        let lanes = try fuzzers.map { fuzzer in
            FuzzLane(
                name: fuzzer.protocolName, program: try programs.program(fuzzer), run: plan(fuzzer))
        }
        let results = try FuzzLane.runAll(lanes, jobs: jobs) { lane, result in
            Console.write(FuzzText.line(lane.name, result))
        }
        if let json { try Console.deliver(FuzzText.json(results), to: json) }
        Console.exit(FuzzText.exitCode(results))
    }

    private func plan(_ fuzzer: Fuzzer) -> FuzzProgram.Run {
        var run = FuzzProgram.Run(folder: folder)
        run.seed = seed
        run.seconds = seconds
        run.bytesMax = bytesMax
        run.corpus = "\(folder)/corpus/\(fuzzer.protocolName)"
        return run
    }
}

/// `zyparse fuzz smoke`
struct FuzzSmokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "smoke",
        abstract: "Run every fuzzer briefly from a fixed seed, and the canary, which must be found."
    )

    @Option(help: "Where logs and finds go.")
    var folder = ".fuzz/smoke"

    @OptionGroup var programs: FuzzPrograms

    func run() throws {
        let lanes = try Fuzzer.all.map { fuzzer in
            var run = FuzzProgram.Run(folder: folder)
            run.executions = fuzzer.smokeExecutions
            return FuzzLane(
                name: fuzzer.protocolName, program: try programs.program(fuzzer), run: run)
        }
        let jobs = ProcessInfo.processInfo.activeProcessorCount
        let results = try FuzzLane.runAll(lanes, jobs: jobs) { lane, result in
            Console.write(FuzzText.line(lane.name, result))
        }
        try repeatsItself()
        try canary()
        Console.exit(FuzzText.exitCode(results))
    }

    /// A find that cannot be had again is hard to mend: two runs with one seed must make the same inputs, wherever the
    /// environment's size puts the heap.
    private func repeatsItself() throws {
        for fuzzer in Fuzzer.all {
            var run = FuzzProgram.Run(folder: folder)
            run.executions = 2_000
            run.seed = 2
            let program = try programs.program(fuzzer)
            let digests = try [0, 333].map { ballast in
                run.ballast = ballast
                return try FuzzFailure.named { () throws(FuzzProblem) in try program.run(run) }
                    .report?.digest
            }
            guard let first = digests[0], first == digests[1] else {
                throw Failure(
                    code: 1,
                    message: "\(fuzzer.protocolName): two runs with one seed were not the same")
            }
        }
        Console.write("repetition: two runs of each fuzzer with one seed made the same inputs\n")
    }

    /// A hunt that finds nothing proves something only if it finds what is known to be there.
    private func canary() throws {
        var run = FuzzProgram.Run(folder: folder)
        run.opponent = Opponent.canaryName
        run.seconds = 60
        let program = try programs.program(Fuzzer.canary)
        let result = try FuzzFailure.named { () throws(FuzzProblem) in try program.run(run) }
        guard let find = result.report?.finds.first else {
            throw Failure(
                code: 1,
                message: "the canary was not found: the fuzzers are blind; see \(result.log)")
        }
        Console.write("canary: found after \(find.executions) executions\n")
    }
}

/// One program's run among several.
struct FuzzLane: Sendable {
    let name: String
    let program: FuzzProgram
    let run: FuzzProgram.Run

    /// Runs all lanes, `jobs` at once; `done` is called in the order of their ends.
    static func runAll(
        _ lanes: [FuzzLane], jobs: Int,
        done: @escaping @Sendable (FuzzLane, FuzzProgram.Result) -> Void
    ) throws -> [FuzzProgram.Result] {
        let state = Mutex(
            (next: 0, results: [Int: FuzzProgram.Result](), problem: FuzzProblem?.none))
        DispatchQueue.concurrentPerform(iterations: min(jobs, lanes.count)) { _ in
            while let index = state.withLock({ state -> Int? in
                guard state.problem == nil, state.next < lanes.count else { return nil }
                state.next += 1
                return state.next - 1
            }) {
                do throws(FuzzProblem) {
                    let result = try lanes[index].program.run(lanes[index].run)
                    state.withLock { $0.results[index] = result }
                    done(lanes[index], result)
                } catch {
                    state.withLock { $0.problem = error }
                }
            }
        }
        return try state.withLock { state in
            if let problem = state.problem { throw Failure.usage(problem.description) }
            return lanes.indices.compactMap { state.results[$0] }
        }
    }
}

/// How runs are told.
enum FuzzText {
    static func line(_ name: String, _ result: FuzzProgram.Result) -> String {
        var text = "\(name): "
        if let report = result.report {
            let cpu = String(format: "%.1f", report.cpuSeconds)
            text += "\(report.executions) executions in \(cpu) CPU seconds, "
            text += "\(Int(report.executionsPerSecond)) a second, "
            text += "\(report.finds.count) differences\n"
            for find in report.finds {
                text += "  \(find.law), \(find.variant) against \(find.against): \(find.detail)\n"
                text += "    \(find.file)\n"
            }
        } else {
            text += "ended with \(result.status) and no report; see \(result.log)\n"
        }
        for crash in result.crashes { text += "  the process died on \(crash)\n" }
        return text
    }

    static func json(_ results: [FuzzProgram.Result]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let lines = try results.compactMap(\.report).map {
            String(decoding: try encoder.encode($0), as: UTF8.self) + "\n"
        }
        return lines.joined()
    }

    /// 3 where a parser died, 1 where parsers differ.
    static func exitCode(_ results: [FuzzProgram.Result]) -> Int32 {
        if results.contains(where: { $0.report == nil || !$0.crashes.isEmpty }) { return 3 }
        return results.contains { $0.report?.finds.isEmpty == false } ? 1 : 0
    }
}
