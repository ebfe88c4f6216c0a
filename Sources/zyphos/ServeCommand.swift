internal import ArgumentParser
internal import Server

/// `zyphos serve`
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serves a folder until SIGTERM or SIGINT.",
        discussion: """
            SIGTERM and SIGINT finish what is under way and end; a second one ends at once. SIGHUP reads the \
            configuration file again and opens the logs again. With --takeover FILE a process that starts takes the \
            port from the one that runs with the same FILE, which finishes what is under way and ends.

            Exit codes: 0 it has ended as it was told; 1 its workers fell too often; 2 it cannot serve.
            """)

    @OptionGroup var settings: SettingOptions
    @Option(help: .hidden) var worker: Int32?

    func run() throws {
        if let worker { return try WorkerRunner.run(worker) }
        // Everything is read and judged before anything is started.
        let settings = settings
        let configuration = try settings.served()
        let reload = Reload { try settings.served() }
        if configuration.workers > 1 {
            try SupervisorRunner.run(configuration, reload)
        } else {
            try ServerRunner.run(configuration, reload)
        }
    }
}

extension SettingOptions {
    /// The configuration, with as many descriptors as it needs or a warning.
    fileprivate func served() throws -> ServerConfiguration {
        let resolved = try resolved()
        if let warning = try resolved.descriptorWarning() { note(warning) }
        DescriptorBudget(resolved.configuration).raise()
        return resolved.configuration
    }
}
