internal import Glibc
internal import Server

/// Starts the engine that a configuration names, and stays until it has ended.
enum ServerRunner {
    static func run(_ configuration: ServerConfiguration, _ reload: Reload) throws {
        // A client that is gone must not end the process; neither must a log's reader.
        signal(SIGPIPE, SIG_IGN)
        let handover = try Handover(configuration)
        let inheritance = Inheritance(listeners: handover.inherited)
        let telemetry = Telemetry(for: configuration)
        let server = try HTTPServer(
            configuration, telemetry: telemetry, inherited: inheritance)
        let watch = SignalWatch(server) {
            // Whatever becomes of the configuration: files that were moved away are let go.
            server.reopenLogs()
            reload.perform { try server.reload($0) }
        }
        defer { watch.end() }
        let metrics = Metrics(telemetry, configuration)
        let admin = try AdminServer(
            configuration, inherited: inheritance, metrics: { metrics.text() },
            readiness: { server.missingForReadiness })
        defer { admin?.stop() }
        let listeners = server.inheritable + (admin?.server.inheritable ?? [])
        let adminServer = admin?.server
        let door = try handover.complete(listeners) {
            adminServer?.retire()
            server.retire()
            // Those that have asked nothing until then are ended.
            Background.after(milliseconds: configuration.limits.handoverMilliseconds) {
                server.drain()
            }
        }
        defer { door?.close() }
        // What the kernel decides is said; what was chosen is known.
        if configuration.engine == .uring { note("engine \(server.engineDescription)") }
        for address in server.addresses { note("serving http://\(address)/") }
        try server.run()
    }
}
