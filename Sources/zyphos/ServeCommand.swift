internal import ArgumentParser
internal import Server

/// `zyphos serve`
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serves a folder until SIGTERM or SIGINT.",
        discussion: """
            SIGTERM and SIGINT finish what is under way and end; a second one ends at once. SIGHUP reads the \
            configuration file again and opens the logs again.
            """)

    @OptionGroup var settings: SettingOptions

    func run() throws {
        // Everything is read and judged before anything is started.
        let settings = settings
        let resolved = try settings.resolved()
        try ServerRunner.run(resolved.configuration) { try settings.resolved() }
    }
}
