internal import HTTP1
internal import Wire

/// The classes of HTTP/1, decided from two readings and the bytes between them.
///
/// The first message that the two read differently decides: how each frames its body, and where both use chunked, the first
/// chunk line in which they part.
struct HTTP1Labels {
    typealias Found = (kind: LabelKind, detail: String)

    let input: [UInt8]
    let description: ProtocolDescription

    /// The class of the two readings, or nil where none fits.
    func label(_ front: Outcome, _ back: Outcome) -> Found? {
        let readings = [front, back].map { HTTP1Transcript($0.tape, input: input).messages }
        let count = max(readings[0].count, readings[1].count)
        for index in 0..<count {
            guard index < readings[0].count, index < readings[1].count else { break }
            let pair = (readings[0][index], readings[1][index])
            guard pair.0 != pair.1 || !sameChunks(front, back, index) else { continue }
            if let found = label(pair.0, pair.1, front, back, index) { return found }
            break
        }
        return lineLabel(front, back)
    }

    private func label(
        _ front: HTTP1Message, _ back: HTTP1Message, _ frontOutcome: Outcome,
        _ backOutcome: Outcome, _ index: Int
    ) -> Found? {
        switch (framing(front), framing(back)) {
        case (.length(let a), .length(let b)) where a != b:
            return (.clCL, "the front reads Content-Length as \(a), the back as \(b)")
        case (.length(let length), .nothing) where length > 0:
            return (.clZero, "the front reads \(length) bytes of body, the back none")
        case (.nothing, .length(let length)) where length > 0:
            return (.zeroCL, "the front reads no body, the back one of \(length) bytes")
        case (.length, .chunked): return mixed(.clTE, front)
        case (.chunked, .length): return mixed(.teCL, front)
        case (.chunked, .nothing):
            return (.teZero, "the front reads a chunked body, the back none")
        case (.nothing, .chunked):
            return (.zeroTE, "the front reads no body, the back a chunked one")
        case (.chunked, .chunked):
            if let found = merged(front, back) { return found }
            let walks = [frontOutcome, backOutcome].map {
                ChunkWalk($0.tape, message: index, input: input)
            }
            return ChunkLabels(front: walks[0], back: walks[1], input: input).label()
        default: return merged(front, back)
        }
    }

    private enum Body {
        case nothing
        case length(Int)
        case chunked
        case other
    }

    /// A chunked body by itself has no framing token.
    private func framing(_ message: HTTP1Message) -> Body {
        guard let framing = message.framing else { return .chunked }
        switch framing.kind {
        case .none: return .nothing
        case .length: return .length(framing.length)
        case .chunked: return .chunked
        case .close, .tunnel: return .other
        }
    }

    private func sameChunks(_ front: Outcome, _ back: Outcome, _ index: Int) -> Bool {
        ChunkWalk(front.tape, message: index, input: input)
            == ChunkWalk(back.tape, message: index, input: input)
    }

    /// One of the two uses Content-Length, the other chunked: over a plain Transfer-Encoding line by choice, over a
    /// disguised one because it does not see it.
    private func mixed(_ kind: LabelKind, _ message: HTTP1Message) -> Found {
        let isDisguised = TransferEncodingLines(input, from: message.start).isDisguised
        let words =
            kind == .clTE
            ? "the front frames by Content-Length, the back by chunked"
            : "the front frames by chunked, the back by Content-Length"
        guard isDisguised else { return (kind, words) }
        return (
            .teTE,
            "\(words); the Transfer-Encoding line is disguised, so this works as \(kind.rawValue)"
        )
    }

    /// The two agree on the body, and what one has as trailers the other has among its fields.
    private func merged(_ front: HTTP1Message, _ back: HTTP1Message) -> Found? {
        for (one, other, isFront) in [(front, back, true), (back, front, false)] {
            let known = Set(other.fields.map(\.offset))
            let added = one.fields.filter { !known.contains($0.offset) }
            let trailers = Set((other.trailers + one.trailers).map(\.offset))
            guard !added.isEmpty, added.allSatisfy({ trailers.contains($0.offset) }) else {
                continue
            }
            let names = added.map { EscapedBytes.text($0.name) }.joined(separator: ", ")
            let who = isFront ? "front" : "back"
            return (.trailersMerged, "the \(who) has trailers among its header fields: \(names)")
        }
        return nil
    }
}

