/// A route's pattern, taken apart: `/users/:id/files/*rest`.
///
/// Segments stand between slashes. A literal is written as in a URL, so that `%3A` stands for a colon that begins no
/// parameter. `:name` matches one segment that is not empty; `*name`, only at the end, matches all that is left, even nothing.
struct RoutePattern: Sendable {
    enum Segment: Hashable, Sendable {
        /// These bytes, decoded.
        case literal([UInt8])
        case parameter
        case wildcard
    }

    /// Segments of a pattern, at most (chosen: deeper than any API that people name, and it bounds the search).
    static let depthMax = 32

    /// The pattern as it was written.
    let text: String
    let segments: [Segment]
    /// The names of parameters and wildcard, in order.
    let names: [String]

    init(_ text: String) throws(RouteProblem) {
        guard text.utf8.first == UInt8(ascii: "/") else { throw .noLeadingSlash(text) }
        let parts = text.utf8.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count <= Self.depthMax else { throw .tooDeep(text, segmentsMax: Self.depthMax) }
        var segments: [Segment] = []
        var names: [String] = []
        for (index, part) in parts.enumerated() {
            let segment = try Self.segment(part, of: text)
            segments.append(segment)
            guard segment == .parameter || segment == .wildcard else { continue }
            if segment == .wildcard, index + 1 < parts.count { throw .wildcardNotLast(text) }
            let name = String(decoding: part.dropFirst(), as: UTF8.self)
            guard !name.isEmpty else { throw .emptyName(text) }
            guard !names.contains(name) else { throw .nameTwice(text, name: name) }
            names.append(name)
        }
        self.text = text
        self.segments = segments
        self.names = names
    }

    /// One segment; a literal that no request can have is a mistake of the program's.
    private static func segment(
        _ part: Substring.UTF8View, of pattern: String
    ) throws(RouteProblem) -> Segment {
        if part.first == UInt8(ascii: ":") { return .parameter }
        if part.first == UInt8(ascii: "*") { return .wildcard }
        guard let bytes = PercentCoding.decoded(part) else {
            throw .unreachable(pattern, because: "a % without two hexadecimal digits")
        }
        if bytes == [0x2E] || bytes == [0x2E, 0x2E] {
            throw .unreachable(pattern, because: "no request with . or .. segments is routed")
        }
        if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw .unreachable(pattern, because: "no path has control characters")
        }
        if part.contains(UInt8(ascii: "?")) || part.contains(UInt8(ascii: "#")) {
            throw .unreachable(pattern, because: "a path ends before ? and #; write %3F or %23")
        }
        if (try? UTF8Span(validating: bytes.span)) == nil {
            throw .unreachable(pattern, because: "no path has bytes that are not UTF-8")
        }
        return .literal(bytes)
    }
}

/// Why a route was not taken.
public enum RouteProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// `:` or `*` without a name.
    case emptyName(String)
    /// CONNECT has no path, and a method without a case has no routes.
    case method(String)
    /// Two parameters of one pattern have this name.
    case nameTwice(String, name: String)
    /// A pattern begins with a slash.
    case noLeadingSlash(String)
    /// Another pattern matches the same paths and was there first.
    case shadowed(String, by: String)
    /// More segments than the router looks at.
    case tooDeep(String, segmentsMax: Int)
    /// The same method has the same pattern already.
    case twice(String)
    /// No request can have such a path.
    case unreachable(String, because: String)
    /// Something follows the wildcard.
    case wildcardNotLast(String)

    public var description: String {
        switch self {
        case .emptyName(let pattern): "\(pattern): a parameter has a name, as in :id or *rest"
        case .method(let pattern): "\(pattern): CONNECT and methods without a name have no routes"
        case .nameTwice(let pattern, let name): "\(pattern): two parameters have the name \(name)"
        case .noLeadingSlash(let pattern): "\(pattern): a pattern begins with a slash"
        case .shadowed(let pattern, let other):
            "\(pattern): never reached, for \(other) matches the same paths and was added before"
        case .tooDeep(let pattern, let segmentsMax): "\(pattern): more than \(segmentsMax) segments"
        case .twice(let pattern): "\(pattern): this method has the same pattern already"
        case .unreachable(let pattern, let reason): "\(pattern): never reached: \(reason)"
        case .wildcardNotLast(let pattern): "\(pattern): a wildcard is the last segment"
        }
    }
}
