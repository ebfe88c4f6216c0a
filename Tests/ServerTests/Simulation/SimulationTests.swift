import Glibc
import Testing

@testable import Server

/// Thousands of histories of a loop and its clients. A seed that fails is printed with the command that replays it.
@Suite struct SimulationTests {
    private static let shardCount = 8
    private static let seedsPerShard: UInt64 = 500

    /// What every few hundred histories meet.
    private static let expectedReasons: Set<ServerReason> = [
        .headerTimeout, .bodyTooSlow, .clientTooSlow, .handlerTimeout, .bodyTooLarge,
        .tooManyConnections, .overload, .shutdown, .targetRefused, .methodRefused,
        .contentCodingRefused, .bodyIncomplete, .handlerFailed,
    ]

    private static func run(_ seed: UInt64, _ files: Route) -> Simulation {
        let simulation = Simulation(seed: seed, files: files)
        simulation.run()
        return simulation
    }

    private static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in ["file", "file/0", "file/0/0"] { try folder.makeFolder(name) }
        try folder.write("file/0/0/0", SimulatedPlan.fileBytes)
        // A file that is young has a weak tag, until it is not: the clock of files is no simulated one.
        try folder.setModified("file/0/0/0", seconds: 500_000)
        return folder
    }

    /// The one seed that the environment asks for.
    private static var onlySeed: UInt64? {
        getenv("ZYPHOS_SIMULATION_SEED").flatMap { UInt64(String(cString: $0)) }
    }

    @Test(arguments: 0..<UInt64(shardCount))
    func everyHistoryEndsWell(shard: UInt64) throws {
        let folder = try Self.folder()
        let files = try StaticFiles(root: folder.path, options: StaticFiles.Options()).route
        let first = shard * Self.seedsPerShard
        var seeds = Array(first..<first + Self.seedsPerShard)
        if let only = Self.onlySeed { seeds = shard == 0 ? [only] : [] }
        var failures = 0
        var reasons: Set<ServerReason> = []
        var turnedAwayCount = 0
        for seed in seeds where failures < 3 {
            let simulation = Self.run(seed, files)
            turnedAwayCount += simulation.turnedAway.count
            for (_, refusal) in simulation.observer.refusals {
                if case .server(let reason) = refusal { reasons.insert(reason) }
            }
            guard let problem = simulation.problems.first else { continue }
            failures += 1
            Issue.record(
                """
                seed \(seed): \(problem)
                ZYPHOS_SIMULATION_SEED=\(seed) swift test -c release -Xswiftc -enable-testing \
                --scratch-path .build-tests --skip-build --filter ServerTests.SimulationTests
                """)
        }
        guard Self.onlySeed == nil, failures == 0 else { return }
        // A weather in which nothing happens proves nothing.
        #expect(reasons.isSuperset(of: Self.expectedReasons), "\(reasons)")
        #expect(turnedAwayCount > 0)
    }

    /// A seed is worth something only where it makes the same history again.
    @Test func equalSeedsMakeEqualHistories() throws {
        let folder = try Self.folder()
        let files = try StaticFiles(root: folder.path, options: StaticFiles.Options()).route
        var traces: Set<UInt64> = []
        for seed in UInt64(0)..<100 {
            let first = Self.run(seed, files)
            let second = Self.run(seed, files)
            #expect(first.trace == second.trace && first.steps == second.steps, "seed \(seed)")
            traces.insert(first.trace)
        }
        #expect(traces.count == 100)
    }
}
