/// Decides what becomes of the next connection, so that load is shed before the server collapses.
///
///     welcoming ──connectionsMax open──▶ shedding ──shedConnectionsMax more──▶ pausing
///         ▲                                 │                                    │
///         └── connectionsResumePercent ─────┴────────────────────────────────────┘
///
/// A value that one listener owns; how many connections are open in all is told to it. The way back is lower than the way
/// there, so that a client who closes one connection does not switch the server back and forth.
public struct Overload: Sendable {
    /// What to do with the listener, or with the next connection.
    public enum Decision: Hashable, Sendable {
        /// Accept and serve.
        case serve
        /// Accept, answer 503 with `Retry-After`, close.
        case refuse(ServerReason, retryAfterSeconds: Int)
        /// Do not accept; connections wait in the kernel's backlog. With an instant, ask again then; without, when a
        /// connection closed.
        case pause(until: Instant?)
    }

    private enum State: Sendable {
        case welcoming
        case shedding
    }

    private var connectionsMax = 0
    private var shedConnectionsMax = 0
    private var resumeCount = 0
    private var retryAfterSeconds = 0
    private var pauseMilliseconds = 0
    private var state = State.welcoming
    private var exhaustedUntil: Instant?
    private var isShuttingDown = false

    /// Makes one that welcomes.
    public init(limits: ServerLimits) { adopt(limits) }

    /// Other limits from the next decision on.
    public mutating func adopt(_ limits: ServerLimits) {
        connectionsMax = limits.connectionsMax
        shedConnectionsMax = limits.shedConnectionsMax
        retryAfterSeconds = limits.retryAfterSeconds
        pauseMilliseconds = limits.acceptPauseMilliseconds
        // Whole hundreds and the rest apart: the product of the whole need not fit.
        let percent = limits.connectionsResumePercent
        let share = connectionsMax / 100 * percent + connectionsMax % 100 * percent / 100
        resumeCount = min(share, connectionsMax - 1)
    }

    /// What to do with a connection that waits, where `openCount` are open, those that are being refused among them.
    public mutating func decide(openCount: Int, at now: Instant) -> Decision {
        if let until = exhaustedUntil {
            guard until <= now else { return .pause(until: until) }
            exhaustedUntil = nil
        }
        if openCount >= connectionsMax { state = .shedding }
        if openCount <= resumeCount { state = .welcoming }
        if isShuttingDown { return refusal(.shutdown, openCount) }
        switch state {
        case .welcoming: return .serve
        case .shedding: return refusal(.tooManyConnections, openCount)
        }
    }

    /// The system had no descriptor: nothing is accepted for a while.
    public mutating func descriptorsExhausted(at now: Instant) {
        exhaustedUntil = now.advanced(milliseconds: pauseMilliseconds)
    }

    /// From now on nobody is served any more.
    public mutating func shutDown() { isShuttingDown = true }

    /// Whether everything is as it should be: what `/readyz` says.
    public var isWelcoming: Bool {
        switch state {
        case .welcoming: exhaustedUntil == nil && !isShuttingDown
        case .shedding: false
        }
    }

    private func refusal(_ reason: ServerReason, _ openCount: Int) -> Decision {
        openCount - connectionsMax < shedConnectionsMax
            ? .refuse(reason, retryAfterSeconds: retryAfterSeconds) : .pause(until: nil)
    }
}
