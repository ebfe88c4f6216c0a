internal import Glibc

/// What idle keep-alive connections cost a server: memory, and the speed of those that are active.
public struct IdleCost: Codable, Sendable {
    public var server: String
    public var connections: Int
    /// Bytes of the process's memory for each idle connection; the kernel's sockets are not in it.
    public var bytesEach: Double
    /// Requests per second of 64 active connections without and with the idle ones: medians of rounds by turns cannot be, so
    /// each is the median of as many runs in a row.
    public var activeAlone: Double
    public var activeBeside: Double
    /// Idle connections that the server had closed when the measurement was over.
    public var lost: Int
}

extension Comparison {
    /// Measures a server without and with so many idle connections, each of which has had one answer.
    public func idleCost(
        _ contender: Contender, connections: Int, seconds: Int, site: BenchSite
    ) throws -> IdleCost {
        let server = try contender.start(site)
        defer { server.stop() }
        let load = Wrk.Load(path: "/fixed.txt", connections: 64, seconds: seconds)
        func rate() throws -> Double {
            try Self.median(
                (0..<rounds).map { _ in try wrk.run(load, port: server.port).requestsPerSecond })
        }
        let alone = try rate()
        let idle = try IdleConnections(connections, at: server)
        let beside = try rate()
        return IdleCost(
            server: contender.name, connections: connections, bytesEach: idle.bytesEach,
            activeAlone: alone, activeBeside: beside, lost: idle.lostCount)
    }
}

/// Connections that have each had one answer and wait.
final class IdleConnections {
    private var descriptors: [Int32] = []
    /// By how much the server's memory grew, for each.
    private(set) var bytesEach = 0.0

    /// Opens them, one after another.
    init(_ count: Int, at server: ServedProcess) throws {
        let before = server.use.proportionalBytes
        for number in 1...max(1, count) {
            guard let descriptor = ServedProcess.connection(to: server.port) else {
                throw BenchProblem("connection \(number) of \(count) was refused")
            }
            descriptors.append(descriptor)
            guard Self.asksOnce(descriptor) else {
                throw BenchProblem("connection \(number) of \(count) got no answer")
            }
        }
        bytesEach = Double(server.use.proportionalBytes - before) / Double(descriptors.count)
    }

    deinit { for descriptor in descriptors { close(descriptor) } }

    /// How many of them the server has closed.
    var lostCount: Int { descriptors.count { Self.isClosed($0) } }

    private static func asksOnce(_ descriptor: Int32) -> Bool {
        let request = Array("GET /fixed.txt HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        // SAFETY: as many bytes as the array has.
        let sent = unsafe request.withUnsafeBytes {
            unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent == request.count else { return false }
        var answer: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 1_024)
        while !answer.suffix(12).elementsEqual("hello world\n".utf8) {
            // SAFETY: the kernel writes at most as many bytes as there is room for.
            let count = unsafe room.withUnsafeMutableBytes {
                unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
            }
            guard count > 0, answer.count < 4_096 else { return false }
            answer += room[..<count]
        }
        return true
    }

    private static func isClosed(_ descriptor: Int32) -> Bool {
        var byte: UInt8 = 0
        // SAFETY: one byte.
        return unsafe recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT)) == 0
    }
}
