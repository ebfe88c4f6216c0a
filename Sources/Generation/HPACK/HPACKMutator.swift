internal import HPACK

/// A representation, or what may be one: where it stands, and where its integers and strings do.
struct HPACKPart {
    /// How many low bits of the first octet begin the index, and the bits above them.
    var prefix: Int
    var pattern: UInt8
    var start: Int
    var indexEnd: Int
    var end: Int
    var index: Int
    /// Where the strings stand, lengths included.
    var strings: [Range<Int>]

    var range: Range<Int> { start..<end }
}

/// Takes blocks apart as a decoder would that minds nothing, without a table and without ends of blocks.
enum HPACKSplitter {
    /// Chosen: a mutation looks at no more representations than this.
    private static let partsMax = 400

    static func parts(_ bytes: [UInt8]) -> [HPACKPart] {
        var parts: [HPACKPart] = []
        parts.reserveCapacity(16)
        let input = bytes.span
        var index = 0
        while index < input.count, parts.count < partsMax {
            let part = self.part(input, at: index)
            parts.append(part)
            index = part.end
        }
        return parts
    }

    private static func part(_ input: Span<UInt8>, at start: Int) -> HPACKPart {
        let first = input[start]
        let (prefix, pattern) = form(first)
        let number = integer(input, at: start, prefix: prefix)
        var part = HPACKPart(
            prefix: prefix, pattern: pattern, start: start, indexEnd: number.end, end: number.end,
            index: number.value, strings: [])
        guard pattern != 0x80, pattern != 0x20 else { return part }
        if number.value == 0 { string(input, &part) }
        string(input, &part)
        return part
    }

    private static func form(_ first: UInt8) -> (prefix: Int, pattern: UInt8) {
        if first & 0x80 != 0 { return (7, 0x80) }
        if first & 0x40 != 0 { return (6, 0x40) }
        if first & 0x20 != 0 { return (5, 0x20) }
        return (4, first & 0x10)
    }

    private static func string(_ input: Span<UInt8>, _ part: inout HPACKPart) {
        guard part.end < input.count else { return }
        let length = integer(input, at: part.end, prefix: 7)
        let end = length.end + min(length.value, input.count - length.end)
        part.strings.append(part.end..<end)
        part.end = end
    }

    /// An integer; one that goes on for ever is read as far as 28 bits.
    static func integer(
        _ input: Span<UInt8>, at start: Int, prefix: Int
    ) -> (value: Int, end: Int) {
        let mask = (1 << prefix) - 1
        var value = Int(input[start]) & mask
        var index = start + 1
        guard value == mask else { return (value, index) }
        var shift = 0
        while index < input.count {
            let octet = input[index]
            index += 1
            if shift < 28 { value += Int(octet & 127) << shift }
            shift += 7
            if octet < 128 { break }
        }
        return (value, index)
    }
}

/// Changes blocks by their representations.
struct HPACKMutator {
    var bytes: [UInt8]
    var random: SplitMix64
    /// Where blocks end, the last one's end left out.
    let borders: [Int]
    private let parts: [HPACKPart]

    init(_ bytes: [UInt8], _ random: SplitMix64, _ context: HPACKContext?) {
        self.bytes = bytes
        self.random = random
        parts = HPACKSplitter.parts(bytes)
        var borders: [Int] = []
        var end = 0
        for block in (context?.blocks ?? []).dropLast() {
            end = end.addingReportingOverflow(block.length).partialValue
            if end >= 0, end <= bytes.count { borders.append(end) }
        }
        self.borders = borders
    }

    /// Makes one change.
    mutating func change() {
        guard !parts.isEmpty else { return bytes = representation() }
        let part = random.pick(parts)
        switch random.below(16) {
        case 0: bytes.removeSubrange(part.range)
        case 1:
            let copy = Array(bytes[part.range])
            bytes.insert(contentsOf: copy, at: random.once(in: 2) ? part.end : place())
        case 2: swap(part, random.pick(parts))
        case 3, 4: changeIndex(part)
        case 5: changeForm(part)
        case 6, 7, 8: changeString(part)
        case 9: changeLength(part)
        case 10, 11: bytes.insert(contentsOf: sizeUpdate(), at: place())
        case 12: bytes.insert(contentsOf: representation(), at: place())
        case 13: replaceInPlace(part)
        case 14: atBorder()
        default: bytes.replaceSubrange(part.range, with: representation())
        }
    }

    /// Where a representation starts, or the end.
    private mutating func place() -> Int {
        random.once(in: 6) ? bytes.count : random.pick(parts).start
    }

    private mutating func swap(_ one: HPACKPart, _ two: HPACKPart) {
        guard one.start != two.start else { return }
        let (first, second) = one.start < two.start ? (one, two) : (two, one)
        let swapped =
            Array(bytes[second.range]) + Array(bytes[first.end..<second.start])
            + Array(bytes[first.range])
        bytes.replaceSubrange(first.start..<second.end, with: swapped)
    }

