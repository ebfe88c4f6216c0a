internal import HTTP1

/// Changes inside lines: the mutation matrix of published header obfuscations, terminators, numbers, list members.
extension HTTP1Mutator {
    /// One cell of the matrix: a place in a field line, and octets that a reader may drop, keep or stop at there.
    mutating func matrix() {
        guard let part = pickField() else { return startLine() }
        let end = contentEnd(part)
        var colon = part.start
        while colon < end, bytes[colon] != 0x3A { colon += 1 }
        var value = min(colon + 1, end)
        while value < end, bytes[value] == 0x20 || bytes[value] == 0x09 { value += 1 }
        switch random.below(11) {
        case 0: insert(orOctet(HTTP1Dictionary.beforeNames), at: part.start)
        case 1: name(part.start, colon)
        case 2: insert(orOctet(HTTP1Dictionary.beforeColons), at: colon)
        case 3: insert(orOctet(HTTP1Dictionary.behindColons), at: min(colon + 1, end))
        case 4: bytes.replaceSubrange(min(colon + 1, value)..<value, with: orOctet([[], [0x09]]))
        case 5:
            let at = value + random.below(end - value + 1)
            insert(orOctet(HTTP1Dictionary.insideValues), at: at)
        case 6: insert(orOctet(HTTP1Dictionary.behindValues), at: end)
        case 7: wrapValue(value, end)
        case 8: duplicate(part, colon, end)
        case 9: replaceValue(value, end, part.nameCount)
        default:
            let terminator = random.pick(HTTP1Dictionary.terminators)
            bytes.replaceSubrange(end..<part.end, with: terminator)
        }
    }

    private mutating func insert(_ piece: [UInt8], at index: Int) {
        bytes.insert(contentsOf: piece, at: min(max(0, index), bytes.count))
    }

    /// One of the list, or any octet.
    private mutating func orOctet(_ list: [[UInt8]]) -> [UInt8] {
        random.once(in: 2) ? [random.octet()] : random.pick(list)
    }

    /// Inside a name: any octet in place of one or beside it, its percent-encoding, another hyphen, another case.
    private mutating func name(_ start: Int, _ colon: Int) {
        guard colon > start else { return }
        let at = start + random.below(colon - start)
        switch random.below(6) {
        case 0: bytes[at] = random.octet()
        case 1: bytes.insert(random.octet(), at: at)
        case 2:
            let digits = Array("0123456789ABCDEF".utf8)
            let octet = bytes[at]
            bytes.replaceSubrange(
                at...at, with: [0x25, digits[Int(octet >> 4)], digits[Int(octet & 15)]])
        case 3:
            let hyphen = bytes[start..<colon].firstIndex(of: 0x2D) ?? at
            bytes[hyphen] = random.pick([0x5F, 0x20, 0x5C, 0xAD, 0x96, 0x2E])
        case 4:
            for index in start..<colon where (0x61...0x7A).contains(bytes[index] | 0x20) {
                bytes[index] ^= 0x20
            }
        default: bytes.remove(at: at)
        }
    }

    private mutating func wrapValue(_ start: Int, _ end: Int) {
        let quote: UInt8 = random.pick([0x22, 0x27, 0x28, 0x60])
        bytes.insert(quote, at: end)
        bytes.insert(quote, at: start)
    }

    /// The line once more: as it is, in another case, with another value; before it, behind it or in one list.
    private mutating func duplicate(_ part: HTTP1Part, _ colon: Int, _ end: Int) {
        var line = Array(bytes[part.range])
        switch random.below(4) {
        case 0: break
        case 1:
            for index in line.indices.prefix(colon - part.start)
            where (0x41...0x5A).contains(line[index]) {
                line[index] |= 0x20
            }
        case 2:
            let other = random.pick(HTTP1Dictionary.values)
            let place = min(colon + 1 - part.start, line.count)
            line.replaceSubrange(place..<max(place, end - part.start), with: other)
        default:
            let value = bytes[min(colon + 1, end)..<end]
            return insert([0x2C] + value, at: end)
        }
        insert(line, at: random.once(in: 2) ? part.start : part.end)
    }

    private mutating func replaceValue(_ start: Int, _ end: Int, _ nameCount: Int) {
        let value: [UInt8]
        switch nameCount {
        case 17: value = random.pick(HTTP1Dictionary.codings)
        case 14: value = HTTP1Numbers.length(random.below(20), &random)
        case 4:
            value =
                random.once(in: 2)
                ? derived(.authority, "authority") : random.pick(HTTP1Dictionary.hostValues)
        default: value = random.pick(HTTP1Dictionary.values)
        }
        bytes.replaceSubrange(start..<end, with: value)
    }

    // MARK: Line ends

    /// Another line end, of any line or behind data.
    mutating func terminator() {
        guard let part = pick() else { return }
        let end = contentEnd(part)
        bytes.replaceSubrange(end..<part.end, with: random.pick(HTTP1Dictionary.terminators))
    }

    // MARK: Numbers

