internal import HTTP1
internal import Wire

extension Setting {
    /// All settings: those of their own, the socket's, the limits.
    public static let all: [Setting] = own + sockets + limits

    private static let own: [Setting] = [
        Setting(
            "root", form: "FOLDER", summary: "the folder whose files are served",
            apply: { (to, values) throws(ValueProblem) in to.root = try text(values) },
            show: { $0.root ?? "none" }),
        Setting(
            "listen", form: "ADDRESS:PORT",
            summary: "where connections are accepted; can be given several times", isList: true,
            apply: { (to, values) throws(ValueProblem) in
                var addresses: [ListenAddress] = []
                for value in values { addresses.append(try address(value)) }
                guard !addresses.isEmpty else { throw ValueProblem(text: "needs an address") }
                to.listen = addresses
            },
            show: { $0.listen.map(\.description).joined(separator: ", ") }),
        Setting(
            "admin", form: "ADDRESS:PORT|off",
            summary: "where /metrics, /healthz and /readyz are",
            apply: { (to, values) throws(ValueProblem) in
                let value = try text(values)
                to.admin = value == "off" ? nil : try address(value)
            },
            show: { $0.admin?.description ?? "off" }),
        choice("engine", \.engine, "who moves bytes between sockets and connections"),
        choice("parser", \.parser, "which variant of the HTTP/1 parser reads"),
        number("loops", \.loops, 0...1_024, "loops or threads; 0: one for each processor"),
        number("workers", \.workers, 1...256, "worker processes, restarted when one falls"),
        Setting(
            "takeover", form: "FILE|off",
            summary: "a socket by which the next process takes over the port",
            apply: { (to, values) throws(ValueProblem) in
                let value = try text(values)
                // sun_path has 108 bytes with its NUL, and a name beside the file's takes 16 more.
                guard value.utf8.count <= 91 else {
                    throw ValueProblem(text: "is longer than a socket's name can be (91 bytes)")
                }
                to.takeover = value == "off" ? nil : value
            },
            show: { $0.takeover ?? "off" }),
        choice("accessLogFormat", \.accessLogFormat, "how access lines look"),
        file("accessLog", \.accessLog, "the access log's file; - is standard output"),
        file("decisionLog", \.decisionLog, "the log of refusals; - is standard output"),
        toggle("edgeTriggered", \.edgeTriggered, "edge-triggered epoll: engines epoll, reuseport"),
        toggle("directoryIndex", \.directoryIndex, "lists folders that have no index page"),
        toggle("followSymlinks", \.followSymlinks, "follows links that stay below the root"),
    ]

    private static let sockets: [Setting] = [
        toggle("noDelay", \.socket.noDelay, "TCP_NODELAY", group: .socket),
        number(
            "deferAcceptSeconds", \.socket.deferAcceptSeconds, 0...3_600,
            "TCP_DEFER_ACCEPT; 0: off", group: .socket),
        toggle("quickAck", \.socket.quickAck, "TCP_QUICKACK", group: .socket),
        toggle(
            "cork", \.socket.cork, "MSG_MORE, TCP_CORK for one call, before content",
            group: .socket),
        toggle("keepAlive", \.socket.keepAlive, "SO_KEEPALIVE", group: .socket),
        number(
            "keepAliveIdleSeconds", \.socket.keepAliveIdleSeconds, 1...32_767, "TCP_KEEPIDLE",
            group: .socket),
        number(
            "keepAliveIntervalSeconds", \.socket.keepAliveIntervalSeconds, 1...32_767,
            "TCP_KEEPINTVL", group: .socket),
        number(
            "keepAliveCountMax", \.socket.keepAliveCountMax, 1...127, "TCP_KEEPCNT",
            group: .socket),
        number(
            "lingerSeconds", \.socket.lingerSeconds, -1...3_600, "SO_LINGER; -1: off",
            group: .socket),
        number("backlog", \.socket.backlog, 1...65_535, "of listen(2)", group: .socket),
    ]

    private static let limits: [Setting] = ServerLimits.descriptions.enumerated().map {
        index, limit in
        Setting(
            limit.name, group: .limit, form: "NUMBER", summary: limit.summary,
            apply: { (to, values) throws(ValueProblem) in
                var untyped = to.limits.untyped
                untyped.values[index] = try integer(values, limit.minimum...limit.maximum)
                to.limits = ServerLimits(untyped)
            },
            show: { String($0.limits.untyped.values[index]) })
    }
}

extension Setting {
    private typealias Key<Value> = any WritableKeyPath<ServerConfiguration, Value> & Sendable

    private static func choice<Value: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String, _ key: Key<Value>, _ summary: String
    ) -> Setting {
        let known = Value.allCases.map(\.rawValue)
        return Setting(
            name, form: known.joined(separator: "|"), summary: summary,
            apply: { (to, values) throws(ValueProblem) in
                let text = try text(values)
                guard let value = Value(rawValue: text) else {
                    throw ValueProblem(
                        text: "unknown \(name) '\(text)'" + Nearest.hint(text, in: known))
                }
                to[keyPath: key] = value
            },
            show: { $0[keyPath: key].rawValue })
    }

    private static func toggle(
        _ name: String, _ key: Key<Bool>, _ summary: String, group: Group? = nil
    ) -> Setting {
        Setting(
            name, group: group, form: "on|off", summary: summary,
            apply: { (to, values) throws(ValueProblem) in
                switch try text(values) {
                case "on", "true", "yes": to[keyPath: key] = true
                case "off", "false", "no": to[keyPath: key] = false
                case let other: throw ValueProblem(text: "'\(other)' is neither on nor off")
                }
            },
            show: { $0[keyPath: key] ? "on" : "off" })
    }

    private static func number(
        _ name: String, _ key: Key<Int>, _ range: ClosedRange<Int>, _ summary: String,
        group: Group? = nil
    ) -> Setting {
        Setting(
            name, group: group, form: "NUMBER", summary: summary,
            apply: { (to, values) throws(ValueProblem) in
                to[keyPath: key] = try integer(values, range)
            },
            show: { String($0[keyPath: key]) })
    }

    private static func file(_ name: String, _ key: Key<String?>, _ summary: String) -> Setting {
        Setting(
            name, form: "FILE|-|off", summary: summary,
            apply: { (to, values) throws(ValueProblem) in
                let value = try text(values)
                to[keyPath: key] = value == "off" ? nil : value
            },
            show: { $0[keyPath: key] ?? "off" })
    }

    /// The one value that is not a list's.
    private static func text(_ values: [String]) throws(ValueProblem) -> String {
        guard let value = values.last, values.count == 1 else {
            throw ValueProblem(text: "takes one value")
        }
        guard !value.isEmpty, !value.utf8.contains(0) else {
            throw ValueProblem(text: "needs a value")
        }
        return value
    }

    private static func integer(
        _ values: [String], _ range: ClosedRange<Int>
    ) throws(ValueProblem) -> Int {
        let text = try text(values)
        guard let value = Int(text) else {
            throw ValueProblem(text: "'\(text)' is no whole number")
        }
        guard range.contains(value) else {
            let bounds =
                range.upperBound == .max
                ? "at least \(range.lowerBound)"
                : "from \(range.lowerBound) to \(range.upperBound)"
            throw ValueProblem(text: "\(value) is out of range: \(bounds)")
        }
        return value
    }

    private static func address(_ text: String) throws(ValueProblem) -> ListenAddress {
        guard let address = ListenAddress(text) else {
            throw ValueProblem(
                text: "'\(text)' is no address and port, such as 127.0.0.1:8080 or [::1]:8080")
        }
        return address
    }
}
