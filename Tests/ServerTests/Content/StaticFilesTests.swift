import CSystem
import Glibc
import Synchronization
import Testing

@testable import Server

/// A site in a temporary folder, asked without a connection, at times that the test says.
final class Site {
    let folder: TemporaryFolder
    let files: StaticFiles
    var milliseconds: UInt64 = 1_000

    /// Behind every file's time, so that tags are strong.
    static let timeOfDay = HTTPDate(seconds: 1_000_000)

    init(
        stepwise: Bool = false, _ change: (inout StaticFiles.Options) -> Void = { _ in }
    ) throws {
        folder = try TemporaryFolder()
        var options = StaticFiles.Options()
        change(&options)
        let root = try RootFolder(folder.path, links: options.symbolicLinks)
        files = StaticFiles(stepwise ? root.stepwise : root, options, slots: 1) {
            Site.timeOfDay
        }
    }

    func write(_ name: String, _ text: String, modified: Int = 500_000) throws {
        try folder.write(name, text)
        try folder.setModified(name, seconds: modified)
    }

    func ask(_ target: String, _ fields: [(String, String)] = []) -> Response {
        ask(.get, target, fields)
    }

    func ask(
        _ method: Server.Method, _ target: String, _ fields: [(String, String)] = []
    ) -> Response {
        ask(TestRequest.make(method, target, fields))
    }

    func ask(_ request: Request) -> Response {
        var response = Response()
        files.respond(
            to: request, &response, at: Instant(nanoseconds: milliseconds * 1_000_000))
        return response
    }

    /// A body's bytes, read from the file where it is one.
    static func content(_ response: Response) -> String {
        switch response.body {
        case .none: return ""
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .file(let slice): return read(slice)
        case .pieces(let pieces):
            return pieces.map { piece in
                switch piece {
                case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
                case .file(let slice): read(slice)
                }
            }.joined()
        case .stream: return "stream"
        }
    }

    private static func read(_ slice: FileSlice) -> String {
        var bytes = [UInt8](repeating: 0, count: slice.count)
        let count = pread(slice.file.descriptor, &bytes, slice.count, slice.offset)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}

struct StaticFilesTests {
    @Test(arguments: [false, true])
    func aFile(_ stepwise: Bool) throws {
        let site = try Site(stepwise: stepwise)
        try site.folder.makeFolder("css")
        try site.write("css/style ü.css", "body{}")
        let response = site.ask("/css/style%20%C3%BC.css?v=2")
        #expect(response.status == .ok)
        #expect(Site.content(response) == "body{}")
        #expect(response.field("Content-Type") == "text/css; charset=utf-8")
        #expect(response.field("X-Content-Type-Options") == "nosniff")
        #expect(response.field("Accept-Ranges") == "bytes")
        #expect(response.field("Last-Modified") == "Tue, 06 Jan 1970 18:53:20 GMT")
        #expect(response.field("ETag")?.hasPrefix("\"") == true)
        let head = site.ask(.head, "/css/style%20%C3%BC.css")
        #expect(head.fields.bytes == response.fields.bytes)
        #expect(head.body.length == 6)
    }

    @Test func methods() throws {
        let site = try Site()
        try site.write("a", "a")
        for method in [Server.Method.post, .put, .delete, .patch, .trace, .connect, .other] {
            let response = site.ask(method, "/a")
            #expect(response.status == .methodNotAllowed)
            #expect(response.field("Allow") == "GET, HEAD, OPTIONS")
        }
        let options = site.ask(.options, "/a")
        #expect(options.status == .noContent)
        #expect(options.field("Allow") == "GET, HEAD, OPTIONS")
    }

