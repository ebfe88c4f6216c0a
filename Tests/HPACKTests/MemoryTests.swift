import HPACK
import TestSupport
import Testing
import Wire

/// What parsers touch: no byte behind their input, no room that a tape does not have.
@Suite struct MemoryTests {
    private static let bytes = 1 << 14

    /// Each prefix of each story lies at the end of memory whose next byte may not be touched.
    @Test(arguments: HPACKProtocols.hpack.variants.map(\.name))
    func nothingBehindTheInputIsTouched(variantName: String) throws {
        let variant = try Decoding.description.variant(named: variantName)
        let memory = try #require(GuardedMemory(count: Self.bytes))
        let end = memory.end
        for story in try OwnStoryTests.stories() where story.bytes.count < memory.count {
            let blocks = zip(story.lengths, story.lengths.indices).map { length, index in
                HPACKContext.Block(
                    length: length,
                    tableSizeMax: index < story.sizes.count ? story.sizes[index] : nil)
            }
            var parser = try #require(variant.makeParser(Decoding.configuration(blocks)))
            var tape = Tape()
            var fieldCount = 0
            for count in 0...story.bytes.count {
                for index in 0..<count { (end - count)[index] = story.bytes[index] }
                let input = UnsafeBufferPointer(start: end - count, count: count)
                parser.reset()
                tape.removeAll()
                let verdict = parser.parse(Span(_unsafeElements: input), into: &tape)
                let isWhole = count == story.bytes.count
                #expect(verdict == (isWhole ? .complete(consumed: count) : .incomplete))
                let certain = tape.count
                #expect(certain >= fieldCount)
                fieldCount = certain
            }
        }
    }

    /// A tape over storage that is too small says so, and nothing else happens.
    @Test(arguments: HPACKProtocols.hpack.variants.map(\.name))
    func aSmallTapeOverflows(variantName: String) throws {
        let variant = try Decoding.description.variant(named: variantName)
        let story = try #require(try OwnStoryTests.stories().first { $0.sizes.isEmpty })
        let blocks = story.lengths.map { HPACKContext.Block(length: $0) }
        var parser = try #require(variant.makeParser(Decoding.configuration(blocks)))
        let tokens = UnsafeMutableBufferPointer<Token>.allocate(capacity: 400)
        let arena = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 400)
        defer {
            tokens.deallocate()
            arena.deallocate()
        }
        for count in 0..<400 {
            var tape = Tape(
                borrowing: UnsafeMutableBufferPointer(rebasing: tokens[..<(400 - count)]),
                arena: UnsafeMutableBufferPointer(rebasing: arena[..<count]))
            parser.reset()
            _ = parser.parse(story.bytes.span, into: &tape)
            let isTold = tape.overflowed
            #expect(isTold)
        }
    }
}
