import CAllocationCount
import Foundation
import Server

/// Counts what keep-alive requests allocate in the whole process, over a socket: a handler's fixed answer, a small file that
/// is kept, a large one that the kernel sends, with an access log.
func countRequests() throws {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("zyphos-probe-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, count) in [("small.txt", 1_024), ("large.bin", 50_000)] {
        let file = folder.appendingPathComponent(name)
        try Data(repeating: 0x78, count: count).write(to: file)
        // A file that was written a moment ago is read for each request.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -3_600)], ofItemAtPath: file.path)
    }
    var configuration = ServerConfiguration()
    configuration.root = folder.path
    configuration.listen = [ListenAddress(port: 0)]
    configuration.engine = .epoll
    configuration.accessLog = "/dev/null"
    configuration.limits.requestsPerConnectionMax = 1_000_000
    let greeting = Array("hello world\n".utf8)
    var router = Router()
    try router.get("/fixed") { _, response in response.body = .bytes(greeting) }
    let server = try HTTPServer(configuration, router: router)
    let thread = Thread { try? server.run() }
    thread.start()
    defer { server.stop() }
    for (name, path, length) in [
        ("request.handler", "/fixed", 12), ("request.smallFile", "/small.txt", 1_024),
        ("request.largeFile", "/large.bin", 50_000),
    ] {
        let client = try ProbeClient(port: server.addresses[0].port, path: path, length: length)
        print(name, count { client.ask() })
    }
}

/// A client that allocates nothing while it asks.
private final class ProbeClient {
    private let descriptor: Int32
    private let request: [UInt8]
    private let length: Int
    private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 64)

    init(port: Int, path: String, length: Int) throws {
        self.length = length
        request = Array("GET \(path) HTTP/1.1\r\nHost: a\r\nUser-Agent: probe\r\n\r\n".utf8)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw CocoaError(.fileReadUnknown) }
    }

    deinit {
        close(descriptor)
        room.deallocate()
    }

    /// One request and its answer, whose head is looked at no further than its end.
    func ask() {
        let sent = request.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) }
        var count = 0
        var wanted = Int.max
        while sent == request.count, count < wanted {
            let rest = UnsafeMutableRawBufferPointer(rebasing: room[count...])
            let more = recv(descriptor, rest.baseAddress, rest.count, 0)
            guard more > 0 else { fatalError("the server closed") }
            count += more
            if wanted == Int.max, let head = headEnd(count) { wanted = head + length }
        }
        guard count == wanted else { fatalError("\(count) bytes in place of \(wanted)") }
    }

    private func headEnd(_ count: Int) -> Int? {
        var index = 3
        while index < count {
            if room[index] == 0x0A, room[index - 1] == 0x0D, room[index - 2] == 0x0A {
                return index + 1
            }
            index += 1
        }
        return nil
    }
}
