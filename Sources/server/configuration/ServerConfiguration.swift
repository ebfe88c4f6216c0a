internal import HTTP1
internal import Wire

/// Everything that can be told to a server, as one value. Whoever embeds the server fills it in; `zyphos` reads it from
/// flags, environment and file (`SettingSources`). No value of it trusts anyone: there are no trusted proxies, no
/// trusted addresses.
public struct ServerConfiguration: Sendable {
    /// The folder whose files are served; nil where the program has handlers only.
    public var root: String?
    /// Where connections are accepted.
    public var listen: [ListenAddress] = [ListenAddress(port: 8_080)]
    /// Where `/metrics`, `/healthz` and `/readyz` are; nil: nowhere.
    public var admin: ListenAddress?
    /// How bytes are moved.
    public var engine = EngineName.reuseport
    /// What reads them.
    public var parser = ParserName.winner
    /// Loops, or threads; 0: one for each processor that the process may use.
    public var loops = 0
    /// Worker processes, which are restarted when one falls; 1: this process serves by itself.
    public var workers = 1
    /// A socket in the file system, through which a process that starts with the same path takes over the listening
    /// sockets of the one that runs; nil: no process can.
    public var takeover: String?
    /// Edge-triggered epoll in place of level-triggered, for the engines epoll and reuseport (chosen: level; it reads once
    /// for each request, and a turn that is cut short needs no list of what to go on with).
    public var edgeTriggered = false
    /// Whether a folder without an index page is answered with a list of its files.
    public var directoryIndex = false
    /// Whether symbolic links below the root are followed, as long as they stay below it.
    public var followSymlinks = false
    /// The access log's file; `-` is standard output; nil: none is written.
    public var accessLog: String?
    /// How its lines look.
    public var accessLogFormat = AccessLogFormat.combined
    /// The decision log's file; `-` is standard output; nil: none is written.
    public var decisionLog: String?
    /// Options of sockets.
    public var socket = SocketOptions()
    /// All limits.
    public var limits = ServerLimits()

    /// The defaults.
    public init() {}
}

/// Who moves bytes between sockets and connections.
public enum EngineName: String, CaseIterable, Sendable {
    /// A thread for each connection.
    case threads
    /// A fixed number of threads that take connections from a queue.
    case pool
    /// One loop over epoll.
    case epoll
    /// A loop over epoll for each processor, each with a listener of its own (SO_REUSEPORT).
    case reuseport
    /// Loops over io_uring.
    case uring

    /// Whether there can be more than one loop.
    public var hasManyLoops: Bool {
        switch self {
        case .threads, .pool, .reuseport, .uring: true
        case .epoll: false
        }
    }
}

/// Which variant of the HTTP/1 parser reads.
public enum ParserName: String, CaseIterable, Sendable {
    case reference
    case scalar
    case table
    case simd
    /// Two independent variants; what they read differently is refused.
    case paired

    /// The winner of `zyparse bench`.
    public static let winner = ParserName(rawValue: HTTP1.request.winner) ?? .scalar
}

/// Options of sockets, by the names of socket(7) and tcp(7).
public struct SocketOptions: Hashable, Sendable {
    /// TCP_NODELAY: small answers leave at once (chosen: answers are written whole).
    public var noDelay = true
    /// TCP_DEFER_ACCEPT: seconds until a connection without data is accepted anyway; 0: accepted at once (chosen: the idle
    /// deadline sees silent clients, and probes of the port expect an accept).
    public var deferAcceptSeconds = 0
    /// TCP_QUICKACK: acknowledgements are not delayed (chosen: off; the answer carries them).
    public var quickAck = false
    /// TCP_CORK for one call (MSG_MORE) at a head whose content follows (chosen: on; otherwise the head is a packet of its
    /// own. The option itself costs two more calls for each answer).
    public var cork = true
    /// SO_KEEPALIVE: the kernel probes silent peers (chosen: on; finds those that were cut off while the idle deadline is
    /// long).
    public var keepAlive = true
    /// TCP_KEEPIDLE: seconds of silence before the first probe (chosen: as long as the idle deadline).
    public var keepAliveIdleSeconds = 60
    /// TCP_KEEPINTVL: seconds between probes.
    public var keepAliveIntervalSeconds = 10
    /// TCP_KEEPCNT: probes without an answer until the peer counts as gone.
    public var keepAliveCountMax = 3
    /// SO_LINGER: seconds that closing may take; −1: the kernel sends the rest in the background (chosen: closing must
    /// not block a loop).
    public var lingerSeconds = -1
    /// The listener's backlog; the kernel caps it at net.core.somaxconn (chosen: that cap's default since Linux 5.4).
    public var backlog = 4_096

    /// The defaults.
    public init() {}
}
