internal import Foundation

/// How long a fuzzer took to see each quirk, over several seeds.
public struct FuzzTimes: Sendable {
    /// One run: the seed that was planted, and what it took; nil where the time was over first.
    public struct Run: Codable, Hashable, Sendable {
        public let quirk: String
        public let `protocol`: String
        public let seed: UInt64
        public let executions: Double?
        public let seconds: Double?

        /// Makes a run.
        public init(
            quirk: String, protocol name: String, seed: UInt64, executions: Double?,
            seconds: Double?
        ) {
            self.quirk = quirk
            self.protocol = name
            self.seed = seed
            self.executions = executions
            self.seconds = seconds
        }
    }

    /// The runs of one quirk together.
    public struct Summary: Codable, Hashable, Sendable {
        public let seeds: Int
        public let found: Int
        /// Medians over the seeds; nil where half of them or more found nothing.
        public let executions: Double?
        public let seconds: Double?
    }

    private let runs: [String: [Run]]

    /// Reads JSON lines; empty lines are nothing.
    ///
    /// - Throws: `CorpusProblem` with the line that cannot be read.
    public init(jsonLines text: String, file: String) throws(CorpusProblem) {
        var runs: [String: [Run]] = [:]
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.allSatisfy(\.isWhitespace) {
            guard let run = try? JSONDecoder().decode(Run.self, from: Data(line.utf8)) else {
                throw CorpusProblem(
                    file: file, line: index + 1,
                    message: "no run; expected {\"quirk\":…,\"protocol\":…,\"seed\":…,"
                        + "\"executions\":…,\"seconds\":…}")
            }
            runs[run.quirk, default: []].append(run)
        }
        self.runs = runs
    }

    /// What the runs of a quirk come to, or nil where there is none.
    public func summary(of quirk: String) -> Summary? {
        guard let runs = runs[quirk], !runs.isEmpty else { return nil }
        return Summary(
            seeds: runs.count, found: runs.count { $0.executions != nil },
            executions: Self.median(runs.map(\.executions)),
            seconds: Self.median(runs.map(\.seconds)))
    }

    /// One sentence on all runs, and one for each protocol: how many found their quirk within `seconds`.
    public func overview(within seconds: Double) -> [String] {
        let all = runs.values.flatMap(\.self)
        let byProtocol = Dictionary(grouping: all, by: \.protocol).sorted { $0.key < $1.key }
        return ([("all protocols", all)] + byProtocol).map { name, runs in
            let found = runs.count { ($0.seconds ?? .infinity) <= seconds }
            let quirks = Set(runs.map(\.quirk)).count
            let share = String(format: "%.1f", 100 * Double(found) / Double(max(1, runs.count)))
            return "\(name): \(found) of \(runs.count) runs (\(share) %) found their quirk within "
                + "\(Int(seconds)) s; \(quirks) quirks"
        }
    }

    /// The lower median; what was not found counts as later than everything that was.
    private static func median(_ values: [Double?]) -> Double? {
        let sorted = values.map { $0 ?? .infinity }.sorted()
        let middle = sorted[(sorted.count - 1) / 2]
        return middle.isFinite ? middle : nil
    }
}
