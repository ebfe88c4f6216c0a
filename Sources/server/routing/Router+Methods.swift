/// The short forms of `add`, for handlers that answer at once and for those that wait.
extension Router {
    /// What answers at once, on the connection's own thread; it must not block.
    public typealias Answer = @Sendable (Request, inout Response) throws -> Void
    /// What answers when it is ready.
    public typealias AwaitedAnswer = @Sendable (Request) async throws -> Response

    /// Adds a route for GET, and for HEAD where that has no route of its own.
    public mutating func get(
        _ pattern: String, body: BodyRule = .discard, _ answer: @escaping Answer
    ) throws(RouteProblem) {
        try add(.get, pattern, body: body, .synchronous(answer))
    }

    /// Adds a route for GET, and for HEAD where that has no route of its own.
    public mutating func get(
        _ pattern: String, body: BodyRule = .discard, _ answer: @escaping AwaitedAnswer
    ) throws(RouteProblem) {
        try add(.get, pattern, body: body, .asynchronous(answer))
    }

    /// Adds a route for HEAD.
    public mutating func head(
        _ pattern: String, body: BodyRule = .discard, _ answer: @escaping Answer
    ) throws(RouteProblem) {
        try add(.head, pattern, body: body, .synchronous(answer))
    }

    /// Adds a route for HEAD.
    public mutating func head(
        _ pattern: String, body: BodyRule = .discard, _ answer: @escaping AwaitedAnswer
    ) throws(RouteProblem) {
        try add(.head, pattern, body: body, .asynchronous(answer))
    }

    /// Adds a route for POST.
    public mutating func post(
        _ pattern: String, body: BodyRule = .discard, _ answer: @escaping Answer
    ) throws(RouteProblem) {
        try add(.post, pattern, body: body, .synchronous(answer))
    }

    /// Adds a route for POST.
    public mutating func post(
        _ pattern: String, body: BodyRule = .discard, _ answer: @escaping AwaitedAnswer
    ) throws(RouteProblem) {
        try add(.post, pattern, body: body, .asynchronous(answer))
    }

    /// Adds a route for PUT.
    public mutating func put(
        _ pattern: String, body: BodyRule = .discard, _ answer: @escaping Answer
    ) throws(RouteProblem) {
        try add(.put, pattern, body: body, .synchronous(answer))
    }

    /// Adds a route for PUT.
    public mutating func put(
        _ pattern: String, body: BodyRule = .discard, _ answer: @escaping AwaitedAnswer
    ) throws(RouteProblem) {
        try add(.put, pattern, body: body, .asynchronous(answer))
    }

    /// Adds a route for PATCH.
    public mutating func patch(
        _ pattern: String, body: BodyRule = .discard, _ answer: @escaping Answer
    ) throws(RouteProblem) {
        try add(.patch, pattern, body: body, .synchronous(answer))
    }

    /// Adds a route for PATCH.
    public mutating func patch(
        _ pattern: String, body: BodyRule = .discard, _ answer: @escaping AwaitedAnswer
    ) throws(RouteProblem) {
        try add(.patch, pattern, body: body, .asynchronous(answer))
    }

    /// Adds a route for DELETE.
    public mutating func delete(
        _ pattern: String, body: BodyRule = .discard, _ answer: @escaping Answer
    ) throws(RouteProblem) {
        try add(.delete, pattern, body: body, .synchronous(answer))
    }

    /// Adds a route for DELETE.
    public mutating func delete(
        _ pattern: String, body: BodyRule = .discard, _ answer: @escaping AwaitedAnswer
    ) throws(RouteProblem) {
        try add(.delete, pattern, body: body, .asynchronous(answer))
    }

    /// Adds a route for OPTIONS, in place of the answer that the connection gives.
    public mutating func options(
        _ pattern: String, body: BodyRule = .discard, _ answer: @escaping Answer
    ) throws(RouteProblem) {
        try add(.options, pattern, body: body, .synchronous(answer))
    }

    /// Adds a route for OPTIONS, in place of the answer that the connection gives.
    public mutating func options(
        _ pattern: String, body: BodyRule = .discard, _ answer: @escaping AwaitedAnswer
    ) throws(RouteProblem) {
        try add(.options, pattern, body: body, .asynchronous(answer))
    }
}
