import Glibc
import Synchronization
import Testing

@testable import Server

private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
private let last = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

/// All that the kernel has; nothing; and all but one.
private let featureSets: [UringFeatures] =
    [.all, []]
    + [
        .multishotAccept, .multishotReceive, .zeroCopySend, .deferredWork, .registeredFiles,
        .fileChains,
    ].map { (missing: UringFeatures) in UringFeatures.all.subtracting(missing) }

/// Whether the kernel lets rings be made.
let uringIsThere: Bool = (try? UringRing.make(1, .all, limits: ServerLimits())) != nil

/// The engine over io_uring, with each set of features: what a client sees must not depend on them.
@Suite(.serialized, .enabled(if: uringIsThere, "this kernel refuses io_uring"))
struct UringTests {
    /// Pipelined requests, whose answers wait in the server as the client does not read: all come, in order.
    @Test(arguments: featureSets) func aSlowReaderMissesNothing(features: UringFeatures) throws {
        let server = try RunningServer(.uring, features: features)
        defer { server.stop() }
        let peer = try Peer(port: server.port)
        let contents = (0..<2_000).map { index in
            (0..<(index * 37 % 3_000 + 1)).map { UInt8(truncatingIfNeeded: $0 &+ index) }
        }
        let requests = contents.flatMap { content in
            Array("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(content.count)\r\n\r\n".utf8)
                + content
        }
        let sender = LoopThread("test-sender") { peer.send(requests) }
        for (index, content) in contents.enumerated() {
            if index % 500 == 0 { usleep(50_000) }
            #expect(try #require(peer.response()).content == content)
        }
        sender?.join()
    }

    @Test(arguments: featureSets) func aFileComesWhole(features: UringFeatures) throws {
        let routes = try UringRoutes()
        let server = try RunningServer(.uring, routing: routes, features: features)
        defer { server.stop() }
        let peer = try Peer(port: server.port)
        for target in ["/file", "/bytes"] {
            peer.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n" + get)
            #expect(try #require(peer.response()).content == UringRoutes.huge)
            #expect(peer.response()?.content == Array("hello".utf8))
        }
    }

    /// The promised length cannot be sent: the connection ends, and nothing is sent in its place.
    @Test(arguments: featureSets) func aFileThatBecameShorterEnds(features: UringFeatures) throws {
        let routes = try UringRoutes()
        let server = try RunningServer(.uring, routing: routes, features: features)
        defer { server.stop() }
        let peer = try Peer(port: server.port)
        peer.send("GET /shorter HTTP/1.1\r\nHost: a\r\n\r\n" + get)
        let all = try #require(peer.receiveAll())
        let head = try #require(all.indices.first { all[..<$0].suffix(4).elementsEqual(blank) })
        #expect(all[head...].elementsEqual(UringRoutes.huge))
    }

