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

/// A router whose patterns are a tree: see `RoutePattern` for what they may say, `RouteTrie` for which one wins.
///
///     var router = Router()
///     try router.get("/users/:id") { request, response in
///         response.set(text: "user \(request.parameter("id") ?? "")")
///     }
///     try router.group("/api") { group throws(RouteProblem) in
///         try group.post("/items", body: .collect(bytesMax: 65_536)) { request in Response(.created) }
///     }
///
/// Paths are taken apart as they stand in the request and each segment is decoded once, so an encoded slash stays a part of
/// its segment. Nothing is folded: `/a`, `/a/` and `//a` are three paths, and one with `.` or `..` segments has no route.
/// A path whose pattern is all literal is matched without allocating.
public struct Router: Routing {
    /// One route, for a person to read.
    private struct Line: Sendable {
        let method: Method
        let pattern: String
    }

    private var trie = RouteTrie()
    private var fallback: Route?
    private var lines: [Line] = []
    private var methods: MethodSet = []
    /// What groups put before a pattern.
    private var prefix = ""

    /// No routes.
    public init() {}

    /// Adds a route for a method and a pattern.
    public mutating func add(
        _ method: Method, _ pattern: String, body: BodyRule = .discard, _ handler: Handler
    ) throws(RouteProblem) {
        let whole = try RoutePattern(prefix + pattern)
        guard pattern.utf8.first == UInt8(ascii: "/") else { throw .noLeadingSlash(pattern) }
        try trie.add(method, whole, Route(handler, body: body))
        methods.insert(MethodSet(method))
        lines.append(Line(method: method, pattern: whole.text))
    }

    /// Adds routes whose patterns have all this prefix, which begins with a slash and does not end in one.
    public mutating func group(
        _ prefix: String, _ add: (inout Router) throws(RouteProblem) -> Void
    ) throws(RouteProblem) {
        guard prefix.utf8.first == UInt8(ascii: "/") else { throw .noLeadingSlash(prefix) }
        guard prefix.utf8.last != UInt8(ascii: "/") else {
            throw .unreachable(prefix, because: "a group's prefix does not end in a slash")
        }
        let outer = self.prefix
        self.prefix = outer + prefix
        defer { self.prefix = outer }
        try add(&self)
    }

    /// Where all paths go that no pattern matches, whatever the method: static files, as a rule.
    public mutating func setFallback(_ route: Route) { fallback = route }

    /// The routes, one line each, for a person to read.
    public func describe() -> String {
        var text = ""
        for line in lines {
            text += line.method.text
            text += String(repeating: " ", count: max(1, 8 - line.method.text.utf8.count))
            text += line.pattern + "\n"
        }
        if fallback != nil { text += "*       (every other path)\n" }
        return text
    }
}

extension Router {
    public func route(_ request: Request) -> RoutingResult {
        let storage = request.storage
        let head = storage.head
        guard storage.rawPathRange.upperBound <= head.count else { return .notFound }
        return route(request.method, head.span.extracting(storage.rawPathRange))
    }

    /// The route for a method and a path as it stands in the request: `/a%20b`, `*`, or empty where an absolute form has none.
    func route(_ method: Method, _ path: Span<UInt8>) -> RoutingResult {
        if path.isEmpty {
            // RFC 9110 §4.2.3: an empty path is the same as a slash.
            let slash: [UInt8] = [UInt8(ascii: "/")]
            return route(method, slash.span)
        }
        if path.count == 1, path[0] == UInt8(ascii: "*") {
            return .methodNotAllowed(allow: methods.allow)
        }
        guard !RequestPath.hasDotSegment(path) else { return unrouted }
        switch trie.find(method, path) {
        case .endpoint(let endpoint, let values):
            guard !values.isEmpty else { return .found(endpoint.route, parameters: []) }
            guard let parameters = Self.parameters(endpoint.pattern.names, values, path) else {
                return .notFound
            }
            return .found(endpoint.route, parameters: parameters)
        case .methods(let methods):
            return methods.isEmpty ? unrouted : .methodNotAllowed(allow: methods.allow)
        }
    }

    /// Allow's value for a path as it stands in a request, or for `*`: what the server has at all. Nil where no pattern
    /// matches; what falls to the fallback is the fallback's to say.
    public func allowedMethods(_ path: String) -> String? {
        let bytes = Array(path.utf8)
        if bytes == [UInt8(ascii: "*")] { return methods.allow }
        // A method that no route can have: the search then visits every pattern that matches.
        guard !RequestPath.hasDotSegment(bytes.span),
            case .methods(let methods) = trie.find(.other, bytes.span), !methods.isEmpty
        else { return nil }
        return methods.allow
    }

    private var unrouted: RoutingResult {
        fallback.map { .found($0, parameters: []) } ?? .notFound
    }

    /// The parameters as text, each decoded once; nil where an escape is broken or the bytes are no UTF-8.
    private static func parameters(
        _ names: [String], _ values: [Range<Int>], _ path: Span<UInt8>
    ) -> [(name: String, value: String)]? {
        var parameters: [(name: String, value: String)] = []
        parameters.reserveCapacity(names.count)
        for (name, range) in zip(names, values) {
            var bytes: [UInt8] = []
            guard (try? RequestPath.read(path.extracting(range), into: &bytes)) != nil else {
                return nil
            }
            parameters.append((name, String(decoding: bytes, as: UTF8.self)))
        }
        return parameters
    }
}
