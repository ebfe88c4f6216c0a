public import HTTP1
public import Wire

/// Every limit of the server with a typed name: what one client, or all of them together, can make it hold or wait for.
///
/// Units stand at the end of the names. The parser's limits are `HTTP1Limits`' own, names, numbers and reasons;
/// `ServerLimits.entries` lists them behind the server's.
public struct ServerLimits: NamedLimits {
    // What one connection may take its time for
    public var headerMillisecondsMax = 10_000
    public var idleMillisecondsMax = 60_000
    public var bodyGraceMilliseconds = 5_000
    public var bodyBytesPerSecondMin = 512
    public var writeMillisecondsMax = 30_000
    public var drainGraceMilliseconds = 10_000
    public var drainBytesPerSecondMin = 512
    public var lingerMillisecondsMax = 2_000
    public var handlerMillisecondsMax = 60_000

    // What one connection may make the server hold or do
    public var requestsPerConnectionMax = 10_000
    public var pipelinedRequestsMax = 64
    public var outputBytesMax = 262_144
    public var collectedBodyBytesMax = 1_048_576
    public var drainedBodyBytesMax = 65_536
    public var lingerBytesMax = 65_536
    public var rangesMax = 16
    public var queryPairsMax = 256
    public var cookiePairsMax = 64
    public var acceptListElementsMax = 64

    // What all connections may make it hold
    public var connectionsMax = 10_000
    public var connectionsResumePercent = 95
    public var connectionsPerAddressMax = 1_024
    public var shedConnectionsMax = 64
    public var retryAfterSeconds = 5
    public var acceptPauseMilliseconds = 100
    public var acceptsPerTurnMax = 64
    public var reservedDescriptors = 8
    public var poolQueueMax = 1_024
    public var poolThreadsMax = 64
    public var threadsMax = 1_024
    public var pooledBuffersMax = 4_096

    // Files and logs
    public var fileCacheEntriesMax = 1_024
    public var fileCacheMillisecondsMax = 1_000
    public var inlineFileBytesMax = 16_384
    public var accessLogBytesMax = 65_536
    public var decisionLogBytesMax = 65_536
    public var logFlushMilliseconds = 1_000

    // The process
    public var shutdownMillisecondsMax = 10_000
    public var handoverMilliseconds = 5_000
    public var takeoverMillisecondsMax = 30_000
    public var workerRestartMillisecondsMin = 100
    public var workerRestartMillisecondsMax = 10_000
    public var workerFailuresMax = 8
    public var workerFailureMilliseconds = 60_000
    public var workerAnswerMillisecondsMax = 500

    /// The parser's limits.
    public var parser = HTTP1Limits()

    /// The defaults.
    public init() {}

    /// The server's limits in the order of their declaration, then the parser's.
    public static let entries: [LimitEntry<ServerLimits>] =
        timeEntries + connectionEntries + totalEntries + fileEntries + processEntries
        + parserEntries
}

extension ServerLimits {
    /// The parser's limits that a server cannot meet: it reads no responses.
    private static let notOfRequests: Set<String> = ["informationalCountMax"]

    /// The parser's entries, reached through `parser`.
    private static var parserEntries: [LimitEntry<ServerLimits>] {
        HTTP1Limits.descriptions.enumerated().compactMap { index, limit in
            guard !notOfRequests.contains(limit.name) else { return nil }
            return LimitEntry(
                name: limit.name, key: \ServerLimits.[parserLimit: index], minimum: limit.minimum,
                maximum: limit.maximum, summary: limit.summary, source: limit.source)
        }
    }

    /// A limit of the parser by its place among `HTTP1Limits.descriptions`: what a key path can hold on to.
    private subscript(parserLimit index: Int) -> Int {
        get { parser.untyped.values[index] }
        set {
            var limits = parser.untyped
            limits.values[index] = newValue
            parser = HTTP1Limits(limits)
        }
    }
}
