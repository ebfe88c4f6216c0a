internal import Foundation
internal import Glibc
internal import Server

/// Starts the engine that a configuration names, and stays until it has ended.
enum ServerRunner {
    static func run(_ configuration: ServerConfiguration) throws {
        // A client that is gone must not end the process; neither must a log's reader.
        signal(SIGPIPE, SIG_IGN)
        let telemetry = Telemetry(for: configuration)
        let server = try HTTPServer(configuration, telemetry: telemetry)
        let admin = try adminServer(configuration, telemetry, server)
        let watch = SignalWatch(server, admin, configuration.limits)
        note("engine \(server.engineDescription)")
        for address in server.addresses { note("serving http://\(address)/") }
        for address in admin?.addresses ?? [] { note("admin on http://\(address)/") }
        let adminThread = admin.map { admin in Background { try? admin.run() } }
        defer {
            watch.end()
            admin?.stop()
            adminThread?.join()
        }
        try server.run()
    }

    private static func note(_ text: String) {
        FileHandle.standardError.write(Data("zyphos: \(text)\n".utf8))
    }

    /// `/metrics`, `/healthz` and `/readyz` on an address of their own.
    private static func adminServer(
        _ configuration: ServerConfiguration, _ telemetry: Telemetry, _ server: HTTPServer
    ) throws -> HTTPServer? {
        guard let address = configuration.admin else { return nil }
        let metrics = Metrics(
            telemetry,
            labels: [
                ("engine", configuration.engine.rawValue),
                ("parser", configuration.parser.rawValue),
            ], startSeconds: UInt64(max(0, time(nil))))
        var router = Router()
        try router.get("/metrics") { _, response in
            try response.fields.add("Content-Type", Metrics.contentType)
            response.body = .bytes(metrics.text())
        }
        try router.get("/healthz") { _, response in response.set(text: "ok\n") }
        try router.get("/readyz") { _, response in
            if !server.isWelcoming { response.status = .serviceUnavailable }
            response.set(
                text: server.isDraining
                    ? "draining\n" : server.isWelcoming ? "ready\n" : "overloaded\n")
        }
        var own = ServerConfiguration()
        own.listen = [address]
        own.engine = .epoll
        own.limits = configuration.limits
        return try HTTPServer(own, router: router)
    }
}

/// A thread that runs a closure.
private final class Background: Sendable {
    private let thread: pthread_t

    init(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let box = unsafe Unmanaged.passRetained(Box(body))
        // SAFETY: the thread takes over the retained box.
        _ = unsafe pthread_create(
            &thread, nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
                }
                return nil
            }, box.toOpaque())
        self.thread = thread
    }

    func join() { pthread_join(thread, nil) }

    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}

/// Waits for signals on a thread of its own: SIGTERM and SIGINT drain (a second one stops at once), SIGHUP opens the logs
/// again.
private final class SignalWatch: Sendable {
    private let thread: Background

    init(_ server: HTTPServer, _ admin: HTTPServer?, _ limits: ServerLimits) {
        var signals = sigset_t()
        // SAFETY: the set is this function's own. Blocked before any other thread is made, so that all inherit it.
        unsafe sigemptyset(&signals)
        for number in [SIGTERM, SIGINT, SIGHUP, SIGUSR2] { _ = unsafe sigaddset(&signals, number) }
        _ = unsafe pthread_sigmask(Int32(SIG_BLOCK), &signals, nil)
        let set = signals
        thread = Background { Self.wait(set, server, limits) }
    }

    private static func wait(_ signals: sigset_t, _ server: HTTPServer, _ limits: ServerLimits) {
        var signals = signals
        var drainsUntil: Int?
        while true {
            let now = time(nil)
            let rest = drainsUntil.map { max(0, $0 - now) }
            var number: Int32 = 0
            if let rest {
                var timeout = timespec(tv_sec: rest, tv_nsec: 0)
                // SAFETY: all three are this function's, and used inside the call only.
                number = unsafe sigtimedwait(&signals, nil, &timeout)
            } else {
                // SAFETY: as above.
                _ = unsafe sigwait(&signals, &number)
            }
            switch number {
            case SIGHUP: server.reopenLogs()
            case SIGUSR2: return
            case SIGTERM where drainsUntil == nil, SIGINT where drainsUntil == nil:
                server.drain()
                drainsUntil = now + (limits.shutdownMillisecondsMax + 999) / 1_000
            default:
                server.stop()
                return
            }
        }
    }

    /// Ends the waiting thread.
    func end() {
        kill(getpid(), SIGUSR2)
        thread.join()
    }
}
