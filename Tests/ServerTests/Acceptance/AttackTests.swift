import Differential
import Foundation
import HTTP1
import Synchronization
import Testing
import Wire

@testable import Server

/// Every published attack of the corpus against a connection, with a smuggled request behind it: what is refused is answered
/// once, with its status, the connection ends, and the second request is never seen by a route.
@Suite struct AttackTests {
    private static let smuggled = Array("GET /smuggled HTTP/1.1\r\nHost: s\r\n\r\n".utf8)

    /// The repository's folder.
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Routes everything to a collector of bodies, and remembers the paths.
    private final class Recorder: Routing {
        private let paths = Mutex<[String]>([])
        private let route = Route(
            .synchronous { _, response in response.set(text: "ok") },
            body: .collect(bytesMax: 1 << 20)
        )

        func route(_ request: Request) -> RoutingResult {
            paths.withLock { $0.append(request.path) }
            return .found(route, parameters: [])
        }

        var sawSmuggled: Bool { paths.withLock { $0.contains("/smuggled") } }
    }

    /// The strict cases of a protocol that a server can meet.
    private static func cases(_ protocolName: String) throws -> [CorpusCase] {
        try Differential.Corpus().cases(in: [
            root.appendingPathComponent("Corpus/\(protocolName)").path
        ]).filter {
            let context = $0.context as? HTTP1Context
            return $0.policy == .strict && $0.limits.isEmpty
                && (context?.role ?? .request) == .request
        }
    }

    private static func run(
        _ bytes: [UInt8], parser: String, step: Int
    ) throws -> (Client, Recorder) {
        let recorder = Recorder()
        let client = try Client(recorder, parser: parser)
        client.send(bytes: bytes, step: step)
        return (client, recorder)
    }

    /// A refused head: one answer, with the reason's status.
    @Test(arguments: ["simd", "paired"], [Int.max, 1])
    func refusedHeads(parser: String, step: Int) throws {
        var count = 0
        for testCase in try Self.cases("http1.request") {
            guard case .rejected(let rejection) = testCase.expectation?.verdict else { continue }
            count += 1
            let (client, recorder) = try Self.run(
                testCase.bytes + Self.smuggled, parser: parser, step: step)
            let code = HTTP1Reason(rawValue: rejection.code)?.description.status ?? 0
            #expect(client.statuses == [code], "\(testCase.id)")
            #expect(!recorder.sawSmuggled, "\(testCase.id)")
            #expect(client.isShutdown && client.holdsNoBlocks, "\(testCase.id)")
            #expect(client.answer.contains("\r\nConnection: close\r\n"), "\(testCase.id)")
        }
        #expect(count > 2_000)
    }

    /// A stream that ends in doubt: nothing behind the doubt is a request.
    @Test(arguments: ["simd", "paired"], [Int.max, 1])
    func refusedStreams(parser: String, step: Int) throws {
        var count = 0
        for testCase in try Self.cases("http1.stream") {
            guard case .rejected = testCase.expectation?.verdict else { continue }
            count += 1
            let (client, recorder) = try Self.run(
                testCase.bytes + Self.smuggled, parser: parser, step: step)
            #expect(client.observer.refusals.count == 1, "\(testCase.id)")
            #expect(!recorder.sawSmuggled, "\(testCase.id)")
            #expect(client.isShutdown && client.holdsNoBlocks, "\(testCase.id)")
        }
        #expect(count > 50)
    }

    /// A chunked body that is refused ends the connection; one that is whole lets the next request through.
    @Test(arguments: ["simd", "paired"], [Int.max, 1])
    func chunkedBodies(parser: String, step: Int) throws {
        let head = Array(
            "POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        var refused = 0
        var whole = 0
        for testCase in try Self.cases("http1.chunked") where testCase.bytes.count < 100_000 {
            guard let verdict = testCase.expectation?.verdict else { continue }
            let (client, recorder) = try Self.run(
                head + testCase.bytes + Self.smuggled, parser: parser, step: step)
            switch verdict {
            case .rejected(let rejection):
                refused += 1
                let code = HTTP1Reason(rawValue: rejection.code)?.description.status ?? 0
                #expect(client.statuses == [code], "\(testCase.id)")
                #expect(!recorder.sawSmuggled && client.isShutdown, "\(testCase.id)")
            case .complete(let consumed) where consumed == testCase.bytes.count:
                whole += 1
                #expect(client.statuses == [200, 200] && recorder.sawSmuggled, "\(testCase.id)")
            case .complete, .incomplete: break
            }
        }
        #expect(refused > 500 && whole > 20)
    }
}
