internal import HTTP1
internal import Wire

/// What `/metrics` says: the Prometheus text format 0.0.4.
///
///     metric family = "# HELP " name " " text LF "# TYPE " name " " type LF 1*sample
///     sample        = name [ "{" label "=" quoted-value *( "," … ) "}" ] " " value LF
///
/// Every series is there from the start with 0, so that a rate over the first event is no gap.
public struct Metrics: Sendable {
    /// The Content-Type of the text.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private let telemetry: Telemetry
    private let labels: [(name: String, value: String)]
    private let startSeconds: UInt64

    /// Makes metrics of `telemetry`.
    ///
    /// - Parameters:
    ///   - labels: what `zyphos_info` says of the process: engine, parser.
    ///   - startSeconds: when the process began, in seconds since 1970.
    public init(
        _ telemetry: Telemetry, labels: [(name: String, value: String)] = [], startSeconds: UInt64
    ) {
        self.telemetry = telemetry
        self.labels = labels
        self.startSeconds = startSeconds
    }

    /// The text as of now.
    public func text() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16_384)
        appendInfo(to: &bytes)
        for counter in Counter.allCases { append(counter, to: &bytes) }
        appendResponses(to: &bytes)
        appendRefusals(to: &bytes)
        append(telemetry.requestDurations(), to: &bytes)
        return bytes
    }

    private func appendInfo(to bytes: inout [UInt8]) {
        Self.appendHead("zyphos_info", "What runs here.", "gauge", to: &bytes)
        bytes.append("zyphos_info{loops=\"")
        bytes.appendDecimal(UInt64(telemetry.loops.count))
        bytes.append("\"")
        for label in labels {
            bytes.append(contentsOf: ",\(label.name)=\"".utf8)
            Self.appendLabelValue(label.value, to: &bytes)
            bytes.append("\"")
        }
        bytes.append("} 1\n")
        Self.appendHead(
            "zyphos_start_time_seconds", "When the process began, since 1970.", "gauge", to: &bytes)
        bytes.append("zyphos_start_time_seconds ")
        bytes.appendDecimal(startSeconds)
        bytes.append("\n")
    }

    private func append(_ counter: Counter, to bytes: inout [UInt8]) {
        guard let family = counter.family else { return }
        Self.appendHead(
            family.name, family.help, counter.isGauge ? "gauge" : "counter", to: &bytes)
        bytes.append(contentsOf: family.name.utf8)
        bytes.append(" ")
        bytes.appendDecimal(telemetry.value(counter))
        bytes.append("\n")
    }

    private func appendResponses(to bytes: inout [UInt8]) {
        let name = "zyphos_responses_total"
        Self.appendHead(name, "Responses by the class of their status.", "counter", to: &bytes)
        let classes: KeyValuePairs<String, Counter> = [
            "1xx": .responses1xx, "2xx": .responses2xx, "3xx": .responses3xx,
            "4xx": .responses4xx, "5xx": .responses5xx,
        ]
        for (text, counter) in classes {
            bytes.append(contentsOf: "\(name){class=\"\(text)\"} ".utf8)
            bytes.appendDecimal(telemetry.value(counter))
            bytes.append("\n")
        }
    }

    private func appendRefusals(to bytes: inout [UInt8]) {
        let name = "zyphos_refusals_total"
        Self.appendHead(name, "Requests and connections refused, by reason.", "counter", to: &bytes)
        for reason in HTTP1Reason.allCases {
            let count = telemetry.loops.reduce(0) { $0 &+ $1.counters.value(reason) }
            appendRefusal(reason.description, source: "parser", count, to: &bytes)
        }
        for reason in ServerReason.allCases {
            appendRefusal(
                reason.description, source: "server", telemetry.value(reason), to: &bytes)
        }
    }

    private func appendRefusal(
        _ reason: ReasonDescription, source: String, _ count: UInt64, to bytes: inout [UInt8]
    ) {
        let labels = "source=\"\(source)\",reason=\"\(reason.name)\",status=\"\(reason.status)\""
        bytes.append(contentsOf: "zyphos_refusals_total{\(labels)} ".utf8)
        bytes.appendDecimal(count)
        bytes.append("\n")
    }

    /// `le` includes its bound: durations below 2^n ns are those up to 2^n − 1 ns, which is what stands there.
    private func append(_ durations: HistogramSnapshot, to bytes: inout [UInt8]) {
        let name = "zyphos_request_duration_seconds"
        Self.appendHead(
            name, "From a head's last byte to the last byte of its answer.", "histogram",
            to: &bytes)
        // From 16 µs, where a loopback answer is, to 17 s, where deadlines are.
        for exponent in 14...34 {
            bytes.append(contentsOf: "\(name)_bucket{le=\"".utf8)
            Self.appendSeconds((1 << UInt64(exponent)) - 1, to: &bytes)
            bytes.append("\"} ")
            bytes.appendDecimal(durations.count(belowPowerOfTwo: exponent))
            bytes.append("\n")
        }
        bytes.append(contentsOf: "\(name)_bucket{le=\"+Inf\"} ".utf8)
        bytes.appendDecimal(durations.count)
        bytes.append(contentsOf: "\n\(name)_sum ".utf8)
        Self.appendSeconds(durations.sumNanoseconds, to: &bytes)
        bytes.append(contentsOf: "\n\(name)_count ".utf8)
        bytes.appendDecimal(durations.count)
        bytes.append("\n")
    }

    /// Nanoseconds as seconds, exact.
    private static func appendSeconds(_ nanoseconds: UInt64, to bytes: inout [UInt8]) {
        bytes.appendDecimal(nanoseconds / 1_000_000_000)
        bytes.append(".")
        bytes.appendDecimal(nanoseconds % 1_000_000_000, digitsMin: 9)
    }

    private static func appendHead(
        _ name: String, _ help: String, _ type: String, to bytes: inout [UInt8]
    ) {
        bytes.append(contentsOf: "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n".utf8)
    }

    /// A label's value: backslash, quote and line feed escaped.
    private static func appendLabelValue(_ value: String, to bytes: inout [UInt8]) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes.append("\\\\")
            case UInt8(ascii: "\""): bytes.append("\\\"")
            case 0x0A: bytes.append("\\n")
            default: bytes.append(byte)
            }
        }
    }
}

