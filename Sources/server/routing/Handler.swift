/// What answers a request.
public enum Handler: Sendable {
    /// Answers at once, on the connection's own thread; it must not block.
    case synchronous(@Sendable (Request, inout Response) throws -> Void)
    /// Answers when it is ready. Its task prefers the connection's loop as executor, so it runs on the same thread between
    /// other connections' turns.
    case asynchronous(@Sendable (Request) async throws -> Response)
    /// Takes the body as it arrives.
    case streaming(@Sendable (Request) throws -> any BodySink)
}

/// Takes a request's body piece by piece and answers at its end. Only one connection's thread calls it.
public protocol BodySink: AnyObject, Sendable {
    /// Takes some bytes, and says whether more are welcome now. After `waiting` the connection stops reading, so that a
    /// slow sink slows the client; the sink wakes the connection when it is ready, with the `waker` of its request.
    func receive(_ bytes: Span<UInt8>) throws -> SinkState
    /// The body is whole. Trailers are kept apart from header fields (RFC 9110 §6.5.1).
    func finish(trailers: [(name: String, value: String)], _ response: inout Response) throws
    /// The body will never be whole: the client is gone, broke a rule, or ran out of time.
    func abandon()
}

/// Whether a sink takes more.
public enum SinkState: Sendable {
    case ready
    case waiting
}

/// What becomes of a body on a route.
public enum BodyRule: Sendable, Hashable {
    /// No one wants it: it is read and thrown away within limits, or the connection closes.
    case discard
    /// It is collected whole before the handler is called; beyond so many bytes the answer is 413.
    case collect(bytesMax: Int)
}

/// What a method and a path lead to.
public struct Route: Sendable {
    /// The answer.
    public let handler: Handler
    /// What becomes of a body; `streaming` handlers take it themselves.
    public let bodyRule: BodyRule

    /// Makes a route.
    public init(_ handler: Handler, body: BodyRule = .discard) {
        self.handler = handler
        bodyRule = body
    }
}
