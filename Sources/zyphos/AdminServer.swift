internal import Glibc
internal import Server

/// `/metrics`, `/healthz` and `/readyz` on an address of their own.
struct AdminServer {
    let server: HTTPServer
    private let thread: Background

    /// Starts to serve at `configuration.admin`; nil where there is none.
    ///
    /// - Parameters:
    ///   - metrics: the text of `/metrics`.
    ///   - readiness: what keeps the server from being ready, in a word; nil where it is.
    init?(
        _ configuration: ServerConfiguration, inherited: Inheritance = Inheritance(),
        metrics: @escaping @Sendable () -> [UInt8],
        readiness: @escaping @Sendable () -> String?
    ) throws {
        guard let address = configuration.admin else { return nil }
        var router = Router()
        try router.get("/metrics") { _, response in
            try response.fields.add("Content-Type", Metrics.contentType)
            response.body = .bytes(metrics())
        }
        try router.get("/healthz") { _, response in response.set(text: "ok\n") }
        try router.get("/readyz") { _, response in
            let missing = readiness()
            if missing != nil { response.status = .serviceUnavailable }
            response.set(text: (missing ?? "ready") + "\n")
        }
        var own = ServerConfiguration()
        own.listen = [address]
        own.engine = .epoll
        own.limits = configuration.limits
        let server = try HTTPServer(own, router: router, inherited: inherited)
        self.server = server
        thread = Background { try? server.run() }
        for address in server.addresses { note("admin on http://\(address)/") }
    }

    func stop() {
        server.stop()
        thread.join()
    }
}

extension Metrics {
    /// Metrics of a server as a configuration says, which begins now.
    init(_ telemetry: Telemetry, _ configuration: ServerConfiguration) {
        self.init(
            telemetry,
            labels: [
                ("engine", configuration.engine.rawValue),
                ("parser", configuration.parser.rawValue),
            ], startSeconds: UInt64(max(0, time(nil))))
    }
}

extension HTTPServer {
    /// Why new connections are not welcome; nil where they are.
    var missingForReadiness: String? {
        if isDraining { return "draining" }
        return isWelcoming ? nil : "overloaded"
    }
}
