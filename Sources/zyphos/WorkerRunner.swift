internal import Glibc
internal import Server

/// One of several processes that serve the same listeners, started by a supervisor.
enum WorkerRunner {
    /// - Parameter descriptor: a socket to the supervisor.
    static func run(_ descriptor: Int32) throws {
        signal(SIGPIPE, SIG_IGN)
        let link = try WorkerLink(descriptor: descriptor)
        let configuration = link.configuration
        let telemetry = Telemetry(for: configuration)
        let server = try HTTPServer(
            configuration, telemetry: telemetry, inherited: link.inheritance)
        // SIGHUP is the supervisor's: it reads the configuration once for all.
        let watch = SignalWatch(server) {}
        defer { watch.end() }
        let metrics = Metrics(telemetry, configuration)
        let listening = Background {
            link.serve(
                server,
                reload: { next in
                    DescriptorBudget(next).raise()
                    do { _ = try server.reload(next) } catch { note("worker: \(error)") }
                }, metrics: { metrics.text() })
        }
        listening.detach()
        link.ready()
        try server.run()
    }
}
