import Glibc
import Synchronization
import Testing

@testable import Server

/// Bodies that are longer than any buffer, with someone on the way who waits, on every engine and with both triggers.
@Suite(.serialized) struct FlowTests {
    /// An engine, and how it hears of sockets.
    struct Drive: CustomTestStringConvertible, Sendable {
        let engine: EngineName
        var isEdgeTriggered = false

        var testDescription: String { engine.rawValue + (isEdgeTriggered ? ", edges" : "") }

        static let all =
            RunningServer.engines.map { Drive(engine: $0) }
            + [.epoll, .reuseport].map { Drive(engine: $0, isEdgeTriggered: true) }
    }

    private static let long = 20 * 1_048_576

    /// The byte at a place of a long body: no two blocks of a buffer's size are the same.
    private static func byte(_ place: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: place &* 31 &+ place >> 10)
    }

    private static func running(_ drive: Drive, _ routing: any Routing) throws -> RunningServer {
        try RunningServer(
            drive.engine, routing: routing, isEdgeTriggered: drive.isEdgeTriggered)
    }

    /// A sink that says `waiting` after each piece, and is woken by another thread.
    @Test(arguments: Drive.all) func aSinkThatWaits(drive: Drive) throws {
        let server = try Self.running(drive, FlowRoutes())
        defer { server.stop() }
        let peer = try Peer(port: server.port)
        let body = (0..<Self.long).map(Self.byte)
        let sender = LoopThread("test-sender") {
            peer.send("PUT /sink HTTP/1.1\r\nHost: a\r\nContent-Length: \(Self.long)\r\n\r\n")
            peer.send(body)
        }
        let sum = body.reduce(0 as UInt64) { $0 &* 31 &+ UInt64($1) }
        #expect(peer.response()?.content == Array("\(Self.long) \(sum)".utf8))
        sender?.join()
        // The connection goes on.
        peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(peer.response()?.status == "HTTP/1.1 200 OK")
    }

    /// A source that has nothing for a while after each piece, and is woken by another thread; the client reads when it
    /// likes.
    @Test(arguments: Drive.all) func aSourceThatWaits(drive: Drive) throws {
        let server = try Self.running(drive, FlowRoutes())
        defer { server.stop() }
        let peer = try Peer(port: server.port)
        peer.send("GET /source HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let answer = try #require(peer.receiveAll())
        let responses = WireResponse.read(answer, isEnd: true).responses
        try #require(responses.count == 1)
        #expect(responses[0].content.count == FlowRoutes.pieces * FlowRoutes.pieceBytes)
        #expect(responses[0].content.enumerated().allSatisfy { $1 == FlowRoutes.byte($0) })
    }

    /// A file of twenty mebibytes, to a client that waits before it reads.
    @Test(arguments: Drive.all) func aLongFile(drive: Drive) throws {
        let folder = try TemporaryFolder()
        try folder.write("long", String(repeating: "0123456789abcdef", count: Self.long / 16))
        var router = Router()
        router.setFallback(try StaticFiles(root: folder.path).route)
        let server = try Self.running(drive, router)
        defer { server.stop() }
        let peer = try Peer(port: server.port, receiveBytes: 16_384)
        peer.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\nGET /long HTTP/1.1\r\nHost: a\r\n\r\n")
        usleep(50_000)
        for _ in 0..<2 {
            let content = try #require(peer.response()).content
            #expect(content.count == Self.long)
            #expect(content.prefix(16).elementsEqual("0123456789abcdef".utf8))
            #expect(content.suffix(16).elementsEqual("0123456789abcdef".utf8))
        }
    }

    /// Many requests at once by clients that read slowly: all are answered, in their order.
    @Test(arguments: Drive.all) func pipelinesOfSlowReaders(drive: Drive) throws {
        let server = try Self.running(drive, FlowRoutes())
        defer { server.stop() }
        let peers = try (0..<8).map { _ in try Peer(port: server.port, receiveBytes: 4_096) }
        let threads = peers.compactMap { peer in
            LoopThread("test-sender") {
                for number in 0..<3_000 {
                    peer.send("GET /number/\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
                }
            }
        }
        for peer in peers {
            for number in 0..<3_000 {
                try #require(peer.response()?.content == Array("\(number)".utf8))
            }
        }
        for thread in threads { thread.join() }
    }
}

/// `/sink`: counts and sums a body, waiting after each piece; `/source`: a chunked body with waits; `/number/…`: its last
/// segment; `/`: nothing.
private struct FlowRoutes: Routing {
    static let pieces = 40
    static let pieceBytes = 50_000

    static func byte(_ place: Int) -> UInt8 { UInt8(truncatingIfNeeded: place &* 7 &+ place >> 8) }

    func route(_ request: Request) -> RoutingResult {
        let path = request.path
        if path == "/sink" {
            return .found(Route(.streaming { WaitingSink($0.waker) }), parameters: [])
        }
        if path == "/source" {
            let answer: @Sendable (Request, inout Response) throws -> Void = { request, response in
                response.body = .stream(WaitingSource(request.waker))
            }
            return .found(Route(.synchronous(answer)), parameters: [])
        }
        return .found(
            Route(
                .synchronous { request, response in
                    let segment = request.path.split(separator: "/").last ?? ""
                    response.body = .bytes(Array(segment.utf8))
                }), parameters: [])
    }
}

/// Wakes a connection a moment later, from another thread.
private func wakeLater(_ waker: Waker?) {
    let thread = LoopThread("test-waker") {
        usleep(200)
        waker?.wake()
    }
    thread?.detach()
}

private final class WaitingSink: BodySink {
    private let waker: Waker?
    private let state = Mutex((count: 0, sum: 0 as UInt64))

    init(_ waker: Waker?) { self.waker = waker }

    func receive(_ bytes: Span<UInt8>) throws -> SinkState {
        state.withLock { state in
            state.count += bytes.count
            for index in bytes.indices { state.sum = state.sum &* 31 &+ UInt64(bytes[index]) }
        }
        wakeLater(waker)
        return .waiting
    }

    func finish(trailers: [(name: String, value: String)], _ response: inout Response) throws {
        let (count, sum) = state.withLock(\.self)
        response.body = .bytes(Array("\(count) \(sum)".utf8))
    }

    func abandon() {}
}

private final class WaitingSource: BodySource {
    private let waker: Waker?
    private let state = Mutex((made: 0, isRested: false))

    init(_ waker: Waker?) { self.waker = waker }

    func produce(into bytes: inout [UInt8], count: Int) throws -> BodyProgress {
        let start = state.withLock { state -> Int? in
            guard state.made < FlowRoutes.pieces else { return -1 }
            // Each piece is waited for once.
            guard state.isRested else {
                state.isRested = true
                return nil
            }
            state.isRested = false
            state.made += 1
            return (state.made - 1) * FlowRoutes.pieceBytes
        }
        guard let start else {
            wakeLater(waker)
            return .waiting
        }
        guard start >= 0 else { return .finished }
        for place in start..<start + FlowRoutes.pieceBytes { bytes.append(FlowRoutes.byte(place)) }
        return .more
    }

    func abandon() {}
}
