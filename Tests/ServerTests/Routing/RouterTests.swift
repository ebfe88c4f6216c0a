import Testing

@testable import Server

/// A route that can be told from another: by the size of body that it takes.
private func marked(_ number: Int) -> Route {
    Route(.synchronous { _, _ in }, body: .collect(bytesMax: number))
}

extension Router {
    /// What a request comes to, as text: the mark of the route and its parameters.
    fileprivate func outcome(_ method: Server.Method, _ path: String) -> String {
        let bytes = Array(path.utf8)
        switch route(method, bytes.span) {
        case .found(let route, let parameters):
            guard case .collect(let mark) = route.bodyRule else { return "unmarked" }
            let values = parameters.map { "\($0.name)=\($0.value)" }
            return "\(mark) \(values.joined(separator: "&"))"
        case .methodNotAllowed(let allow): return "405 \(allow)"
        case .notFound: return "404"
        }
    }

    fileprivate mutating func add(
        _ method: Server.Method, _ pattern: String, mark: Int
    ) throws(RouteProblem) {
        try add(method, pattern, body: .collect(bytesMax: mark), .synchronous { _, _ in })
    }
}

struct RouterTests {
    private func router() throws -> Router {
        var router = Router()
        try router.add(.get, "/", mark: 1)
        try router.add(.get, "/users/:id", mark: 2)
        try router.add(.delete, "/users/:id", mark: 3)
        try router.add(.get, "/users/me", mark: 4)
        try router.add(.post, "/users/:id/files/*rest", mark: 5)
        try router.add(.head, "/users/me", mark: 6)
        try router.add(.get, "/a b/%3Ax", mark: 7)
        try router.add(.get, "/users/:name/posts", mark: 8)
        return router
    }

    private static let gets: [(String, String)] = [
        ("/", "1 "), ("", "1 "), ("/users/7", "2 id=7"), ("/users/me", "4 "),
        ("/users/", "404"), ("/users", "404"), ("//", "404"), ("/users/7/", "404"),
        ("/users/a%2Fb", "2 id=a/b"), ("/users/%25%32%66", "2 id=%2f"),
        ("/users/m%65", "4 "), ("/a%20b/:x", "7 "), ("/a%20b/%3ax", "7 "),
        ("/users/J%C3%B6rg/posts", "8 name=Jörg"), ("/users/%zz", "404"),
        ("/users/%c0%ae", "404"), ("/users/%00", "404"), ("/users/..", "404"),
        ("/users/%2e%2E", "404"), ("/users/./me", "404"), ("/users/..x", "2 id=..x"),
        ("users/7", "404"), ("*", "405 GET, HEAD, POST, DELETE, OPTIONS"),
        ("/users/7/files/x", "405 POST, OPTIONS"),
    ]

    @Test(arguments: gets)
    func getting(_ path: String, _ outcome: String) throws {
        #expect(try router().outcome(.get, path) == outcome)
    }

    @Test func headFallsToGetAndMethodsToLessLiteralPatterns() throws {
        let router = try router()
        #expect(router.outcome(.head, "/users/7") == "2 id=7")
        #expect(router.outcome(.head, "/users/me") == "6 ")
        #expect(router.outcome(.delete, "/users/me") == "3 id=me")
        #expect(router.outcome(.put, "/users/me") == "405 GET, HEAD, DELETE, OPTIONS")
        #expect(router.outcome(.other, "/users/7") == "405 GET, HEAD, DELETE, OPTIONS")
        #expect(router.outcome(.post, "/users/7/files/") == "5 id=7&rest=")
        #expect(router.outcome(.post, "/users/7/files/a/%20/") == "5 id=7&rest=a/ /")
        #expect(router.outcome(.post, "/users/7/files/a%2fb") == "404")
        #expect(router.outcome(.post, "/users/7/files") == "404")
        #expect(router.allowedMethods("/users/me") == "GET, HEAD, DELETE, OPTIONS")
        #expect(router.allowedMethods("*") == "GET, HEAD, POST, DELETE, OPTIONS")
        #expect(router.allowedMethods("/nowhere") == nil)
    }

