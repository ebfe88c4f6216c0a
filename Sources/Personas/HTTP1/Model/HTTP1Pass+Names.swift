internal import HTTP1
internal import Wire

/// Field names: which bytes stand in them, where they end, and which of the known ones they are.
extension HTTP1Pass {
    /// Reads a name and its colon; without a colon the next byte is the line's end.
    mutating func fieldName(
        _ section: HTTP1Section, _ start: Int
    ) throws(HTTP1Stop) -> (range: Range<Int>, hasColon: Bool) {
        let spansLines = has(.S37) || (has(.trailerNameSpansLines) && section.isTrailer)
        while true {
            let byte = try peek()
            if byte == UInt8(ascii: ":") {
                guard at > start || allows(.emptyFieldName) || has(.emptyNameForwarded) else {
                    throw .rejected(.emptyFieldName, at)
                }
                break
            }
            if spansLines, at > start, try isLineBreak() {
                at += 2
                continue
            }
            let isSpace = HTTP1Byte.isWhitespace(byte)
            if isSpace, has(.trailerNameSpansLines), section.isTrailer {
                at += 1
                continue
            }
            let isEnd = isSpace || byte == HTTP1Byte.cr || byte == HTTP1Byte.lf
            if isEnd, at > start, !(isSpace && has(.S14)) { break }
            guard isNameByte(byte) else { throw .rejected(.malformedFieldName, at) }
            at += 1
        }
        let end = at
        guard try !isAtLineEnd() else { return (start..<end, false) }
        try colon()
        return (try trimmedName(start..<end), true)
    }

    private mutating func colon() throws(HTTP1Stop) {
        if HTTP1Byte.isWhitespace(try peek()) {
            if has(.S28) {
                try skipWhitespace()
                if try peek() == UInt8(ascii: ":") { at += 1 }
                return
            }
            guard allows(.whitespaceBeforeColon) || has(.whitespaceBeforeColonForwarded) else {
                throw .rejected(.whitespaceBeforeColon, at)
            }
            try skipWhitespace()
        }
        guard try peek() == UInt8(ascii: ":") else { throw .rejected(.malformedFieldName, at) }
        at += 1
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        if HTTP1Byte.isToken(byte) { return true }
        if allows(.nonTokenFieldName), !HTTP1Byte.isControl(byte), byte != 0x20 { return true }
        if byte >= 0x80, flags.hasAny(.S8, .T6) { return true }
        switch byte {
        case 0xAD where has(.softHyphenInName): return true
        case 0x85 where has(.S20), 0xA0 where has(.S20): return true
        case UInt8(ascii: "@") where has(.T6): return true
        case 0x00 where has(.T20): return true
        default: break
        }
        guard has(.S14), byte < 0x80, byte != 0x7F else { return false }
        return byte != HTTP1Byte.cr && byte != HTTP1Byte.lf
    }

    /// The name without what `S20` takes for white space; where such a byte stands elsewhere, the
    /// line is refused.
    private func trimmedName(_ range: Range<Int>) throws(HTTP1Stop) -> Range<Int> {
        guard has(.S20) else { return range }
        var name = range
        while let last = name.last, bytes[last] == 0x85 || bytes[last] == 0xA0 {
            name = name.lowerBound..<last
        }
        if let inner = name.first(where: { !HTTP1Byte.isToken(bytes[$0]) }) {
            throw .rejected(.malformedFieldName, inner)
        }
        return name
    }

    /// Which known name it is, in the model's eyes.
    func fieldID(_ range: Range<Int>) -> FieldName {
        guard
            flags.hasAny(
                .S37, .percentDecodedName, .softHyphenInName, .underscoreIsHyphen,
                .trailerNameSpansLines)
        else { return HTTP1Names.id(bytes[range]) }
        var name = Array(bytes[range])
        if has(.softHyphenInName) { name.removeAll { $0 == 0xAD } }
        if flags.hasAny(.S37, .trailerNameSpansLines) {
            name.removeAll { $0 == HTTP1Byte.cr || $0 == HTTP1Byte.lf }
        }
        if has(.underscoreIsHyphen) { name = name.map { $0 == UInt8(ascii: "_") ? 0x2D : $0 } }
        if has(.percentDecodedName) { name = Self.percentDecoded(name) }
        return HTTP1Names.id(name[...])
    }

    static func percentDecoded(_ name: [UInt8]) -> [UInt8] {
        var decoded: [UInt8] = []
        var index = 0
        while index < name.count {
            if name[index] == UInt8(ascii: "%"), index + 2 < name.count,
                let high = HTTP1Byte.digit(name[index + 1]),
                let low = HTTP1Byte.digit(name[index + 2])
            {
                decoded.append(UInt8(high << 4 | low))
                index += 3
            } else {
                decoded.append(name[index])
                index += 1
            }
        }
        return decoded
    }
}

/// The known names, by length.
enum HTTP1Names {
    static func id(_ name: ArraySlice<UInt8>) -> FieldName {
        guard name.count < byLength.count else { return .other }
        for (text, id) in byLength[name.count] {
            if zip(text, name).allSatisfy({ $0 == HTTP1Byte.lowercased($1) }) { return id }
        }
        return .other
    }

    private static let byLength: [[([UInt8], FieldName)]] = {
        var table: [[([UInt8], FieldName)]] = []
        for id in FieldName.allCases {
            guard let text = id.text.map({ Array($0.utf8) }) else { continue }
            while table.count <= text.count { table.append([]) }
            table[text.count].append((text, id))
        }
        return table
    }()
}
