internal import ArgumentParser
internal import Server

/// `zyphos check`
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Reads the configuration, and says what is in force and where each value came from.",
        discussion: "Starts nothing. Exit codes: 0 it can be served; 2 it cannot, with the reason.")

    @OptionGroup var settings: SettingOptions
    @Option(help: "text or json") var format = ReportFormat.text

    func run() throws {
        let resolved = try settings.resolved()
        let rows = Setting.all.map { setting in
            [
                setting.key, setting.show(resolved.configuration),
                resolved.origin(of: setting).description,
            ]
        }
        print(Report(head: ["setting", "value", "from"], rows: rows).text(format))
    }
}
