internal import ArgumentParser
internal import Foundation
internal import Server

/// The flags of all settings, by the names of `Setting.all`.
struct SettingOptions: ParsableArguments {
    @Argument(help: "The folder to serve; the same as --root.")
    var folder: String?

    @Option(help: "A configuration file (YAML); ZYPHOS_CONFIG names one, too.")
    var config: String?

    @Option(help: "The folder to serve.") var root: String?
    @Option(help: "ADDRESS:PORT to accept connections at; can be given several times.")
    var listen: [String] = []
    @Option(help: "ADDRESS:PORT of /metrics, /healthz and /readyz, or off.") var admin: String?
    @Option(help: "threads, pool, epoll, reuseport or uring.") var engine: String?
    @Option(help: "reference, scalar, table, simd or paired.") var parser: String?
    @Option(help: "Loops or threads; 0: one for each processor.") var loops: String?
    @Option(help: "Worker processes, restarted when one falls.") var workers: String?
    @Option(help: "A socket by which the next process takes over the port, or off.")
    var takeover: String?
    @Option(help: "The access log's file, - for standard output, or off.") var accessLog: String?
    @Option(help: "json or combined.") var accessLogFormat: String?
    @Option(help: "The file of refusals, - for standard output, or off.") var decisionLog: String?
    @Option(help: "on or off: edge-triggered epoll, for epoll and reuseport.")
    var edgeTriggered: String?
    @Option(help: "on or off: list folders that have no index page.") var directoryIndex: String?
    @Option(help: "on or off: follow links that stay below the root.") var followSymlinks: String?
    @Option(help: "NAME=NUMBER, as in 'zyphos limits'; can be given several times.")
    var limit: [String] = []
    @Option(help: "NAME=VALUE, as in 'zyphos check'; can be given several times.")
    var socket: [String] = []

    /// What all sources say together. Nothing is started, nothing is written.
    func resolved() throws -> ResolvedConfiguration {
        let variables = ProcessInfo.processInfo.environment
        var sources = SettingSources()
        if let path = config ?? variables["ZYPHOS_CONFIG"], !path.isEmpty {
            sources.file = try ConfigurationFile.read(path)
        }
        try sources.readEnvironment(variables)
        sources.flags = try given()
        let resolved = try sources.resolved()
        guard resolved.configuration.root != nil else {
            throw ConfigurationProblem(
                "no folder to serve: name one, as in 'zyphos serve ./www', or set root")
        }
        try resolved.refuseMissingFiles()
        return resolved
    }

    private func given() throws -> [GivenSetting] {
        let single: KeyValuePairs<String, String?> = [
            "root": root, "admin": admin, "engine": engine, "parser": parser, "loops": loops,
            "workers": workers, "takeover": takeover, "accessLog": accessLog,
            "accessLogFormat": accessLogFormat,
            "decisionLog": decisionLog, "edgeTriggered": edgeTriggered,
            "directoryIndex": directoryIndex, "followSymlinks": followSymlinks,
        ]
        var given: [GivenSetting] = []
        for (key, value) in single {
            guard let value else { continue }
            let flag = Setting.all.first { $0.key == key }?.flag ?? key
            given.append(GivenSetting(key: key, values: [value], origin: .flag(flag)))
        }
        if !listen.isEmpty {
            given.append(GivenSetting(key: "listen", values: listen, origin: .flag("--listen")))
        }
        if let folder {
            guard root == nil else {
                throw ConfigurationProblem("'\(folder)' and --root: name one folder")
            }
            given.append(GivenSetting(key: "root", values: [folder], origin: .flag("argument")))
        }
        for text in limit { given.append(try pair(text, .limit)) }
        for text in socket { given.append(try pair(text, .socket)) }
        return given
    }

    /// `NAME=VALUE`
    private func pair(_ text: String, _ group: Setting.Group) throws -> GivenSetting {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let flag = "--\(group.rawValue)"
        guard sides.count == 2, !sides[0].isEmpty else {
            throw ConfigurationProblem("\(flag) \(text): write NAME=VALUE")
        }
        return GivenSetting(
            key: "\(group.rawValue).\(sides[0])", values: [String(sides[1])],
            origin: .flag("\(flag) \(sides[0])"))
    }
}
