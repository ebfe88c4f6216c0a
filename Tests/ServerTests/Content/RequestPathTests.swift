import Testing

@testable import Server

/// Paths as they come, and what is read. The rows are those of the attacks that paths are known for.
struct RequestPathTests {
    private func read(_ path: String) -> Result<(String, PathFeatures), PathProblem> {
        var bytes: [UInt8] = [0x21]
        do throws(PathProblem) {
            let features = try RequestPath.read(Array(path.utf8).span, into: &bytes)
            return .success((String(decoding: bytes.dropFirst(), as: UTF8.self), features))
        } catch {
            #expect(bytes == [0x21], "what is refused leaves nothing")
            return .failure(error)
        }
    }

    private static let takenPaths: [(String, String, PathFeatures)] = [
        ("/a%20b", "/a b", PathFeatures()), ("/%2e%2e/", "/../", .dotSegment),
        ("/.%2E/x", "/../x", .dotSegment), ("/a/.", "/a/.", .dotSegment),
        ("/..", "/..", .dotSegment), ("/...", "/...", []), ("/a..", "/a..", []),
        ("/..;foo=bar/b", "/..;foo=bar/b", []), ("/a%2fb", "/a/b", .encodedSlash),
        ("/..%2f", "/../", .encodedSlash), ("/..%5c", "/..\\", .backslash),
        ("/..\\x", "/..\\x", .backslash), ("/%252e%252e/", "/%2e%2e/", []),
        ("/caf%C3%A9", "/café", []), ("", "", []), ("..", "..", .dotSegment),
        ("/%2e%2e%2f%5c", "/../\\", [.encodedSlash, .backslash]),
    ]

    @Test(arguments: takenPaths)
    func taken(_ path: String, _ decoded: String, _ features: PathFeatures) throws {
        let (text, found) = try read(path).get()
        #expect(text == decoded)
        #expect(found == features)
    }

    private static let refusedPaths: [(String, PathProblem)] = [
        ("/%", PathProblem.escape(offset: 1)), ("/%2", .escape(offset: 1)),
        ("/%zz", .escape(offset: 1)), ("/a%2g", .escape(offset: 2)),
        ("/%%34", .escape(offset: 1)), ("/a%00.html", .nul(offset: 2)),
        ("/\0", .nul(offset: 1)), ("/\u{7f}", .control(offset: 1)),
        ("/%7F", .control(offset: 1)), ("/%0d%0aX", .control(offset: 1)),
        ("/\t", .control(offset: 1)), ("/%c0%ae%c0%ae/", .encoding), ("/%ff", .encoding),
        ("/%ed%a0%80", .encoding), ("/%e2%82", .encoding),
    ]

    @Test(arguments: refusedPaths)
    func refused(_ path: String, _ problem: PathProblem) {
        guard case .failure(problem) = read(path) else {
            Issue.record("\(path): \(read(path))")
            return
        }
    }

    /// The looks at a path that has not been decoded say the same as decoding does, for every path of up to six of these parts.
    @Test func looksAgreeWithDecoding() throws {
        let parts = ["/", ".", "%2e", "%2E", "%2F", "a", "%61", ""].map { Array($0.utf8) }
        var dots = 0
        var slashes = 0
        for number in 0..<262_144 {
            let path = (0..<6).flatMap { parts[number >> ($0 * 3) & 7] }
            var bytes: [UInt8] = []
            let features = try RequestPath.read(path.span, into: &bytes)
            let hasDot = RequestPath.hasDotSegment(path.span)
            let hasSlash = RequestPath.hasEncodedSlash(path.span)
            if hasDot != features.contains(.dotSegment)
                || hasSlash != features.contains(.encodedSlash)
            {
                Issue.record("\(String(decoding: path, as: UTF8.self))")
            }
            dots += hasDot ? 1 : 0
            slashes += hasSlash ? 1 : 0
        }
        #expect((10_000..<252_144).contains(dots) && (10_000..<252_144).contains(slashes))
    }
}
