import Foundation
import HPACK
import Testing
import Wire

/// The stories under Corpus/hpack/stories: header lists and blocks in one file. Every variant reads the lists out of the
/// blocks, and the encoder writes the blocks from the lists.
@Suite struct OwnStoryTests {
    struct Story {
        var name: String
        var lists: [[HPACKField]] = []
        var bytes: [UInt8] = []
        var lengths: [Int] = []
        var sizes: [Int?] = []

        var blocks: [[UInt8]] {
            var start = 0
            return lengths.map { length in
                defer { start += length }
                return Array(bytes[start..<(start + length)])
            }
        }
    }

    static func stories() throws -> [Story] {
        let folder = ["Corpus", "hpack", "stories"]
            .reduce(StoryTests.repository) { $0.appendingPathComponent($1) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return try names.map { name in
            let url = folder.appendingPathComponent(name)
            return try story(name, String(contentsOf: url, encoding: .utf8))
        }
    }

    /// A field is a line `    3 name: value`, its block's number in front; bytes stand between fences.
    private static func story(_ name: String, _ text: String) throws -> Story {
        var story = Story(name: name)
        var isFenced = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isFenced.toggle()
            } else if isFenced {
                story.bytes += octets(line)
            } else if line.hasPrefix("    ") {
                let space = try #require(line.dropFirst(4).firstIndex(of: " "))
                let number = try #require(Int(line[..<space].drop { $0 == " " }))
                while story.lists.count < number { story.lists.append([]) }
                story.lists[number - 1].append(field(line[line.index(after: space)...]))
            } else if line.hasPrefix("- blocks: ") {
                story.lengths = numbers(line.dropFirst(10)).map { $0 ?? 0 }
            } else if line.hasPrefix("- tableSizes: ") {
                story.sizes = numbers(line.dropFirst(14))
            }
        }
        return story
    }

    private static func field(_ text: Substring) -> HPACKField {
        let colon = text.dropFirst().firstIndex(of: ":") ?? text.endIndex
        return HPACKField(String(text[..<colon]), String(text[colon...].dropFirst(2)))
    }

    private static func numbers(_ text: Substring) -> [Int?] {
        text.split(separator: ",").map { Int($0.filter { $0 != " " }) }
    }

    /// The escapes that those files use.
    private static func octets(_ line: Substring) -> [UInt8] {
        var octets: [UInt8] = []
        var rest = Array(line.utf8)[...]
        while let first = rest.popFirst() {
            guard first == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
                octets.append(first)
                continue
            }
            switch escape {
            case UInt8(ascii: "r"): octets.append(0x0D)
            case UInt8(ascii: "n"): octets.append(0x0A)
            case UInt8(ascii: "t"): octets.append(0x09)
            case UInt8(ascii: "x"):
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                octets.append(UInt8(digits, radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            default: octets.append(escape)
            }
        }
        return octets
    }

    @Test func everyVariantReadsThem() throws {
        let stories = try Self.stories()
        #expect(stories.count >= 8)
        for story in stories {
            for variant in Decoding.description.variants {
                let outcome = try #require(
                    Decoding.outcome(variant, story.blocks, sizes: story.sizes))
                #expect(outcome.verdict == .complete(consumed: story.bytes.count), "\(story.name)")
                let found = outcome.blocks.map { block in
                    block.fields.map { HPACKField(name: $0.name, value: $0.value) }
                }
                #expect(found == story.lists, "\(story.name), \(variant.name)")
            }
        }
    }

    @Test func theEncoderWritesThem() throws {
        for story in try Self.stories() {
            var encoder = HPACKEncoder()
            for (index, list) in story.lists.enumerated() {
                if index < story.sizes.count, let size = story.sizes[index] {
                    encoder.setTableSizeMax(size)
                }
                #expect(encoder.encode(list) == story.blocks[index], "\(story.name), \(index)")
            }
        }
    }
}