    private static let refusals: [(String, RouteProblem)] = [
        ("a", RouteProblem.noLeadingSlash("a")), ("", .noLeadingSlash("")),
        ("/a/:", .emptyName("/a/:")), ("/*", .emptyName("/*")),
        ("/:a/b/:a", .nameTwice("/:a/b/:a", name: "a")),
        ("/:a/*a", .nameTwice("/:a/*a", name: "a")),
        ("/*a/b", .wildcardNotLast("/*a/b")), ("/*a/", .wildcardNotLast("/*a/")),
        ("/there", .twice("/there")), ("/users/:id", .shadowed("/users/:id", by: "/users/:x")),
        ("/files/*b", .shadowed("/files/*b", by: "/files/*a")),
        ("/ther%65", .shadowed("/ther%65", by: "/there")),
    ]

    @Test(arguments: refusals)
    func refusedPatterns(_ pattern: String, _ problem: RouteProblem) throws {
        var router = Router()
        try router.add(.get, "/there", mark: 1)
        try router.add(.get, "/users/:x", mark: 1)
        try router.add(.get, "/files/*a", mark: 1)
        #expect(throws: problem) { try router.add(.get, pattern, mark: 2) }
        // What was refused left nothing behind.
        #expect(router.outcome(.get, "/there") == "1 ")
        #expect(router.describe().split(separator: "\n").count == 3)
    }

    @Test(arguments: [
        "/a/../b", "/.", "/%2e%2E/x", "/a%", "/a?b", "/a#b", "/%00", "/a\u{1}", "/%ff",
    ])
    func unreachablePatterns(_ pattern: String) {
        var router = Router()
        do {
            try router.add(.get, pattern, mark: 1)
            Issue.record("\(pattern) was taken")
        } catch {
            guard case .unreachable(pattern, because: _) = error else {
                Issue.record("\(pattern): \(error)")
                return
            }
        }
    }

    @Test func depthAndMethodsAreLimited() throws {
        var router = Router()
        let deepest = String(repeating: "/a", count: RoutePattern.depthMax)
        try router.add(.get, deepest, mark: 1)
        #expect(throws: RouteProblem.tooDeep(deepest + "/a", segmentsMax: RoutePattern.depthMax)) {
            try router.add(.get, deepest + "/a", mark: 1)
        }
        #expect(throws: RouteProblem.method("/x")) { try router.add(.connect, "/x", mark: 1) }
        #expect(throws: RouteProblem.method("/x")) { try router.add(.other, "/x", mark: 1) }
        #expect(router.outcome(.get, deepest) == "1 ")
        #expect(router.outcome(.get, String(repeating: "/a", count: 100_000)) == "404")
    }

    @Test func groupsPutTheirPrefixBeforePatterns() throws {
        var router = Router()
        try router.group("/api") { group throws(RouteProblem) in
            try group.add(.get, "/items", mark: 1)
            try group.group("/v2/:tenant") { inner throws(RouteProblem) in
                try inner.add(.put, "/items/:id", mark: 2)
            }
            try group.post("/async") { _ in Response(.created) }
            try group.get("/now") { _, response in response.status = .noContent }
        }
        try router.add(.get, "/items", mark: 3)
        #expect(router.outcome(.get, "/api/items") == "1 ")
        #expect(router.outcome(.put, "/api/v2/x/items/9") == "2 tenant=x&id=9")
        #expect(router.outcome(.get, "/items") == "3 ")
        #expect(throws: RouteProblem.noLeadingSlash("x")) {
            try router.group("/api") { group throws(RouteProblem) in
                try group.add(.get, "x", mark: 1)
            }
        }
        #expect(
            router.describe() == """
                GET     /api/items
                PUT     /api/v2/:tenant/items/:id
                POST    /api/async
                GET     /api/now
                GET     /items

                """)
    }

    @Test func fallbackTakesWhatNoPatternMatches() throws {
        var router = Router()
        try router.add(.get, "/a", mark: 1)
        router.setFallback(marked(9))
        #expect(router.outcome(.get, "/b") == "9 ")
        #expect(router.outcome(.post, "/b/../c") == "9 ")
        #expect(router.outcome(.post, "/a") == "405 GET, HEAD, OPTIONS")
        #expect(router.allowedMethods("/b") == nil)
    }

    @Test func aRequestIsRoutedByThePathOfItsHead() throws {
        let router = try router()
        guard
            case .found(_, let parameters) = router.route(
                TestRequest.make(.get, "/users/x%2Fy?q=/users/me"))
        else {
            Issue.record("no route")
            return
        }
        #expect(parameters.map(\.value) == ["x/y"])
    }
}
