/// How bytes of strangers are written into a line so that they can neither end it, nor leave their quotes, nor reach a
/// terminal as a command. What comes out is printable ASCII.
enum Escaping: Sendable {
    /// A JSON string's inside. Bytes that are not ASCII become the code points of Latin-1, one for each byte.
    case json
    /// As Apache writes them between quotes: `\"`, `\\`, `\n`, `\xhh`.
    case combined
}

extension [UInt8] {
    /// Appends `count` bytes of `source` from `start`, escaped, as many as fit into `bytesMax` bytes; false where
    /// some did not.
    @discardableResult
    mutating func append(
        _ source: Span<UInt8>, _ range: Range<Int>, _ escaping: Escaping, bytesMax: Int
    ) -> Bool {
        let end = count + bytesMax
        for index in range.clamped(to: 0..<source.count) {
            guard append(source[index], escaping, before: end) else { return false }
        }
        return true
    }

    /// Appends a text, escaped, as much as fits into `bytesMax` bytes.
    mutating func append(_ text: String, _ escaping: Escaping, bytesMax: Int) {
        let end = count + bytesMax
        for byte in text.utf8 {
            guard append(byte, escaping, before: end) else { return }
        }
    }

    /// Appends a text of this program's own, which is UTF-8 and stays so, as a JSON string's inside.
    mutating func appendJSONText(_ text: String) {
        for byte in text.utf8 {
            guard byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else {
                append("\\u00")
                appendHexadecimalPair(byte)
                continue
            }
            append(byte)
        }
    }

    /// Appends one byte, escaped; false where that would go beyond `end`.
    private mutating func append(_ byte: UInt8, _ escaping: Escaping, before end: Int) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            guard count + 2 <= end else { return false }
            append(UInt8(ascii: "\\"))
            append(byte)
        case 0x20...0x7E:
            guard count < end else { return false }
            append(byte)
        default:
            switch escaping {
            case .json:
                guard count + 6 <= end else { return false }
                append("\\u00")
            case .combined:
                guard count + 4 <= end else { return false }
                append("\\x")
            }
            appendHexadecimalPair(byte)
        }
        return true
    }
}
