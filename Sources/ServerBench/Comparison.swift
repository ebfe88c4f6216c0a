/// One server under one load: the median over rounds.
public struct ComparisonRow: Codable, Sendable {
    public var server: String
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
    /// The rounds' rates, in their order.
    public var rounds: [Double]
    /// Median over rounds of this rate by the first server's of the same round.
    public var ratio: Double
    /// Median over rounds of this p99 by the first server's of the same round.
    public var p99Ratio: Double
}

/// Several servers under the same loads by turns, so that what else the machine does meets all of them.
public struct Comparison: Sendable {
    /// A load and its name.
    public struct NamedLoad: Sendable {
        public let name: String
        public let load: Wrk.Load

        public init(_ name: String, _ load: Wrk.Load) {
            self.name = name
            self.load = load
        }
    }

    let wrk: Wrk
    let rounds: Int

    public init(wrk: Wrk, rounds: Int) {
        self.wrk = wrk
        self.rounds = max(1, rounds)
    }

    /// The loads that a server of files meets: fixed answers and small files with few and many connections, one request at a
    /// time and pipelined 16 deep, and large files.
    public static func loads(seconds: Int) -> [NamedLoad] {
        var loads: [NamedLoad] = []
        for pipelining in [1, 16] {
            for (name, path) in [("12 B", "/fixed.txt"), ("1 KiB", "/1k.txt")] {
                for connections in [64, 1_024] {
                    let depth = pipelining > 1 ? ", \(pipelining) deep" : ""
                    loads.append(
                        NamedLoad(
                            "\(name), \(connections) connections\(depth)",
                            Wrk.Load(
                                path: path, connections: connections, pipelining: pipelining,
                                seconds: seconds)))
                }
            }
        }
        loads.append(
            NamedLoad(
                "1 MiB, 64 connections",
                Wrk.Load(path: "/1m.bin", connections: 64, seconds: seconds)))
        return loads
    }

    /// Runs every load on every server in every round; the first server is what the others are compared with.
    public func run(
        _ contenders: [Contender], _ loads: [NamedLoad], site: BenchSite,
        progress: (String) -> Void
    ) throws -> [ComparisonRow] {
        let servers = try contenders.map { try $0.start(site) }
        defer { for server in servers { server.stop() } }
        for server in servers {
            _ = try wrk.run(
                Wrk.Load(path: "/1k.txt", connections: 8, seconds: 1), port: server.port)
        }
        var rows: [ComparisonRow] = []
        for load in loads {
            var samples = contenders.map { _ in [Sample]() }
            for round in 1...rounds {
                progress("\(load.name), round \(round) of \(rounds)")
                for (index, server) in servers.enumerated() {
                    let before = server.use
                    let result = try wrk.run(load.load, port: server.port)
                    samples[index].append(Sample(result: result, before: before, after: server.use))
                }
            }
            for (index, contender) in contenders.enumerated() {
                rows.append(Self.row(contender.name, load.name, samples[index], samples[0]))
            }
        }
        return rows
    }

    private struct Sample {
        let result: WrkResult
        let user: Double
        let kernel: Double

        init(result: WrkResult, before: ProcessUse, after: ProcessUse) {
            self.result = result
            let requests = Double(max(1, result.requests))
            user = (after.userSeconds - before.userSeconds) * 1_000_000 / requests
            kernel = (after.kernelSeconds - before.kernelSeconds) * 1_000_000 / requests
        }
    }

    private static func row(
        _ server: String, _ load: String, _ samples: [Sample], _ first: [Sample]
    ) -> ComparisonRow {
        let results = samples.map(\.result)
        let pairs = zip(samples.map(\.result), first.map(\.result))
        return ComparisonRow(
            server: server, load: load,
            requestsPerSecond: median(results.map(\.requestsPerSecond)),
            p50: median(results.map(\.p50)), p99: median(results.map(\.p99)),
            p999: median(results.map(\.p999)), errors: results.reduce(0) { $0 + $1.errors },
            userMicroseconds: median(samples.map(\.user)),
            kernelMicroseconds: median(samples.map(\.kernel)),
            rounds: results.map(\.requestsPerSecond),
            ratio: median(pairs.map { $0.requestsPerSecond / max(1, $1.requestsPerSecond) }),
            p99Ratio: median(pairs.map { $0.p99 / max(1, $1.p99) }))
    }

    /// The middle value, or the mean of the two in the middle.
    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard let last = sorted.last else { return 0 }
        let middle = sorted.count / 2
        if sorted.count.isMultiple(of: 2) { return (sorted[middle - 1] + sorted[middle]) / 2 }
        return sorted.count == 1 ? last : sorted[middle]
    }
}
