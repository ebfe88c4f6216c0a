import Foundation
import Testing

@testable import Server

/// A program that people use as a client.
struct ClientProgram: Sendable, CustomStringConvertible {
    let name: String
    /// What must work for it to count as installed; by default its name is looked for.
    private let probe: [String]

    init(_ name: String, probe: [String]? = nil) {
        self.name = name
        self.probe = probe ?? ["sh", "-c", "command -v \(name)"]
    }

    var description: String { name }

    var isInstalled: Bool { (try? Self.run(probe))?.code == 0 }

    struct Ending {
        let code: Int32
        let output: String
        let complaint: String
    }

    /// Runs a command to its end, or for a minute.
    static func run(_ command: [String], in folder: TemporaryFolder? = nil) throws -> Ending {
        let own = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "--kill-after=5", "60"] + command
        process.currentDirectoryURL = URL(fileURLWithPath: (folder ?? own).path)
        process.environment = ProcessInfo.processInfo.environment
            .merging(["HOME": own.path, "no_proxy": "127.0.0.1"]) { $1 }
        let files = ["out", "err"].map { URL(fileURLWithPath: "\(own.path)/\($0)") }
        for file in files { try Data().write(to: file) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Ending(code: process.terminationStatus, output: texts[0], complaint: texts[1])
    }
}

/// A `zyphos serve` over a folder of files for clients, and a server with routes that take uploads.
final class ClientSite {
    let folder: TemporaryFolder
    let files: ServeProcess
    let routes: RunningServer

    static let big = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }

    init(_ engine: EngineName) throws {
        folder = try TemporaryFolder()
        try folder.makeFolder("www")
        try folder.write("www/index.html", "0123456789")
        try folder.write("www/big.bin", Self.big)
        try folder.write("upload", Self.big.prefix(900_000) + [])
        files = try ServeProcess(
            ["www", "--listen", "127.0.0.1:0", "--engine", engine.rawValue, "--access-log", "log"],
            in: folder)
        routes = try RunningServer(engine)
        port = try files.port()
    }

    deinit { routes.stop() }

    private let port: Int

    var url: String { "http://127.0.0.1:\(port)" }
    var echo: String { "http://127.0.0.1:\(routes.port)/echo" }

    /// The lines of the access log, once the server has ended.
    func end() throws -> [Substring] {
        files.signal(SIGTERM)
        #expect(try files.end() == 0)
        let log = String(decoding: try bytes(of: folder.path + "/log"), as: UTF8.self)
        return log.split(separator: "\n")
    }
}
