internal import Foundation
internal import Glibc

/// A server that runs as a process of its own while it is measured.
public final class ServedProcess {
    private let process = Process()
    /// Where it listens.
    public let port: Int

    /// Starts a server and waits until it accepts connections.
    ///
    /// - Throws: `BenchProblem` where it ends or does not listen within half a minute.
    public init(_ program: String, _ arguments: [String], port: Int) throws {
        self.port = port
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        // What is measured is what the arguments say: no setting comes from the environment.
        process.environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("ZYPHOS_") }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<1_500 {
            guard process.isRunning else { break }
            if Self.accepts(port) { return }
            usleep(20_000)
        }
        stop()
        throw BenchProblem("\(program) \(arguments.joined(separator: " ")): does not listen")
    }

    deinit { stop() }

    /// Ends it, and waits.
    public func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    var pid: Int32 { process.processIdentifier }

    /// A port that nobody has at the moment.
    public static func freePort() -> Int? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var address = loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // SAFETY: the address is this function's own, and its length is said.
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, length) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        return isBound ? Int(UInt16(bigEndian: address.sin_port)) : nil
    }

    /// A connection to a port of this machine, or nil.
    static func connection(to port: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = loopback(port)
        // SAFETY: the address is this function's own, and its length is said.
        let isConnected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if isConnected { return descriptor }
        close(descriptor)
        return nil
    }

    private static func accepts(_ port: Int) -> Bool {
        guard let descriptor = connection(to: port) else { return false }
        close(descriptor)
        return true
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        return address
    }
}

// MARK: What the system counts

/// What a server has used, with the processes that it started.
public struct ProcessUse: Codable, Sendable {
    /// Seconds of CPU in the program and in the kernel.
    public var userSeconds = 0.0
    public var kernelSeconds = 0.0
    /// Times that a thread waited, or had to make way.
    public var contextSwitches = 0
    /// Bytes of memory that belong to it alone, and its share of what several have.
    public var proportionalBytes = 0
}

extension ServedProcess {
    /// What it has used so far (proc(5)): of all its threads, and of its worker processes.
    public var use: ProcessUse {
        var use = ProcessUse()
        for pid in pids { Self.add(pid, to: &use) }
        return use
    }

    private var pids: [Int32] {
        let own = process.processIdentifier
        let path = "/proc/\(own)/task/\(own)/children"
        let children = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return [own] + children.split(separator: " ").compactMap { Int32($0) }
    }

    private static func add(_ pid: Int32, to use: inout ProcessUse) {
        let tick = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        // Behind the name, which may hold anything, and its parenthesis: state is the first field, utime the twelfth.
        let stat = text("/proc/\(pid)/stat")
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        if fields.count > 13 {
            use.userSeconds += (Double(fields[12]) ?? 0) / tick
            use.kernelSeconds += (Double(fields[13]) ?? 0) / tick
        }
        let tasks =
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        for task in tasks {
            for line in text("/proc/\(pid)/task/\(task)/status").split(separator: "\n")
            where line.contains("ctxt_switches") {
                use.contextSwitches += number(line)
            }
        }
        for line in text("/proc/\(pid)/smaps_rollup").split(separator: "\n")
        where line.hasPrefix("Pss:") {
            use.proportionalBytes += number(line) * 1_024
        }
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    private static func number(_ line: Substring) -> Int {
        line.split(whereSeparator: { $0 == " " || $0 == "\t" }).compactMap { Int($0) }.first ?? 0
    }
}
