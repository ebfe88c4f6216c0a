internal import CKernels
internal import Foundation

/// What a figure depends on, for the head of a report.
struct Machine {
    let processor: String
    let cores: Int
    let kernel: String
    let commit: String
    let command: String

    /// This machine and this run.
    static func current() -> Machine {
        // SAFETY: the kernel's name is a static NUL-terminated string.
        let kernel = unsafe String(cString: zy_kernel_name())
        return Machine(
            processor: processor(), cores: ProcessInfo.processInfo.processorCount, kernel: kernel,
            commit: ProcessInfo.processInfo.environment["ZYPHOS_COMMIT"] ?? "not stated",
            command: (["zyparse"] + CommandLine.arguments.dropFirst()).joined(separator: " "))
    }

    /// For captions.
    var short: String { "\(processor), kernel \(kernel)" }

    /// For reports.
    var long: String {
        "Machine: \(processor), \(cores) cores, kernel `\(kernel)`. Commit: \(commit). Command: `\(command)`."
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
