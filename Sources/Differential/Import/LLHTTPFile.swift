internal import Foundation

/// Markdown with one block of bytes for each case: a heading, a comment `<!-- meta={"type": "request"} -->`, a block marked
/// `http` or `url`. Line ends in a block are CR LF, a backslash at a line's end joins two lines, `\r \n \t \f \xHH` are escapes,
/// and the line end before the closing fence is not part of the bytes.
struct LLHTTPFile {
    let file: String

    private struct Meta: Decodable {
        let type: String?
    }

    func inputs(_ bytes: [UInt8]) throws(ImportProblem) -> [ImportedInput] {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ImportProblem(file, "", "not UTF-8")
        }
        var inputs: [ImportedInput] = []
        var heading = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
        var type = "request"
        var block: (kind: String, lines: [String], line: Int)?
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let line = raw.hasSuffix("\r") ? raw.dropLast() : raw
            if let open = block {
                if line.hasPrefix("```") {
                    if let made = try input(open.kind, open.lines, type, heading, open.line) {
                        inputs.append(made)
                    }
                    block = nil
                } else {
                    block?.lines.append(String(line))
                }
            } else if line.hasPrefix("```") {
                block = (String(line.dropFirst(3)), [], index + 1)
            } else if line.hasPrefix("#") {
                heading = line.drop { $0 == "#" || $0 == " " }.filter { $0 != "`" }
            } else if let meta = try meta(String(line), index + 1) {
                type = meta
            }
        }
        if let block { throw ImportProblem(file, "line \(block.line)", "the block is not closed") }
        guard !inputs.isEmpty else { throw ImportProblem(file, "", "no block marked http or url") }
        return inputs
    }

    /// The type that a comment states, or nil for another line.
    private func meta(_ line: String, _ number: Int) throws(ImportProblem) -> String? {
        guard let start = line.firstRange(of: "<!--"), let mark = line.firstRange(of: "meta=")
        else {
            return nil
        }
        guard let end = line.firstRange(of: "-->"), start.upperBound <= mark.lowerBound,
            mark.upperBound <= end.lowerBound
        else { throw ImportProblem(file, "line \(number)", "the comment is not closed") }
        let json = line[mark.upperBound..<end.lowerBound]
        guard let meta = try? JSONDecoder().decode(Meta.self, from: Data(json.utf8)) else {
            throw ImportProblem(file, "line \(number)", "the comment's settings are no JSON object")
        }
        return meta.type
    }

    private func input(
        _ kind: String, _ lines: [String], _ type: String, _ heading: String, _ line: Int
    ) throws(ImportProblem) -> ImportedInput? {
        let bytes: [UInt8]
        switch kind {
        case "http", "url": bytes = try unescaped(lines.joined(separator: "\n"), line)
        default: return nil
        }
        if kind == "url" || type.hasPrefix("url") {
            let target = bytes.prefix { $0 != 0x0D && $0 != 0x0A }
            return ImportedInput(
                name: heading, protocolName: "http1.request",
                bytes: Array("GET ".utf8) + target + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8),
                note: "A URL by itself there; here the target of a GET request.")
        }
        let isResponse = type.hasPrefix("response")
        return ImportedInput(
            name: heading, protocolName: "http1.stream", bytes: bytes,
            context: isResponse ? ["role": "response"] : [:],
            note: "Type \(type) there; leniencies that it may ask for are not on here.")
    }

    private func unescaped(_ text: String, _ line: Int) throws(ImportProblem) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == 0x0A {
                bytes += [0x0D, 0x0A]
                continue
            }
            guard byte == UInt8(ascii: "\\"), let next = rest.first else {
                bytes.append(byte)
                continue
            }
            rest = rest.dropFirst()
            switch next {
            case 0x0A: break
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "f"): bytes.append(0x0C)
            case UInt8(ascii: "x"):
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else {
                    throw ImportProblem(
                        file, "the block at line \(line)", "'\\x\(digits)' is no byte")
                }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: bytes += [byte, next]
            }
        }
        return bytes
    }
}
