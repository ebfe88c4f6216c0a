import Testing

@testable import Server

struct StaticFoldersTests {
    @Test(arguments: [false, true])
    func folders(_ stepwise: Bool) throws {
        let site = try Site(stepwise: stepwise)
        try site.folder.makeFolder("a b")
        try site.write("a b/index.html", "inner")
        try site.write("index.html", "outer")
        try site.folder.makeFolder("empty")
        #expect(Site.content(site.ask("/")) == "outer")
        #expect(Site.content(site.ask("/a%20b/")) == "inner")
        #expect(site.ask("/a%20b/").field("Content-Type") == "text/html; charset=utf-8")
        #expect(site.ask("/empty/").status == .notFound)
        let response = site.ask("/a%20b?x=/y&z")
        #expect(response.status == .permanentRedirect)
        #expect(response.field("Location") == "/a%20b/?x=/y&z")
        #expect(site.ask("/%61%20b").field("Location") == "/a%20b/")
        // An absolute form without a path.
        #expect(Site.content(site.ask("")) == "outer")
    }

    /// `//host` in Location would be another server's address.
    @Test(arguments: [
        "//a", "///a", "//a?x", "/%2fa", "/\\a", "/%5ca", "//a/..", "//evil.example/%2e%2e",
    ])
    func noRedirectLeavesTheServer(_ target: String) throws {
        let site = try Site()
        try site.folder.makeFolder("a")
        let response = site.ask(target)
        #expect(response.field("Location") == nil)
        #expect(response.status == .notFound || response.status == .badRequest)
        #expect(site.ask("/a").field("Location") == "/a/")
    }

    @Test func lists() throws {
        let site = try Site { $0.listsFolders = true }
        try site.write("b&<i>.txt", "")
        try site.write("javascript:alert(1)", "")
        try site.write("a\"b'c", "")
        try site.write(".hidden", "")
        try site.folder.makeFolder("folder")
        try site.folder.makeFolder("folder/inner")
        let response = site.ask("/")
        #expect(response.status == .ok)
        #expect(response.field("Content-Security-Policy") == "default-src 'none'")
        #expect(
            Site.content(response) == """
                <!DOCTYPE html>
                <meta charset="utf-8">
                <title>/</title>
                <h1>/</h1>
                <ul>
                <li><a href="./a%22b&#39;c">a&quot;b&#39;c</a>
                <li><a href="./b&amp;%3Ci%3E.txt">b&amp;&lt;i&gt;.txt</a>
                <li><a href="./folder/">folder/</a>
                <li><a href="./javascript:alert(1)">javascript:alert(1)</a>
                </ul>

                """)
        #expect(Site.content(site.ask("/folder/")).contains("<a href=\"../\">"))
        // A file that stands for the folder comes before its list; a list is never kept.
        try site.write("index.html", "index")
        #expect(Site.content(site.ask("/")) == "index")
    }

    @Test func tenThousandFiles() throws {
        let site = try Site { $0.listsFolders = true }
        for number in 0..<10_000 { try site.folder.write("f\(number)", "") }
        let page = Site.content(site.ask("/"))
        let names = page.split(separator: "\n").filter { $0.hasPrefix("<li>") }
        #expect(names.count == 1_000)
        #expect(names == names.sorted())
        #expect(page.contains("There are more files"))
    }
}
