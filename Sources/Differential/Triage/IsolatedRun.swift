public import Foundation

/// A program in a process of its own, so that what kills it does not kill who asks.
public struct IsolatedRun: Sendable {
    /// How it ended.
    public enum Ending: Hashable, Sendable {
        /// By itself, with this code.
        case exited(Int32)
        /// Killed by this signal: a trap, an overflow, a bad address.
        case crashed(signal: Int32)
        /// It did not end in time and was stopped.
        case timedOut
    }

    /// How it ended.
    public let ending: Ending
    /// What it wrote to standard output and standard error.
    public let output: Data
    public let complaint: Data

    /// Runs `executable` to its end, or for `seconds`.
    ///
    /// - Throws: whatever keeps the process from starting.
    public static func run(
        _ executable: String, _ arguments: [String], seconds: Double
    ) throws -> IsolatedRun {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("zyparse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files and not pipes: a child that writes much must not wait for a parent that waits for it.
        let files = ["out", "err"].map { folder.appendingPathComponent($0) }
        for file in files { try Data().write(to: file) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        var environment = ProcessInfo.processInfo.environment
        // A backtrace of a crash that is expected takes seconds and says less than the signal.
        environment["SWIFT_BACKTRACE"] = "enable=no"
        process.environment = environment
        try process.run()
        let deadline = ContinuousClock.now + .seconds(seconds)
        while process.isRunning, ContinuousClock.now < deadline { usleep(2_000) }
        let isLate = process.isRunning
        if isLate { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        let ending: Ending =
            isLate
            ? .timedOut
            : process.terminationReason == .uncaughtSignal
                ? .crashed(signal: process.terminationStatus) : .exited(process.terminationStatus)
        return IsolatedRun(
            ending: ending, output: try Data(contentsOf: files[0]),
            complaint: try Data(contentsOf: files[1]))
    }
}