    /// Another spelling of a Content-Length, or another number near it.
    mutating func contentLength() {
        guard let part = pick(where: { $0.kind == .framingField && $0.nameCount == 14 }),
            let digits = HTTP1Splitter.digits(bytes.span, part.start, contentEnd(part), radix: 10)
        else {
            let value = HTTP1Numbers.length(random.below(20), &random)
            return insertFieldLine("Content-Length: ", value)
        }
        let value = HTTP1Splitter.number(bytes.span, part.start, part.end, radix: 10) ?? 0
        bytes.replaceSubrange(digits, with: HTTP1Numbers.length(value, &random))
    }

    private mutating func insertFieldLine(_ name: String, _ value: [UInt8]) {
        guard let place = pick(where: { $0.isField || $0.kind == .blank }) else { return }
        bytes.insert(contentsOf: Array(name.utf8) + value + [0x0D, 0x0A], at: place.start)
    }

    /// Another spelling of a chunk's size, another number, or another extension.
    mutating func chunkSize() {
        guard let part = pick(where: { $0.kind == .chunkLine }) else { return terminator() }
        let end = contentEnd(part)
        guard random.below(3) > 0 else {
            let piece =
                random.once(in: 2) ? random.pick(HTTP1Dictionary.extensions) : [random.octet()]
            let digits = HTTP1Splitter.digits(bytes.span, part.start, end, radix: 16)
            let place = random.once(in: 2) ? end : digits?.upperBound ?? end
            return bytes.insert(contentsOf: piece, at: place)
        }
        let value = HTTP1Splitter.number(bytes.span, part.start, end, radix: 16) ?? 0
        let digits = HTTP1Splitter.digits(bytes.span, part.start, end, radix: 16)
        bytes.replaceSubrange(
            digits ?? part.start..<part.start, with: HTTP1Numbers.chunkSize(value, &random))
    }

    mutating func insertChunk() {
        let place = pick { $0.kind == .chunkLine || $0.kind == .blank }?.start ?? bytes.count
        if random.once(in: 2) {
            bytes.insert(contentsOf: random.pick(HTTP1Dictionary.chunkTexts), at: place)
            return
        }
        let count = random.below(12)
        var chunk = HTTP1Numbers.chunkSize(count, &random)
        chunk += random.pick(HTTP1Dictionary.extensions)
        chunk += random.once(in: 4) ? random.pick(HTTP1Dictionary.terminators) : [0x0D, 0x0A]
        chunk += [UInt8](repeating: 0x41, count: count)
        chunk += random.once(in: 4) ? random.pick(HTTP1Dictionary.terminators) : [0x0D, 0x0A]
        bytes.insert(contentsOf: chunk, at: place)
    }

    // MARK: Start lines

    /// Another method, target, version or status, or another separator.
    mutating func startLine() {
        guard let part = pick(where: { $0.kind == .startLine }) else { return terminator() }
        let end = contentEnd(part)
        var cuts = [part.start]
        for index in part.start..<end where bytes[index] == 0x20 && cuts.count < 3 {
            cuts.append(index + 1)
        }
        cuts.append(end + 1)
        let word = random.below(cuts.count - 1)
        let range = cuts[word]..<max(cuts[word], min(cuts[word + 1] - 1, end))
        switch random.below(5) {
        case 0: bytes.insert(random.octet(), at: range.lowerBound + random.below(range.count + 1))
        case 1 where range.upperBound < end:
            bytes.replaceSubrange(
                range.upperBound...range.upperBound, with: random.pick(HTTP1Dictionary.separators))
        default: bytes.replaceSubrange(range, with: startLineWord(word, of: cuts.count - 1))
        }
    }

    private mutating func startLineWord(_ word: Int, of count: Int) -> [UInt8] {
        if role == .response {
            return random.pick(
                word == 0 ? HTTP1Dictionary.versionTexts : HTTP1Dictionary.statusTexts)
        }
        switch word {
        case 0: return random.pick(HTTP1Dictionary.methodTexts)
        case 1 where random.once(in: 3):
            return derived(.requestLine, random.pick(["path", "absolute-form", "target"]))
        case 1: return random.pick(HTTP1Dictionary.targetTexts)
        default: return random.pick(HTTP1Dictionary.versionTexts)
        }
    }

    // MARK: Lists

    /// Drops, doubles, swaps or inserts a member of a list.
    mutating func member() {
        guard let part = pickField() else { return }
        let end = contentEnd(part)
        guard let colon = bytes[part.start..<end].firstIndex(of: 0x3A) else { return }
        let members = bytes[(colon + 1)..<end].split(
            separator: 0x2C, omittingEmptySubsequences: false
        ).map { Array($0) }
        var changed = members
        let at = random.below(members.count)
        switch random.below(4) {
        case 0: changed.remove(at: at)
        case 1: changed.insert(members[at], at: random.below(members.count + 1))
        case 2: changed.swapAt(at, random.below(members.count))
        default: changed.insert(random.pick(HTTP1Dictionary.members), at: at)
        }
        bytes.replaceSubrange((colon + 1)..<end, with: Array(changed.joined(separator: [0x2C])))
    }
}
