internal import Differential
internal import Foundation

/// One of the libFuzzer programs of `Sources/Fuzz`, as a process that this one starts and watches.
public struct FuzzProgram: Sendable {
    /// Where `swift build --package-path Sources/Fuzz -c release --sanitize=fuzzer` puts the programs.
    public static let usualFolder = "Sources/Fuzz/.build/release"

    private let fuzzer: Fuzzer
    private let path: String

    /// The program of `fuzzer` in `folder`.
    ///
    /// - Throws: `FuzzProblem` where it is not there.
    public init(_ fuzzer: Fuzzer, folder: String) throws(FuzzProblem) {
        self.fuzzer = fuzzer
        path = "\(folder)/\(fuzzer.program)"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw FuzzProblem(
                "\(path) is not there; build it with: "
                    + "swift build --package-path Sources/Fuzz -c release --sanitize=fuzzer")
        }
    }

    /// How a run goes.
    public struct Run: Sendable {
        /// The engine's seed: the same seed and number of executions make the same run.
        public var seed = 1
        /// Bounds: the first that is met ends the run.
        public var executions: Int?
        public var seconds: Int?
        /// The most bytes of an input.
        public var bytesMax = 1_024
        /// Where the corpus is read from and kept; nil for a run that starts from nothing and keeps nothing.
        public var corpus: String?
        /// Where finds and the engine's log go.
        public var folder: String
        /// Whom to hunt instead of broken laws.
        public var opponent: String?
        /// Whether finds are saved and the run goes on; else the first ends it.
        public var goesOn = true
        /// Bytes that the environment is longer: nothing may depend on them, which a test of repetition uses.
        public var ballast = 0

        /// A run that writes to `folder`.
        public init(folder: String) { self.folder = folder }
    }

    /// What became of a run.
    public struct Result: Sendable {
        /// What the program reports, or nil where it did not come to that.
        public var report: FuzzSession.Report?
        /// Files that the engine saved because the process died, hung or took too much memory.
        public var crashes: [String]
        /// The process's exit code, or the signal that ended it, negative.
        public var status: Int32
        /// The engine's log.
        public var log: String
    }

    /// Starts the program, waits for its end and reads its report.
    ///
    /// - Throws: `FuzzProblem` where a folder cannot be written or the program not be started.
    public func run(_ run: Run) throws(FuzzProblem) -> Result {
        try Self.makeFolder(run.folder)
        if let corpus = run.corpus { try Self.makeFolder(corpus) }
        let name = run.opponent.map { "\(fuzzer.protocolName)-\($0)" } ?? fuzzer.protocolName
        let report = "\(run.folder)/\(name)-\(run.seed).json"
        let log = "\(run.folder)/\(name)-\(run.seed).log"
        let prefix = "\(run.folder)/\(fuzzer.protocolName)-"
        let before = Self.crashes(prefix)
        try? FileManager.default.removeItem(atPath: report)
        let status = try start(arguments(run, prefix), environment(run, report), log: log)
        return Result(
            report: Self.report(report),
            crashes: Self.crashes(prefix).filter { !before.contains($0) }, status: status,
            log: log)
    }

    /// Runs the engine in a mode of its own, such as `-merge=1`, and gives its exit code.
    public func call(_ arguments: [String], log: String) throws(FuzzProblem) -> Int32 {
        try start(arguments, Self.quiet, log: log)
    }

    private func arguments(_ run: Run, _ prefix: String) -> [String] {
        var arguments = [
            "-seed=\(run.seed)", "-max_len=\(run.bytesMax)", "-artifact_prefix=\(prefix)",
            "-print_final_stats=1", "-rss_limit_mb=2048", "-timeout=20",
            // Structure-aware mutations grow inputs by themselves.
            "-len_control=0", "-reload=0",
            // Weighing inputs by the rarity of their features costs a fifth of all time with as many features as outcomes have.
            "-entropic=0",
        ]
        if let executions = run.executions { arguments.append("-runs=\(executions)") }
        if let seconds = run.seconds { arguments.append("-max_total_time=\(seconds)") }
        if let corpus = run.corpus { arguments.append(corpus) }
        return arguments
    }

    /// A run is the same again only where nothing depends on a hash's seed; and libFuzzer, not Swift's runtime, handles
    /// a crash.
    private static let quiet = [
        "SWIFT_BACKTRACE": "enable=no", "SWIFT_DETERMINISTIC_HASHING": "1",
    ]

    private func environment(_ run: Run, _ report: String) -> [String: String] {
        var environment = Self.quiet
        environment["ZYPHOS_FUZZ_REPORT"] = report
        environment["ZYPHOS_FUZZ_SEED"] = String(run.seed)
        environment["ZYPHOS_FUZZ_PARENT"] = String(getpid())
        if run.ballast > 0 {
            environment["ZYPHOS_FUZZ_BALLAST"] = String(repeating: "x", count: run.ballast)
        }
        if let opponent = run.opponent { environment["ZYPHOS_FUZZ_OPPONENT"] = opponent }
        if run.goesOn { environment["ZYPHOS_FUZZ_FINDS"] = run.folder + "/finds" }
        return environment
    }

    private func start(
        _ arguments: [String], _ environment: [String: String], log: String
    ) throws(FuzzProblem) -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        do {
            guard FileManager.default.createFile(atPath: log, contents: nil) else {
                throw FuzzProblem("\(log) cannot be written")
            }
            let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
            defer { try? output.close() }
            process.standardOutput = output
            process.standardError = output
            process.standardInput = FileHandle.nullDevice
            try process.run()
        } catch let problem as FuzzProblem {
            throw problem
        } catch {
            throw FuzzProblem("\(path) cannot be started: \(error.localizedDescription)")
        }
        process.waitUntilExit()
        return process.terminationReason == .exit
            ? process.terminationStatus : -process.terminationStatus
    }

    private static func makeFolder(_ path: String) throws(FuzzProblem) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw FuzzProblem("\(path) cannot be made: \(error.localizedDescription)")
        }
        guard FileManager.default.isWritableFile(atPath: path) else {
            throw FuzzProblem("\(path) is not writable: finds would be lost")
        }
    }

    /// What the engine saved under `prefix`.
    private static func crashes(_ prefix: String) -> [String] {
        let url = URL(fileURLWithPath: prefix)
        let folder = url.deletingLastPathComponent().path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let sorts = ["crash-", "timeout-", "oom-", "leak-"].map { url.lastPathComponent + $0 }
        return names.filter { name in sorts.contains { name.hasPrefix($0) } }
            .sorted().map { "\(folder)/\($0)" }
    }

    private static func report(_ path: String) -> FuzzSession.Report? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return try? JSONDecoder().decode(FuzzSession.Report.self, from: data)
    }
}

/// Why fuzzing could not begin or go on.
public struct FuzzProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and what to do.
    public let description: String

    /// Makes a problem.
    public init(_ description: String) { self.description = description }
}
