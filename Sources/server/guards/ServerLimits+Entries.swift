internal import Wire

/// The largest time that can be set, a day: sums of a few of them stay far from the end of an `Int`.
private let millisecondsCeiling = 86_400_000
/// The largest size that can be set, 1 TiB, for the same reason (and a token's largest offset).
private let bytesCeiling = 1 << 40
/// The largest count that can be set: descriptors, entries and queues are below it on every system.
private let countCeiling = 1 << 24

extension ServerLimits {
    static let timeEntries: [LimitEntry<ServerLimits>] = [
        LimitEntry(
            name: "headerMillisecondsMax", key: \.headerMillisecondsMax, minimum: 10,
            maximum: millisecondsCeiling,
            summary: "from a head's first byte to its last, however steadily it trickles",
            source: "chosen: slow heads (Slowloris) cost a place each; nginx gives 60 s, "
                + "Apache's mod_reqtimeout 20 s, h2o 10 s"),
        LimitEntry(
            name: "idleMillisecondsMax", key: \.idleMillisecondsMax, minimum: 10,
            maximum: millisecondsCeiling,
            summary: "between two requests of a connection, and before the first",
            source: "chosen: nginx gives 75 s, Apache 5 s; browsers come back within seconds"),
        LimitEntry(
            name: "bodyGraceMilliseconds", key: \.bodyGraceMilliseconds,
            maximum: millisecondsCeiling,
            summary: "from a body's first wait until its mean rate is judged",
            source: "chosen: three retransmissions of a lost segment"),
        LimitEntry(
            name: "bodyBytesPerSecondMin", key: \.bodyBytesPerSecondMin, maximum: bytesCeiling,
            summary: "mean rate of a request body since its first wait; 0 judges nothing",
            source: "chosen: Apache's mod_reqtimeout asks for 500; the slowest mobile links "
                + "give more"),
        LimitEntry(
            name: "writeMillisecondsMax", key: \.writeMillisecondsMax, minimum: 10,
            maximum: millisecondsCeiling,
            summary: "without one byte of an answer taken by the client",
            source: "chosen: nginx's send_timeout is 60 s; half, for each holds buffers"),
        LimitEntry(
            name: "drainGraceMilliseconds", key: \.drainGraceMilliseconds,
            maximum: millisecondsCeiling,
            summary: "from an answer's first wait until its mean rate is judged",
            source: "chosen: a phone that loses its cell for a moment is no attacker"),
        LimitEntry(
            name: "drainBytesPerSecondMin", key: \.drainBytesPerSecondMin, maximum: bytesCeiling,
            summary: "mean rate at which a client takes an answer; 0 judges nothing",
            source: "chosen: as for bodies; slow reading takes a byte a second to look alive"),
        LimitEntry(
            name: "lingerMillisecondsMax", key: \.lingerMillisecondsMax,
            maximum: millisecondsCeiling,
            summary: "of reading on after the last answer, so that a reset does not destroy it",
            source: "RFC 9112 §9.6: close in stages; chosen: nginx's lingering_timeout is 5 s, "
                + "lingering_time 30 s; a round trip is far below 2 s"),
        LimitEntry(
            name: "handlerMillisecondsMax", key: \.handlerMillisecondsMax, minimum: 10,
            maximum: millisecondsCeiling,
            summary: "of waiting for a handler: its answer, a sink or source that said to wait",
            source: "chosen: nginx's proxy_read_timeout is 60 s"),
    ]

