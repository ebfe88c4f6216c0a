internal import QUIC

/// A frame of a payload or a transport parameter, or what may be one.
struct QUICElement {
    var start: Int
    var end: Int
    /// Where its varints stand, the type included.
    var varints: [Range<Int>]
    /// The varint that states a length, and where the run behind it ends.
    var length: (place: Range<Int>, end: Int)?

    var range: Range<Int> { start..<end }
}

/// Takes payloads and transport parameters apart, as far as they go.
struct QUICElements {
    private let bytes: [UInt8]
    private(set) var all: [QUICElement] = []

    /// Chosen: a mutation looks at no more elements than this.
    private static let countMax = 200

    init(_ bytes: [UInt8], parameters: Bool) {
        self.bytes = bytes
        var index = 0
        while index < bytes.count, all.count < Self.countMax {
            let element = parameters ? parameter(at: index) : frame(at: index)
            all.append(element)
            index = max(index + 1, element.end)
        }
    }

    private func varint(_ element: inout QUICElement) -> Int {
        let found = QUICSplitter.varint(bytes, at: element.end)
        guard found.size > 0 else { return 0 }
        element.varints.append(element.end..<(element.end + found.size))
        element.end += found.size
        return found.value
    }

    private func skip(_ count: Int, _ element: inout QUICElement) {
        element.end += min(max(0, count), bytes.count - element.end)
    }

    private func run(_ element: inout QUICElement) {
        let place = element.end
        let count = varint(&element)
        let behind = element.end
        skip(count, &element)
        element.length = (place..<behind, element.end)
    }

    private func parameter(at start: Int) -> QUICElement {
        var element = QUICElement(start: start, end: start, varints: [])
        _ = varint(&element)
        run(&element)
        return element
    }

    private func frame(at start: Int) -> QUICElement {
        var element = QUICElement(start: start, end: start, varints: [])
        let type = varint(&element)
        switch type {
        case 0x00: while element.end < bytes.count, bytes[element.end] == 0 { element.end += 1 }
        case 0x02, 0x03:
            for _ in 0..<2 { _ = varint(&element) }
            let ranges = min(varint(&element), 64)
            _ = varint(&element)
            for _ in 0..<(2 * ranges) { _ = varint(&element) }
            if type == 3 { for _ in 0..<3 { _ = varint(&element) } }
        case 0x06:
            _ = varint(&element)
            run(&element)
        case 0x07, 0x31: run(&element)
        case 0x08...0x0F:
            _ = varint(&element)
            if type & 4 != 0 { _ = varint(&element) }
            if type & 2 != 0 { run(&element) } else { element.end = bytes.count }
        case 0x18:
            for _ in 0..<2 { _ = varint(&element) }
            let count = element.end < bytes.count ? Int(bytes[element.end]) : 0
            skip(1 + count + 16, &element)
        case 0x1A, 0x1B: skip(8, &element)
        case 0x1C, 0x1D:
            for _ in 0..<(type == 0x1C ? 2 : 1) { _ = varint(&element) }
            run(&element)
        case 0x30: element.end = bytes.count
        default: for _ in 0..<Self.plainFields(type) { _ = varint(&element) }
        }
        return element
    }

    /// How many varints a frame has that has nothing else.
    private static func plainFields(_ type: Int) -> Int {
        switch type {
        case 0x04: 3
        case 0x05, 0x11, 0x15: 2
        case 0x10, 0x12...0x14, 0x16, 0x17, 0x19: 1
        default: 0
        }
    }
}

/// Changes payloads by their frames, and transport parameters by parameter.
struct QUICFrameMutator {
    var bytes: [UInt8]
    var random: SplitMix64
    let context: QUICContext
    private let kind: QUICPacketKind
    private let isParameters: Bool
    private let elements: [QUICElement]

    init(
        _ bytes: [UInt8], _ random: SplitMix64, _ context: QUICContext, kind: QUICPacketKind,
        isParameters: Bool = false
    ) {
        self.bytes = bytes
        self.random = random
        self.context = context
        self.kind = kind
        self.isParameters = isParameters
        elements = QUICElements(bytes, parameters: isParameters).all
    }

    var borders: [Int] { elements.map(\.start) + [bytes.count] }

    /// Makes one change.
    mutating func change() {
        guard !elements.isEmpty else { return bytes += fresh() }
        let element = random.pick(elements)
        switch random.below(14) {
        case 0: bytes.removeSubrange(element.range)
        case 1: bytes.insert(contentsOf: Array(bytes[element.range]), at: place())
        case 2: swap(element, random.pick(elements))
        case 3, 4: bytes.insert(contentsOf: fresh(), at: place())
        case 5: bytes.replaceSubrange(element.range, with: fresh())
        case 6, 7, 8: changeVarint(element)
        case 9: changeLength(element)
        case 10: bytes[element.start] = UInt8(random.below(0x40))
        case 11: bytes.removeLast(1 + random.below(min(bytes.count, 20)))
        case 12: bytes[element.start + random.below(element.end - element.start)] = random.octet()
        default:
            let padding = [UInt8](repeating: 0, count: 1 + random.below(4))
            bytes.insert(contentsOf: padding, at: place())
        }
    }

    private mutating func place() -> Int {
        random.once(in: 5) ? bytes.count : random.pick(elements).start
    }

    private mutating func fresh() -> [UInt8] {
        if random.once(in: 2) {
            var maker = QUICInputMaker(random: random, context: context)
            defer { random = maker.random }
            return isParameters ? maker.parameters() : maker.frame()
        }
        var writer = QUICWriter(random, context)
        defer { random = writer.random }
        return isParameters ? writer.someParameter() : writer.payload(kind)
    }

    private mutating func swap(_ one: QUICElement, _ two: QUICElement) {
        guard one.start != two.start else { return }
        let (first, second) = one.start < two.start ? (one, two) : (two, one)
        let swapped =
            Array(bytes[second.range]) + Array(bytes[first.end..<second.start])
            + Array(bytes[first.range])
        bytes.replaceSubrange(first.start..<second.end, with: swapped)
    }

    /// Another form of a varint, a value beside it, or an edge.
    private mutating func changeVarint(_ element: QUICElement) {
        guard !element.varints.isEmpty else { return }
        let range = random.pick(element.varints)
        let value = UInt64(QUICSplitter.varint(bytes, at: range.lowerBound).value)
        let new: [UInt8]
        switch random.below(6) {
        case 0, 1: new = QUICSerializer.varint(value, size: random.pick([1, 2, 4, 8]))
        case 2: new = QUICSerializer.varint(min(value + 1, QUICNumber.varintMax))
        case 3: new = QUICSerializer.varint(value > 0 ? value - 1 : 0)
        case 4: new = QUICSerializer.varint(value ^ 1 << UInt64(random.below(3)))
        default: new = QUICSerializer.varint(random.pick(QUICInputMaker.edges))
        }
        bytes.replaceSubrange(range, with: new)
    }

    /// A length that is wrong, or a run of another size with its length right.
    private mutating func changeLength(_ element: QUICElement) {
        guard let length = element.length else { return changeVarint(element) }
        let own = length.end - length.place.upperBound
        if random.once(in: 2) {
            let wrong = max(0, own + random.pick([1, -1, 64, 1 << 30]))
            bytes.replaceSubrange(length.place, with: QUICSerializer.varint(UInt64(wrong)))
        } else {
            let run = random.octets(random.pick([0, 1, 8, 16, 20, 21]))
            bytes.replaceSubrange(
                length.place.lowerBound..<length.end,
                with: QUICSerializer.varint(UInt64(run.count)) + run)
        }
    }
}