    /// An integer of the value, as short as can be, padded, or wrapped around 2^32 and 2^64.
    private mutating func integer(_ value: Int, _ prefix: Int, _ pattern: UInt8) -> [UInt8] {
        switch random.below(8) {
        case 0:
            return HPACKCode.integer(
                value, prefix: prefix, pattern: pattern, padding: 1 + random.below(6))
        case 1:
            return HPACKCode.integer(
                1 << 32 + (value & 0xFFFF), prefix: prefix, pattern: pattern)
        case 2:
            let mask = UInt8((1 << prefix) - 1)
            return [pattern | mask] + [UInt8](repeating: 0xFF, count: 4 + random.below(7)) + [0x01]
        default: return HPACKCode.integer(value, prefix: prefix, pattern: pattern)
        }
    }

    private mutating func changeIndex(_ part: HPACKPart) {
        let near = part.index + random.below(5) - 2
        let value = random.once(in: 2) ? max(0, near) : random.pick(Self.indices)
        bytes.replaceSubrange(
            part.start..<part.indexEnd, with: integer(value, part.prefix, part.pattern))
    }

    private static let indices = [
        0, 1, 15, 16, 30, 31, 61, 62, 63, 64, 65, 70, 126, 127, 128, 4_096,
    ]

    private mutating func changeForm(_ part: HPACKPart) {
        let forms: [(Int, UInt8)] = [(7, 0x80), (6, 0x40), (5, 0x20), (4, 0x00), (4, 0x10)]
        let (prefix, pattern) = random.pick(forms)
        bytes.replaceSubrange(
            part.start..<part.indexEnd,
            with: HPACKCode.integer(part.index, prefix: prefix, pattern: pattern))
    }

    /// Another string, or the same in another code, with its length right.
    private mutating func changeString(_ part: HPACKPart) {
        guard !part.strings.isEmpty else { return changeIndex(part) }
        let range = random.pick(part.strings)
        let old = HPACKSplitter.integer(bytes.span, at: range.lowerBound, prefix: 7)
        let contentStart = min(old.end, range.upperBound)
        var content = Array(bytes[contentStart..<range.upperBound])
        var bit = bytes[range.lowerBound] & 0x80
        switch random.below(10) {
        case 0:
            bit = 0x80
            content = HPACKCode.huffman(content)
        case 1: content.append(0xFF)
        case 2: if !content.isEmpty { content[content.count - 1] &= 0xFE }
        case 3: content += [0xFF, 0xFF, 0xFF, random.pick([0xFC, 0xFF])]
        case 4: if !content.isEmpty { content.removeLast() }
        case 5: bit ^= 0x80
        case 6:
            // The end-of-string symbol, and something behind it.
            bit = 0x80
            content = [0x1F, 0xFF, 0xFF, 0xFF, 0xFF]
        case 7: if !content.isEmpty { content[random.below(content.count)] = random.octet() }
        default:
            let text = random.pick(HPACKCode.texts)
            bit = random.once(in: 2) ? 0x80 : 0
            content = bit == 0 ? text : HPACKCode.huffman(text)
        }
        bytes.replaceSubrange(
            range, with: HPACKCode.integer(content.count, prefix: 7, pattern: bit) + content)
    }

    /// The same string with a length that is wrong, or written oddly.
    private mutating func changeLength(_ part: HPACKPart) {
        guard !part.strings.isEmpty else { return changeIndex(part) }
        let range = random.pick(part.strings)
        let old = HPACKSplitter.integer(bytes.span, at: range.lowerBound, prefix: 7)
        let bit = bytes[range.lowerBound] & 0x80
        let value = max(0, old.value + random.pick([0, 0, 1, -1, 127, 65_536]))
        bytes.replaceSubrange(
            range.lowerBound..<min(old.end, range.upperBound), with: integer(value, 7, bit))
    }

    private mutating func sizeUpdate() -> [UInt8] {
        let sizes = [0, 0, 30, 31, 64, 100, 4_095, 4_096, 4_097, 8_192, 65_536]
        return integer(random.pick(sizes), 5, 0x20)
    }

    private mutating func representation() -> [UInt8] {
        var maker = HPACKInputMaker(random: random)
        defer { random = maker.random }
        return maker.representation()
    }

    /// As many octets of other representations, so that all others stay in their blocks.
    private mutating func replaceInPlace(_ part: HPACKPart) {
        let count = part.end - part.start
        var new = representation()
        if new.count < count {
            new += (new.count..<count).map { _ in 0x82 + UInt8(random.below(7)) }
        }
        bytes.replaceSubrange(part.range, with: new.prefix(count))
    }

    /// An octet more or less where a block ends, or the octets around it in the other order.
    private mutating func atBorder() {
        guard !borders.isEmpty else { return bytes.append(contentsOf: representation()) }
        let border = random.pick(borders)
        switch random.below(4) {
        case 0: bytes.insert(random.pick([0x82, 0x20, 0x40, 0x00]), at: border)
        case 1 where border < bytes.count: bytes.remove(at: border)
        case 2: bytes.insert(contentsOf: sizeUpdate(), at: border)
        default:
            guard border > 0, border < bytes.count else { return }
            bytes.swapAt(border - 1, border)
        }
    }
}
