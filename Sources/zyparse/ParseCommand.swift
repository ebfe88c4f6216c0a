internal import ArgumentParser
internal import Differential
internal import Wire

/// `zyparse parse FILE`
struct ParseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Print what one variant reads in one input, as JSON.",
        discussion: """
            The JSON is the normal form that workers and reports share (Documentation/NormalForm.md). Exit code 0 \
            whatever the verdict: a rejection is a reading too.
            """)

    @OptionGroup var input: InputOptions

    @Option(help: "The variant, or persona:NAME (default: the winner, or ZYPHOS_VARIANT).")
    var variant: String?

    @Flag(help: "One line instead of many.")
    var compact = false

    func run() throws {
        let loaded = try input.load()
        let chosen = try Load.named {
            if let variant { return try Load.variant(variant, of: loaded.description) }
            return try loaded.description.selectedVariant()
        }
        let form: NormalForm
        if let harness = Harness(chosen, loaded.configuration) {
            let outcome = harness.whole(loaded.bytes)
            form = NormalForm(
                outcome, input: loaded.bytes, description: loaded.description,
                context: loaded.configuration.context)
        } else {
            form = .unsupported
        }
        Console.write(form.json(pretty: !compact) + "\n")
    }
}
