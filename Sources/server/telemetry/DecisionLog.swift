internal import HTTP1
public import Wire

/// A refusal, as the decision log sees it.
public struct Decision: Sendable {
    /// When.
    public var time: WallTime
    /// Whom.
    public var client: ClientAddress
    /// Why.
    public var reason: ReasonDescription
    /// Where in the input, where it is the input's fault.
    public var offset: Int?
    /// Whether the connection closes; as the reason says unless told otherwise.
    public var closes: Bool

    /// A refusal by the server.
    public init(_ reason: ServerReason, client: ClientAddress, time: WallTime) {
        self.init(reason.description, offset: nil, client, time)
    }

    /// A refusal by the parser; nil for a code that the parser does not have.
    public init?(_ rejection: Rejection, client: ClientAddress, time: WallTime) {
        guard let reason = HTTP1Reason(rawValue: rejection.code) else { return nil }
        self.init(reason.description, offset: rejection.offset, client, time)
    }

    private init(
        _ reason: ReasonDescription, offset: Int?, _ client: ClientAddress, _ time: WallTime
    ) {
        self.time = time
        self.client = client
        self.reason = reason
        self.offset = offset
        closes = reason.closes
    }
}

/// A loop's decision log: for each refusal one line of JSON that says what was refused, why, by which clause, where, and
/// what had been read up to there. One thread's own.
///
///     {"time", "client", "reason", "rule", "clause", "blame", "status", "closes",
///      "offset", "bytes": {"start", "text"},
///      "read": {"method", "target", "version", "fields": [[name, value]…], "more"}}
///
/// `bytes` are those around the offset; text that is not ASCII appears as Latin-1, one code point for each byte.
/// `more` says how many fields were left out because the line was full.
public struct DecisionLog: ~Copyable, Sendable {
    /// Bytes shown before and behind the offset: a field line's worth (chosen: a person sees the line around it).
    private static let contextBytes = 48
    /// Chosen so that the longest line stays below a pipe's PIPE_BUF.
    private static let targetBytesMax = 768
    private static let fieldBytesMax = 192
    private static let readBytesMax = 2_400

    private var lines: LineBuffer

    /// Makes a log that writes to `sink`, which loops share.
    public init(sink: LogSink, limits: ServerLimits, counters: Counters) {
        lines = LineBuffer(
            sink: sink, bytesMax: limits.decisionLogBytesMax, counters: counters,
            written: .decisionLines, dropped: .decisionLinesDropped)
    }

    /// Whether lines wait to be written.
    public var isEmpty: Bool { lines.isEmpty }

    /// Adds a refusal of a connection of which nothing was read.
    public mutating func append(_ refusal: Decision) {
        lines.appendLine { line in
            Self.append(refusal, to: &line)
            line.append("}")
        }
    }

    /// Adds a refusal of what stands in `input`, whose tokens up to there are on `tape`. Both begin at the message's start.
    public mutating func append(
        _ refusal: Decision, input: Span<UInt8>, tape: borrowing Tape
    ) {
        lines.appendLine { line in
            Self.append(refusal, to: &line)
            if let offset = refusal.offset { Self.append(input, around: offset, to: &line) }
            Self.appendRead(input, tape, to: &line)
            line.append("}")
        }
    }

    /// Writes what waits, as far as the sink takes it.
    public mutating func flush() { lines.flush() }

    private static func append(_ refusal: Decision, to line: inout [UInt8]) {
        line.append("{\"time\":\"")
        refusal.time.appendRFC3339(to: &line)
        line.append("\",\"client\":\"")
        refusal.client.append(to: &line)
        line.append("\",\"reason\":\"")
        line.append(refusal.reason.name, .json, bytesMax: 64)
        line.append("\",\"rule\":\"")
        line.appendJSONText(refusal.reason.rule)
        line.append("\",\"clause\":\"")
        line.appendJSONText(refusal.reason.clause)
        line.append("\",\"blame\":\"")
        line.append(refusal.reason.blame.rawValue, .json, bytesMax: 32)
        line.append("\",\"status\":")
        line.appendDecimal(UInt64(max(0, refusal.reason.status)))
        line.append(refusal.closes ? ",\"closes\":true" : ",\"closes\":false")
    }

    private static func append(
        _ input: Span<UInt8>, around offset: Int, to line: inout [UInt8]
    ) {
        let place = min(max(offset, 0), input.count)
        let start = max(0, place - contextBytes)
        let end = min(input.count, place + min(contextBytes, input.count - place))
        line.append(",\"offset\":")
        line.appendDecimal(UInt64(max(offset, 0)))
        line.append(",\"bytes\":{\"start\":")
        line.appendDecimal(UInt64(start))
        line.append(",\"text\":\"")
        line.append(input, start..<end, .json, bytesMax: 12 * contextBytes)
        line.append("\"}")
    }

    /// The normal form of what was read (`Documentation/NormalForm.md`) without offsets. A head is certain when it is whole,
    /// and a refused one never is: these are the tokens that the parser had appended when it refused.
    private static func appendRead(
        _ input: Span<UInt8>, _ tape: borrowing Tape, to line: inout [UInt8]
    ) {
        let end = line.count + readBytesMax
        line.append(",\"read\":{")
        var hasMembers = false
        var fieldCount = 0
        var leftOut = 0
        for index in 0..<tape.appendedCount {
            let token = tape[index]
            switch token.http1Kind {
            case .method:
                append("\"method\":\"", token, input, bytesMax: fieldBytesMax, to: &line)
                hasMembers = true
            case .target:
                append(",\"target\":\"", token, input, bytesMax: targetBytesMax, to: &line)
            case .version:
                append(",\"version\":\"", token, input, bytesMax: 64, to: &line)
            case .fieldName:
                // A name whose value was not reached is no field yet.
                guard index + 1 < tape.appendedCount,
                    tape[index + 1].http1Kind == .fieldValue
                else { continue }
                // A name and a value of the greatest length, with their quotes.
                guard line.count + 2 * fieldBytesMax + 16 < end else {
                    leftOut += 1
                    continue
                }
                let first: StaticString = hasMembers ? ",\"fields\":[[\"" : "\"fields\":[[\""
                append(
                    fieldCount == 0 ? first : ",[\"", token, input, bytesMax: fieldBytesMax,
                    to: &line)
                append(",\"", tape[index + 1], input, bytesMax: fieldBytesMax, to: &line)
                line.append("]")
                fieldCount += 1
            case .status, .reasonPhrase, .fieldValue, .fieldValueUnfolded, .framing, .body,
                .opaque, .chunkExtensions, .chunk, .lastChunk, .trailerName, .trailerValue,
                .trailerValueUnfolded, .messageEnd, nil:
                continue
            }
        }
        if fieldCount > 0 { line.append("]") }
        if leftOut > 0 {
            line.append(hasMembers || fieldCount > 0 ? ",\"more\":" : "\"more\":")
            line.appendDecimal(UInt64(leftOut))
        }
        line.append("}")
    }

    /// A key and a token's bytes. (A value that was unfolded is not in the input; strict servers refuse those.)
    private static func append(
        _ key: StaticString, _ token: Token, _ input: Span<UInt8>, bytesMax: Int,
        to line: inout [UInt8]
    ) {
        line.append(key)
        let start = min(token.offset, input.count)
        let end = max(start, min(token.end, input.count))
        line.append(input, start..<end, .json, bytesMax: bytesMax)
        line.append("\"")
    }
}
