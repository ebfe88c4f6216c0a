internal import CKernels
internal import Foundation

/// What a figure depends on, for the head of a report.
struct Machine {
    let processor: String
    let cores: Int
    let kernel: String
    /// What the core gave while it was asked, in GHz: see `effectiveGHz`.
    let clock: Double
    let commit: String
    let command: String

    /// This machine and this run.
    static func current() -> Machine {
        // SAFETY: the kernel's name is a static NUL-terminated string.
        let kernel = unsafe String(cString: zy_kernel_name())
        return Machine(
            processor: processor(), cores: ProcessInfo.processInfo.processorCount, kernel: kernel,
            clock: effectiveGHz(),
            commit: ProcessInfo.processInfo.environment["ZYPHOS_COMMIT"] ?? "not stated",
            command: (["zyparse"] + CommandLine.arguments.dropFirst()).joined(separator: " "))
    }

    /// For captions.
    var short: String { "\(processor), \(clockText), kernel \(kernel)" }

    private var clockText: String { String(format: "%.1f GHz effective", clock) }

    /// For reports.
    var long: String {
        "Machine: \(processor), \(cores) cores, \(clockText), kernel `\(kernel)`. Commit: \(commit). Command: `\(command)`."
    }

    /// The clock that a chain of dependent shifts and exclusive ors runs at, at two cycles a step and six a link: the best
    /// of some short runs. On a shared machine it says how much of the core there was.
    /// Source of the chain: Marsaglia, "Xorshift RNGs", 2003; a compiler cannot shorten it.
    private static func effectiveGHz() -> Double {
        let links = 2_000_000
        var best = 0.0
        var value = UInt64(ProcessInfo.processInfo.processIdentifier) | 1
        for _ in 0..<7 {
            let started = ContinuousClock.now
            for _ in 0..<links {
                value ^= value &<< 13
                value ^= value &>> 7
                value ^= value &<< 17
            }
            let time = (ContinuousClock.now - started).components
            let nanoseconds = Double(time.seconds) * 1e9 + Double(time.attoseconds) / 1e9
            best = max(best, Double(links) * 6 / nanoseconds)
        }
        // The result is used, so that the chain cannot be left out.
        return value == 0 ? 0 : best
    }

    private static func processor() -> String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        func entry(_ key: String) -> String? {
            let line = text.split(separator: "\n").first { $0.hasPrefix(key) }
            return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
        }
        let name = entry("model name") ?? "unknown processor"
        return entry("model\t").map { "\(name), model \($0)" } ?? name
    }
}
