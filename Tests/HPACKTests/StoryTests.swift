import Foundation
import HPACK
import Testing
import Wire

/// Stories: header lists with the blocks that other encoders made of them, from hpack-test-case where that folder is there.
@Suite struct StoryTests {
    /// One story: what a direction of a connection said, block by block.
    struct Story {
        struct Block {
            var wire: [UInt8]
            var tableSize: Int?
            var fields: [HPACKField]
        }

        var name: String
        var blocks: [Block]

        var plainCount: Int {
            blocks.flatMap(\.fields).reduce(0) { $0 + $1.name.count + $1.value.count }
        }
        var wireCount: Int { blocks.reduce(0) { $0 + $1.wire.count } }
    }

    /// What `ZYPHOS_HPACK_STORIES` names, else a folder hpack-test-case among the data shared by the folders above.
    static let folder: URL? = {
        if let named = environmentValue("ZYPHOS_HPACK_STORIES") {
            return URL(fileURLWithPath: named)
        }
        var above = repository
        while above.pathComponents.count > 1 {
            above.deleteLastPathComponent()
            let found = ["shared", "data", "hpack-test-case"]
                .reduce(above) { $0.appendingPathComponent($1) }
            if FileManager.default.fileExists(atPath: found.path) { return found }
        }
        return nil
    }()

    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func stories(in folder: URL) throws -> [Story] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return try names.filter { $0.hasSuffix(".json") }.map { name in
            let data = try Data(contentsOf: folder.appendingPathComponent(name))
            let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            let cases = try #require(root["cases"] as? [[String: Any]])
            return Story(name: name, blocks: cases.map(block))
        }
    }

    private static func block(_ one: [String: Any]) -> Story.Block {
        let fields = (one["headers"] as? [[String: String]] ?? []).flatMap { header in
            header.map { HPACKField($0.key, $0.value) }
        }
        return Story.Block(
            wire: Decoding.octets(one["wire"] as? String ?? ""),
            tableSize: one["header_table_size"] as? Int, fields: fields)
    }

    static func stories(_ name: String) throws -> [Story] {
        try stories(in: try #require(folder).appendingPathComponent(name))
    }

    @Test(
        .enabled(if: folder != nil, "no folder hpack-test-case: set ZYPHOS_HPACK_STORIES"),
        arguments: ["go-hpack", "nghttp2-change-table-size"],
        HPACKProtocols.hpack.variants.map(\.name))
    func othersStoriesAreRead(folder: String, variantName: String) throws {
        let variant = try Decoding.description.variant(named: variantName)
        let stories = try Self.stories(folder)
        #expect(stories.count >= 31)
        for story in stories {
            let outcome = try #require(
                Decoding.outcome(
                    variant, story.blocks.map(\.wire), sizes: story.blocks.map(\.tableSize)))
            #expect(outcome.verdict == .complete(consumed: story.wireCount), "\(story.name)")
            let found = outcome.blocks.map { block in
                block.fields.map { HPACKField(name: $0.name, value: $0.value) }
            }
            #expect(found == story.blocks.map(\.fields), "\(story.name)")
        }
    }

    @Test(
        .enabled(if: folder != nil, "no folder hpack-test-case: set ZYPHOS_HPACK_STORIES"),
        arguments: HPACKProtocols.hpack.variants.map(\.name))
    func allVariantsEndWithTheSameTapes(variantName: String) throws {
        let variant = try Decoding.description.variant(named: variantName)
        for story in try Self.stories("nghttp2-change-table-size") {
            let sizes = story.blocks.map(\.tableSize)
            let wires = story.blocks.map(\.wire)
            let expected = Decoding.outcome(Decoding.description.variants[0], wires, sizes: sizes)
            let found = Decoding.outcome(variant, wires, sizes: sizes)
            #expect(found?.tape == expected?.tape, "\(story.name)")
        }
    }

    /// The encoder over the raw data, with the table sizes of the stories beside which it is held.
    @Test(.enabled(if: folder != nil, "no folder hpack-test-case: set ZYPHOS_HPACK_STORIES"))
    func theEncoderIsAsGoodAsNghttp2() throws {
        let theirs = try Self.stories("nghttp2-change-table-size")
        let raw = try Self.stories("raw-data").filter { one in
            theirs.contains { $0.name == one.name }
        }
        #expect(raw.count == theirs.count)
        var ours = 0
        for (story, their) in zip(raw, theirs) {
            var encoder = HPACKEncoder()
            var blocks: [[UInt8]] = []
            for (block, other) in zip(story.blocks, their.blocks) {
                if let size = other.tableSize { encoder.setTableSizeMax(size) }
                blocks.append(encoder.encode(block.fields))
            }
            ours += blocks.reduce(0) { $0 + $1.count }
            for variant in Decoding.description.variants {
                let outcome = try #require(
                    Decoding.outcome(variant, blocks, sizes: their.blocks.map(\.tableSize)))
                let found = outcome.blocks.map { block in
                    block.fields.map { HPACKField(name: $0.name, value: $0.value) }
                }
                #expect(found == story.blocks.map(\.fields), "\(story.name)")
            }
        }
        let nghttp2 = theirs.reduce(0) { $0 + $1.wireCount }
        let plain = raw.reduce(0) { $0 + $1.plainCount }
        print("encoder: \(ours) bytes; nghttp2: \(nghttp2); plain text: \(plain)")
        #expect(Double(ours) <= 1.02 * Double(nghttp2))
        #expect(Double(ours) <= 0.7 * Double(plain))
    }
}
