import Foundation
import Testing

/// The four variants share vocabulary and nothing that parses or decides: what two of them call, a comparison of the two
/// cannot see.
@Suite struct IndependenceTests {
    private static let variants = ["Reference", "Scalar", "Table", "SIMD"]

    /// The folders of the protocols: those that have variants.
    private static let protocols = ["HPACK", "HTTP1", "HTTP2", "QUIC", "UTF8", "WebSocket"]

    /// Every protocol with every variant, as folders.
    private static let folders = protocols.flatMap { name in variants.map { "\(name)/\($0)" } }

    private static func variant(of folder: String) -> String {
        String(folder.split(separator: "/")[1])
    }

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources/Parsers")

    private static func sources(_ folder: String) throws -> [(name: String, text: String)] {
        let url = root.appendingPathComponent(folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: url.path)
        return try names.filter { $0.hasSuffix(".swift") }.map { name in
            (name, try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8))
        }
    }

    /// The text without comments, so that prose may name what code may not.
    private static func code(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in line.range(of: "//").map { line[..<$0.lowerBound] } ?? line[...] }
            .joined(separator: "\n")
    }

    @Test(arguments: folders)
    func namesOnlyItsOwn(folder: String) throws {
        let variant = Self.variant(of: folder)
        let files = try Self.sources(folder)
        #expect(!files.isEmpty)
        let others = Self.variants.filter { $0 != variant }
        for file in files {
            let code = Self.code(file.text)
            for other in others {
                let pattern = try Regex("\\b\(other)[A-Z][A-Za-z]*")
                let mention = code.firstMatch(of: pattern).map { String(code[$0.range]) }
                #expect(mention == nil, "\(folder)/\(file.name) names \(mention ?? "")")
            }
        }
    }

    @Test(arguments: folders)
    func declaresOnlyItsOwn(folder: String) throws {
        let variant = Self.variant(of: folder)
        let declaration = try Regex(
            "^(?:@[a-z]+ )*(?:public |internal |private |fileprivate |package )?"
                + "(?:indirect |final )?(?:struct|enum|class|protocol|func|let|var|typealias) "
                + "([A-Za-z_][A-Za-z0-9_]*)"
        ).anchorsMatchLineEndings()
        for file in try Self.sources(folder) {
            for match in Self.code(file.text).matches(of: declaration) {
                let name = match.output[1].substring.map(String.init) ?? ""
                let isOwn = name.lowercased().hasPrefix(variant.lowercased())
                #expect(isOwn, "\(folder)/\(file.name) declares \(name)")
            }
        }
    }

    /// The shared files know tokens, names and numbers; none of them takes input bytes. (The tape copies runs that a parser
    /// found.)
    @Test(arguments: protocols + ["Wire"])
    func sharedFilesTakeNoInput(folder: String) throws {
        let span = try Regex("\\bSpan<UInt8>")
        for file in try Self.sources(folder)
        where !["Parser.swift", "Tape.swift"].contains(file.name) {
            let code = Self.code(file.text)
            #expect(code.firstMatch(of: span) == nil, "\(folder)/\(file.name) takes a span")
            #expect(
                !code.contains("UnsafePointer<UInt8>"), "\(folder)/\(file.name) takes a pointer")
        }
    }

    @Test(arguments: folders.filter { !$0.hasSuffix("SIMD") })
    func onlyTheSIMDVariantUsesKernels(folder: String) throws {
        for file in try Self.sources(folder) {
            #expect(!file.text.contains("import CKernels"), "\(folder)/\(file.name)")
        }
    }

    @Test(arguments: protocols)
    func theReferenceIsPlain(name: String) throws {
        for file in try Self.sources("\(name)/Reference") {
            let isUnsafe = Self.code(file.text).contains(try Regex("\\bunsafe\\b"))
            #expect(!isUnsafe, "\(name)/Reference/\(file.name) is unsafe")
        }
    }
}
