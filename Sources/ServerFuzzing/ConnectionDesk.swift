internal import HTTP1
internal import Server
internal import Wire

/// What connections of one kind share from one execution to the next: parsers, memory, limits, routes.
final class ConnectionDesk {
    let parser: String
    let routes = FuzzRoutes()
    let witness = Witness()
    let context: ConnectionContext
    private let pool: BufferPool

    init(
        parser: String, limits: ServerLimits, poolBytes: Int = 1 << 26
    ) throws(VariantSelectionError) {
        self.parser = parser
        pool = BufferPool(bytesMax: poolBytes)
        context = ConnectionContext(
            limits: limits, routing: routes, pool: pool, parsers: try ParserChoice(named: parser),
            observer: witness)
        witness.routes = routes
    }

    /// Ready for the next connection.
    func begin() {
        routes.clear()
        witness.clear()
    }

    /// What a connection that is over must not leave behind, or nil.
    var leftover: String? {
        if pool.statistics.taken != [0, 0, 0] { return "blocks are not back in the pool" }
        if witness.openCount != 0 { return "it is opened and closed differently often" }
        if routes.openCount != 0 { return "a sink or source has no end" }
        if let calls = witness.callsAtRefusal, calls != routes.book.callCount {
            return "a handler was called behind a refusal"
        }
        return routes.problem
    }

    /// Hears what a connection reports.
    final class Witness: ConnectionObserver {
        weak var routes: FuzzRoutes?
        private(set) var openCount = 0
        private(set) var refusals: [Refusal] = []
        /// The methods of the requests that were answered, in order; nil where none was read.
        private(set) var answered: [String?] = []
        /// Calls of handlers when the first refusal was reported that ends a connection.
        private(set) var callsAtRefusal: Int?
        let hasLines = false

        func clear() {
            openCount = 0
            refusals = []
            answered = []
            callsAtRefusal = nil
        }

        func opened() { openCount += 1 }
        func closed() { openCount -= 1 }
        func received(_ count: Int) {}
        func sent(_ count: Int) {}
        func answered(_ exchange: Exchange) { answered.append(exchange.request?.methodText) }
        func refused(
            _ refusal: Refusal, _ client: ClientAddress, _ storage: RequestStorage?,
            _ input: Span<UInt8>
        ) {
            refusals.append(refusal)
            // A handler that failed is a refusal of nothing.
            if refusal != .server(.handlerFailed) {
                callsAtRefusal = callsAtRefusal ?? routes?.book.callCount
            }
        }
        func flush() {}
    }
}

/// What came of one connection before its client's end. Whether it is closed by then is no part of it: how much is thrown
/// away behind a refusal is counted by what is received then, and that depends on the cuts.
struct ConnectionOutcome: Equatable {
    let sent: [UInt8]
    let isShutdown: Bool
    let book: FuzzRoutes.Book
    let refusals: [Reason]
    let answered: [String?]

    init(sent: [UInt8], isShutdown: Bool, _ desk: ConnectionDesk) {
        self.sent = sent
        self.isShutdown = isShutdown
        book = desk.routes.book
        refusals = desk.witness.refusals.map { refusal in
            switch refusal {
            case .parser(let code, _): .parser(code)
            case .server(let reason): .server(reason)
            }
        }
        answered = desk.witness.answered
    }

    /// Why something was refused, without the offset: in a chunked body it counts from the first byte that is still held.
    enum Reason: Hashable {
        case parser(UInt8)
        case server(ServerReason)
    }

    /// Where two part, in words.
    func difference(_ other: ConnectionOutcome) -> String {
        if book.lines != other.book.lines {
            return "\(book.lines.count) and \(other.book.lines.count) requests routed"
        }
        if book != other.book { return "bodies or calls differ: \(book), \(other.book)" }
        if refusals != other.refusals { return "refusals: \(refusals), \(other.refusals)" }
        if sent != other.sent {
            let first = zip(sent, other.sent).enumerated().first { $0.element.0 != $0.element.1 }
            let place = first?.offset ?? min(sent.count, other.sent.count)
            return "\(sent.count) and \(other.sent.count) bytes, different from \(place) on"
        }
        return "shut down: \(isShutdown), \(other.isShutdown)"
    }
}
