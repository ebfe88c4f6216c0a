/// Which route a request takes.
///
/// Connections ask through this protocol, so that a test or a simulator can answer in a router's place.
public protocol Routing: Sendable {
    /// The route for a request, or what to say where there is none. Parameters are put into the request's storage.
    func route(_ request: Request) -> RoutingResult
}

/// What a router found.
public enum RoutingResult: Sendable {
    /// A route; what its pattern matched, by name, percent-decoded.
    case found(Route, parameters: [(name: String, value: String)])
    /// The path has routes, but none for this method; these methods have one, `Allow`'s value (RFC 9110 §10.2.1).
    case methodNotAllowed(allow: String)
    /// Nothing has this path.
    case notFound
}