    private static let refusedTargets: [(String, Int)] = [
        // Traversal in each of its spellings.
        ("/../secret", 400), ("/%2e%2e/secret", 400), ("/.%2E/secret", 400), ("/a/..", 400),
        ("/..%2fsecret", 400), ("/..%2Fsecret", 400), ("/..%5csecret", 400),
        ("/..\\secret", 400), ("/%c0%ae%c0%ae/secret", 400), ("/./file", 400),
        ("/%252e%252e/secret", 404), ("/..;foo=bar/secret", 404), ("/...", 404),
        // Names that are none.
        ("/file%00.html", 400), ("/%00", 400), ("/%", 400), ("/%zz", 400), ("/file%0d%0a", 400),
        ("/%ff", 400), ("file", 400), ("*", 400), ("/folder%2ffile", 400),
        // Hidden names.
        ("/.hidden", 404), ("/folder/.hidden", 404), ("/%2ehidden", 404), ("/.git/config", 404),
        ("/folder/.well-known/x", 404), ("/.well-knownx", 404),
        // What is no regular file, and what is beneath one.
        ("/fifo", 404), ("/socket", 404), ("/file/", 404), ("/file/x", 404), ("/missing", 404),
        // Empty segments, absolute names.
        ("//file", 404), ("//etc/passwd", 404), ("/folder//file", 404), ("//", 404),
        // Links that leave the root.
        ("/outside", 404), ("/absolute", 404), ("/up/etc/passwd", 404), ("/loop", 404),
        ("/elsewhere/file", 404), ("/elsewhere/", 404),
    ]

    @Test(arguments: refusedTargets, [false, true])
    func refusals(_ row: (String, Int), _ stepwise: Bool) throws {
        let site = try Site(stepwise: stepwise)
        try site.write("file", "file")
        try site.folder.makeFolder("folder")
        try site.write("folder/file", "file")
        try site.write("folder/.hidden", "hidden")
        try site.write(".hidden", "hidden")
        try site.folder.link("outside", to: "../../../../../../etc/passwd")
        try site.folder.link("absolute", to: site.folder.path + "/file")
        try site.folder.link("up", to: "..")
        try site.folder.link("loop", to: "loop")
        let outside = try TemporaryFolder()
        try outside.write("file", "file of another")
        try outside.write("index.html", "file of another")
        let name = try #require(outside.path.split(separator: "/").last)
        try site.folder.link("elsewhere", to: "../" + name)
        try #require(mkfifo(site.folder.path + "/fifo", 0o644) == 0)
        try #require(mknod(site.folder.path + "/socket", S_IFSOCK | 0o644, 0) == 0)
        let response = site.ask(row.0)
        #expect(response.status.code == UInt16(row.1), "\(row.0)")
        #expect(!Site.content(response).contains("file"))
        // The site is there.
        #expect(site.ask("/file").status == .ok && site.ask("/folder/file").status == .ok)
    }

    @Test func linksThatStayBeneath() throws {
        for (links, stepwise, status) in [
            (SymbolicLinks.beneathRoot, false, Status.ok), (.refused, false, .notFound),
            (.beneathRoot, true, .notFound),
        ] {
            let site = try Site(stepwise: stepwise) { $0.symbolicLinks = links }
            try site.folder.makeFolder("folder")
            try site.write("file", "file")
            try site.folder.link("folder/link", to: "../file")
            try site.folder.link("there", to: "folder")
            #expect(site.ask("/folder/link").status == status)
            #expect(site.ask("/there/link").status == status)
        }
    }

    /// A folder whose file is open becomes a link that leaves the root: seen when the file is looked at again.
    @Test(arguments: [false, true])
    func aLinkInPlaceOfAFolder(_ stepwise: Bool) throws {
        let site = try Site(stepwise: stepwise)
        let outside = try TemporaryFolder()
        try outside.write("file", "secret")
        try site.folder.makeFolder("a")
        try site.write("a/file", "public")
        #expect(Site.content(site.ask("/a/file")) == "public")
        rename(site.folder.path + "/a", site.folder.path + "/b")
        try site.folder.link("a", to: outside.path)
        site.milliseconds += 1_000
        #expect(site.ask("/a/file").status == .notFound)
        #expect(Site.content(site.ask("/b/file")) == "public")
    }

