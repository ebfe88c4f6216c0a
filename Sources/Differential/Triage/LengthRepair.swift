/// Makes the lengths that stand before a removed run smaller by as much as was removed.
///
/// It knows no protocol: in texts a length is a run of decimal or hexadecimal digits, in binary inputs an integer of one to
/// four octets, most significant first. A repair is only a guess, and the signature decides; Content-Length, chunk sizes,
/// frame lengths, string lengths and short variable-length integers are all found so.
struct LengthRepair {
    /// How many guesses are made.
    enum Effort {
        /// One number at a time.
        case single
        /// Also two at once: a length outside and one inside it.
        case pairs
    }

    let isText: Bool
    let effort: Effort

    /// Numbers before a removal that are tried, the nearest first (chosen: a chunk size, a Content-Length, and two for
    /// what lies between).
    private static let textNumbersMax = 6
    /// Octets before a removal, and at the start of its item, in which an integer may begin (chosen: the longest of our
    /// protocols' headers up to the length, with room).
    private static let octetsNear = 12

    /// What one number becomes.
    private struct Change {
        let range: Range<Int>
        let bytes: [UInt8]
    }

    /// Repaired forms of `candidate`, from which `removed` (offsets of the input before) is already gone.
    func candidates(
        _ candidate: TriageInput, removed: Range<Int>, itemStarts: [Int]
    ) -> [TriageInput] {
        let changes =
            isText
            ? textChanges(candidate.bytes, before: removed.lowerBound, by: removed.count)
            : octetChanges(
                candidate.bytes, before: removed.lowerBound, by: removed.count,
                itemStarts: itemStarts)
        var made = changes.map { candidate.replacing($0.range, with: $0.bytes) }
        guard effort == .pairs, isText else { return made }
        for (index, near) in changes.enumerated() {
            for far in changes[(index + 1)...] where far.range.upperBound <= near.range.lowerBound {
                made.append(
                    candidate.replacing(near.range, with: near.bytes)
                        .replacing(far.range, with: far.bytes))
            }
        }
        return made
    }

    private func textChanges(_ bytes: [UInt8], before end: Int, by count: Int) -> [Change] {
        var changes: [Change] = []
        var index = min(end, bytes.count)
        var found = 0
        while index > 0, found < Self.textNumbersMax {
            guard Self.isHex(bytes[index - 1]) else {
                index -= 1
                continue
            }
            var start = index
            while start > 0, Self.isHex(bytes[start - 1]) { start -= 1 }
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            // A run of letters is a word sooner than a number, unless it stands at a line's start as chunk sizes do.
            let isLineStart = start == 0 || bytes[start - 1] == 0x0A
            if text.contains(where: \.isNumber) || isLineStart {
                found += 1
                for radix in [10, 16] {
                    guard let value = Int(text, radix: radix), value >= count else { continue }
                    let smaller = Array(String(value - count, radix: radix).utf8)
                    changes.append(Change(range: start..<index, bytes: smaller))
                }
            }
            index = start
        }
        return changes
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private func octetChanges(
        _ bytes: [UInt8], before end: Int, by count: Int, itemStarts: [Int]
    ) -> [Change] {
        let near = max(0, end - Self.octetsNear)..<min(end, bytes.count)
        var places = Array(near.reversed())
        if let start = itemStarts.last(where: { $0 <= end }) {
            places += (start..<min(start + Self.octetsNear, end, bytes.count)).filter {
                !near.contains($0)
            }
        }
        return places.compactMap { Self.smaller(bytes, lastOctet: $0, by: count) }
    }

    /// The integer whose last octet is at `index`, made smaller by `count`; octets before it are part of it as far as the
    /// subtraction borrows from them.
    private static func smaller(_ bytes: [UInt8], lastOctet index: Int, by count: Int) -> Change? {
        for width in 1...4 where index + 1 >= width {
            let range = (index + 1 - width)..<(index + 1)
            let value = bytes[range].reduce(0) { $0 << 8 | Int($1) }
            guard value >= count else { continue }
            let smaller = value - count
            let octets = (0..<width).reversed().map {
                UInt8(truncatingIfNeeded: smaller >> ($0 * 8))
            }
            return Change(range: range, bytes: octets)
        }
        return nil
    }
}
