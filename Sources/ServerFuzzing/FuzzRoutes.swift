internal import Generation
internal import Server
internal import Synchronization

/// The application behind a fuzzed connection: what a path's length chooses, and a book of what it saw.
final class FuzzRoutes: Routing {
    /// A request as it reached the routes.
    struct Line: Hashable {
        var method: String
        var fields: [String]
    }

    /// What was seen.
    struct Book: Equatable {
        /// Requests in the order in which they were routed.
        var lines: [Line] = []
        /// Bodies that handlers were given whole, with the place of their request.
        var bodies: [Int: [UInt8]] = [:]
        /// Handlers that were called.
        var callCount = 0
    }

    private struct State {
        var book = Book()
        var openCount = 0
        var problem: String?
    }

    private let state = Mutex(State())

    /// Bytes that a route collects (chosen: inputs have some hundred, so both sides of the limit are met).
    private static let collectedBytesMax = 64

    var book: Book { state.withLock(\.book) }
    /// Sinks and sources without an end.
    var openCount: Int { state.withLock(\.openCount) }
    var problem: String? { state.withLock(\.problem) }

    /// Forgets everything.
    func clear() { state.withLock { $0 = State() } }

    func route(_ request: Request) -> RoutingResult {
        let place = state.withLock { state in
            state.book.lines.append(
                Line(
                    method: request.methodText,
                    fields: request.fields.flatMap { [$0.name, $0.value] }))
            return state.book.lines.count - 1
        }
        let bodyRule = BodyRule.collect(bytesMax: Self.collectedBytesMax)
        switch request.pathBytes.count % 8 {
        case 0: return .notFound
        case 1: return found(.synchronous { [self] in respond($0, place, &$1) }, bodyRule)
        case 2: return found(.synchronous { [self] in respond($0, nil, &$1) })
        case 3:
            return found(
                .asynchronous { [self] request in
                    var response = Response()
                    respond(request, place, &response)
                    return response
                }, bodyRule)
        case 4: return found(.streaming { [self] _ in FuzzSink(self, place) })
        case 5:
            return found(
                .synchronous { [self] _, response in
                    call()
                    response.body = .stream(FuzzSource(self))
                })
        case 6:
            return found(
                .synchronous { [self] _, _ in
                    call()
                    throw Failure()
                }, bodyRule)
        default: return .methodNotAllowed(allow: "GET")
        }
    }

    struct Failure: Error {}

    private func found(_ handler: Handler, _ body: BodyRule = .discard) -> RoutingResult {
        .found(Route(handler, body: body), parameters: [])
    }

    /// Answers with what was seen.
    func respond(_ request: Request, _ place: Int?, _ response: inout Response) {
        call()
        if let place { keep(request.body, place) }
        let body = String(request.body.count)
        response.set(text: "\(request.methodText) \(body) \(request.trailers.count)\n")
    }

    fileprivate func call() { state.withLock { $0.book.callCount += 1 } }
    fileprivate func keep(_ body: [UInt8], _ place: Int) {
        state.withLock { $0.book.bodies[place] = body }
    }
    fileprivate func opened() { state.withLock { $0.openCount += 1 } }
    fileprivate func ended(_ problem: String?) {
        state.withLock { state in
            state.openCount -= 1
            state.problem = state.problem ?? problem
        }
    }
}

/// Takes a body, and wants a pause behind every second piece.
private final class FuzzSink: BodySink {
    private let routes: FuzzRoutes
    private let place: Int
    private let state = Mutex((bytes: [UInt8](), pieces: 0, isOver: false))

    init(_ routes: FuzzRoutes, _ place: Int) {
        self.routes = routes
        self.place = place
        routes.opened()
    }

    func receive(_ bytes: Span<UInt8>) -> SinkState {
        let copy = (0..<bytes.count).map { bytes[$0] }
        return state.withLock { state in
            state.bytes += copy
            state.pieces += 1
            return state.pieces % 2 == 0 ? .waiting : .ready
        }
    }

    func finish(trailers: [(name: String, value: String)], _ response: inout Response) {
        routes.call()
        end("finished")
        let bytes = state.withLock(\.bytes)
        routes.keep(bytes, place)
        response.set(text: "\(bytes.count) \(trailers.count)\n")
    }

    func abandon() { end("abandoned") }

    private func end(_ how: String) {
        let isTwice = state.withLock { state in
            defer { state.isOver = true }
            return state.isOver
        }
        routes.ended(isTwice ? "a sink is \(how) behind its end" : nil)
    }
}

/// Makes five pieces, and has nothing between them.
private final class FuzzSource: BodySource {
    private let routes: FuzzRoutes
    private let state = Mutex((pieces: 0, isOver: false))

    init(_ routes: FuzzRoutes) {
        self.routes = routes
        routes.opened()
    }

    func produce(into bytes: inout [UInt8], count: Int) -> BodyProgress {
        let pieces = state.withLock { state in
            state.pieces += 1
            return state.pieces
        }
        bytes += [UInt8](repeating: UInt8(ascii: "p"), count: min(count, pieces * 700))
        guard pieces < 5 else {
            end("finished")
            return .finished
        }
        return pieces % 2 == 0 ? .waiting : .more
    }

    func abandon() { end("abandoned") }

    private func end(_ how: String) {
        let isTwice = state.withLock { state in
            defer { state.isOver = true }
            return state.isOver
        }
        routes.ended(isTwice ? "a source is \(how) behind its end" : nil)
    }
}
