import Testing

@testable import Server

/// What a router must say, found by looking at every pattern.
private struct NaiveRouter {
    struct Entry {
        let method: Server.Method
        let pattern: String
        let mark: Int
    }

    var entries: [Entry] = []

    /// Kinds of segments from the left: a literal is before a parameter, a parameter before a wildcard.
    private static func rank(_ pattern: String) -> [Int] {
        parts(pattern).map { $0.hasPrefix(":") ? 1 : $0.hasPrefix("*") ? 2 : 0 }
    }

    private static func parts(_ path: String) -> [String] {
        path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }

    /// The alphabet of the test has one escape.
    private static func decoded(_ text: String) -> String { text.replacing("%61", with: "a") }

    /// The values where a pattern matches.
    private static func match(_ pattern: String, _ path: String) -> [String]? {
        let pattern = parts(pattern)
        let path = parts(path)
        var values: [String] = []
        for (index, part) in pattern.enumerated() {
            guard index < path.count else { return nil }
            if part.hasPrefix("*") {
                return values + [decoded(path[index...].joined(separator: "/"))]
            }
            if part.hasPrefix(":") {
                guard !path[index].isEmpty else { return nil }
                values.append(decoded(path[index]))
            } else if part != decoded(path[index]) {
                return nil
            }
        }
        return pattern.count == path.count ? values : nil
    }

    func outcome(_ method: Server.Method, _ path: String) -> String {
        let matching =
            entries
            .filter { Self.match($0.pattern, path) != nil }
            .sorted {
                Self.rank($0.pattern).lexicographicallyPrecedes(Self.rank($1.pattern))
            }
        for entry in matching {
            let ownHead = matching.contains {
                $0.method == .head && Self.rank($0.pattern) == Self.rank(entry.pattern)
            }
            if entry.method == method || method == .head && entry.method == .get && !ownHead {
                let values = Self.match(entry.pattern, path) ?? []
                return "\(entry.mark) \(values.joined(separator: "&"))"
            }
        }
        guard !matching.isEmpty else { return "404" }
        return "405 " + matching.reduce(into: MethodSet()) { $0.insert(MethodSet($1.method)) }.allow
    }
}

struct RouterPropertyTests {
    private static let segments = ["a", "b", "ab", "", ":x", ":y", "a", "*r"]
    private static let pathSegments = ["a", "b", "ab", "", "c", "%61", "%61b", "a"]
    private static let methods: [Server.Method] = [.get, .head, .post]

    private func outcome(_ router: Router, _ method: Server.Method, _ path: String) -> String {
        let bytes = Array(path.utf8)
        switch router.route(method, bytes.span) {
        case .found(let route, let parameters):
            guard case .collect(let mark) = route.bodyRule else { return "unmarked" }
            return "\(mark) \(parameters.map(\.value).joined(separator: "&"))"
        case .methodNotAllowed(let allow): return "405 \(allow)"
        case .notFound: return "404"
        }
    }

    /// 4,000 sets of up to 16 routes, each with 24 requests, as a search through all patterns has it.
    @Test(arguments: 0..<8)
    func treeAndListAgree(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var found = 0
        var refused = 0
        for _ in 0..<500 {
            var router = Router()
            var naive = NaiveRouter()
            for mark in 1...Int.random(in: 1...16, using: &generator) {
                let depth = Int.random(in: 1...4, using: &generator)
                let parts = (0..<depth).map { _ in
                    Self.segments.randomElement(using: &generator) ?? ""
                }
                let pattern = "/" + parts.joined(separator: "/")
                let method = Self.methods.randomElement(using: &generator) ?? .get
                do {
                    try router.add(
                        method, pattern, body: .collect(bytesMax: mark), .synchronous { _, _ in })
                    naive.entries.append(.init(method: method, pattern: pattern, mark: mark))
                } catch {
                    refused += 1
                }
            }
            for _ in 0..<24 {
                let depth = Int.random(in: 1...5, using: &generator)
                let parts = (0..<depth).map { _ in
                    Self.pathSegments.randomElement(using: &generator) ?? ""
                }
                let path = "/" + parts.joined(separator: "/")
                let method = Self.methods.randomElement(using: &generator) ?? .get
                let outcome = outcome(router, method, path)
                #expect(outcome == naive.outcome(method, path), "\(path) in \(router.describe())")
                if !outcome.hasPrefix("40") { found += 1 }
            }
        }
        // Neither side of the comparison is empty.
        #expect(found > 1_000 && refused > 100)
    }
}