    static let connectionEntries: [LimitEntry<ServerLimits>] = [
        LimitEntry(
            name: "requestsPerConnectionMax", key: \.requestsPerConnectionMax, minimum: 1,
            maximum: .max,
            summary: "requests before a connection closes",
            source: "chosen: nginx's keepalive_requests is 1000; ten times, for it bounds "
                + "nothing but what a connection has gathered"),
        LimitEntry(
            name: "pipelinedRequestsMax", key: \.pipelinedRequestsMax, minimum: 1,
            maximum: countCeiling,
            summary: "requests read ahead of the answer that is being sent",
            source: "RFC 9112 §9.3.2 sets none; chosen: load drivers pipeline 16 deep"),
        LimitEntry(
            name: "outputBytesMax", key: \.outputBytesMax, minimum: 4_096, maximum: bytesCeiling,
            summary: "bytes of answers waiting for the client; beyond it nothing more is read",
            source: "chosen: sixteen of Linux's first send buffers (tcp_wmem, 16 KiB); some 200 "
                + "small answers"),
        LimitEntry(
            name: "collectedBodyBytesMax", key: \.collectedBodyBytesMax, maximum: bytesCeiling,
            summary: "bytes of a body collected for a handler, where its route says nothing",
            source: "chosen: nginx's client_max_body_size is 1 MiB"),
        LimitEntry(
            name: "drainedBodyBytesMax", key: \.drainedBodyBytesMax, maximum: bytesCeiling,
            summary: "bytes of an unwanted body read and thrown away to keep a connection",
            source: "chosen: a new connection costs less than reading more"),
        LimitEntry(
            name: "lingerBytesMax", key: \.lingerBytesMax, maximum: bytesCeiling,
            summary: "bytes thrown away after the last answer",
            source: "chosen: what a client sends into the first window that Linux offers (64 KiB)"),
        LimitEntry(
            name: "rangesMax", key: \.rangesMax, minimum: 1, maximum: countCeiling,
            summary: "ranges of a Range field; with more the field is ignored",
            source: "RFC 9110 §14.2, §17.15: many small ranges may be ignored; chosen: "
                + "readers of documents ask for a handful"),
        LimitEntry(
            name: "queryPairsMax", key: \.queryPairsMax, maximum: countCeiling,
            summary: "pairs of a query or form",
            source: "chosen: Tomcat and PHP allow 1000; forms on a page have tens"),
        LimitEntry(
            name: "cookiePairsMax", key: \.cookiePairsMax, maximum: countCeiling,
            summary: "pairs of a Cookie field",
            source: "RFC 6265 §6.1: user agents keep at least 50 for a host"),
        LimitEntry(
            name: "acceptListElementsMax", key: \.acceptListElementsMax, minimum: 1,
            maximum: countCeiling,
            summary: "elements of a list field that is looked at",
            source: "chosen: browsers send fewer than 10"),
    ]

    static let totalEntries: [LimitEntry<ServerLimits>] = [
        LimitEntry(
            name: "connectionsMax", key: \.connectionsMax, minimum: 1, maximum: countCeiling,
            summary: "open connections in all",
            source: "chosen: at 2 KiB each, 20 MiB; nginx gives 512 a worker"),
        LimitEntry(
            name: "connectionsResumePercent", key: \.connectionsResumePercent, minimum: 1,
            maximum: 100,
            summary: "of connectionsMax at which new connections are welcome again",
            source: "chosen: a gap, so that one closing client does not switch back and forth"),
        LimitEntry(
            name: "connectionsPerAddressMax", key: \.connectionsPerAddressMax, minimum: 1,
            maximum: countCeiling,
            summary: "open connections of one IPv4 address or IPv6 /64",
            source: "chosen: a tenth of all, for many people behind one address; browsers "
                + "open 6 each"),
        LimitEntry(
            name: "shedConnectionsMax", key: \.shedConnectionsMax, maximum: countCeiling,
            summary: "connections beyond connectionsMax that are told 503; then accepting pauses",
            source: "chosen: few, for each takes a descriptor; the rest wait in the backlog"),
        LimitEntry(
            name: "retryAfterSeconds", key: \.retryAfterSeconds, minimum: 1,
            maximum: 86_400,
            summary: "Retry-After's value in a 503",
            source: "RFC 9110 §10.2.3; chosen: overload by a burst is over by then"),
        LimitEntry(
            name: "acceptPauseMilliseconds", key: \.acceptPauseMilliseconds, minimum: 1,
            maximum: millisecondsCeiling,
            summary: "without accepting after the system ran out of descriptors",
            source: "chosen: nginx waits 500 ms (accept_mutex_delay); less, for it is felt"),
        LimitEntry(
            name: "acceptsPerTurnMax", key: \.acceptsPerTurnMax, minimum: 1,
            maximum: countCeiling,
            summary: "connections accepted in one turn of a loop",
            source: "chosen: between turns those that are open are served; nginx takes one a turn "
                + "unless multi_accept is on, then all"),
        LimitEntry(
            name: "reservedDescriptors", key: \.reservedDescriptors, minimum: 1, maximum: 1_024,
            summary: "descriptors each loop holds back, to answer when the system has no more",
            source: "chosen: enough to answer a few at once"),
        LimitEntry(
            name: "poolQueueMax", key: \.poolQueueMax, minimum: 1, maximum: countCeiling,
            summary: "connections waiting for a thread of the pool",
            source: "chosen: beyond it an answer would come after its client went"),
        LimitEntry(
            name: "poolThreadsMax", key: \.poolThreadsMax, minimum: 1, maximum: 65_536,
            summary: "threads of the pool",
            source: "chosen: each blocks on one client; two cores are busy with far fewer"),
        LimitEntry(
            name: "threadsMax", key: \.threadsMax, minimum: 1, maximum: 65_536,
            summary: "threads of the engine with a thread for each connection",
            source: "chosen: stacks of 256 KiB make 256 MiB of addresses"),
        LimitEntry(
            name: "pooledBuffersMax", key: \.pooledBuffersMax, minimum: 1, maximum: countCeiling,
            summary: "buffers a loop keeps for later; more are given back to the system",
            source: "chosen: those of as many active connections"),
    ]

