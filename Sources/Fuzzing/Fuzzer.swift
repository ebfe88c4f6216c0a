public import Differential
internal import Wire

/// One fuzzer: the program that a protocol has in the package `Sources/Fuzz`.
public struct Fuzzer: Hashable, Sendable {
    /// Its program's name.
    public let program: String
    /// The protocol whose variants and laws it runs.
    public let protocolName: String
    /// Executions of its smoke run (chosen: some seconds each).
    public let smokeExecutions: Int

    /// All fuzzers, one for each protocol, in the protocols' order.
    public static let all: [Fuzzer] = Registry.names.map { name in
        Fuzzer(program: "fuzz-" + name, protocolName: name, smokeExecutions: 20_000)
    }

    /// The one that hunts the canary.
    public static let canary = all.first { $0.protocolName == "http1.stream" } ?? all[0]

    /// The fuzzer of a protocol, by the protocol's name or the program's.
    public static func named(_ name: String) throws(UnknownName) -> Fuzzer {
        if let found = all.first(where: { $0.protocolName == name || $0.program == name }) {
            return found
        }
        throw UnknownName(
            description: "unknown fuzzer '\(name)'" + Nearest.hint(name, in: Registry.names))
    }
}
