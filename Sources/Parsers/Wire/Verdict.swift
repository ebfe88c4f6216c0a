/// What a parser says of the bytes that it was given so far.
@frozen
public enum Verdict: Hashable, Sendable, BitwiseCopyable {
    /// The message is whole; it took this many bytes from the input's first.
    case complete(consumed: Int)
    /// Every byte so far may begin a valid message, and more are needed. Never an error.
    case incomplete
    /// No valid message starts like this.
    case rejected(Rejection)
}

/// Why and where an input was refused.
@frozen
public struct Rejection: Error, Hashable, Sendable, BitwiseCopyable {
    /// The raw value of the protocol's reason, a closed enum (`HTTP1Reason` for HTTP/1).
    public var code: UInt8
    /// Where, in bytes from the input's first: see the offset law in `Documentation/Design.md`.
    public var offset: Int

    /// Makes a rejection from a protocol's reason.
    @inlinable @inline(__always)
    public init<Reason: RejectionReason>(_ reason: Reason, at offset: Int) {
        code = reason.rawValue
        self.offset = offset
    }

    /// Makes a rejection from a reason's raw value.
    @inlinable
    public init(code: UInt8, offset: Int) {
        self.code = code
        self.offset = offset
    }
}

/// The closed list of reasons for which a protocol refuses an input.
public protocol RejectionReason: RawRepresentable<UInt8>, CaseIterable, Hashable, Sendable {
    /// The reason's rule, clause, blame and wire reaction.
    var description: ReasonDescription { get }
}

/// Everything that a person or a server needs to know of a reason.
public struct ReasonDescription: Hashable, Sendable {
    /// When a reason is judged, and so what its offset means.
    public enum Judgement: String, Hashable, Sendable, CaseIterable {
        /// Byte by byte: the offset is the first byte after which no valid message can follow.
        case syntax
        /// Once, when the field section has ended: the offset is the start of what breaks the rule.
        case meaning
        /// Byte by byte: the offset is the first byte beyond a local limit.
        case limit
    }

    /// Who is to blame.
    public enum Blame: String, Hashable, Sendable, CaseIterable {
        /// The peer sent what the protocol forbids.
        case peer
        /// The protocol allows it; a hardened recipient refuses it (chosen: a known attack uses it).
        case hardening
        /// The protocol allows it; this side's limit does not.
        case limit
        /// The protocol allows it; this side does not implement it.
        case unsupported
    }

    /// The reason's name, as it stands in cases and reports.
    public let name: String
    /// One sentence: the rule that was broken.
    public let rule: String
    /// The clause, such as `RFC 9112 §5.1`, or `local limit`.
    public let clause: String
    /// When it is judged.
    public let judgement: Judgement
    /// Who is to blame.
    public let blame: Blame
    /// The number that the recipient answers with: an HTTP status, an HTTP/2 or QUIC error code, a WebSocket close
    /// code; 0 where it answers nothing.
    public let status: Int
    /// That number's name in the RFC, such as `PROTOCOL_ERROR`, or the reaction where there is no number, such as
    /// `discard`; empty for HTTP statuses.
    public let statusName: String
    /// Whether the connection closes. True for every framing doubt.
    public let closes: Bool

    /// Makes a description.
    public init(
        name: String, rule: String, clause: String, judgement: Judgement, blame: Blame,
        status: Int, statusName: String = "", closes: Bool = true
    ) {
        self.name = name
        self.rule = rule
        self.clause = clause
        self.judgement = judgement
        self.blame = blame
        self.status = status
        self.statusName = statusName
        self.closes = closes
    }
}
