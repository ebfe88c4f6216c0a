/// The patterns of a router as a tree with one level for each segment.
///
/// Nodes lie in one array and name each other by index. A search goes down literals first, then the parameter, then the
/// wildcard, and comes back where the deeper ones have no route for the method: what is most literal from the left wins.
/// It visits no node twice and never goes deeper than the deepest pattern.
struct RouteTrie: Sendable {
    /// What a method leads to at a node.
    struct Endpoint: Sendable {
        let method: Method
        let route: Route
        let pattern: RoutePattern
    }

    /// A literal, as a part of `letters`, and where it leads. Nothing in it is counted, so a search touches no counter.
    private struct Edge: Sendable, BitwiseCopyable {
        let start: Int
        let count: Int
        let node: Int
    }

    private struct Node: Sendable {
        /// In the order of their bytes.
        var literals: [Edge] = []
        var parameter: Int?
        var wildcard: Int?
        /// A few: one for each method.
        var endpoints: [Endpoint] = []
    }

    /// What a search found.
    enum Found: Sendable {
        /// The route, and where in the path its parameters stand.
        case endpoint(Endpoint, values: [Range<Int>])
        /// The methods of the patterns that match; none where no pattern does.
        case methods(MethodSet)
    }

    private var nodes = [Node()]
    /// The bytes of all literals.
    private var letters: [UInt8] = []

    /// Adds a route.
    mutating func add(
        _ method: Method, _ pattern: RoutePattern, _ route: Route
    ) throws(RouteProblem) {
        guard method != .other, method != .connect else { throw .method(pattern.text) }
        var node = 0
        for segment in pattern.segments { node = child(of: node, segment) }
        if let other = nodes[node].endpoints.first(where: { $0.method == method }) {
            throw other.pattern.text == pattern.text
                ? .twice(pattern.text) : .shadowed(pattern.text, by: other.pattern.text)
        }
        nodes[node].endpoints.append(Endpoint(method: method, route: route, pattern: pattern))
    }

    /// The node that a segment leads to; made where there is none.
    private mutating func child(of node: Int, _ segment: RoutePattern.Segment) -> Int {
        switch segment {
        case .literal(let bytes):
            let (index, isThere) = place(of: bytes, in: nodes[node].literals)
            if isThere { return nodes[node].literals[index].node }
            let edge = Edge(start: letters.count, count: bytes.count, node: nodes.count)
            letters += bytes
            nodes[node].literals.insert(edge, at: index)
        case .parameter:
            if let parameter = nodes[node].parameter { return parameter }
            nodes[node].parameter = nodes.count
        case .wildcard:
            if let wildcard = nodes[node].wildcard { return wildcard }
            nodes[node].wildcard = nodes.count
        }
        nodes.append(Node())
        return nodes.count - 1
    }

    private func place(of bytes: [UInt8], in edges: [Edge]) -> (index: Int, isThere: Bool) {
        let index = edges.firstIndex { !literal($0).lexicographicallyPrecedes(bytes) }
        guard let index else { return (edges.count, false) }
        return (index, literal(edges[index]).elementsEqual(bytes))
    }

    private func literal(_ edge: Edge) -> ArraySlice<UInt8> {
        letters[edge.start..<edge.start + edge.count]
    }
}

extension RouteTrie {
    /// A search under way.
    private struct Search {
        let method: Method
        /// What parameters and wildcard match, so far. Stays without storage on a path that is all literal.
        var values: [Range<Int>] = []
        /// The methods of patterns that matched and had no route for this one.
        var methods: MethodSet = []
        var endpoint: Endpoint?
    }

    /// The best route for a path as it stands in a request, which begins with a slash.
    func find(_ method: Method, _ path: Span<UInt8>) -> Found {
        guard !path.isEmpty, path[0] == UInt8(ascii: "/") else { return .methods([]) }
        var search = Search(method: method)
        visit(0, from: 1, path, &search)
        guard let endpoint = search.endpoint else { return .methods(search.methods) }
        return .endpoint(endpoint, values: search.values)
    }

    /// Goes on from a node with the segment that begins at `start`; behind the last one, `start` is one more than the
    /// path's length. True where that found a route.
    @discardableResult
    private func visit(
        _ node: Int, from start: Int, _ path: Span<UInt8>, _ search: inout Search
    ) -> Bool {
        if start > path.count { return end(node, &search) }
        var end = start
        while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
        if let child = child(of: node, path.extracting(start..<end)),
            visit(child, from: end + 1, path, &search)
        {
            return true
        }
        if let child = nodes[node].parameter, end > start {
            search.values.append(start..<end)
            if visit(child, from: end + 1, path, &search) { return true }
            search.values.removeLast()
        }
        // A wildcard's value is many segments in one text, where an encoded slash would look like one between segments: such
        // a path matches no wildcard.
        if let child = nodes[node].wildcard,
            !RequestPath.hasEncodedSlash(path.extracting(start..<path.count))
        {
            search.values.append(start..<path.count)
            if self.end(child, &search) { return true }
            search.values.removeLast()
        }
        return false
    }

    /// The path is used up at this node. HEAD falls to GET (RFC 9110 §9.3.2).
    private func end(_ node: Int, _ search: inout Search) -> Bool {
        var get: Int?
        for index in nodes[node].endpoints.indices {
            let method = nodes[node].endpoints[index].method
            if method == search.method {
                search.endpoint = nodes[node].endpoints[index]
                return true
            }
            if method == .get { get = index }
            search.methods.insert(MethodSet(method))
        }
        guard search.method == .head, let get else { return false }
        search.endpoint = nodes[node].endpoints[get]
        return true
    }

    /// The node behind the literal that a segment is once decoded, by halving.
    private func child(of node: Int, _ segment: Span<UInt8>) -> Int? {
        let letters = letters.span
        var low = 0
        var high = nodes[node].literals.count
        while low < high {
            let middle = low + (high - low) / 2
            let edge = nodes[node].literals[middle]
            let literal = letters.extracting(edge.start..<edge.start + edge.count)
            switch RequestPath.order(of: segment, literal) {
            case .same: return edge.node
            case .before: high = middle
            case .behind: low = middle + 1
            case .invalid: return nil
            }
        }
        return nil
    }
}
