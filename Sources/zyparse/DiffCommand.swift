internal import ArgumentParser
internal import Differential
internal import Foundation
internal import Synchronization

/// `zyparse diff PATH…`
struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare all variants on cases and files, law by law.",
        discussion: """
            A PATH is a file or a folder. Markdown files hold cases (see Corpus/README.md); every other file is one \
            input. A folder named like a protocol (http1.stream) gives its files that protocol.

            Exit code 0: no disagreement. 1: at least one. 2: usage, or input that cannot be read.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, jsonl }

    @Argument(help: "Files and folders.")
    var paths: [String]

    @Option(name: .customLong("protocol"), help: "Protocol of files outside a protocol's folder.")
    var protocolName: String?

    @Option(
        help:
            "Only this variant; may stand several times. The first is what the others are held against."
    )
    var variant: [String] = []

    @Option(help: "Cuts to try: edges (every cut of short inputs) or all.")
    var splits = "edges"

    @Option(
        help:
            "Leniencies to add to every case's own, separated by commas; 'all' for all. Drops the cases' expectations."
    )
    var policy: String?

    @Option(help: "i/n: only each n-th input, from the i-th; n runs share the work.")
    var shard: String?

    @Option(help: "Threads (default: one for each core).")
    var jobs: Int?

    @Option(help: "text, or jsonl: one JSON object a line.")
    var format: Format = .text

    @Option(name: .shortAndLong, help: "Write the report to this file, as a whole or not at all.")
    var output: String?

    func run() throws {
        var options = RunOptions()
        options.variants = variant.isEmpty ? nil : variant
        guard let choice = SplitChoice(rawValue: splits) else {
            throw Failure.usage("unknown splits '\(splits)'; known: edges, all")
        }
        options.splits = choice
        options.policy = policy
        if let jobs {
            guard jobs > 0 else { throw Failure.usage("--jobs needs a number above 0") }
            options.jobs = jobs
        }
        let all = try Load.list(paths, protocolName: protocolName)
        guard all.count > 0 else {
            throw Failure.usage("no inputs under \(paths.joined(separator: ", "))")
        }
        let chosen = try sharded(all)
        let cases = policy == nil ? chosen : chosen.withoutExpectations()
        let started = ContinuousClock.now
        let report = try Load.named {
            try Runner(options).run(cases, progress: progress(cases.count))
        }
        Console.progress("")
        try Console.deliver(text(report), to: output)
        tellSpeed(report, ContinuousClock.now - started, options)
        if !report.disagreements.isEmpty { throw ExitCode(1) }
    }

    private func sharded(_ list: CaseList) throws -> CaseList {
        guard let shard else { return list }
        let numbers = shard.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let index = numbers[0], let count = numbers[1], count > 0,
            (1...count).contains(index)
        else { throw Failure.usage("--shard is written i/n with i from 1 to n, not '\(shard)'") }
        return list.shard(index, of: count)
    }

    private func text(_ report: RunReport) -> String {
        switch format {
        case .text: DiffReport.text(report, colour: output == nil && Console.wantsColour)
        case .jsonl: DiffReport.jsonLines(report)
        }
    }

    private func progress(_ total: Int) -> @Sendable (Int) -> Void {
        guard Console.isErrorTerminal else { return { _ in } }
        let shown = Atomic<Int>(0)
        return { done in
            // One update for each percent is enough, and keeps the threads off the terminal.
            let percent = done * 100 / total
            guard shown.max(percent, ordering: .relaxed).oldValue < percent else { return }
            Console.progress("\(done) of \(total) inputs, \(percent) %")
        }
    }

    /// Time is no result: it goes to standard error.
    private func tellSpeed(_ report: RunReport, _ time: Duration, _ options: RunOptions) {
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        let rate = Double(report.parserRuns) / max(seconds, 1e-9) / Double(options.jobs)
        Console.complain(
            String(
                format: "%.1f s on %d threads, %.0f parser runs per second and thread",
                seconds, options.jobs, rate))
    }
}
