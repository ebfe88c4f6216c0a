import Foundation
import HTTP1
import Testing
import Wire

@testable import Server

/// A file or a pipe that lines are written to.
enum LogBench {
    static let time = WallTime(seconds: 1_795_256_798, milliseconds: 7)
    static let client = ClientAddress(v4: 0x7F00_0001)

    /// Calls `body` with the path of a log that is not there yet.
    static func withPath(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("zyphos-log-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appendingPathComponent("log").path)
    }

    static func lines(_ path: String) throws -> [String] {
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map(String.init)
    }

    static func object(_ line: String) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(object as? [String: Any])
    }

    /// What the parser says of a head, and a storage that holds it.
    static func read(
        _ head: [UInt8], variant name: String = "scalar"
    ) throws -> (verdict: Verdict, storage: RequestStorage) {
        let storage = RequestStorage()
        storage.head = head
        let variant = try HTTP1.request.variant(named: name)
        var parser = try #require(variant.makeParser(HTTP1.request.strictConfiguration()))
        let verdict = parser.parse(head.span, into: &storage.tape)
        for index in 0..<storage.tape.count {
            let token = storage.tape[index]
            if token.http1Kind == .method { storage.methodRange = storage.range(token) }
            if token.http1Kind == .version { storage.version = token.detail }
        }
        return (verdict, storage)
    }

    static func entry(_ storage: RequestStorage?, status: Int = 200) -> AccessEntry {
        AccessEntry(
            time: time, client: client, request: storage.map(Request.init), status: Status(status),
            contentBytes: 12, nanoseconds: 1_234_567)
    }

    static func head(_ text: String) -> [UInt8] { Array(text.utf8) }
}

@Suite struct AccessLogTests {
    private static func logged(
        _ format: AccessLogFormat, _ entries: [AccessEntry]
    ) throws -> [String] {
        var lines: [String] = []
        try LogBench.withPath { path in
            let counters = Counters()
            var log = AccessLog(
                sink: try LogSink(path: path), format: format, limits: ServerLimits(),
                counters: counters)
            for entry in entries { log.append(entry) }
            log.flush()
            let isEmpty = log.isEmpty
            #expect(isEmpty)
            lines = try LogBench.lines(path)
            #expect(counters.value(.accessLines) == UInt64(lines.count))
            #expect(counters.value(.accessLinesDropped) == 0)
        }
        return lines
    }

