import Synchronization

@testable import Server

/// Routes every request to a handler that says in its answer what it saw, and counts its calls; requests for
/// `/smuggled/NUMBER` are counted by their number.
final class SeenRequests: Routing {
    private let calls = Mutex(Calls())
    /// Bytes of a body that is collected.
    static let bodyBytesMax = 1 << 20

    private struct Calls {
        var count = 0
        var smuggled: [Int: Int] = [:]
    }

    func route(_ request: Request) -> RoutingResult {
        .found(
            Route(
                .synchronous { request, response in
                    self.count(request)
                    response.set(text: Self.text(request))
                }, body: .collect(bytesMax: Self.bodyBytesMax)), parameters: [])
    }

    private func count(_ request: Request) {
        calls.withLock { calls in
            calls.count += 1
            if request.path.hasPrefix("/smuggled/"), let number = Int(request.path.dropFirst(10)) {
                calls.smuggled[number, default: 0] += 1
            }
        }
    }

    /// How many requests a handler has seen.
    var count: Int { calls.withLock(\.count) }
    /// How often a handler saw the smuggled request of this number.
    func smuggled(_ number: Int) -> Int { calls.withLock { $0.smuggled[number] ?? 0 } }

    /// The request line as it came, the length and a hash of the body, the number of trailers.
    private static func text(_ request: Request) -> String {
        let head = request.storage.head
        let start = head.firstIndex { $0 != 0x0D && $0 != 0x0A } ?? 0
        let line = head[start...].prefix { $0 != 0x0D }
        return text(Array(line), request.body, trailerCount: request.trailers.count)
    }

    /// What the handler answers to such a request.
    static func text(_ line: [UInt8], _ body: [UInt8], trailerCount: Int) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in body { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "\(String(decoding: line, as: UTF8.self)) \(body.count) \(hash) \(trailerCount)\n"
    }

    /// The request that stands behind an attack.
    static func smuggledRequest(_ number: Int) -> [UInt8] {
        Array("GET /smuggled/\(number) HTTP/1.1\r\nHost: s\r\n\r\n".utf8)
    }
}
