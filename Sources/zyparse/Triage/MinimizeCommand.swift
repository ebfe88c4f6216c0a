internal import ArgumentParser
internal import Differential
internal import Foundation
internal import Wire

/// `zyparse minimize FILE`
struct MinimizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "minimize",
        abstract: "Find the smallest input that parts the participants in the same way.",
        discussion: """
            The signature (who reads alike, in which properties, how bad, what the reference says) stays; messages, lines, \
            words, bytes and letters go. The result is the same at every run. It is printed as the block of a case, or \
            written to a file with --output; --found writes a whole case below a corpus.
            """)

    @OptionGroup var input: InputOptions
    @OptionGroup var participants: ParticipantOptions

    @Option(help: "Inputs to read at most.")
    var tries = Minimiser.defaultTriesMax

    @Option(name: .shortAndLong, help: "Write the bytes to this file, as a whole or not at all.")
    var output: String?

    @Option(help: "Write a case below this corpus, in <protocol>/found.")
    var found: String?

    @Option(help: "Who found it, for the case's source.")
    var source = "found by zyparse minimize"

    @Option(help: "Seconds until a participant counts as hanging.")
    var seconds = 600

    @Flag(name: .customLong("in-process"), help: .hidden)
    var inProcess = false

    func run() throws {
        guard tries > 0 else { throw Failure.usage("--tries needs a number above 0") }
        guard seconds > 0 else { throw Failure.usage("--seconds needs a number above 0") }
        let find = try input.loadFind()
        let triage = try participants.triage(find.description)
        if !inProcess, input.path != "-" {
            try Isolation.rerun(seconds: seconds, place: find.place)
        }
        let made = try Load.named {
            try Minimiser(triage, triesMax: tries).minimise(find.input)
        }
        guard let made else {
            throw Failure.usage(
                "\(find.place): nothing differs on it, so there is nothing to keep while it shrinks"
            )
        }
        let finding = try Load.named { try triage.examine(made.input) }
        let neighbour =
            made.signature.law == .agreement
            ? NeighbourSearch(triage).neighbour(of: made.input) : nil
        try deliver(made, finding, neighbour, find)
        let report = FindingReport(finding, find.description, neighbour: neighbour)
        Console.write(report.text)
        let ending = made.isExhausted ? "; the tries ran out" : ""
        Console.complain(
            "\(find.input.bytes.count) bytes → \(made.input.bytes.count) in \(made.tries) tries\(ending)"
        )
    }

    private func deliver(
        _ made: Minimiser.Result, _ finding: Finding, _ neighbour: Neighbour?, _ find: LoadedFind
    ) throws {
        if let output {
            do {
                try Data(FindFile.bytes(of: made.input, find.description)).write(
                    to: URL(fileURLWithPath: output), options: .atomic)
            } catch {
                throw Failure.usage("\(output): cannot be written: \(error.localizedDescription)")
            }
        }
        guard let found,
            let one = FoundCase(finding, find.description, neighbour: neighbour, source: source)
        else { return }
        do throws(FoundCase.Problem) {
            switch try one.write(into: found) {
            case .written(let file): Console.complain("written: \(file)")
            case .known(let file): Console.complain("known already: \(file)")
            }
        } catch {
            throw Failure.usage(error.description)
        }
    }
}