// MARK: Line ends

extension HTTP1Labels {
    /// The two part at a bare CR or LF: one of them refuses it, or their readings of a head differ and one stands in it.
    private func lineLabel(_ front: Outcome, _ back: Outcome) -> Found? {
        for (outcome, who) in [(front, "front"), (back, "back")] {
            guard case .rejected(let rejection) = outcome.verdict,
                let name = description.reason(of: rejection)?.name,
                name == "bareCR" || name == "bareLF"
            else { continue }
            return (.line, "the \(who) refuses a \(name) at \(rejection.offset)")
        }
        let readings = [front, back].map { HTTP1Transcript($0.tape, input: input).messages }
        guard readings[0] != readings[1] else { return nil }
        let parted = zip(readings[0], readings[1]).first { $0 != $1 }
        let start = parted?.0.start ?? readings.map { $0.last?.end ?? 0 }.min() ?? 0
        guard let offset = bareLineEnd(from: start, heads: parted.map { [$0.0, $0.1] } ?? []) else {
            return nil
        }
        let name = input[offset] == 0x0A ? "LF" : "CR"
        return (.line, "the two read the \(name) at \(offset) differently")
    }

    /// The first CR or LF that is not half of CR LF, from `start` on, in a head of one of `heads` (or anywhere).
    private func bareLineEnd(from start: Int, heads: [HTTP1Message]) -> Int? {
        let bytes = input
        let ends = heads.compactMap(\.end)
        let limit = heads.isEmpty || ends.count < heads.count ? bytes.count : ends.max() ?? 0
        return (start..<max(start, min(limit, bytes.count))).first { index in
            switch bytes[index] {
            case 0x0A: return index == 0 || bytes[index - 1] != 0x0D
            case 0x0D: return index + 1 < bytes.count && bytes[index + 1] != 0x0A
            default: return false
            }
        }
    }
}

/// The lines of a head that name Transfer-Encoding, or something that a reader may take for it.
private struct TransferEncodingLines {
    /// Whether anything but one plain `Transfer-Encoding: chunked` is there.
    let isDisguised: Bool

    init(_ input: [UInt8], from start: Int) {
        var plain = 0
        var others = 0
        var previousIsFoldable = false
        for line in Self.lines(input, from: start) {
            let text = String(decoding: line, as: UTF8.self).lowercased()
            let isFold = line.first == 0x20 || line.first == 0x09
            if previousIsFoldable, isFold { others += 1 }
            previousIsFoldable = false
            guard Self.namesCoding(text) else { continue }
            if Self.isPlain(text) { plain += 1 } else { others += 1 }
            previousIsFoldable = true
        }
        isDisguised = plain != 1 || others > 0
    }

    /// The head's lines between CR LFs; a bare CR or LF stays in its line.
    private static func lines(_ input: [UInt8], from start: Int) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var begin = min(start, input.count)
        var index = begin
        while index + 1 < input.count {
            guard input[index] == 0x0D, input[index + 1] == 0x0A else {
                index += 1
                continue
            }
            if index == begin, !lines.isEmpty { return lines }
            if index > begin { lines.append(input[begin..<index]) }
            index += 2
            begin = index
        }
        return lines + (begin < input.count ? [input[begin...]] : [])
    }

    private static func namesCoding(_ line: String) -> Bool {
        line.contains("chunked") || (line.contains("transfer") && line.contains("encoding"))
    }

    private static func isPlain(_ line: String) -> Bool {
        let name = "transfer-encoding:"
        guard line.hasPrefix(name) else { return false }
        let value = line.dropFirst(name.count).drop { $0 == " " || $0 == "\t" }
        guard value.hasPrefix("chunked") else { return false }
        return value.dropFirst(7).allSatisfy { $0 == " " || $0 == "\t" }
    }
}
