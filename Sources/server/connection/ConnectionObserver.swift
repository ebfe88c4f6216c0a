/// Hears what becomes of a connection's requests: counters, logs, metrics. Called on the loop's thread.
public protocol ConnectionObserver: AnyObject {
    /// A response has been produced whole.
    func answered(_ exchange: Exchange)
    /// Something was refused. `bytes` is the input that was looked at, from the message's or the body's first byte.
    func refused(_ refusal: Refusal, _ request: Request?, _ bytes: Span<UInt8>)
}

/// A request and what answered it.
public struct Exchange {
    /// The request, or nil where none could be read.
    public let request: Request?
    public let status: Status
    /// Bytes of content that the response has, without head and framing.
    public let contentBytes: Int
    /// When the request's first byte was seen, and when the response was produced.
    public let began: Instant
    public let ended: Instant
}

/// Names a connection of a loop: a slot, and how often the slot was used before.
public struct ConnectionID: Hashable, Sendable {
    public let slot: UInt32
    public let generation: UInt32

    public init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }
}
