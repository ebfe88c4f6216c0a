internal import ArgumentParser
internal import Differential
internal import Wire

/// `zyparse replay FILE`
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run one find through every participant and every law, and say what it is.",
        discussion: """
            FILE is a file that a fuzzer wrote, a case (Corpus/<protocol>/found/*.md), or raw bytes. The report has who \
            read what, the signature, the label (Documentation/Triage.md), who is wrong by the reference's reading, and \
            the nearest input that all read alike.

            Exit code 0: all agree and all laws hold. 1: they do not. 2: usage, or input that cannot be read. 3: a \
            participant crashed or did not end.
            """)

    @OptionGroup var input: InputOptions
    @OptionGroup var participants: ParticipantOptions

    @Option(help: "Seconds until a participant counts as hanging.")
    var seconds = 120

    @Flag(help: "Look for no neighbour.")
    var noNeighbour = false

    @Flag(name: .customLong("in-process"), help: .hidden)
    var inProcess = false

    func run() throws {
        guard seconds > 0 else { throw Failure.usage("--seconds needs a number above 0") }
        let find = try input.loadFind()
        let triage = try participants.triage(find.description)
        // Standard input is read once; it cannot be handed to another process.
        if !inProcess, input.path != "-" {
            try Isolation.rerun(seconds: seconds, place: find.place)
        }
        let finding = try Load.named { try triage.examine(find.input) }
        let isAgreement = finding.signature?.law == .agreement
        let neighbour =
            isAgreement && !noNeighbour
            ? NeighbourSearch(triage).neighbour(of: find.input) : nil
        let report = FindingReport(finding, find.description, neighbour: neighbour)
        Console.write("\(find.place)\n\(report.text)")
        if finding.signature != nil { throw ExitCode(1) }
    }
}
