/// Bytes in, tape and verdict out. No socket, no clock, nothing that grows with the input but the tape.
///
/// `parse` takes a span that starts at the message's first byte. On `incomplete` the caller comes back with
/// the same bytes and more behind them and the same tape; the parser goes on where it stopped, so a message
/// that arrives in k pieces is not parsed k times. After `complete` of a stream the caller may come back in
/// the same way; after `complete` of a single message, and after `rejected`, only `reset()` leads on: until
/// then the same verdict is given again.
public protocol Parser: Sendable {
    /// Looks at the bytes that it has not seen yet.
    ///
    /// - Parameters:
    ///   - input: all bytes of the message so far, less those that were released.
    ///   - tape: what was recognised is appended here; the same tape at each call for a message.
    /// - Returns: the verdict over all bytes so far.
    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict

    /// Makes the parser ready for a new message; it then behaves like a new one.
    mutating func reset()

    /// How many bytes at the input's start the parser will not look at again.
    ///
    /// A caller that streams a large body may drop that many (or fewer) and say so with `release`. The count
    /// can exceed what has arrived: the parser then waits for bytes that need not be kept. It is 0 while
    /// tokens wait for their commit, in a head or a trailer section.
    var releasableCount: Int { get }

    /// Tells the parser that the caller dropped `count` bytes at the input's start.
    ///
    /// Offsets in later tokens and verdicts count from the new first byte. `count` must not exceed
    /// `releasableCount` or the bytes that were passed so far; the caller empties the tape first.
    mutating func release(_ count: Int)
}

extension Parser {
    /// Nothing: a head is kept until it is whole.
    public var releasableCount: Int { 0 }

    /// A head has nothing to release.
    public mutating func release(_ count: Int) {
        precondition(count == 0, "nothing is releasable")
    }
}

/// What a parser needs to know beyond the bytes: leniencies, limits, and the context.
public struct Configuration: Sendable {
    /// The leniencies that are on.
    public var policy: Policy
    /// The protocol's limits.
    public var limits: Limits
    /// What the connection knows and the bytes do not say, in the protocol's own type.
    public var context: any ParseContext

    /// Makes a configuration.
    public init(policy: Policy, limits: Limits, context: any ParseContext) {
        self.policy = policy
        self.limits = limits
        self.context = context
    }
}

/// Knowledge of a connection that is not in the bytes (for HTTP/1: which request a response answers).
public protocol ParseContext: Sendable {}
