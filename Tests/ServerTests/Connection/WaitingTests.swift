import Synchronization
import Testing

@testable import Server

/// Sinks and sources that say to wait: who wakes them goes on, who does not is given up.
struct WaitingTests {
    /// Says what it is told, and remembers whether it was given up.
    private final class Valve: BodySink, BodySource {
        struct State {
            var isOpen = false
            var isAbandoned = false
            var count = 0
        }
        let state = Mutex(State())
        var isAbandoned: Bool { state.withLock(\.isAbandoned) }

        func receive(_ bytes: Span<UInt8>) throws -> SinkState {
            let count = bytes.count
            return state.withLock { state in
                state.count += count
                return state.isOpen ? .ready : .waiting
            }
        }

        func finish(trailers: [(name: String, value: String)], _ response: inout Response) throws {
            response.set(text: "\(state.withLock(\.count))")
        }

        func produce(into bytes: inout [UInt8], count: Int) throws -> BodyProgress {
            guard state.withLock(\.isOpen) else { return .waiting }
            bytes += Array("made".utf8)
            return .finished
        }

        func abandon() { state.withLock { $0.isAbandoned = true } }
    }

    private static func client(_ valve: Valve) throws -> Client {
        var limits = ServerLimits()
        limits.handlerMillisecondsMax = 5_000
        limits.bodyGraceMilliseconds = 1_000
        limits.bodyBytesPerSecondMin = 10
        return try Client(
            Table(routes: [
                "/sink": Route(.streaming { _ in valve }),
                "/source": Route(
                    .synchronous { _, response in response.body = .stream(valve) }),
            ]), limits: limits)
    }

    private static let put = "PUT /sink HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n0123456789"

    /// The time that a sink takes is not the client's: its rate is judged as if the sink had been quick.
    @Test func aSinksTimeIsNotTheClients() throws {
        let valve = Valve()
        let client = try Self.client(valve)
        client.send(Self.put)
        #expect(!client.wantsInput)
        client.wait(milliseconds: 4_900)
        valve.state.withLock { $0.isOpen = true }
        client.wake()
        #expect(client.wantsInput && client.statuses.isEmpty)
        // One second's grace and one for ten bytes.
        client.wait(milliseconds: 1_900)
        client.send("0123456789")
        #expect(client.statuses == [200] && client.answer.hasSuffix("20"))
    }

    @Test func aSinkThatNeverWakesIsGivenUp() throws {
        let valve = Valve()
        let client = try Self.client(valve)
        client.send(Self.put)
        client.wait(milliseconds: 4_999)
        #expect(client.statuses.isEmpty)
        client.wait(milliseconds: 1)
        #expect(client.statuses == [503] && client.isShutdown)
        #expect(valve.isAbandoned)
        #expect(client.observer.refusals == [.server(.handlerTimeout)])
    }

    @Test func aSourceThatWakesGoesOn() throws {
        let valve = Valve()
        let client = try Self.client(valve)
        client.send("GET /source HTTP/1.1\r\nHost: a\r\n\r\n")
        client.wait(milliseconds: 4_999)
        valve.state.withLock { $0.isOpen = true }
        client.wake()
        #expect(client.answer.hasSuffix("4\r\nmade\r\n0\r\n\r\n") && client.isIdle)
    }

    /// The head is gone, so the body is cut: no last chunk says that it was whole.
    @Test func aSourceThatNeverWakesIsGivenUp() throws {
        let valve = Valve()
        let client = try Self.client(valve)
        client.send("GET /source HTTP/1.1\r\nHost: a\r\n\r\n")
        client.wait(milliseconds: 5_000)
        #expect(client.isClosed && !client.answer.contains("0\r\n\r\n"))
        #expect(valve.isAbandoned)
        #expect(client.observer.refusals == [.server(.handlerTimeout)])
    }
}
