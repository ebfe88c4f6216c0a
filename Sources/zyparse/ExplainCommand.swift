internal import ArgumentParser
internal import Differential
internal import Wire

/// `zyparse explain FILE`
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show how each parser read each byte of one input.",
        discussion: """
            The escaped bytes, with the span of each token under them (^ certain, ~ of a message that never became \
            certain), and for a rejection its place, rule and clause. Where parsers part, each reading has a letter.

            Example: zyparse explain Corpus --case H1-TE-01
            """)

    @OptionGroup var input: InputOptions

    @Option(help: "Only this variant, or persona:NAME; may stand several times.")
    var variant: [String] = []

    func run() throws {
        let loaded = try input.load()
        let description = loaded.description
        let variants = try Load.named {
            try variant.isEmpty
                ? description.variants.filter { $0.unavailability() == nil }
                : variant.map { try Load.variant($0, of: description) }
        }
        let leniencies = description.leniencies
            .filter { loaded.configuration.policy.contains($0.policy) }.map(\.name)
        let policy = leniencies.isEmpty ? "strict" : leniencies.joined(separator: ", ")
        let explanation = Explanation(
            loaded.bytes, description, loaded.configuration, variants: variants)
        Console.write("\(loaded.heading)\(description.name), policy \(policy)\n\n")
        Console.write(explanation.text(colour: Console.wantsColour))
    }
}
