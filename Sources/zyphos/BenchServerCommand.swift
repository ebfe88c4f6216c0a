internal import ArgumentParser
internal import Foundation
internal import Server
internal import ServerBench
internal import Wire

/// `zyphos bench-server`: the server beside nginx, on the same processors in the same run.
struct BenchServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-server",
        abstract: "Compares the server with nginx: rates, latencies, CPU, idle connections.",
        discussion: """
            Starts nginx and this program on free ports of 127.0.0.1 and drives them by turns with wrk; both must be \
            installed (Debian's packages nginx-light and wrk).
            """)

    @Option(help: "Engines that take part; can be given several times.")
    var engine: [String] = ["reuseport"]
    @Option(help: "Seconds of each run.") var seconds = 3
    @Option(help: "Rounds; figures are their medians.") var rounds = 5
    @Option(help: "Idle connections of the last part; 0: none.") var idle = 10_000
    @Option(help: "Only loads whose name contains this.") var load = ""
    @Option(help: "The program nginx.") var nginx = "nginx"
    @Option(help: "The program wrk.") var wrk = "wrk"
    @Option(help: "Write the results as JSON to this file.") var json: String?
    @Option(help: "Write a chart as SVG to this file.") var svg: String?
    @Option(help: "Write tables as Markdown to this file.") var markdown: String?

    func run() throws {
        guard (1...600).contains(seconds), (1...100).contains(rounds), (0...15_000).contains(idle)
        else {
            throw ConfigurationProblem(
                "--seconds is 1 to 600, --rounds 1 to 100, --idle 0 to 15000")
        }
        for name in engine where EngineName(rawValue: name) == nil {
            let known = EngineName.allCases.map(\.rawValue)
            throw ConfigurationProblem("unknown engine '\(name)'" + Nearest.hint(name, in: known))
        }
        let contenders =
            [Contender.nginx(try Self.found(nginx))]
            + engine.map { Contender.zyphos(Self.own, engine: $0) }
        let loads = Comparison.loads(seconds: seconds).filter {
            load.isEmpty || $0.name.contains(load)
        }
        let comparison = Comparison(wrk: Wrk(program: try Self.found(wrk)), rounds: rounds)
        do {
            let site = try BenchSite()
            let rows = try comparison.run(contenders, loads, site: site, progress: Self.progress)
            var costs: [IdleCost] = []
            for contender in idle > 0 ? contenders : [] {
                Self.progress("\(contender.name) with \(idle) idle connections")
                costs.append(
                    try comparison.idleCost(
                        contender, connections: idle, seconds: seconds, site: site))
            }
            try deliver(rows, costs)
        } catch let problem as BenchProblem {
            throw ConfigurationProblem(problem.description)
        }
    }

    private func deliver(_ rows: [ComparisonRow], _ costs: [IdleCost]) throws {
        let report = ComparisonReport(
            machine: Self.machine,
            command: "zyphos " + CommandLine.arguments.dropFirst().joined(separator: " "),
            rounds: rounds, seconds: seconds, rows: rows, idle: costs)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let texts = [
            (json, String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"),
            (svg, report.svg()), (markdown, report.markdown()),
        ]
        print(report.markdown())
        for (path, text) in texts {
            guard let path else { continue }
            do {
                try text.write(toFile: path, atomically: true, encoding: .utf8)
            } catch {
                throw ConfigurationProblem("\(path): cannot be written")
            }
        }
    }

    static func progress(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }

    static func found(_ program: String) throws -> String {
        guard let path = Command.find(program) else {
            throw ConfigurationProblem(
                "\(program) is not installed (Debian's packages nginx-light and wrk)")
        }
        return path
    }

    /// This program.
    static var own: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
    }

    /// Processor, cores, kernel.
    static var machine: String {
        let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model =
            info.split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last?.drop { $0 == " " } ?? "processor"
        let release =
            (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? ""
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return "\(model), \(cores) cores, Linux \(release.split(separator: "\n").first ?? "")"
    }
}
