internal import HTTP1
internal import Wire

/// How an access line looks.
public enum AccessLogFormat: String, CaseIterable, Sendable {
    /// One JSON object.
    case json
    /// Apache's combined format: `%h - - [%t] "%r" %>s %b "%{Referer}i" "%{User-Agent}i"`.
    case combined
}

/// One request and its answer, as the access log sees them.
public struct AccessEntry: Sendable {
    /// When the answer was complete.
    public var time: WallTime
    /// Who asked.
    public var client: ClientAddress
    /// What was asked; nil where no head could be read.
    public var request: Request?
    /// What was answered.
    public var status: Status
    /// Bytes of content that were sent.
    public var contentBytes: UInt64
    /// From the head's last byte to the answer's last byte.
    public var nanoseconds: UInt64

    /// Makes an entry.
    public init(
        time: WallTime, client: ClientAddress, request: Request?, status: Status,
        contentBytes: UInt64, nanoseconds: UInt64
    ) {
        self.time = time
        self.client = client
        self.request = request
        self.status = status
        self.contentBytes = contentBytes
        self.nanoseconds = nanoseconds
    }
}

/// A loop's access log. One thread's own; nothing is allocated for a line.
///
/// Whoever owns it calls `flush` each `logFlushMilliseconds` and before it goes; in between it writes when its buffer is
/// full.
public struct AccessLog: ~Copyable, Sendable {
    // Chosen so that a line of the longest of everything stays below a pipe's PIPE_BUF.
    private static let methodBytesMax = 64
    private static let targetBytesMax = 2_048
    private static let fieldBytesMax = 640

    private let format: AccessLogFormat
    private var lines: LineBuffer

    /// Makes a log that writes to `sink`, which loops share.
    public init(
        sink: LogSink, format: AccessLogFormat, limits: ServerLimits, counters: Counters
    ) {
        self.format = format
        lines = LineBuffer(
            sink: sink, bytesMax: limits.accessLogBytesMax, counters: counters,
            written: .accessLines, dropped: .accessLinesDropped)
    }

    /// Whether lines wait to be written.
    public var isEmpty: Bool { lines.isEmpty }

    /// Adds a line.
    public mutating func append(_ entry: AccessEntry) {
        switch format {
        case .json: lines.appendLine { Self.appendJSON(entry, to: &$0) }
        case .combined: lines.appendLine { Self.appendCombined(entry, to: &$0) }
        }
    }

    /// Writes what waits, as far as the sink takes it.
    public mutating func flush() { lines.flush() }

    private static func appendJSON(_ entry: AccessEntry, to line: inout [UInt8]) {
        line.append("{\"time\":\"")
        entry.time.appendRFC3339(to: &line)
        line.append("\",\"client\":\"")
        entry.client.append(to: &line)
        line.append("\"")
        if let request = entry.request?.storage {
            line.append(",\"method\":\"")
            request.append(request.methodRange, .json, bytesMax: methodBytesMax, to: &line)
            line.append("\",\"target\":\"")
            let target = request.range(.target) ?? 0..<0
            if !request.append(target, .json, bytesMax: targetBytesMax, to: &line) {
                line.append("\",\"targetBytes\":")
                line.appendDecimal(UInt64(target.count))
                line.append(",\"version\":\"HTTP/")
            } else {
                line.append("\",\"version\":\"HTTP/")
            }
            line.appendDecimal(UInt64(request.version >> 4))
            line.append(".")
            line.appendDecimal(UInt64(request.version & 0xF))
            line.append("\"")
            appendField(",\"referer\":\"", "referer", request, to: &line)
            appendField(",\"userAgent\":\"", "user-agent", request, to: &line)
        }
        line.append(",\"status\":")
        line.appendDecimal(UInt64(entry.status.code))
        line.append(",\"contentBytes\":")
        line.appendDecimal(entry.contentBytes)
        line.append(",\"microseconds\":")
        line.appendDecimal(entry.nanoseconds / 1_000)
        line.append("}")
    }

    private static func appendField(
        _ key: StaticString, _ name: StaticString, _ request: RequestStorage,
        to line: inout [UInt8]
    ) {
        guard let value = request.valueRange(name) else { return }
        line.append(key)
        request.append(value, .json, bytesMax: fieldBytesMax, to: &line)
        line.append("\"")
    }

    private static func appendCombined(_ entry: AccessEntry, to line: inout [UInt8]) {
        entry.client.append(to: &line)
        line.append(" - - [")
        entry.time.appendCommonLog(to: &line)
        line.append("] \"")
        if let request = entry.request?.storage, let whole = request.requestLineRange {
            request.append(whole, .combined, bytesMax: targetBytesMax, to: &line)
        } else {
            line.append("-")
        }
        line.append("\" ")
        line.appendDecimal(UInt64(entry.status.code))
        line.append(" ")
        // %b is "-" where there is no content.
        if entry.contentBytes == 0 {
            line.append("-")
        } else {
            line.appendDecimal(entry.contentBytes)
        }
        appendCombinedField("referer", entry, to: &line)
        appendCombinedField("user-agent", entry, to: &line)
    }

    private static func appendCombinedField(
        _ name: StaticString, _ entry: AccessEntry, to line: inout [UInt8]
    ) {
        line.append(" \"")
        if let request = entry.request?.storage, let value = request.valueRange(name) {
            request.append(value, .combined, bytesMax: fieldBytesMax, to: &line)
        } else {
            line.append("-")
        }
        line.append("\"")
    }
}

extension RequestStorage {
    /// Appends bytes of the head, escaped, as many as fit; false where some did not.
    @discardableResult
    fileprivate func append(
        _ range: Range<Int>, _ escaping: Escaping, bytesMax: Int, to line: inout [UInt8]
    ) -> Bool {
        let head = head
        return line.append(head.span, range, escaping, bytesMax: bytesMax)
    }

    /// Where the first token of a kind stands.
    fileprivate func range(_ kind: HTTP1Token.Kind) -> Range<Int>? {
        for index in 0..<tape.count where tape[index].kind == kind.rawValue {
            return range(tape[index])
        }
        return nil
    }

    /// Where the request line stands, without its end.
    fileprivate var requestLineRange: Range<Int>? {
        guard let method = range(.method), let version = range(.version),
            method.lowerBound <= version.upperBound
        else { return nil }
        return method.lowerBound..<version.upperBound
    }

    /// Where the value of the first field line of a name stands; the name in lower case. Makes no list of the lines.
    fileprivate func valueRange(_ name: StaticString) -> Range<Int>? {
        for index in 0..<tape.count where tape[index].kind == HTTP1Token.Kind.fieldName.rawValue {
            guard index + 1 < tape.count, isName(range(tape[index]), name) else { continue }
            return range(tape[index + 1])
        }
        return nil
    }

    private func isName(_ place: Range<Int>, _ name: StaticString) -> Bool {
        guard place.count == name.utf8CodeUnitCount, place.upperBound <= head.count else {
            return false
        }
        for index in 0..<place.count {
            // SAFETY: index < place.count, which is the text's length.
            let letter = unsafe name.utf8Start[index]
            let byte = head[place.lowerBound + index]
            // Both names have letters and hyphens only, whose bit 0x20 is set.
            guard byte | 0x20 == letter else { return false }
        }
        return true
    }
}
