internal import HTTP1
internal import Wire

/// Where one reader sees the chunks of one message.
struct ChunkWalk: Hashable {
    /// A chunk's data.
    struct Chunk: Hashable {
        let offset: Int
        /// As its size line says, whether or not so much is there.
        let size: Int
        /// The byte behind its data, as far as the input reaches.
        let end: Int
    }

    /// Where the coding begins: behind the head, or at the input's start where there is none.
    var bodyStart = 0
    var chunks: [Chunk] = []
    /// Where the trailer section begins, once the last chunk was seen.
    var trailerStart: Int?
    /// The byte behind the message, once it ended.
    var end: Int?

    /// Reads the tokens of message number `message`.
    init(_ tape: TapeSnapshot, message: Int, input: [UInt8]) {
        var index = 0
        for token in tape.tokens {
            guard index <= message else { return }
            let isMine = index == message
            switch token.http1Kind {
            case .framing where isMine: bodyStart = token.offset
            case .chunk where isMine:
                let size = Int(clamping: token.length)
                let start = min(token.offset, input.count)
                let end = start + min(size, input.count - start)
                chunks.append(Chunk(offset: start, size: size, end: end))
            case .lastChunk where isMine: trailerStart = token.offset
            case .messageEnd:
                if isMine { end = token.offset }
                index += 1
            default: break
            }
        }
    }

    /// The offset of what follows the size line of chunk `index`: its data, or the trailer section; nil where the reader
    /// did not get there.
    func content(_ index: Int) -> (offset: Int, size: Int)? {
        if index < chunks.count { return (chunks[index].offset, chunks[index].size) }
        return index == chunks.count ? trailerStart.map { ($0, 0) } : nil
    }
}

/// The classes of chunk lines: the first line in which two readers part decides.
struct ChunkLabels {
    let front: ChunkWalk
    let back: ChunkWalk
    let input: [UInt8]

    func label() -> HTTP1Labels.Found? {
        guard front.bodyStart == back.bodyStart else { return nil }
        let common = zip(front.chunks, back.chunks).prefix { $0 == $1 }.count
        guard let a = front.content(common), let b = back.content(common) else { return nil }
        if a == b { return trailers() }
        let previous = common > 0 ? front.chunks[common - 1].end : front.bodyStart
        let lines = [a, b].map { sizeLine($0, from: previous, isFirst: common == 0) }
        if let frontLine = lines[0], let backLine = lines[1], frontLine != backLine {
            return terminator(frontLine - previous, backLine - previous, previous)
        }
        if a.offset == b.offset {
            let words = "the front reads the chunk size before \(a.offset) as \(a.size)"
            return (.size, "\(words), the back as \(b.size)")
        }
        guard let line = lines[0], line == lines[1] else { return nil }
        return sizeLineEnd(a, b, from: line)
    }

    /// Where the size line of a chunk begins that was read as `content`: at the body's start, within two bytes behind the chunk
    /// before (an end that was taken for one), or behind a later line end (what lies before it was dropped).
    private func sizeLine(
        _ content: (offset: Int, size: Int), from start: Int, isFirst: Bool
    ) -> Int? {
        if isFirst { return start }
        let near = (start...(start + 2)).first { reads(content, at: $0) }
        if let near { return near }
        let behind = (start + 3)..<max(start + 3, content.offset)
        return behind.first { input[$0 - 1] == 0x0A && reads(content, at: $0) }
    }

    /// Whether digits at `offset` say the size, and the line could end before the content.
    private func reads(_ content: (offset: Int, size: Int), at offset: Int) -> Bool {
        guard offset < content.offset, content.offset <= input.count else { return false }
        let digits = input[offset..<content.offset].prefix(while: Self.isHex)
        guard !digits.isEmpty, digits.count <= 16,
            Int(String(decoding: digits, as: UTF8.self), radix: 16) == content.size
        else { return false }
        // Two line ends between the digits and the data would be two lines.
        let rest = input[(offset + digits.count)..<content.offset]
        return rest.dropLast().count { $0 == 0x0A } == 0 || !rest.dropLast(2).contains(0x0A)
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }

    /// The readers' next size lines begin at different bytes behind the data.
    private func terminator(_ a: Int, _ b: Int, _ place: Int) -> HTTP1Labels.Found? {
        let words = "behind the chunk data that ends at \(place)"
        switch (a <= 2, b <= 2) {
        case (true, true):
            let more = a > b ? "front" : "back"
            let kind: LabelKind = abs(a - b) == 1 ? .overread1 : .overread2
            return (
                kind, "\(words) the front skips \(a) bytes, the back \(b): the \(more) overreads"
            )
        case (true, false):
            return (.termSpill, "\(words) the front skips \(a) bytes, the back drops \(b)")
        case (false, true):
            return (.spillTerm, "\(words) the front drops \(a) bytes, the back skips \(b)")
        case (false, false): return nil
        }
    }

    /// The readers read one size line, and end it at different bytes.
    private func sizeLineEnd(
        _ a: (offset: Int, size: Int), _ b: (offset: Int, size: Int), from line: Int
    ) -> HTTP1Labels.Found? {
        let first = min(a.offset, b.offset)
        let hasExtension = input[line..<first].contains(UInt8(ascii: ";"))
        let words =
            "the chunk-size line at \(line) ends before \(a.offset) for the front, before \(b.offset) for the back"
        guard hasExtension else { return (.line, words) }
        return (a.offset < b.offset ? .termExt : .extTerm, words)
    }

    /// The readers agree on all chunks: only one of them takes what follows the last chunk for the end.
    private func trailers() -> HTTP1Labels.Found? {
        guard let start = front.trailerStart, front.end != back.end else { return nil }
        let ends = [front.end ?? .max, back.end ?? .max]
        guard let early = ends.min(), early <= min(start + 2, input.count) else { return nil }
        let taken = input[start..<early]
        guard !taken.elementsEqual([0x0D, 0x0A]) else { return nil }
        let text = taken.isEmpty ? "nothing" : "`\(EscapedBytes.text(taken))`"
        let isFront = ends[0] < ends[1]
        let words = isFront ? ("front", "back") : ("back", "front")
        return (
            isFront ? .termTrail : .trailTerm,
            "the \(words.0) takes \(text) at \(start) for the empty line, the \(words.1) reads on"
        )
    }
}
