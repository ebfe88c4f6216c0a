internal import ArgumentParser
internal import Dispatch
internal import Server
internal import Synchronization

/// `zyphos bench-counters`: how fast a loop counts while someone reads, and that nothing is lost.
struct BenchCountersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-counters",
        abstract: "Counts 10,000,000 times in each of two loops while a third thread reads.",
        shouldDisplay: false)

    @Option(help: "Updates of each loop.") var updates = 10_000_000

    func run() throws {
        let updates = max(1, updates)
        let telemetry = Telemetry(loopCount: 2)
        let running = Atomic(2)
        let rates = Mutex<[Double]>([])
        DispatchQueue.concurrentPerform(iterations: 3) { thread in
            guard thread < 2 else {
                while running.load(ordering: .relaxed) > 0 { _ = telemetry.value(.requests) }
                return
            }
            let loop = telemetry.loops[thread]
            let time = ContinuousClock().measure {
                for index in 0..<updates {
                    loop.counters.add(.requests)
                    loop.requestDurations.record(nanoseconds: UInt64(index))
                }
            }
            running.subtract(1, ordering: .relaxed)
            rates.withLock { $0.append(Double(updates) / (time / .seconds(1))) }
        }
        let counted = telemetry.value(.requests)
        let recorded = telemetry.requestDurations().count
        for rate in rates.withLock({ $0 }) {
            print("\(Int(rate)) updates per second: a counter and a histogram each")
        }
        print("\(counted) counted, \(recorded) recorded, of \(2 * updates)")
        guard counted == UInt64(2 * updates), recorded == counted else { throw ExitCode(1) }
    }
}
