import Foundation
import Testing

/// The four variants share vocabulary and nothing that parses or decides: what two of them call, a comparison of the two
/// cannot see.
@Suite struct IndependenceTests {
    private static let variants = ["Reference", "Scalar", "Table", "SIMD"]

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

    @Test(arguments: variants)
    func namesOnlyItsOwn(variant: String) throws {
        let files = try Self.sources("HTTP1/\(variant)")
        #expect(files.count >= 3)
        let others = Self.variants.filter { $0 != variant }
        for file in files {
            let code = Self.code(file.text)
            for other in others {
                let pattern = try Regex("\\b\(other)[A-Z][A-Za-z]*")
                let mention = code.firstMatch(of: pattern).map { String(code[$0.range]) }
                #expect(mention == nil, "\(variant)/\(file.name) names \(mention ?? "")")
            }
        }
    }

    @Test(arguments: variants)
    func declaresOnlyItsOwn(variant: String) throws {
        let declaration = try Regex(
            "^(?:@[a-z]+ )*(?:public |internal |private |fileprivate |package )?"
                + "(?:indirect |final )?(?:struct|enum|class|protocol|func|let|var|typealias) "
                + "([A-Za-z_][A-Za-z0-9_]*)"
        ).anchorsMatchLineEndings()
        for file in try Self.sources("HTTP1/\(variant)") {
            for match in Self.code(file.text).matches(of: declaration) {
                let name = match.output[1].substring.map(String.init) ?? ""
                let isOwn = name.lowercased().hasPrefix(variant.lowercased())
                #expect(isOwn, "\(variant)/\(file.name) declares \(name)")
            }
        }
    }

    /// The shared files know tokens, names and numbers; none of them takes input bytes, the serialiser's reading back
    /// apart, which goes through the reference.
    @Test func sharedFilesTakeNoInput() throws {
        let shared = try Self.sources("HTTP1") + Self.sources("Wire")
        #expect(shared.count >= 10)
        for file in shared where !["Parser.swift"].contains(file.name) {
            let code = Self.code(file.text)
            #expect(!code.contains("Span<UInt8>"), "\(file.name) takes a span")
            #expect(!code.contains("UnsafePointer<UInt8>"), "\(file.name) takes a pointer")
        }
    }

    @Test func onlyTheSIMDVariantUsesKernels() throws {
        for variant in Self.variants where variant != "SIMD" {
            for file in try Self.sources("HTTP1/\(variant)") {
                #expect(!file.text.contains("import CKernels"), "\(variant)/\(file.name)")
            }
        }
    }

    @Test func theReferenceIsPlain() throws {
        for file in try Self.sources("HTTP1/Reference") {
            let code = Self.code(file.text)
            let isUnsafe = code.contains(try Regex("\\bunsafe\\b"))
            #expect(!isUnsafe, "Reference/\(file.name) is unsafe")
        }
    }
}
