internal import ArgumentParser
internal import Foundation
internal import Server
internal import ServerBench
internal import Wire

/// `zyphos bench-engines`: every engine under one bounded load.
struct BenchEnginesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-engines",
        abstract: "Compares the engines: rates, latencies, system calls, CPU, memory.",
        discussion: """
            Starts this program once for each engine on a free port of 127.0.0.1 and drives them by turns with wrk, which must \
            be installed. System calls and context switches are counted by perf where that is there and may count.
            """)

    @Option(help: "Engines that take part; can be given several times. Without: all.")
    var engine: [String] = []
    @Option(help: "Connections that are busy.") var connections = 64
    @Option(help: "Seconds of each run.") var seconds = 3
    @Option(help: "Rounds; figures are their medians.") var rounds = 5
    @Option(help: "Idle connections of the last part; 0: none.") var idle = 1_000
    @Option(help: "The program wrk.") var wrk = "wrk"
    @Option(help: "Write the results as JSON to this file.") var json: String?
    @Option(help: "Write charts as SVG to this file, and to others beside it.") var svg: String?
    @Option(help: "Write tables as Markdown to this file.") var markdown: String?

    func run() throws {
        guard (1...1_000).contains(connections), (1...600).contains(seconds),
            (1...100).contains(rounds), (0...1_000).contains(idle)
        else {
            // The engine threads has 1,024 threads.
            throw ConfigurationProblem(
                "--connections is 1 to 1000, --seconds 1 to 600, --rounds 1 to 100, --idle 0 to 1000"
            )
        }
        let known = EngineName.allCases.map(\.rawValue)
        for name in engine where !known.contains(name) {
            throw ConfigurationProblem("unknown engine '\(name)'" + Nearest.hint(name, in: known))
        }
        let wanted = engine.isEmpty ? known : engine
        let absent = Self.absent(wanted)
        let engines = wanted.filter { absent[$0] == nil }
        let bench = EngineBench(
            program: BenchServerCommand.own,
            wrk: Wrk(program: try BenchServerCommand.found(wrk)), rounds: rounds)
        do {
            let site = try BenchSite()
            let loads = EngineBench.loads(connections: connections, seconds: seconds)
            let rows = try bench.run(
                engines, loads, site: site, progress: BenchServerCommand.progress)
            var memory: [EngineMemory] = []
            for name in idle > 0 ? engines : [] {
                BenchServerCommand.progress("\(name) with \(idle) idle connections")
                memory.append(try bench.memory(name, connections: idle, site: site))
            }
            try deliver(
                EngineReport(
                    machine: BenchServerCommand.machine,
                    command: "zyphos "
                        + CommandLine.arguments.dropFirst().joined(separator: " "),
                    rounds: rounds, seconds: seconds, rows: rows, memory: memory, absent: absent))
        } catch let problem as BenchProblem {
            throw ConfigurationProblem(problem.description)
        }
    }

    /// Engines that this machine refuses, and why.
    private static func absent(_ engines: [String]) -> [String: String] {
        var absent: [String: String] = [:]
        for name in engines {
            guard let engine = EngineName(rawValue: name) else { continue }
            var configuration = ServerConfiguration()
            configuration.engine = engine
            configuration.listen = [ListenAddress(port: 0)]
            do { _ = try HTTPServer(configuration) } catch { absent[name] = "\(error)" }
        }
        return absent
    }

    private func deliver(_ report: EngineReport) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let picture = svg.map { URL(fileURLWithPath: $0).lastPathComponent } ?? "engines.svg"
        let text = report.markdown(picture: picture)
        print(text)
        var files = [
            (json, String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"),
            (markdown, text),
        ]
        for chart in report.charts {
            files.append((svg.map { EngineReport.path($0, chart.suffix) }, chart.svg))
        }
        for (path, text) in files {
            guard let path else { continue }
            do {
                try text.write(toFile: path, atomically: true, encoding: .utf8)
            } catch {
                throw ConfigurationProblem("\(path): cannot be written")
            }
        }
    }
}
