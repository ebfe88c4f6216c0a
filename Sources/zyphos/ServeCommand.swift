internal import ArgumentParser
internal import Server

/// `zyphos serve`
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serves a folder until SIGTERM or SIGINT.")

    @OptionGroup var settings: SettingOptions

    func run() throws {
        // Everything is read and judged before anything is started.
        let resolved = try settings.resolved()
        try ServerRunner.run(resolved.configuration)
    }
}
