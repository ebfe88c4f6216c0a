public import Differential
internal import Wire

/// One fuzzer: a program in the package `Sources/Fuzz`.
public struct Fuzzer: Hashable, Sendable {
    /// Its program's name.
    public let program: String
    /// What it is called: the protocol whose variants and laws it runs, or what else it drives.
    public let protocolName: String
    /// What it runs, for a person to read.
    public let summary: String
    /// The protocols whose cases are its seeds.
    public let seedProtocols: [String]
    /// Executions of its smoke run (chosen: some seconds each).
    public let smokeExecutions: Int

    /// All fuzzers: one for each protocol, in the protocols' order, then the server's.
    public static let all: [Fuzzer] =
        Registry.names.map { name in
            Fuzzer(
                program: "fuzz-" + name, protocolName: name,
                summary: "every variant and law of \(name)", seedProtocols: [name],
                smokeExecutions: 20_000)
        } + [serverConnection]

    /// The one that drives the server's connections, which is no protocol's.
    public static let serverConnection = Fuzzer(
        program: "fuzz-server.connection", protocolName: "server.connection",
        summary: "the server's connections in memory, driven in every way",
        seedProtocols: ["http1.stream", "http1.request"], smokeExecutions: 20_000)

    /// The one that hunts the canary.
    public static let canary = all.first { $0.protocolName == "http1.stream" } ?? all[0]

    /// The fuzzer of a protocol, by the protocol's name or the program's.
    public static func named(_ name: String) throws(UnknownName) -> Fuzzer {
        if let found = all.first(where: { $0.protocolName == name || $0.program == name }) {
            return found
        }
        throw UnknownName(
            description: "unknown fuzzer '\(name)'"
                + Nearest.hint(name, in: all.map(\.protocolName)))
    }
}
