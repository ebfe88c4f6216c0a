internal import Foundation

/// One run of wrk, a load driver that keeps connections busy: what it counted.
public struct WrkResult: Codable, Sendable {
    public var requests: Int
    public var seconds: Double
    /// Bytes of answers.
    public var bytes: Int
    /// Answers with another status than 2xx or 3xx, connections that broke, and answers that did not come in time.
    public var errors: Int
    /// Microseconds from a request to the end of its answer. With pipelining a request waits for those before it. 0 where wrk
    /// knows none: it gives up on a share of what it counted where answers come faster than its clock.
    public var p50: Double
    public var p99: Double
    public var p999: Double

    public var requestsPerSecond: Double { seconds > 0 ? Double(requests) / seconds : 0 }
}

/// Drives servers with wrk (https://github.com/wg/wrk), which Debian has.
public struct Wrk: Sendable {
    let program: String
    /// Threads of the driver (chosen: one; on two cores the servers need the rest).
    let threads: Int

    public init(program: String, threads: Int = 1) {
        self.program = program
        self.threads = threads
    }

    /// What is sent.
    public struct Load: Sendable {
        public var path: String
        public var connections: Int
        /// Requests that are sent at once on each connection.
        public var pipelining: Int
        public var seconds: Int

        public init(path: String, connections: Int, pipelining: Int = 1, seconds: Int) {
            self.path = path
            self.connections = connections
            self.pipelining = pipelining
            self.seconds = seconds
        }
    }

    /// wrk's own text rounds and leaves out p99.9: a script prints numbers.
    private static func script(_ pipelining: Int) -> String {
        """
        init = function(args)
          local one = wrk.format()
          wrk.all = one:rep(\(pipelining))
        end
        request = function() return wrk.all end
        done = function(summary, latency, requests)
          local e = summary.errors
          io.write(string.format(
            "zyphos %d %d %d %d %d %d %d\\n", summary.requests, summary.duration, summary.bytes,
            e.connect + e.read + e.write + e.status + e.timeout,
            latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
        end
        """
    }

    /// Runs a load against a port of this machine.
    ///
    /// - Parameter wrapper: a program and its arguments that run wrk, such as one that counts meanwhile.
    /// - Throws: `BenchProblem` where wrk cannot run or prints something else.
    public func run(_ load: Load, port: Int, under wrapper: [String] = []) throws -> WrkResult {
        let folder = FileManager.default.temporaryDirectory
        let script = folder.appendingPathComponent("zyphos-wrk-\(UUID().uuidString).lua")
        try Self.script(load.pipelining).write(to: script, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: script) }
        let words = wrapper + [program]
        let text = try Command.output(
            words[0],
            Array(words.dropFirst()) + [
                "-t\(threads)", "-c\(load.connections)", "-d\(load.seconds)s", "--timeout", "10s",
                "-s", script.path, "http://127.0.0.1:\(port)\(load.path)",
            ])
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("zyphos ") })
        else { throw BenchProblem("\(program) printed no result: \(text)") }
        let numbers = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        guard numbers.count == 7 else { throw BenchProblem("\(program) printed '\(line)'") }
        return WrkResult(
            requests: Int(numbers[0]), seconds: numbers[1] / 1_000_000, bytes: Int(numbers[2]),
            errors: Int(numbers[3]), p50: numbers[4], p99: numbers[5], p999: numbers[6])
    }
}
