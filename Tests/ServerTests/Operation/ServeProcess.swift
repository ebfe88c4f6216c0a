import Foundation
import Glibc

/// A built `zyphos serve` that runs as an operator would run it, in a folder of its own.
final class ServeProcess {
    let process = Process()
    private let complaints: URL
    /// It lives as long as the process.
    private let folder: TemporaryFolder

    /// How long a step may take before a test says that it never came: far beyond what any takes.
    private static let patienceSeconds = 30.0

    static let program = URL(fileURLWithPath: "/proc/self/exe")
        .resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("zyphos")

    /// - Parameter command: what a shell does before it becomes the server.
    init(_ arguments: [String], in folder: TemporaryFolder, through command: String? = nil) throws {
        self.folder = folder
        complaints = URL(fileURLWithPath: folder.path)
            .appendingPathComponent(".err-\(UUID().uuidString)")
        try Data().write(to: complaints)
        if let command {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments =
                ["-c", "\(command) && exec \"$@\"", "sh", Self.program.path, "serve"] + arguments
        } else {
            process.executableURL = Self.program
            process.arguments = ["serve"] + arguments
        }
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("ZYPHOS_") }
            // A process that a test kills need not say where it was: it takes a second.
            .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: complaints)
        try process.run()
    }

    deinit {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    var id: pid_t { process.processIdentifier }

    func signal(_ number: Int32) { kill(id, number) }

    /// What it said so far, by line.
    var lines: [String] {
        let text = (try? Data(contentsOf: complaints)).map { String(decoding: $0, as: UTF8.self) }
        return (text ?? "").split(separator: "\n").map(String.init)
    }

    /// Waits until `condition` gives a value.
    @discardableResult
    static func wait<Value>(
        for what: String, until condition: () throws -> Value?
    ) throws -> Value {
        let end = Date().addingTimeInterval(patienceSeconds)
        while Date() < end {
            if let value = try condition() { return value }
            usleep(5_000)
        }
        throw Missing(what: what)
    }

    /// The port behind `serving http://127.0.0.1:` or another beginning.
    func port(_ beginning: String = "zyphos: serving http://127.0.0.1:") throws -> Int {
        try Self.wait(for: "\(beginning) in \(lines)") {
            lines.first { $0.hasPrefix(beginning) && $0.hasSuffix("/") }
                .flatMap { Int($0.dropFirst(beginning.count).dropLast()) }
        }
    }

    var adminPort: Int { get throws { try port("zyphos: admin on http://127.0.0.1:") } }

    /// Waits for the `count`th line that has `words`.
    @discardableResult
    func line(_ words: String, count: Int = 1) throws -> String {
        try Self.wait(for: "'\(words)' in \(lines)") {
            let found = lines.filter { $0.contains(words) }
            return found.count >= count ? found[count - 1] : nil
        }
    }

    /// Waits for its end; its exit code, or 128 and the signal's number.
    func end() throws -> Int32 {
        try Self.wait(for: "an end of \(lines)") { process.isRunning ? nil : true }
        process.waitUntilExit()
        let status = process.terminationStatus
        return process.terminationReason == .exit ? status : 128 + status
    }

    /// Descriptors that a process has open.
    static func descriptors(of process: pid_t) -> [String] {
        let folder = "/proc/\(process)/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
        }
    }

    struct Missing: Error { let what: String }
}

/// The content that `GET target` gets on a connection of its own; nil where there is no whole answer.
func fetch(_ target: String, port: Int) -> (status: String, text: String)? {
    guard let peer = try? Peer(port: port) else { return nil }
    peer.send("GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    return peer.response().map { ($0.status, String(decoding: $0.content, as: UTF8.self)) }
}
