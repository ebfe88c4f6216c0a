internal import ArgumentParser
internal import Differential
internal import Foundation
internal import ParserBench

/// `zyparse bench`
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Time every variant, and name each protocol's winner.",
        discussion: """
            Every result is checked before it is timed. All variants of an input take turns, so that ratios hold on a \
            shared machine. A time is the median of the fastest quarter of the samples; ×classify is its multiple of \
            the bare classification kernel's time on the same bytes.
            """)

    @Option(help: "Samples for each variant and input.")
    var samples = 61

    @Option(help: "Only inputs whose name contains this.")
    var input = ""

    @Option(name: .customLong("protocol"), help: "Only this protocol.")
    var protocolName: String?

    @Option(help: "Write the results as JSON to this file.")
    var json: String?

    @Option(help: "Write a bar chart as SVG to this file.")
    var svg: String?

    @Option(help: "Write a table as Markdown to this file, with machine, kernel and command.")
    var markdown: String?

    func run() throws {
        guard samples > 0 else { throw Failure.usage("--samples needs a number above 0") }
        let protocols = try Load.named {
            try protocolName.map { [try Registry.requireProtocol($0)] } ?? Registry.protocols
        }
        #if DEBUG
            Console.complain("this is a debug build: figures say nothing; build with -c release")
        #endif
        let results: [BenchResult]
        do throws(BenchFailure) {
            let bench = ParserBench(protocols, samples: samples)
            results = ParserBench.crown(try bench.run(filter: input) { Console.progress($0) })
        } catch {
            Console.progress("")
            throw Failure(code: 1, message: "wrong result, nothing timed: \(error.description)")
        }
        Console.progress("")
        guard !results.isEmpty else {
            throw Failure.usage("no input's name contains '\(input)'")
        }
        let machine = Machine.current()
        Console.write(BenchTable.text(results) + "\n")
        if let json { try Console.deliver(JSONText.encode(results, pretty: true) + "\n", to: json) }
        if let svg {
            try Console.deliver(BenchChart.svg(results, caption: machine.short), to: svg)
        }
        if let markdown {
            try Console.deliver(BenchTable.markdown(results, machine), to: markdown)
        }
    }
}