extension Counter {
    /// The metric that has this counter alone, and what it says; nil for those that are labels of one.
    fileprivate var family: (name: String, help: String)? {
        switch self {
        case .connectionsAccepted:
            ("zyphos_connections_accepted_total", "Connections accepted, refused ones included.")
        case .connectionsClosed: ("zyphos_connections_closed_total", "Connections closed.")
        case .requests: ("zyphos_requests_total", "Requests whose head was read whole.")
        case .bytesReceived: ("zyphos_received_bytes_total", "Bytes received.")
        case .bytesSent: ("zyphos_sent_bytes_total", "Bytes sent.")
        case .responses1xx, .responses2xx, .responses3xx, .responses4xx, .responses5xx: nil
        case .acceptPauses: ("zyphos_accept_pauses_total", "Times a listener stopped accepting.")
        case .accessLines: ("zyphos_access_lines_total", "Access lines written.")
        case .accessLinesDropped:
            ("zyphos_access_lines_dropped_total", "Access lines dropped: the sink stalled.")
        case .decisionLines: ("zyphos_decision_lines_total", "Decision lines written.")
        case .decisionLinesDropped:
            ("zyphos_decision_lines_dropped_total", "Decision lines dropped: the sink stalled.")
        case .fileCacheHits: ("zyphos_file_cache_hits_total", "Files found in the cache.")
        case .fileCacheMisses: ("zyphos_file_cache_misses_total", "Files not found in the cache.")
        case .openConnections: ("zyphos_open_connections", "Connections open now.")
        case .buffersInUse: ("zyphos_buffers_in_use", "Buffers in use now.")
        case .buffersPooled: ("zyphos_buffers_pooled", "Buffers kept for later.")
        case .queuedConnections: ("zyphos_queued_connections", "Connections waiting for a thread.")
        }
    }
}
