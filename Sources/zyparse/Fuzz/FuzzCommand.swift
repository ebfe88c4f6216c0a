internal import ArgumentParser
internal import Differential
internal import Fuzzing

/// `zyparse fuzz`: the fuzzers of `Sources/Fuzz`, run, fed and watched.
struct FuzzCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz",
        abstract:
            "Run the libFuzzer programs that hunt for differences, and look after their corpora.",
        discussion: """
            The programs are a package of their own:
              swift build --package-path Sources/Fuzz -c release --sanitize=fuzzer

            Exit codes: 0 nothing found; 1 a difference; 2 usage; 3 a parser crashed, hung or took too much memory.
            """,
        subcommands: [
            FuzzListCommand.self, FuzzRunCommand.self, FuzzSmokeCommand.self,
            FuzzSeedsCommand.self, FuzzMergeCommand.self, FuzzKillCommand.self,
        ])
}

/// Where the programs are; every subcommand but `list` and `seeds` needs it.
struct FuzzPrograms: ParsableArguments {
    @Option(help: "The folder of the fuzz programs.")
    var programs = FuzzProgram.usualFolder

    /// The program of a fuzzer.
    func program(_ fuzzer: Fuzzer) throws -> FuzzProgram {
        try FuzzFailure.named { () throws(FuzzProblem) in
            try FuzzProgram(fuzzer, folder: programs)
        }
    }
}

/// Turns what fuzzing cannot do into words and an exit code.
enum FuzzFailure {
    static func named<Value>(_ body: () throws(FuzzProblem) -> Value) throws -> Value {
        do throws(FuzzProblem) {
            return try body()
        } catch {
            throw Failure.usage(error.description)
        }
    }

    /// The fuzzers of these protocols, or all.
    static func fuzzers(_ names: [String]) throws -> [Fuzzer] {
        try Load.named { try names.isEmpty ? Fuzzer.all : names.map(Fuzzer.named) }
    }
}

/// `zyparse fuzz list`
struct FuzzListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the fuzzers.")

    func run() throws {
        for fuzzer in Fuzzer.all {
            Console.write(
                "\(fuzzer.program): \(fuzzer.summary); "
                    + "smoke: \(fuzzer.smokeExecutions) executions\n")
        }
        Console.write(
            "canary: \(Fuzzer.canary.program) against a reference with one leniency too many, which must be found\n"
        )
    }
}

/// `zyparse fuzz seeds --output FOLDER`
struct FuzzSeedsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seeds", abstract: "Write corpus cases as inputs for the fuzzers.")

    @Argument(help: "Files and folders with cases.")
    var paths = ["Corpus"]

    @Option(help: "Where to write: one folder for each protocol.")
    var output: String

    @Option(name: .customLong("protocol"), help: "Only this protocol.")
    var protocolName: String?

    @Option(help: "The most bytes of a seed.")
    var bytesMax = 1_024

    func run() throws {
        let isProtocol = protocolName.map { Registry.names.contains($0) } ?? false
        let cases = try Load.cases(paths, protocolName: isProtocol ? protocolName : nil)
        for fuzzer in try FuzzFailure.fuzzers(protocolName.map { [$0] } ?? []) {
            let count = try FuzzFailure.named { () throws(FuzzProblem) in
                try SeedCorpus.write(
                    cases, for: fuzzer, bytesMax: bytesMax,
                    to: "\(output)/\(fuzzer.protocolName)")
            }
            Console.write("\(fuzzer.protocolName): \(count) seeds\n")
        }
    }
}

/// `zyparse fuzz merge INTO FROM…`
struct FuzzMergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract:
            "Merge corpora of one fuzzer: INTO keeps the smallest inputs that reach what all of them reach."
    )

    @Argument(help: "The corpus that is added to, or made.")
    var into: String

    @Argument(help: "The corpora that are read.")
    var from: [String]

    @Option(name: .customLong("protocol"), help: "The fuzzer's protocol.")
    var protocolName: String

    @OptionGroup var programs: FuzzPrograms

    func run() throws {
        let fuzzer = try Load.named { try Fuzzer.named(protocolName) }
        for folder in from where !FuzzFiles.isFolder(folder) {
            throw Failure.usage("\(folder): no such folder")
        }
        try FuzzFiles.makeFolder(into)
        let before = FuzzFiles.count(into)
        let log = into + ".merge.log"
        let program = try programs.program(fuzzer)
        let status = try FuzzFailure.named { () throws(FuzzProblem) in
            try program.call(["-merge=1", into] + from, log: log)
        }
        guard status == 0 else {
            throw Failure(code: 3, message: "the merge ended with \(status); see \(log)")
        }
        FuzzFiles.remove(log)
        let read = from.reduce(0) { $0 + FuzzFiles.count($1) }
        Console.write("\(into): \(FuzzFiles.count(into)) inputs (\(before) before, \(read) read)\n")
    }
}
