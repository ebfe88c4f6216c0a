import HTTP1
import Wire

/// How a model of a server reads a stream of requests where servers are known to part. The defaults read plain messages as
/// everyone does.
struct Quirks: Sendable {
    /// How a body is framed.
    enum Framing: Sendable { case encodingFirst, lengthFirst, lengthOnly, encodingOnly, neither }
    /// Which Transfer-Encoding values are chunked.
    enum Encoding: Sendable { case exact, anyThatContainsChunked }
    /// What ends chunk data.
    enum AfterData: Sendable { case lineEnd, oneByte, twoBytes, nothing, restOfLine }

    var bareLF = false
    var bareCR = false
    var framing = Framing.encodingFirst
    var encoding = Encoding.exact
    var lastLength = false
    var octalLength = false
    var stripsNames = false
    var lineFeedEndsExtension = false
    var longestPrefixSize = true
    var afterData = AfterData.lineEnd
    var bareLFAfterData = false
    var lineFeedEndsTrailers = false
    var mergesTrailers = false

    /// The model as a participant.
    func variant(_ name: String) -> Variant {
        Variant(name: name, technique: "a model of a server") { _ in QuirkStream(quirks: self) }
    }

    /// The defaults with changes.
    static func with(_ change: (inout Quirks) -> Void) -> Quirks {
        var quirks = Quirks()
        change(&quirks)
        return quirks
    }
}

/// Reads everything anew at each call, and hands out what was not there before.
struct QuirkStream: Parser {
    let quirks: Quirks
    private var emitted = 0

    init(quirks: Quirks) { self.quirks = quirks }

    mutating func reset() { emitted = 0 }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        var bytes: [UInt8] = []
        for index in input.indices { bytes.append(input[index]) }
        var run = QuirkRun(bytes: bytes, quirks: quirks)
        let verdict = run.messages()
        for token in run.tokens.dropFirst(emitted) { tape.append(token) }
        emitted = max(emitted, run.tokens.count)
        tape.commit()
        return verdict
    }
}

/// One reading of all bytes.
private struct QuirkRun {
    let bytes: [UInt8]
    let quirks: Quirks
    var tokens: [Token] = []
    private var next = 0

    /// The input ends inside a message.
    private struct Starved: Error {}

    private struct Head {
        var tokens: [Token] = []
        var lengths: [Int] = []
        var isChunked = false
    }

    init(bytes: [UInt8], quirks: Quirks) {
        self.bytes = bytes
        self.quirks = quirks
    }

    mutating func messages() -> Verdict {
        do {
            while next < bytes.count { try message() }
            return .complete(consumed: next)
        } catch let rejection as Rejection {
            return .rejected(rejection)
        } catch {
            return .incomplete
        }
    }

    private mutating func message() throws {
        var head = try readHead()
        let framing = self.framing(head)
        let length = framing.kind == .length ? framing.length : 0
        head.tokens.append(
            Token(.framing, detail: framing.detail, offset: next, length: length))
        if framing.kind == .chunked {
            let trailers = try chunks(&head)
            if quirks.mergesTrailers {
                head.tokens.insert(contentsOf: trailers, at: 3)
            } else {
                head.tokens += trailers
            }
            tokens += head.tokens
        } else {
            tokens += head.tokens
            if length > 0 { tokens.append(Token(.body, offset: next, length: length)) }
            guard bytes.count - next >= length else { throw Starved() }
            next += length
        }
        tokens.append(Token(.messageEnd, offset: next, length: 0))
    }

    private func framing(_ head: Head) -> Framing {
        let length = quirks.lastLength ? head.lengths.last : head.lengths.first
        let byLength = length.map {
            Framing(kind: .length, why: .contentLength, length: $0, keepAlive: true)
        }
        let byEncoding =
            head.isChunked
            ? Framing(kind: .chunked, why: .transferEncoding, keepAlive: true) : nil
        let none = Framing(kind: .none, why: .noLengthNoEncoding, keepAlive: true)
        return switch quirks.framing {
        case .encodingFirst: byEncoding ?? byLength ?? none
        case .lengthFirst: byLength ?? byEncoding ?? none
        case .lengthOnly: byLength ?? none
        case .encodingOnly: byEncoding ?? none
        case .neither: none
        }
    }
}

// MARK: Heads

extension QuirkRun {
    /// The next line without its end.
    private mutating func line(lineFeed: Bool, carriageReturn: Bool) throws -> Range<Int> {
        let start = next
        for index in start..<bytes.count {
            let isPair = bytes[index] == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
            if isPair {
                next = index + 2
                return start..<index
            }
            if (lineFeed && bytes[index] == 0x0A) || (carriageReturn && bytes[index] == 0x0D) {
                next = index + 1
                return start..<index
            }
        }
        throw Starved()
    }

    private mutating func headLine() throws -> Range<Int> {
        try line(lineFeed: quirks.bareLF, carriageReturn: quirks.bareCR)
    }

