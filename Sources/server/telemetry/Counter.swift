/// What a loop counts. The raw values are places in its block.
public enum Counter: Int, CaseIterable, Sendable {
    // Only ever more
    /// Connections accepted, refused ones among them.
    case connectionsAccepted
    /// Connections closed.
    case connectionsClosed
    /// Requests whose head was read whole.
    case requests
    /// Bytes received and sent.
    case bytesReceived
    case bytesSent
    /// Final responses by the first digit of their status.
    case responses2xx
    case responses3xx
    case responses4xx
    case responses5xx
    /// Interim responses: 100 (Continue).
    case responses1xx
    /// Times a listener stopped accepting.
    case acceptPauses
    /// Log lines written, and lines dropped because the sink stalled.
    case accessLines
    case accessLinesDropped
    case decisionLines
    case decisionLinesDropped
    /// Looks into the file cache that found a file, and that did not.
    case fileCacheHits
    case fileCacheMisses

    // What is there now
    /// Connections that are open.
    case openConnections
    /// Buffers in use, and buffers kept for later.
    case buffersInUse
    case buffersPooled
    /// Connections that wait for a thread.
    case queuedConnections

    /// Whether the value can go down.
    public var isGauge: Bool {
        switch self {
        case .openConnections, .buffersInUse, .buffersPooled, .queuedConnections: true
        case .connectionsAccepted, .connectionsClosed, .requests, .bytesReceived, .bytesSent,
            .responses1xx, .responses2xx, .responses3xx, .responses4xx, .responses5xx,
            .acceptPauses, .accessLines, .accessLinesDropped, .decisionLines,
            .decisionLinesDropped, .fileCacheHits, .fileCacheMisses:
            false
        }
    }

    /// The counter of a final status.
    static func responses(_ status: Status) -> Counter {
        switch status.code / 100 {
        case 2: .responses2xx
        case 3: .responses3xx
        case 4: .responses4xx
        default: .responses5xx
        }
    }
}
