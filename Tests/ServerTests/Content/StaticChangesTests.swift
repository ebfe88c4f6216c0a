import Glibc
import Testing

@testable import Server

/// What is kept of a file, and what is seen of its changes.
struct StaticChangesTests {
    enum Change: CaseIterable {
        case replaced, appended, truncated, deleted, forbidden
    }

    /// Within the time of trust a file is taken to be what it was; after it, every change is seen.
    @Test(arguments: Change.allCases)
    func changesAreSeen(_ change: Change) throws {
        let site = try Site { $0.inlineFileBytesMax = 0 }
        try site.write("file", "first")
        let first = site.ask("/file")
        let tag = try #require(first.field("ETag"))
        let path = site.folder.path
        switch change {
        case .replaced:
            try site.write("new", "other")
            rename(path + "/new", path + "/file")
        case .appended: try site.write("file", "first and more")
        case .truncated: try site.write("file", "fir")
        case .deleted: unlink(path + "/file")
        case .forbidden: chmod(path + "/file", 0o600)
        }
        site.milliseconds += 999
        #expect(site.ask("/file").field("ETag") == tag)
        site.milliseconds += 1
        let second = site.ask("/file")
        switch change {
        case .replaced:
            #expect(Site.content(second) == "other")
            #expect(second.field("ETag") != tag)
        case .appended:
            #expect(Site.content(second) == "first and more")
            #expect(second.field("ETag") != tag)
        case .truncated:
            #expect(Site.content(second) == "fir")
            #expect(second.field("ETag") != tag)
        case .deleted: #expect(second.status == .notFound)
        case .forbidden:
            // The file is the same, but was opened anew: what may no longer be read is not kept open.
            #expect(second.field("ETag") == tag)
            #expect(Self.descriptor(first) != Self.descriptor(second))
        }
    }

    private static func descriptor(_ response: Response) -> Int32? {
        if case .file(let slice) = response.body { return slice.file.descriptor }
        return nil
    }

    @Test func anUnchangedFileStaysOpen() throws {
        let site = try Site { $0.inlineFileBytesMax = 0 }
        try site.write("file", "first")
        let descriptor = Self.descriptor(site.ask("/file"))
        #expect(descriptor != nil)
        for _ in 0..<5 {
            site.milliseconds += 1_000
            #expect(Self.descriptor(site.ask("/file")) == descriptor)
        }
    }

    /// A small file that was changed a moment ago and became shorter within the time of trust is read again at once: no
    /// response is short.
    @Test func aSmallFileThatShrinks() throws {
        let site = try Site()
        let now = Site.timeOfDay.seconds
        try site.write("file", "first", modified: now)
        #expect(Site.content(site.ask("/file")) == "first")
        try site.write("file", "fir", modified: now)
        let response = site.ask("/file")
        #expect(response.status == .ok)
        #expect(Site.content(response) == "fir")
        try site.write("file", "", modified: now)
        #expect(site.ask("/file").body.length == 0)
    }

    /// A small file that had settled is kept in memory: whole, as it was, until the time of trust is over.
    @Test func aSettledSmallFileIsKept() throws {
        let site = try Site()
        try site.write("file", "first")
        let tag = site.ask("/file").field("ETag")
        try site.write("file", "fir")
        site.milliseconds += 999
        let kept = site.ask("/file")
        #expect(Site.content(kept) == "first")
        #expect(kept.field("ETag") == tag)
        site.milliseconds += 1
        let changed = site.ask("/file")
        #expect(Site.content(changed) == "fir")
        #expect(changed.field("ETag") != tag)
    }

    /// Two responses that are alive at the same time have their own contents.
    @Test func contentsAreNotShared() throws {
        let site = try Site()
        try site.write("a", "aaaa")
        try site.write("b", "bb")
        _ = site.ask("/a")
        _ = site.ask("/b")
        let first = site.ask("/a")
        let second = site.ask("/b")
        let third = site.ask("/a")
        #expect(Site.content(first) == "aaaa")
        #expect(Site.content(second) == "bb")
        #expect(Site.content(third) == "aaaa")
    }

