internal import ArgumentParser
internal import Glibc
internal import Server

/// Starts worker processes, and stays until all have ended.
enum SupervisorRunner {
    static func run(_ configuration: ServerConfiguration, _ reload: Reload) throws {
        signal(SIGPIPE, SIG_IGN)
        Supervisor.blockSignals()
        let handover = try Handover(configuration)
        let supervisor = try Supervisor(
            configuration,
            // The file itself, also where its name was given to a newer one meanwhile.
            program: Supervisor.Program(
                path: "/proc/self/exe",
                arguments: [CommandLine.arguments.first ?? "zyphos", "serve", "--worker"]),
            inherited: handover.inherited,
            voice: Supervisor.Voice(
                note: { note($0) },
                reload: {
                    reload.perform { next in next.keysNeedingRestart(since: configuration) }
                }))
        let admin = try AdminServer(
            configuration, inherited: Inheritance(listeners: handover.inherited),
            metrics: { supervisor.metrics() }, readiness: { supervisor.missingForReadiness })
        defer { admin?.stop() }
        let listeners = supervisor.listeners + (admin?.server.inheritable ?? [])
        let adminServer = admin?.server
        let door = try handover.complete(listeners) {
            adminServer?.retire()
            supervisor.retire()
        }
        defer { door?.close() }
        for address in supervisor.addresses { note("serving http://\(address)/") }
        let code = try supervisor.run()
        guard code == 0 else { throw ExitCode(code) }
    }
}
