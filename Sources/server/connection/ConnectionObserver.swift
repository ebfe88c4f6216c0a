/// Hears what becomes of a loop's connections and their requests: counters, logs, metrics. Called on the loop's thread.
package protocol ConnectionObserver: AnyObject {
    /// A connection was accepted; one is over.
    func opened()
    func closed()
    /// Bytes came in, or are on their way out.
    func received(_ count: Int)
    func sent(_ count: Int)
    /// A response has been produced whole.
    func answered(_ exchange: Exchange)
    /// Something was refused. `input` is what was looked at: from the message's first byte on; of a chunked body, from the
    /// first byte that is still held, and so does the refusal's offset count. `storage` has what was read of the head,
    /// whole or not.
    func refused(
        _ refusal: Refusal, _ client: ClientAddress, _ storage: RequestStorage?,
        _ input: Span<UInt8>)
    /// Whether lines wait that `flush` would write.
    var hasLines: Bool { get }
    /// Writes what waits; called once a second.
    func flush()
}

/// A request and what answered it.
package struct Exchange {
    /// The request, or nil where none could be read.
    package let request: Request?
    let client: ClientAddress
    package let status: Status
    /// Bytes of content that the response has, without head and framing.
    let contentBytes: Int
    /// When the request's first byte was seen, and when the response was produced.
    let began: Instant
    let ended: Instant
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