    /// While a thread swaps a folder for a link that leaves the root, over and over, each answer is the file or none.
    @Test(arguments: [false, true])
    func aLinkThatIsSwappedIn(_ stepwise: Bool) throws {
        let site = try Site(stepwise: stepwise) { $0.fileCacheMillisecondsMax = 0 }
        let outside = try TemporaryFolder()
        try outside.write("file", "secret")
        try site.folder.makeFolder("a")
        try site.write("a/file", "public")
        try site.folder.link("link", to: outside.path)
        let swapper = Swapper(site.folder.path)
        try swapper.start()
        var answers: Set<String> = []
        repeat {
            site.milliseconds += 1
            let response = site.ask("/a/file")
            answers.insert(response.status == .ok ? Site.content(response) : "none")
        } while !swapper.isDone
        swapper.join()
        #expect(answers.isSubset(of: ["public", "none"]))
        #expect(Site.content(site.ask("/a/file")) == "public")
    }

    @Test func whatMayNotBeReadIsForbidden() throws {
        let site = try Site()
        try site.write("file", "file")
        chmod(site.folder.path + "/file", 0)
        // Root may read everything: the thread, and only it, looks as nobody.
        let user = zy_setfsuid(65_534)
        defer { _ = zy_setfsuid(UInt32(bitPattern: user)) }
        #expect(site.ask("/file").status == .forbidden)
    }

    @Test func hugePaths() throws {
        let site = try Site()
        #expect(site.ask("/" + String(repeating: "a", count: 100_000)).status == .notFound)
        #expect(site.ask("/" + String(repeating: "a/", count: 50_000)).status == .notFound)
        #expect(site.ask("/" + String(repeating: "a", count: 256)).status == .notFound)
    }

    @Test func wellKnownIsServedWhereWanted() throws {
        for isWanted in [true, false] {
            let site = try Site { $0.servesWellKnown = isWanted }
            try site.folder.makeFolder(".well-known")
            try site.write(".well-known/security.txt", "x")
            try site.write(".well-known/.x", "x")
            let status = site.ask("/.well-known/security.txt").status
            #expect(status == (isWanted ? .ok : .notFound))
            #expect(site.ask("/.well-known/.x").status == .notFound)
        }
    }

    @Test func rootsThatAreNone() throws {
        let folder = try TemporaryFolder()
        try folder.write("file", "")
        #expect(throws: StaticFilesProblem.rootMissing(folder.path + "/x")) {
            _ = try StaticFiles(root: folder.path + "/x")
        }
        #expect(throws: StaticFilesProblem.rootNotFolder(folder.path + "/file")) {
            _ = try StaticFiles(root: folder.path + "/file")
        }
    }

    @Test func mediaTypes() {
        let rows = [
            ("index.html", "text/html; charset=utf-8"), ("A.PNG", "image/png"),
            ("a.tar.gz", "application/gzip"), ("app.wasm", "application/wasm"),
            ("app.mjs", "text/javascript; charset=utf-8"), ("none", "application/octet-stream"),
            ("x.unknown", "application/octet-stream"), ("x.", "application/octet-stream"),
            ("a.json", "application/json; charset=utf-8"), ("f.woff2", "font/woff2"),
        ]
        for (name, type) in rows { #expect(MediaType.contentType(ofFileNamed: name) == type) }
    }
}

/// A thread of its own, which the tests' executor cannot keep waiting, that puts the link `link` in the place of the folder
/// `a` and takes it back, some thousand times.
private final class Swapper: Sendable {
    private let path: String
    private let done = Atomic(false)
    private let thread = Mutex<pthread_t>(0)

    init(_ path: String) { self.path = path }

    var isDone: Bool { done.load(ordering: .acquiring) }

    func start() throws {
        let result = thread.withLock { thread in
            pthread_create(
                &thread, nil,
                { context in
                    guard let context else { return nil }
                    Unmanaged<Swapper>.fromOpaque(context).takeRetainedValue().run()
                    return nil
                }, Unmanaged.passRetained(self).toOpaque())
        }
        guard result == 0 else { throw SystemProblem(result) }
    }

    func join() { thread.withLock { _ = pthread_join($0, nil) } }

    private func run() {
        for _ in 0..<5_000 {
            rename(path + "/a", path + "/b")
            rename(path + "/link", path + "/a")
            rename(path + "/a", path + "/link")
            rename(path + "/b", path + "/a")
        }
        done.store(true, ordering: .releasing)
    }
}