    @Test(arguments: featureSets) func anUploadWaitsForItsSink(features: UringFeatures) throws {
        let routes = try UringRoutes()
        defer { routes.waker.end() }
        let server = try RunningServer(.uring, routing: routes, features: features)
        defer { server.stop() }
        let peer = try Peer(port: server.port)
        let size = UringRoutes.huge.count
        peer.send("POST /sink HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
        let sender = LoopThread("test-sender") { peer.send(UringRoutes.huge + Array(get.utf8)) }
        #expect(try #require(peer.response()).content == Array("equal".utf8))
        #expect(peer.response()?.content == Array("hello".utf8))
        sender?.join()
    }

    /// Clients that go away while they are sent to: each connection's operations end before its memory is used again, and
    /// its descriptor is closed.
    @Test(arguments: featureSets) func outlivesClientsThatGoAway(features: UringFeatures) throws {
        let routes = try UringRoutes()
        let server = try RunningServer(.uring, routing: routes, features: features)
        defer { server.stop() }
        for round in 0..<60 {
            let peer = try Peer(port: server.port)
            if round % 2 == 0 { peer.resetAtClose() }
            let target = round % 3 == 0 ? "/file" : "/bytes"
            peer.send(String(repeating: "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n", count: 3))
            if round % 5 != 0 { _ = peer.receive(round * 1_000 + 1) }
        }
        try server.waitUntilEmpty()
        let peer = try Peer(port: server.port)
        peer.send("GET /bytes HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try #require(peer.response()).content == UringRoutes.huge)
    }

    @Test(arguments: [UringFeatures.all, []])
    func thousandsOfConnectionsLeaveNoDescriptors(features: UringFeatures) throws {
        let server = try RunningServer(.uring, features: features)
        defer { server.stop() }
        for round in 0..<4_000 {
            let peer = try Peer(port: server.port)
            peer.send(round % 2 == 0 ? last : get)
            #expect(peer.response()?.status == "HTTP/1.1 200 OK")
        }
        try server.waitUntilEmpty()
        // Nothing but what listens.
        #expect(try descriptors(at: server.port) == server.server.inheritable.count)
    }

    /// More input at a time than there are buffers.
    @Test(arguments: [UringFeatures.all, []])
    func moreComesThanBuffersHold(features: UringFeatures) throws {
        let server = try RunningServer(.uring, features: features)
        defer { server.stop() }
        let peers = try (0..<400).map { _ in try Peer(port: server.port) }
        let content = Array(EngineRoutes.big[..<100_000])
        let head = Array("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n".utf8)
        // The last byte is kept back, so that everyone's body stands in the server at once.
        for peer in peers { peer.send(head + content.dropLast()) }
        for peer in peers { peer.send([content[content.count - 1]]) }
        for peer in peers { #expect(try #require(peer.response()).content == content) }
    }

    @Test(arguments: featureSets) func drainsWithAnswersInFlight(features: UringFeatures) throws {
        let routes = try UringRoutes()
        let server = try RunningServer(.uring, routing: routes, features: features)
        let idle = try Peer(port: server.port)
        idle.send(get)
        #expect(idle.response() != nil)
        let busy = try ["/file", "/bytes", "/file"].map { target in
            let peer = try Peer(port: server.port)
            peer.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
            return (peer, try #require(peer.receive(1)))
        }
        server.server.drain()
        #expect(idle.receiveAll() == [])
        for (peer, start) in busy {
            let rest = try #require(peer.receiveAll())
            #expect((start + rest).suffix(UringRoutes.huge.count).elementsEqual(UringRoutes.huge))
        }
        server.drain()
    }

    @Test(arguments: featureSets) func stopsInTheMiddle(features: UringFeatures) throws {
        let routes = try UringRoutes()
        let port: Int
        do {
            let server = try RunningServer(.uring, routing: routes, features: features)
            port = server.port
            let peers = try (0..<20).map { index in
                let peer = try Peer(port: server.port)
                peer.send("GET \(index % 2 == 0 ? "/file" : "/bytes") HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try #require(peer.receive(1)).count == 1)
                return peer
            }
            server.stop()
            try #require(server.server.connectionCount == 0)
            for peer in peers { _ = peer.receiveAll() }
        }
        #expect(try descriptors(at: port) == 0)
    }

    /// The kernel takes rings apart some time after they are gone; the port must not wait for that.
    @Test func thePortIsFreeBehindTheServer() throws {
        for _ in 0..<10 {
            let address: SocketAddress
            do {
                let server = try RunningServer(.uring)
                address = server.server.addresses[0]
                let peer = try Peer(port: server.port)
                peer.send(last)
                #expect(peer.response() != nil)
                server.stop()
            }
            _ = try Listener(address, options: SocketOptions(), sharesPort: false)
        }
    }

    @Test func whatIsMissingIsSaid() throws {
        let all = try UringRing.make(1, .all, limits: ServerLimits())[0].features
        let none = try UringRing.make(1, [], limits: ServerLimits())[0].features
        #expect(none == [])
        #expect(none.summary.contains("polled accept, polled receive, copying send"))
        for (feature, words) in [
            (UringFeatures.multishotAccept, "multishot accept"),
            (.multishotReceive, "multishot receive"), (.zeroCopySend, "zero-copy send"),
        ] {
            #expect(all.contains(feature) == all.summary.contains(words))
        }
    }

    /// A refusal is one line that names the call, the error and its number.
    @Test func aRefusalIsOneLine() {
        for error in [EPERM, ENOSYS, ENOMEM, EINVAL] {
            let text = UringRing.problem("io_uring_setup", error).description
            #expect(text.contains("io_uring_setup") && text.contains("(errno \(error))"))
            #expect(!text.contains("\n"))
        }
    }
}

private let blank = Array("\r\n\r\n".utf8)

extension RunningServer {
    /// Waits until the server has no connection, and fails where that takes too long.
    fileprivate func waitUntilEmpty() throws {
        for _ in 0..<1_000 where server.connectionCount > 0 { usleep(10_000) }
        try #require(server.connectionCount == 0)
    }
}

/// Sockets of this process at a port: a server's ends of connections, and what listens. All descriptors would be those of
/// tests beside this one, too.
private func descriptors(at port: Int) throws -> Int {
    let folder = try #require(opendir("/proc/self/fd"))
    defer { closedir(folder) }
    var count = 0
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard let descriptor = Int32(name) else { continue }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isSocket = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length) == 0
            }
        }
        if isSocket, address.sin_family == sa_family_t(AF_INET),
            Int(UInt16(bigEndian: address.sin_port)) == port
        {
            count += 1
        }
    }
    return count
}

/// `/file`, `/bytes`: 20 MiB; `/shorter`: a file of as many with a greater length promised; `/sink`: a sink that always waits;
/// all others as `EngineRoutes`.
private final class UringRoutes: Routing, Sendable {
    static let huge = (0..<20 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    let file: OpenFile
    let waker = SlowWaker()

    init() throws {
        let folder = try TemporaryFolder()
        try folder.write("huge", Self.huge)
        let descriptor = open(folder.path + "/huge", O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        file = OpenFile(descriptor: descriptor)
    }

    func route(_ request: Request) -> RoutingResult {
        let count = Self.huge.count
        switch request.path {
        case "/file": return answer(.file(FileSlice(file, offset: 0, count: count)))
        case "/shorter": return answer(.file(FileSlice(file, offset: 0, count: count + 10_000)))
        case "/bytes": return answer(.bytes(Self.huge))
        case "/sink":
            return .found(
                Route(.streaming { [waker] in WaitingSink($0, waker) }), parameters: [])
        default: return EngineRoutes().route(request)
        }
    }

    private func answer(_ body: Body) -> RoutingResult {
        .found(Route(.synchronous { _, response in response.body = body }), parameters: [])
    }
}

/// Takes what comes, and wants no more until it has been woken.
private final class WaitingSink: BodySink, Sendable {
    private let connection: Waker?
    private let waker: SlowWaker
    private let content = Mutex<[UInt8]>([])

    init(_ request: Request, _ waker: SlowWaker) {
        connection = request.waker
        self.waker = waker
    }

    func receive(_ bytes: Span<UInt8>) throws -> SinkState {
        content.withLock { content in
            for index in bytes.indices { content.append(bytes[index]) }
        }
        if let connection { waker.wakeLater(connection) }
        return .waiting
    }

    func finish(
        trailers: [(name: String, value: String)], _ response: inout Response
    ) throws {
        response.set(text: content.withLock { $0 == UringRoutes.huge } ? "equal" : "different")
    }

    func abandon() {}
}

/// Wakes connections a little later, from a thread of its own.
private final class SlowWaker: Sendable {
    private let waiting = Mutex<[Waker]?>([])
    private let thread = Mutex<LoopThread?>(nil)

    func wakeLater(_ waker: Waker) {
        waiting.withLock { $0?.append(waker) }
        thread.withLock { thread in
            if thread == nil { thread = LoopThread("test-waker") { self.run() } }
        }
    }

    private func run() {
        while let wakers = waiting.withLock({ waiting -> [Waker]? in
            defer { if waiting != nil { waiting = [] } }
            return waiting
        }) {
            for waker in wakers { waker.wake() }
            usleep(100)
        }
    }

    func end() {
        waiting.withLock { $0 = nil }
        thread.withLock { $0.take() }?.join()
    }
}
