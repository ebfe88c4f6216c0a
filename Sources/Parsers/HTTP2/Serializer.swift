public import Wire

/// Writes HTTP/2 frames (RFC 9113 §4.1, §6).
public struct HTTP2FrameWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// Makes a writer that has written nothing.
    public init() {}

    /// Writes the client connection preface (RFC 9113 §3.4).
    public mutating func preface() {
        bytes += String(describing: HTTP2Constant.preface).utf8
    }

    /// Writes one frame. `stream` has 31 bits; a longer payload than 2^24 − 1 octets is cut off by the caller.
    public mutating func frame(type: UInt8, flags: UInt8, stream: Int, payload: [UInt8]) {
        precondition(payload.count <= HTTP2Constant.frameSizeMax, "a frame holds 2^24 - 1 octets")
        let header = payload.count << 16 | Int(type) << 8 | Int(flags)
        for shift in [32, 24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: header >> shift)) }
        number(stream & 0x7FFF_FFFF, count: 4)
        bytes += payload
    }

    /// Empties the writer and keeps its storage.
    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Writes a number big-endian in `count` octets.
    private mutating func number(_ value: Int, count: Int) {
        bytes += Self.octets(value, count: count)
    }

    static func octets(_ value: Int, count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}

/// Writes the frames of a tape anew, field by field: reserved bits and padding become 0, nothing else changes.
struct HTTP2Serializer {
    let tape: TapeSnapshot
    let input: [UInt8]

    /// All frames of the tape, one behind the other.
    func frames() -> [UInt8] {
        var writer = HTTP2FrameWriter()
        var index = tape.tokens.startIndex
        while index < tape.tokens.endIndex {
            let token = tape.tokens[index]
            index += 1
            if token.http2Kind == .preface { writer.preface() }
            guard token.http2Kind == .frame else { continue }
            let rest = tape.tokens[index...].prefix { $0.http2Kind != .frame }
            writer.frame(
                type: UInt8(token.detail >> 8), flags: UInt8(token.detail & 0xFF),
                stream: rest.first { $0.http2Kind == .stream }.map { Int($0.length) } ?? 0,
                payload: rest.flatMap(payload(of:)))
            index += rest.count
        }
        return writer.bytes
    }

    /// The octets that a token stands for in a payload.
    private func payload(of token: Token) -> [UInt8] {
        let value = Int(clamping: token.length)
        func number(_ value: Int, _ count: Int) -> [UInt8] {
            HTTP2FrameWriter.octets(value, count: count)
        }
        switch token.http2Kind {
        case .padLength, .weight: return number(value, 1)
        case .dependency: return number(value | Int(token.detail & 1) << 31, 4)
        case .promisedStream, .lastStream, .prioritizedStream, .increment, .errorCode:
            return number(value, 4)
        case .setting: return number(Int(token.detail), 2) + number(value, 4)
        case .origin: return number(value, 2) + run(token)
        case .data, .fragment, .opaque, .debugData, .fieldValue, .alternative, .unread:
            return run(token)
        case .padding: return Array(repeating: 0, count: value)
        case .preface, .frame, .stream, .fieldBlock, .fieldBlockAssembled, .streamError,
            .ignored, nil:
            return []
        }
    }

    private func run(_ token: Token) -> [UInt8] {
        let start = min(token.offset, input.count)
        return Array(input[start..<min(input.count, start + Int(clamping: token.length))])
    }
}

extension HTTP2Notation {
    /// What was written is read back by the strict reference before it is handed out, so that nothing that only a leniency
    /// let through is ever written.
    public func rewritten(
        _ tape: TapeSnapshot, input: [UInt8], configuration: Configuration
    ) throws(RewriteRefusal) -> Rewritten? {
        let bytes = HTTP2Serializer(tape: tape, input: input).frames()
        var strict = configuration
        strict.policy = .strict
        var parser = ReferenceFrames(strict)
        var again = Tape()
        switch parser.parse(bytes.span, into: &again) {
        case .complete:
            let errors = [tape, again.snapshot()].map { one in
                one.tokens.count { $0.http2Kind == .streamError }
            }
            guard errors[0] == errors[1] else {
                throw RewriteRefusal("the frames would be stream errors")
            }
            return Rewritten(bytes: bytes)
        case .incomplete: throw RewriteRefusal("the frames end inside a field block")
        case .rejected(let rejection):
            let reason = HTTP2Reason(rawValue: rejection.code)?.description.name ?? "?"
            throw RewriteRefusal("the frames would be refused: \(reason)")
        }
    }
}