    @Test func combinedIsWhatApacheWrites() throws {
        let read = try LogBench.read(
            LogBench.head(
                "GET /a?b=c HTTP/1.1\r\nHost: h\r\nuser-AGENT: curl/8 \"x\"\r\nReferer: http://r/\r\n\r\n"
            ))
        let lines = try Self.logged(
            .combined, [LogBench.entry(read.storage), LogBench.entry(nil, status: 400)])
        #expect(
            lines == [
                "127.0.0.1 - - [21/Nov/2026:10:26:38 +0000] \"GET /a?b=c HTTP/1.1\" 200 12 "
                    + "\"http://r/\" \"curl/8 \\\"x\\\"\"",
                "127.0.0.1 - - [21/Nov/2026:10:26:38 +0000] \"-\" 400 12 \"-\" \"-\"",
            ])
    }

    @Test func jsonIsJSON() throws {
        let read = try LogBench.read(
            LogBench.head("POST /a%20b HTTP/1.0\r\nHost: h\r\nUser-Agent: \u{E9}\"\\\r\n\r\n"))
        let lines = try Self.logged(.json, [LogBench.entry(read.storage), LogBench.entry(nil)])
        let first = try LogBench.object(lines[0])
        #expect(first["time"] as? String == "2026-11-21T10:26:38.007Z")
        #expect(first["client"] as? String == "127.0.0.1")
        #expect(first["method"] as? String == "POST")
        #expect(first["target"] as? String == "/a%20b")
        #expect(first["version"] as? String == "HTTP/1.0")
        // Two bytes of UTF-8, one code point of Latin-1 for each.
        #expect(first["userAgent"] as? String == "\u{C3}\u{A9}\"\\")
        #expect(first["referer"] == nil)
        #expect(first["status"] as? Int == 200)
        #expect(first["contentBytes"] as? Int == 12)
        #expect(first["microseconds"] as? Int == 1_234)
        #expect(try LogBench.object(lines[1])["method"] == nil)
    }

    /// Bytes that no parser lets through are logged all the same, should one do so some day.
    @Test(arguments: AccessLogFormat.allCases) func noByteForgesALine(
        format: AccessLogFormat
    ) throws {
        let read = try LogBench.read(
            LogBench.head("GET /abc HTTP/1.1\r\nHost: h\r\nReferer: r\r\n\r\n"))
        var entries: [AccessEntry] = []
        for byte in UInt8.min...UInt8.max {
            let one = try LogBench.read(read.storage.head).storage
            one.head[5] = byte
            for index in 0..<one.tape.count where one.tape[index].http1Kind == .fieldValue {
                one.head[one.range(one.tape[index]).lowerBound] = byte
            }
            entries.append(LogBench.entry(one))
        }
        let lines = try Self.logged(format, entries)
        #expect(lines.count == 256)
        for (byte, line) in lines.enumerated() {
            #expect(line.utf8.allSatisfy { (0x20...0x7E).contains($0) })
            switch format {
            case .json:
                let object = try LogBench.object(line)
                let scalar = Unicode.Scalar(UInt8(byte))
                #expect(object["target"] as? String == "/\(scalar)bc")
            case .combined:
                // Unescaped quotes are the format's own: three pairs.
                let quotes = line.replacing(/\\./, with: "").count { $0 == "\"" }
                #expect(quotes == 6, "\(line)")
            }
        }
    }

    @Test(arguments: AccessLogFormat.allCases) func theLongestLineIsWhole(
        format: AccessLogFormat
    ) throws {
        // Each byte of value is written as four or six.
        let long = String(repeating: "\u{80}", count: 4_000)
        let target = "/" + String(repeating: "a", count: 8_000)
        let read = try LogBench.read(
            LogBench.head(
                "GET \(target) HTTP/1.1\r\nHost: h\r\nUser-Agent: \(long)\r\nReferer: \(long)\r\n\r\n"
            ))
        #expect(read.verdict != .incomplete)
        let lines = try Self.logged(format, [LogBench.entry(read.storage)])
        #expect(lines.count == 1)
        #expect(lines[0].utf8.count < LogSink.lineBytesMax)
        if format == .json {
            let object = try LogBench.object(lines[0])
            #expect(object["targetBytes"] as? Int == 8_001)
            #expect(object["status"] as? Int == 200)
        }
    }

    @Test func aStalledSinkMakesNobodyWait() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let counters = Counters()
        let sink = LogSink(descriptor: ends[1])
        var log = AccessLog(
            sink: sink, format: .combined, limits: ServerLimits(), counters: counters)
        let read = try LogBench.read(LogBench.head("GET /abc HTTP/1.1\r\nHost: h\r\n\r\n"))
        let count = 5_000
        for _ in 0..<count { log.append(LogBench.entry(read.storage)) }
        log.flush()
        #expect(counters.value(.accessLinesDropped) > 0)
        #expect(counters.value(.accessLines) > 0)
        // When someone reads again, what was kept comes out, whole.
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            log.flush()
            var ready = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, 0) > 0 else { break }
            let got = Glibc.read(ends[0], &chunk, chunk.count)
            guard got > 0 else { break }
            text += chunk[..<got]
        }
        let isEmpty = log.isEmpty
        #expect(isEmpty)
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        #expect(Set(lines).count == 1)
        let written = Int(counters.value(.accessLines))
        #expect(lines.count == written)
        #expect(written + Int(counters.value(.accessLinesDropped)) == count)
    }

    @Test func aSinkThatFailedDropsAndCounts() throws {
        let counters = Counters()
        let full = open("/dev/full", O_WRONLY)
        #expect(full >= 0)
        var log = AccessLog(
            sink: LogSink(descriptor: full), format: .json, limits: ServerLimits(),
            counters: counters)
        log.append(LogBench.entry(nil))
        log.append(LogBench.entry(nil))
        log.flush()
        #expect(counters.value(.accessLinesDropped) == 2)
        #expect(counters.value(.accessLines) == 0)
    }

    @Test func aMovedFileIsOpenedAgain() throws {
        try LogBench.withPath { path in
            let sink = try LogSink(path: path)
            var log = AccessLog(
                sink: sink, format: .json, limits: ServerLimits(), counters: Counters())
            log.append(LogBench.entry(nil))
            log.flush()
            try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
            log.append(LogBench.entry(nil, status: 404))
            log.flush()
            #expect(try LogBench.lines(path + ".1").count == 2)
            try sink.reopen()
            log.append(LogBench.entry(nil, status: 500))
            log.flush()
            #expect(try LogBench.lines(path + ".1").count == 2)
            #expect(try LogBench.lines(path).count == 1)
        }
        #expect(throws: LogProblem.self) { try LogSink(path: "/nonexistent/log") }
    }

    /// `date -u -d @N` says the same.
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
            (951_868_799, "2000-02-29T23:59:59.000Z"), (4_107_542_400, "2100-03-01T00:00:00.000Z"),
            (1_735_689_599, "2024-12-31T23:59:59.000Z"), (.max, "9999-12-31T23:59:59.000Z"),
        ] as [(UInt64, String)])
    func timesAreWrittenInUTC(seconds: UInt64, text: String) {
        var bytes: [UInt8] = []
        WallTime(seconds: seconds).appendRFC3339(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
}

@Suite struct DecisionLogTests {
    private static func logged(
        _ body: (inout DecisionLog) throws -> Void
    ) throws -> [String] {
        var lines: [String] = []
        try LogBench.withPath { path in
            let counters = Counters()
            var log = DecisionLog(
                sink: try LogSink(path: path), limits: ServerLimits(), counters: counters)
            try body(&log)
            log.flush()
            lines = try LogBench.lines(path)
            #expect(counters.value(.decisionLines) == UInt64(lines.count))
            #expect(counters.value(.decisionLinesDropped) == 0)
        }
        return lines
    }

    @Test(arguments: HTTP1.request.variants.map(\.name))
    func aRefusalSaysWhatWhyAndWhere(variant: String) throws {
        let head = LogBench.head(
            "GET /a\"b HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nX-A : \u{1}\r\nMore: 1\r\n\r\n"
                .replacing("\"", with: "!"))
        let read = try LogBench.read(head, variant: variant)
        guard case .rejected(let rejection) = read.verdict else {
            Issue.record("the head is refused")
            return
        }
        let lines = try Self.logged { log in
            let refusal = try #require(
                Decision(rejection, client: LogBench.client, time: LogBench.time))
            log.append(refusal, input: head.span, tape: read.storage.tape)
        }
        let object = try LogBench.object(lines[0])
        let reason = HTTP1Reason.whitespaceBeforeColon.description
        #expect(object["reason"] as? String == "whitespaceBeforeColon")
        #expect(object["rule"] as? String == reason.rule)
        #expect(object["clause"] as? String == "RFC 9112 §5.1")
        #expect(object["blame"] as? String == "peer")
        #expect(object["status"] as? Int == 400)
        #expect(object["closes"] as? Bool == true)
        #expect(object["offset"] as? Int == rejection.offset)
        let bytes = try #require(object["bytes"] as? [String: Any])
        let start = try #require(bytes["start"] as? Int)
        let text = try #require(bytes["text"] as? String)
        #expect(
            Array(text.unicodeScalars.map { UInt8($0.value) })
                == Array(head[start...].prefix(text.unicodeScalars.count)))
        #expect(text.contains("X-A :"))
        let form = try #require(object["read"] as? [String: Any])
        #expect(form["method"] as? String == "GET")
        #expect(form["target"] as? String == "/a!b")
        #expect(form["version"] as? String == "HTTP/1.1")
        #expect(form["fields"] as? [[String]] == [["Host", "h"], ["Accept", "*/*"]])
        #expect(form["more"] == nil)
    }

    @Test func everyReasonAndNothingReadIsOneLineOfJSON() throws {
        let lines = try Self.logged { log in
            for reason in ServerReason.allCases {
                log.append(Decision(reason, client: LogBench.client, time: LogBench.time))
            }
            for reason in HTTP1Reason.allCases {
                let rejection = Rejection(reason, at: 1 << 40)
                let refusal = try #require(
                    Decision(rejection, client: LogBench.client, time: LogBench.time))
                log.append(refusal, input: [UInt8]().span, tape: Tape())
            }
        }
        let names =
            ServerReason.allCases.map(\.description.name)
            + HTTP1Reason.allCases.map(\.description.name)
        #expect(try lines.map { try LogBench.object($0)["reason"] as? String } == names)
        let unknown = Decision(
            Rejection(code: 255, offset: 0), client: LogBench.client, time: LogBench.time)
        #expect(unknown?.reason == nil)
    }

    @Test func aHostileHeadCannotForgeOrOverflowALine() throws {
        var text = "GET /" + String(repeating: "a", count: 8_000) + " HTTP/1.1\r\nHost: h\r\n"
        for index in 0..<100 {
            text += "X-\(index): \u{80}\"\\\(String(repeating: "\u{FF}", count: 100))\r\n"
        }
        text += "Bad : \"}\n{\"reason\":\"forged\"\r\n\r\n"
        let head = LogBench.head(text)
        let read = try LogBench.read(head)
        guard case .rejected(let rejection) = read.verdict else {
            Issue.record("the head is refused")
            return
        }
        let lines = try Self.logged { log in
            let refusal = try #require(
                Decision(rejection, client: LogBench.client, time: LogBench.time))
            log.append(refusal, input: head.span, tape: read.storage.tape)
        }
        #expect(lines.count == 1)
        #expect(lines[0].utf8.count < LogSink.lineBytesMax)
        let object = try LogBench.object(lines[0])
        #expect(object["reason"] as? String == "whitespaceBeforeColon")
        let form = try #require(object["read"] as? [String: Any])
        let fields = try #require(form["fields"] as? [[String]])
        #expect(fields.count > 3)
        #expect(form["more"] as? Int == 101 - fields.count)
    }
}