    private mutating func readHead() throws -> Head {
        var head = Head()
        let start = try headLine()
        let words = bytes[start].split(separator: 0x20)
        guard words.count == 3 else {
            throw Rejection(HTTP1Reason.malformedMethod, at: start.lowerBound)
        }
        head.tokens = [
            Token(.method, offset: words[0].startIndex, length: words[0].count),
            Token(.target, offset: words[1].startIndex, length: words[1].count),
            Token(.version, detail: 0x11, offset: words[2].startIndex, length: words[2].count),
        ]
        while true {
            let range = try headLine()
            if range.isEmpty { return head }
            guard let colon = bytes[range].firstIndex(of: UInt8(ascii: ":")) else {
                throw Rejection(HTTP1Reason.missingColon, at: range.upperBound)
            }
            head.tokens += field(range, colon, &head)
        }
    }

    private func field(_ line: Range<Int>, _ colon: Int, _ head: inout Head) -> [Token] {
        let raw = line.lowerBound..<colon
        let name = quirks.stripsNames ? trimmed(raw) : raw
        let value = trimmed((colon + 1)..<line.upperBound)
        let text = String(decoding: bytes[value], as: UTF8.self).lowercased()
        var id = FieldName.other
        switch String(decoding: bytes[name], as: UTF8.self).lowercased() {
        case "content-length":
            id = .contentLength
            let digits = text.prefix { $0.isNumber }
            let radix = quirks.octalLength && digits.hasPrefix("0") ? 8 : 10
            if let length = Int(digits, radix: radix) { head.lengths.append(length) }
        case "transfer-encoding":
            id = .transferEncoding
            let isExact = quirks.encoding == .exact
            if isExact ? text == "chunked" : text.contains("chunked") { head.isChunked = true }
        case "host": id = .host
        default: break
        }
        return [
            Token(
                .fieldName, detail: UInt16(id.rawValue), offset: name.lowerBound, length: name.count
            ),
            Token(.fieldValue, offset: value.lowerBound, length: value.count),
        ]
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var range = range
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        while let first = bytes[range].first, isSpace(first) {
            range = (range.lowerBound + 1)..<range.upperBound
        }
        while let last = bytes[range].last, isSpace(last) {
            range = range.lowerBound..<(range.upperBound - 1)
        }
        return range
    }
}

// MARK: Chunked bodies

extension QuirkRun {
    /// Reads chunks into the head's tokens, and gives the trailers' back.
    private mutating func chunks(_ head: inout Head) throws -> [Token] {
        while true {
            let size = try chunkSize()
            guard size > 0 else { break }
            head.tokens.append(Token(.chunk, offset: next, length: size))
            guard bytes.count - next >= size else { throw Starved() }
            next += size
            try dataEnd()
        }
        head.tokens.append(Token(.lastChunk, offset: next, length: 0))
        var trailers: [Token] = []
        while true {
            let range = try line(lineFeed: quirks.lineFeedEndsTrailers, carriageReturn: false)
            if range.isEmpty { return trailers }
            let colon = bytes[range].firstIndex(of: UInt8(ascii: ":")) ?? range.upperBound
            let value = colon < range.upperBound ? (colon + 1)..<range.upperBound : colon..<colon
            let kinds: (HTTP1Token.Kind, HTTP1Token.Kind) =
                quirks.mergesTrailers ? (.fieldName, .fieldValue) : (.trailerName, .trailerValue)
            trailers += [
                Token(kinds.0, offset: range.lowerBound, length: colon - range.lowerBound),
                Token(kinds.1, offset: value.lowerBound, length: value.count),
            ]
        }
    }

    private mutating func chunkSize() throws -> Int {
        let start = next
        let range = try line(lineFeed: quirks.lineFeedEndsExtension, carriageReturn: false)
        let digits = bytes[range].prefix { UnicodeScalar($0).properties.isASCIIHexDigit }
        let rest = bytes[range].dropFirst(digits.count)
        guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16),
            rest.isEmpty || rest.first == UInt8(ascii: ";") || quirks.longestPrefixSize
        else { throw Rejection(HTTP1Reason.malformedChunkSize, at: start) }
        return size
    }

    private mutating func dataEnd() throws {
        let rest = bytes[next...]
        switch quirks.afterData {
        case .lineEnd:
            if rest.starts(with: [0x0D, 0x0A]) {
                next += 2
            } else if quirks.bareLFAfterData, rest.first == 0x0A {
                next += 1
            } else if rest.count < 2 {
                throw Starved()
            } else {
                throw Rejection(HTTP1Reason.malformedChunkData, at: next)
            }
        case .oneByte: next += rest.starts(with: [0x0D, 0x0A]) ? 2 : 1
        case .twoBytes: next += 2
        case .nothing: next += rest.starts(with: [0x0D, 0x0A]) ? 2 : 0
        case .restOfLine: _ = try line(lineFeed: false, carriageReturn: false)
        }
        guard next <= bytes.count else { throw Starved() }
    }
}
