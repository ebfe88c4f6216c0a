/// One engine under one load: medians over rounds.
public struct EngineRow: Codable, Sendable {
    public var engine: String
    public var load: String
    public var requestsPerSecond: Double
    /// Microseconds.
    public var p50: Double
    public var p99: Double
    public var p999: Double
    public var errors: Int
    /// Microseconds of CPU for each request.
    public var userMicroseconds: Double
    public var kernelMicroseconds: Double
    /// For each request, in runs of their own; nil where they cannot be counted.
    public var systemCalls: Double?
    public var contextSwitches: Double?
    /// The rounds' rates, in their order.
    public var rounds: [Double]
}

/// What one engine's idle connections cost.
public struct EngineMemory: Codable, Sendable {
    public var engine: String
    public var connections: Int
    /// Bytes of the process's memory for each; the kernel's sockets are not in it.
    public var bytesEach: Double
}

/// All engines under one bounded load, by turns, so that what else the machine does meets all of them.
public struct EngineBench: Sendable {
    private let program: String
    private let wrk: Wrk
    private let rounds: Int

    /// - Parameter program: `zyphos`.
    public init(program: String, wrk: Wrk, rounds: Int) {
        self.program = program
        self.wrk = wrk
        self.rounds = max(1, rounds)
    }

    /// Twelve bytes and a kibibyte, with that many connections.
    public static func loads(connections: Int, seconds: Int) -> [Comparison.NamedLoad] {
        [("12 B", "/fixed.txt"), ("1 KiB", "/1k.txt")].map { name, path in
            Comparison.NamedLoad(
                "\(name), \(connections) connections",
                Wrk.Load(path: path, connections: connections, seconds: seconds))
        }
    }

    /// Runs every load on every engine in every round.
    public func run(
        _ engines: [String], _ loads: [Comparison.NamedLoad], site: BenchSite,
        progress: (String) -> Void
    ) throws -> [EngineRow] {
        let servers = try engines.map { try Contender.zyphos(program, engine: $0).start(site) }
        defer { for server in servers { server.stop() } }
        var rows: [EngineRow] = []
        for load in loads {
            for server in servers {
                let warmUp = Wrk.Load(
                    path: load.load.path, connections: load.load.connections, seconds: 1)
                _ = try wrk.run(warmUp, port: server.port)
            }
            var samples = engines.map { _ in [Sample]() }
            for round in 0..<rounds {
                progress("\(load.name), round \(round + 1) of \(rounds)")
                // Each round begins with another engine, so that none always follows the same.
                for step in servers.indices {
                    let index = (round + step) % servers.count
                    samples[index].append(try Sample(wrk, load.load, servers[index]))
                }
            }
            for (engine, samples) in zip(engines, samples) {
                rows.append(Self.row(engine, load.name, samples))
            }
        }
        return rows
    }

    /// Measures what idle connections cost, each engine by itself and warm.
    public func memory(
        _ engine: String, connections: Int, site: BenchSite
    ) throws -> EngineMemory {
        let server = try Contender.zyphos(program, engine: engine).start(site)
        defer { server.stop() }
        let warmUp = Wrk.Load(path: "/fixed.txt", connections: 64, seconds: 1)
        _ = try wrk.run(warmUp, port: server.port)
        let idle = try IdleConnections(connections, at: server)
        return EngineMemory(engine: engine, connections: connections, bytesEach: idle.bytesEach)
    }

    /// One engine in one round: a run that is timed, and a short one that is counted.
    private struct Sample {
        let result: WrkResult
        let user: Double
        let kernel: Double
        let count: KernelCount?

        init(_ wrk: Wrk, _ load: Wrk.Load, _ server: ServedProcess) throws {
            let before = server.use
            result = try wrk.run(load, port: server.port)
            let after = server.use
            let requests = Double(max(1, result.requests))
            user = (after.userSeconds - before.userSeconds) * 1_000_000 / requests
            kernel = (after.kernelSeconds - before.kernelSeconds) * 1_000_000 / requests
            var short = load
            short.seconds = 1
            count = try KernelCount(wrk, short, server)
        }
    }

    private static func row(_ engine: String, _ load: String, _ samples: [Sample]) -> EngineRow {
        let results = samples.map(\.result)
        func known(_ values: [Double]) -> Double? {
            values.isEmpty ? nil : Comparison.median(values)
        }
        return EngineRow(
            engine: engine, load: load,
            requestsPerSecond: Comparison.median(results.map(\.requestsPerSecond)),
            p50: Comparison.median(results.map(\.p50)), p99: Comparison.median(results.map(\.p99)),
            p999: Comparison.median(results.map(\.p999)),
            errors: results.reduce(0) { $0 + $1.errors },
            userMicroseconds: Comparison.median(samples.map(\.user)),
            kernelMicroseconds: Comparison.median(samples.map(\.kernel)),
            systemCalls: known(samples.compactMap { $0.count?.systemCalls }),
            contextSwitches: known(samples.compactMap { $0.count?.contextSwitches }),
            rounds: results.map(\.requestsPerSecond))
    }
}
