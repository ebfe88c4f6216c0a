internal import Foundation

/// Counts what a server asks of the kernel while it is under load, with perf(1): its counters stand in the kernel, so that the
/// server does not run slower, and threads that end meanwhile are counted too. (strace counts as well, but stops the server at
/// each call: a loop that takes many connections' work in one call then takes more in it than it usually would.)
struct KernelCount {
    /// System calls for each request; nil where the kernel does not let them be counted.
    let systemCalls: Double?
    /// Times for each request that a thread waited, or had to make way.
    let contextSwitches: Double?

    private static let calls = "raw_syscalls:sys_enter"
    private static let switches = "context-switches"

    /// Drives a server and counts; nil where there is no perf or it may not count.
    init?(_ wrk: Wrk, _ load: Wrk.Load, _ server: ServedProcess) throws {
        guard let perf = Command.find("perf") else { return nil }
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("zyphos-perf-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let result = try? wrk.run(
            load, port: server.port,
            under: [
                perf, "stat", "-x", ",", "-o", file, "-e", Self.calls, "-e", Self.switches, "-p",
                "\(server.pid)", "--",
            ])
        guard let result, result.requests > 0,
            let text = try? String(contentsOfFile: file, encoding: .utf8)
        else { return nil }
        self.init(text, requests: result.requests)
    }

    /// What perf wrote: a line for each event, its count first and its name third.
    init(_ text: String, requests: Int) {
        func each(_ event: String) -> Double? {
            for line in text.split(separator: "\n") {
                let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                guard fields.count > 2, fields[2].hasPrefix(event) else { continue }
                // "<not supported>" is no number.
                return Double(fields[0]).map { $0 / Double(max(1, requests)) }
            }
            return nil
        }
        systemCalls = each(Self.calls)
        contextSwitches = each(Self.switches)
    }
}