    static let fileEntries: [LimitEntry<ServerLimits>] = [
        LimitEntry(
            name: "fileCacheEntriesMax", key: \.fileCacheEntriesMax, maximum: countCeiling,
            summary: "open files kept for later requests",
            source: "chosen: nginx's examples of open_file_cache have 1000"),
        LimitEntry(
            name: "fileCacheMillisecondsMax", key: \.fileCacheMillisecondsMax,
            maximum: millisecondsCeiling,
            summary: "until a kept file is looked at again for changes",
            source: "chosen: a person who saves a file reloads it later than that"),
        LimitEntry(
            name: "inlineFileBytesMax", key: \.inlineFileBytesMax, maximum: 1 << 24,
            summary: "size of files kept in memory beside their descriptor",
            source: "chosen: below it a copy costs less than a second system call"),
        LimitEntry(
            name: "accessLogBytesMax", key: \.accessLogBytesMax, minimum: 8_192,
            maximum: 1 << 30,
            summary: "bytes of access lines a loop holds until they are written; then it drops",
            source: "chosen: 400 lines, so that a busy loop writes once for hundreds"),
        LimitEntry(
            name: "decisionLogBytesMax", key: \.decisionLogBytesMax, minimum: 8_192,
            maximum: 1 << 30,
            summary: "bytes of decision lines a loop holds until they are written; then it drops",
            source: "chosen: refusals can be made at will; they must not fill the memory"),
        LimitEntry(
            name: "logFlushMilliseconds", key: \.logFlushMilliseconds, minimum: 1,
            maximum: millisecondsCeiling,
            summary: "until lines are written that do not fill the buffer",
            source: "chosen: a person who watches the log does not notice a second"),
        LimitEntry(
            name: "shutdownMillisecondsMax", key: \.shutdownMillisecondsMax,
            maximum: millisecondsCeiling,
            summary: "from SIGTERM until connections that are still busy are closed",
            source: "chosen: Kubernetes kills after 30 s, Docker after 10 s"),
    ]

    static let processEntries: [LimitEntry<ServerLimits>] = [
        LimitEntry(
            name: "handoverMilliseconds", key: \.handoverMilliseconds,
            maximum: millisecondsCeiling,
            summary: "after another process took the port over, in which open connections can "
                + "still ask",
            source: "chosen: a client that has connected sends its request within seconds"),
        LimitEntry(
            name: "takeoverMillisecondsMax", key: \.takeoverMillisecondsMax, minimum: 10,
            maximum: millisecondsCeiling,
            summary: "from handing the port over until the next process must say that it is ready",
            source: "chosen: a start takes far less; this process goes on serving meanwhile"),
        LimitEntry(
            name: "workerRestartMillisecondsMin", key: \.workerRestartMillisecondsMin, minimum: 1,
            maximum: millisecondsCeiling,
            summary: "from the first fall of a worker process to its restart; then twice that, "
                + "and so on",
            source: "chosen: systemd's RestartSec is 100 ms"),
        LimitEntry(
            name: "workerRestartMillisecondsMax", key: \.workerRestartMillisecondsMax, minimum: 1,
            maximum: millisecondsCeiling,
            summary: "the longest pause before a worker process is started again",
            source: "chosen: a fault at each start must not become a busy loop"),
        LimitEntry(
            name: "workerFailuresMax", key: \.workerFailuresMax, minimum: 1,
            maximum: countCeiling,
            summary: "falls of one worker process within workerFailureMilliseconds; with one more "
                + "the server gives up",
            source: "chosen: systemd's StartLimitBurst is 5 in 10 s; the pauses up to the eighth "
                + "fall are 13 s together"),
        LimitEntry(
            name: "workerFailureMilliseconds", key: \.workerFailureMilliseconds, minimum: 1,
            maximum: millisecondsCeiling,
            summary: "for which a worker's fall is remembered",
            source: "chosen: a worker that stood for a minute serves"),
        LimitEntry(
            name: "workerAnswerMillisecondsMax", key: \.workerAnswerMillisecondsMax, minimum: 1,
            maximum: millisecondsCeiling,
            summary: "in which a worker process must tell its counters",
            source: "chosen: it takes a millisecond; Prometheus asks within 10 s for all"),
    ]
}
