internal import ArgumentParser
internal import Differential
internal import Foundation
internal import Personas
internal import Wire

/// `zyparse kill [PATH…]`
struct KillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill",
        abstract: "Say which cases tell each quirk from the reference: the kill matrix.",
        discussion: """
            A persona is a model parser with quirks (zyparse list quirks). A quirk that no case separates from the \
            reference shows a hole in the corpus. With --valid N it counts false differences instead: N valid \
            messages for each protocol, through every variant and the models without a quirk.

            Exit code 0: every quirk is killed and no false difference found. 1: not so. 2: usage, or input that \
            cannot be read.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, markdown }

    @Argument(help: "Files and folders (default: Corpus).")
    var paths: [String] = []

    @Option(name: .customLong("protocol"), help: "Only this protocol.")
    var protocolName: String?

    @Option(help: "Only this quirk; may stand several times.")
    var quirk: [String] = []

    @Option(help: "text, json or markdown.")
    var format: Format = .text

    @Option(name: .shortAndLong, help: "Write the report to this file, as a whole or not at all.")
    var output: String?

    @Option(help: "A file of JSON lines with a fuzzer's times; adds its medians to the report.")
    var fuzz: String?

    @Option(help: "Count false differences over this many generated inputs for each protocol.")
    var valid: Int?

    @Option(help: "For --valid: the seed of the generated inputs.")
    var seed: UInt64 = 1

    @Option(help: "Threads (default: one for each core).")
    var jobs: Int?

    func run() throws {
        if let jobs, jobs < 1 { throw Failure.usage("--jobs needs a number above 0") }
        if let valid { return try countFalseDifferences(valid) }
        let quirks = try chosenQuirks()
        let times = try fuzzTimes()
        let cases = try Load.cases(paths.isEmpty ? ["Corpus"] : paths, protocolName: nil)
            .filter { protocolName == nil || $0.protocolName == protocolName }
        guard !cases.isEmpty else { throw Failure.usage("no inputs to examine") }
        let started = ContinuousClock.now
        let plain = KillMatrix([], jobs: jobs).rows(cases)
        let rows = KillMatrix(quirks, jobs: jobs).rows(cases)
        guard let plain = plain.first else { throw Failure.usage("no model to examine") }
        let report = KillReport(rows, plain: plain, times: times)
        try Console.deliver(text(report), to: output)
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        Console.complain(String(format: "%.1f s for %d cases", seconds, cases.count))
        if !report.isClean { throw ExitCode(1) }
    }

    private func chosenQuirks() throws -> [Quirk] {
        if let protocolName {
            _ = try Load.named { try Registry.requireProtocol(protocolName) }
        }
        var chosen: [Quirk] = []
        for id in quirk {
            guard let found = Personas.quirk(id) else {
                let hint = Nearest.match(id, in: Personas.quirks.map(\.id))
                    .map { " (did you mean '\($0)'?)" }
                throw Failure.usage("unknown quirk '\(id)'" + (hint ?? "; see zyparse list quirks"))
            }
            chosen.append(found)
        }
        if quirk.isEmpty { chosen = Personas.quirks }
        guard let protocolName else { return chosen }
        let concerned = chosen.filter { $0.protocols.contains(protocolName) }
        guard !concerned.isEmpty else {
            throw Failure.usage("none of these quirks shows in \(protocolName)")
        }
        return concerned
    }

    private func fuzzTimes() throws -> FuzzTimes? {
        guard let fuzz else { return nil }
        do {
            let bytes = try InputFile.read(fuzz, bytesMax: Corpus.fileBytesMax)
            return try FuzzTimes(jsonLines: String(decoding: bytes, as: UTF8.self), file: fuzz)
        } catch let error as CorpusProblem {
            throw Failure.usage(error.description)
        } catch {
            throw Failure.usage("\(fuzz): \(error)")
        }
    }

    private func text(_ report: KillReport) -> String {
        switch format {
        case .text: report.text
        case .json: report.json
        case .markdown: report.markdown(head: "# Kill matrix\n\n" + Self.caption)
        }
    }

    private static let caption = """
        Which cases of the corpus tell a model with one quirk from the reference (`zyparse kill`, \
        `Documentation/Personas.md`). Quirks are models of behaviour that was seen somewhere, never a product.
        """
}

// MARK: False differences

extension KillCommand {
    private func countFalseDifferences(_ inputs: Int) throws {
        guard inputs > 0 else { throw Failure.usage("--valid needs a number above 0") }
        let protocols = try Load.named {
            try protocolName.map { [try Registry.requireProtocol($0)] } ?? Registry.protocols
        }
        let count = FalseDifferences(inputs: inputs, seed: seed, jobs: jobs)
        var found = 0
        for description in protocols {
            let started = ContinuousClock.now
            let one = count.count(description)
            found += one.differences
            let rate = Double(one.differences) / Double(max(1, one.readings))
            Console.write(
                "\(one.protocolName): \(one.differences) differences in \(one.readings) readings of "
                    + "\(one.valid) valid inputs (\(one.parts) parts); rate \(rate)\n")
            if let example = one.example {
                Console.write("    \(example.variant): \(EscapedBytes.text(example.input))\n")
            }
            let seconds = (ContinuousClock.now - started) / .seconds(1)
            Console.complain(
                String(
                    format: "%@: %.1f s, %d inputs not accepted", one.protocolName, seconds,
                    one.skipped))
        }
        if found > 0 { throw ExitCode(1) }
    }
}
