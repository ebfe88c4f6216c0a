internal import HTTP1
internal import Wire

/// Changes messages by their parts: lines, tokens, numbers, chunks, whole messages.
struct HTTP1Mutator {
    var bytes: [UInt8]
    var random: SplitMix64
    let role: HTTP1Context.Role
    /// Whether the input is a chunked body alone.
    let isChunkedAlone: Bool
    var parts: [HTTP1Part] = []

    init(_ bytes: [UInt8], _ random: SplitMix64, _ role: HTTP1Context.Role, chunkedAlone: Bool) {
        self.bytes = bytes
        self.random = random
        self.role = role
        isChunkedAlone = chunkedAlone
        parts = HTTP1Splitter(bytes, chunkedAlone: chunkedAlone).parts
    }

    /// Makes one change.
    mutating func change() {
        switch random.below(22) {
        case 0: dropPart()
        case 1: copyPart()
        case 2: swapParts()
        case 3, 4: insertField()
        case 5, 6, 7, 8, 9: matrix()
        case 10, 11: terminator()
        case 12: contentLength()
        case 13, 14: chunkSize()
        case 15: insertChunk()
        case 16: startLine()
        case 17: member()
        case 18: derivedLine()
        case 19: body()
        case 20: message()
        default: family()
        }
    }

    /// A part for which `fits` holds, each as likely as the other.
    mutating func pick(where fits: (HTTP1Part) -> Bool = { _ in true }) -> HTTP1Part? {
        var count = 0
        for part in parts where fits(part) { count += 1 }
        guard count > 0 else { return nil }
        var place = random.below(count)
        for part in parts where fits(part) {
            if place == 0 { return part }
            place -= 1
        }
        return nil
    }

    /// A field line; one that frames messages three times of four, where there is one.
    mutating func pickField() -> HTTP1Part? {
        if random.below(4) > 0, let part = pick(where: { $0.kind == .framingField }) { return part }
        return pick { $0.isField }
    }

    /// Where the line's end starts.
    func contentEnd(_ part: HTTP1Part) -> Int {
        var end = part.end
        if end > part.start, bytes[end - 1] == 0x0A { end -= 1 }
        if end > part.start, bytes[end - 1] == 0x0D { end -= 1 }
        return end
    }

    // MARK: Parts

    private mutating func dropPart() {
        guard let part = pick() else { return }
        bytes.removeSubrange(part.range)
    }

    /// Doubles a part where it stands, or puts a copy before another.
    private mutating func copyPart() {
        guard let part = pick(), let other = pick() else { return }
        let copy = Array(bytes[part.range])
        bytes.insert(contentsOf: copy, at: random.once(in: 2) ? part.end : other.start)
    }

    private mutating func swapParts() {
        guard let one = pick() else { return }
        let kind = one.kind
        let free = random.once(in: 4)
        guard let two = pick(where: { free || $0.kind == kind }), one.start != two.start else {
            return
        }
        let (first, second) = one.start < two.start ? (one, two) : (two, one)
        let swapped =
            Array(bytes[second.range]) + Array(bytes[first.end..<second.start])
            + Array(bytes[first.range])
        bytes.replaceSubrange(first.start..<second.end, with: swapped)
    }

    private mutating func insertField() {
        guard let place = pick(where: { $0.isField || $0.kind == .blank }) else { return }
        var line: [UInt8]
        switch random.below(4) {
        case 0: line = derived(.fieldLine, "field-line")
        case 1: line = random.pick(HTTP1Dictionary.permutations) + [0x0D, 0x0A]
        default: line = random.pick(HTTP1Dictionary.fieldLines)
        }
        if random.once(in: 12) { line.removeLast(min(line.count, 1)) }
        bytes.insert(contentsOf: line, at: place.start)
    }

    /// A line of the grammar, of a leniency's grammar, or one that the grammar refuses at its last octet.
    mutating func derived(_ door: TableDoor, _ rule: String) -> [UInt8] {
        var policy = Policy.strict
        if random.once(in: 2) {
            policy = random.pick(HTTP1Leniency.all).policy
            if random.once(in: 4) { policy.formUnion(random.pick(HTTP1Leniency.all).policy) }
        }
        var line: [UInt8] = []
        let isWhole = GrammarWalk.of(door, policy).derive(
            rule, takingRejects: random.once(in: 4), into: &line, &random)
        if !isWhole { line += [0x0D, 0x0A] }
        return line
    }

    /// Puts a derived line in the place of one of its sort.
    private mutating func derivedLine() {
        guard let part = pick(where: { $0.kind != .body && $0.kind != .chunkData }) else { return }
        let line: [UInt8]
        switch part.kind {
        case .startLine where role == .response: line = derived(.statusLine, "status-line")
        case .startLine: line = derivedRequestLine()
        case .chunkLine: line = derived(.chunkLine, "chunk-start")
        default: line = derived(.fieldLine, random.pick(["first", "next", "field-line"]))
        }
        bytes.replaceSubrange(part.range, with: line)
    }

    private mutating func derivedRequestLine() -> [UInt8] {
        let start = derived(.requestLine, "request-start")
        let isConnect = start.starts(with: "CONNECT ".utf8)
        return start + derived(.requestLine, isConnect ? "after-connect" : "after-method")
    }

    // MARK: Bodies and messages

    /// Makes a body longer or shorter, or puts a request into it.
    private mutating func body() {
        let part = pick { $0.kind == .body || $0.kind == .chunkData } ?? pick()
        guard let part else { return }
        switch random.below(4) {
        case 0:
            let end = part.start + 1 + random.below(part.end - part.start)
            bytes.removeSubrange(part.start..<end)
        case 1: bytes.insert(contentsOf: random.pick(HTTP1Dictionary.smuggled), at: part.start)
        case 2: bytes.insert(contentsOf: random.pick(HTTP1Dictionary.smuggled), at: part.end)
        default: bytes.insert(contentsOf: [0x58, 0x58].prefix(1 + random.below(2)), at: part.end)
        }
    }

    /// Drops, doubles or inserts a whole message.
    private mutating func message() {
        guard let part = pick() else { return }
        let own = parts.filter { $0.message == part.message }
        guard let first = own.first, let last = own.last else { return }
        switch random.below(4) {
        case 0 where parts.count > own.count: bytes.removeSubrange(first.start..<last.end)
        case 1: bytes.insert(contentsOf: Array(bytes[first.start..<last.end]), at: last.end)
        default:
            let place = random.once(in: 2) ? first.start : last.end
            bytes.insert(contentsOf: fresh(), at: place)
        }
    }

    private mutating func fresh() -> [UInt8] {
        if random.once(in: 2) { return random.pick(HTTP1Dictionary.smuggled) }
        var writer = HTTP1Writer(random)
        defer { random = writer.random }
        if isChunkedAlone {
            writer.chunkedBody()
        } else if role == .request {
            _ = writer.request(withBody: true)
        } else {
            _ = writer.response(to: .other, withBody: true)
        }
        return writer.bytes
    }
}