    /// A file that was changed a moment ago has a weak tag, which becomes strong once it was left alone.
    @Test func youngFilesHaveWeakTags() throws {
        let site = try Site()
        let now = Site.timeOfDay.seconds
        for (age, isWeak) in [(-5, true), (0, true), (2, true), (3, false)] {
            try site.write("file\(age)", "x", modified: now - age)
            let response = site.ask("/file\(age)")
            #expect(response.field("ETag")?.hasPrefix("W/\"") == isWeak)
            // Not later than Date.
            let modified = HTTPDate(seconds: now - max(0, age)).text
            #expect(response.field("Last-Modified") == modified)
        }
    }

    @Test func oldestFilesAreClosed() throws {
        let site = try Site {
            $0.fileCacheEntriesMax = 2
            $0.inlineFileBytesMax = 0
        }
        for name in ["a", "b", "c"] { try site.write(name, name) }
        weak var first: OpenFile?
        if case .file(let slice) = site.ask("/a").body { first = slice.file }
        #expect(first != nil)
        _ = site.ask("/b")
        _ = site.ask("/a")
        _ = site.ask("/c")
        #expect(first != nil, "b was asked for longer ago")
        _ = site.ask("/b")
        #expect(first == nil)
    }

    @Test func conditionsAndRanges() throws {
        let site = try Site()
        let text = String(repeating: "0123456789", count: 30)
        try site.write("file.txt", text)
        let whole = site.ask("/file.txt")
        let tag = try #require(whole.field("ETag"))
        let date = try #require(whole.field("Last-Modified"))

        let same = site.ask("/file.txt", [("If-None-Match", tag)])
        #expect(same.status == .notModified && same.body.length == 0)
        #expect(same.field("ETag") == tag && same.field("Last-Modified") == date)
        #expect(same.field("Content-Type") == nil)
        #expect(site.ask(.head, "/file.txt", [("If-Modified-Since", date)]).status == .notModified)
        #expect(site.ask("/file.txt", [("If-Match", "\"x\"")]).status == .preconditionFailed)
        #expect(site.ask("/missing", [("If-Match", "\"x\"")]).status == .notFound)

        let part = site.ask("/file.txt", [("Range", "bytes=2-4"), ("If-Range", tag)])
        #expect(part.status == .partialContent && Site.content(part) == "234")
        #expect(part.field("Content-Range") == "bytes 2-4/300")
        #expect(part.field("Content-Type") == "text/plain; charset=utf-8")
        #expect(
            site.ask("/file.txt", [("Range", "bytes=2-4"), ("If-Range", "\"x\"")]).status == .ok)
        #expect(site.ask(.head, "/file.txt", [("Range", "bytes=2-4")]).status == .ok)
        #expect(
            site.ask("/file.txt", [("Range", "bytes=2-4"), ("Range", "bytes=5-6")]).status == .ok)

        let none = site.ask("/file.txt", [("Range", "bytes=300-")])
        #expect(none.status == .rangeNotSatisfiable)
        #expect(none.field("Content-Range") == "bytes */300")
    }

    @Test func severalParts() throws {
        let site = try Site()
        try site.write("file.txt", String(repeating: "0123456789", count: 30))
        let response = site.ask("/file.txt", [("Range", "bytes=200-203,0-1")])
        #expect(response.status == .partialContent)
        #expect(response.field("Content-Range") == nil)
        let type = try #require(response.field("Content-Type"))
        #expect(type.hasPrefix("multipart/byteranges; boundary="))
        let boundary = type.dropFirst("multipart/byteranges; boundary=".count)
        #expect(boundary.count == 32)
        let content = Site.content(response)
        #expect(response.body.length == content.utf8.count)
        #expect(
            content.replacing("\r\n", with: "\n") == """
                --\(boundary)
                Content-Type: text/plain; charset=utf-8
                Content-Range: bytes 200-203/300

                0123
                --\(boundary)
                Content-Type: text/plain; charset=utf-8
                Content-Range: bytes 0-1/300

                01
                --\(boundary)--

                """)
        let other = site.ask("/file.txt", [("Range", "bytes=200-203,0-1")])
        #expect(other.field("Content-Type") != type)
    }
}
