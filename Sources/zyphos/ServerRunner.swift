internal import Glibc
internal import Server

/// Starts the engine that a configuration names, and stays until it has ended.
enum ServerRunner {
    /// - Parameter again: reads the configuration once more.
    static func run(
        _ configuration: ServerConfiguration,
        again: @escaping @Sendable () throws -> ResolvedConfiguration
    ) throws {
        // A client that is gone must not end the process; neither must a log's reader.
        signal(SIGPIPE, SIG_IGN)
        let telemetry = Telemetry(for: configuration)
        let server = try HTTPServer(configuration, telemetry: telemetry)
        let reload = Reload(read: again)
        let watch = SignalWatch(server) {
            // Whatever becomes of the configuration: files that were moved away are let go.
            server.reopenLogs()
            reload.perform { try server.reload($0) }
        }
        defer { watch.end() }
        let metrics = Metrics(telemetry, configuration)
        let admin = try AdminServer(
            configuration, metrics: { metrics.text() },
            readiness: { server.missingForReadiness })
        defer { admin?.stop() }
        for address in server.addresses { note("serving http://\(address)/") }
        try server.run()
    }
}
