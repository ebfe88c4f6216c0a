/// Bytes in the notation of case files: printable ASCII as it is, everything else escaped.
public enum EscapedBytes {
    /// Why a text in that notation is no bytes.
    public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
        /// What is wrong.
        public let description: String
    }

    /// Writes bytes down on one line.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes { text += self.text(of: byte) }
        return text
    }

    /// One byte, as one to four characters.
    public static func text(of byte: UInt8) -> String {
        switch byte {
        case 0x0D: return "\\r"
        case 0x0A: return "\\n"
        case 0x09: return "\\t"
        case UInt8(ascii: "\\"): return "\\\\"
        case 0x20...0x7E: return String(UnicodeScalar(byte))
        default:
            let hex = String(byte, radix: 16)
            return "\\x" + (hex.count == 1 ? "0" + hex : hex)
        }
    }

    /// Reads a text back. `familyByte` is what `\x{XX}` stands for, where the case is a family.
    ///
    /// Escapes: `\r \n \t \0 \\ \xHH`, `\x{XX}`, `\repeat{N}{…}`. Line breaks in the text are nothing.
    public static func bytes(
        _ text: String, familyByte: UInt8? = nil
    ) throws(Problem) -> [UInt8] {
        var reader = Reader(text: Array(text.utf8), familyByte: familyByte)
        return try reader.bytes(upTo: nil)
    }

    private struct Reader {
        let text: [UInt8]
        let familyByte: UInt8?
        var next = 0

        /// The most bytes that a case may have (chosen: above every limit but the body's).
        static let bytesMax = 64 << 20

        mutating func bytes(upTo terminator: UInt8?) throws(Problem) -> [UInt8] {
            var bytes: [UInt8] = []
            while next < text.count {
                let character = text[next]
                next += 1
                switch character {
                case terminator: return bytes
                case 0x0A: continue
                case UInt8(ascii: "\\"): try escape(&bytes)
                case 0x20...0x7E: bytes.append(character)
                default:
                    throw Problem(
                        description: "byte \(character) must be written as an escape")
                }
            }
            guard terminator == nil else { throw Problem(description: "'}' is missing") }
            return bytes
        }

        private mutating func escape(_ bytes: inout [UInt8]) throws(Problem) {
            guard next < text.count else { throw Problem(description: "'\\' at the end") }
            let character = text[next]
            next += 1
            switch character {
            case UInt8(ascii: "r"):
                if text[next...].starts(with: "epeat{".utf8) {
                    next += 6
                    try repetition(&bytes)
                } else {
                    bytes.append(0x0D)
                }
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "0"): bytes.append(0x00)
            case UInt8(ascii: "\\"): bytes.append(character)
            case UInt8(ascii: "x"): bytes.append(try hexadecimal())
            default:
                throw Problem(
                    description: "unknown escape '\\\(String(UnicodeScalar(character)))'")
            }
        }

        private mutating func hexadecimal() throws(Problem) -> UInt8 {
            if text[next...].starts(with: "{XX}".utf8) {
                next += 4
                guard let familyByte else {
                    throw Problem(description: "'\\x{XX}' in a case without 'for XX in'")
                }
                return familyByte
            }
            guard next + 2 <= text.count,
                let value = UInt8(
                    String(decoding: text[next..<(next + 2)], as: UTF8.self), radix: 16)
            else { throw Problem(description: "'\\x' needs two hexadecimal digits") }
            next += 2
            return value
        }

        private mutating func repetition(_ bytes: inout [UInt8]) throws(Problem) {
            let digits = text[next...].prefix { $0 != UInt8(ascii: "}") }
            guard let count = Int(String(decoding: digits, as: UTF8.self)), count >= 0,
                text[(next + digits.count)...].starts(with: "}{".utf8)
            else { throw Problem(description: "'\\repeat' is written \\repeat{N}{…}") }
            next += digits.count + 2
            let unit = try self.bytes(upTo: UInt8(ascii: "}"))
            let (total, overflow) = unit.count.multipliedReportingOverflow(by: count)
            guard !overflow, bytes.count + total <= Self.bytesMax else {
                throw Problem(description: "more than \(Self.bytesMax) bytes")
            }
            bytes.reserveCapacity(bytes.count + total)
            for _ in 0..<count { bytes += unit }
        }
    }
}
