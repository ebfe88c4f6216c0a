internal import HTTP1
internal import Wire

/// The parsers for one message under way, and the request that they fill. A connection borrows one with a message's first
/// byte and gives it back behind the last.
final class MessageReader {
    private var head: any Parser
    private var chunked: any Parser
    /// The request that is read.
    private(set) var storage: RequestStorage
    /// The chunked body's tokens.
    var chunks = Tape(tokenCapacity: 64)

    init(head: any Parser, chunked: any Parser) {
        self.head = head
        self.chunked = chunked
        storage = RequestStorage()
    }

    /// Reads a head: all bytes of the message so far.
    func readHead(_ bytes: Span<UInt8>) -> Verdict { head.parse(bytes, into: &storage.tape) }

    /// Reads a chunked body: its bytes so far, less those that were released.
    func readChunks(_ bytes: Span<UInt8>) -> Verdict { chunked.parse(bytes, into: &chunks) }

    /// Drops what no one looks at again of the first `count` bytes; gives how many these are.
    func releaseChunks(_ count: Int) -> Int {
        let released = min(count, chunked.releasableCount)
        guard released > 0 else { return 0 }
        chunks.removeAll()
        chunked.release(released)
        return released
    }

    /// Ready for the next message. A request that a handler kept keeps its storage.
    func reset() {
        head.reset()
        chunked.reset()
        chunks.removeAll()
        if isKnownUniquelyReferenced(&storage) {
            storage.removeAll()
        } else {
            storage = RequestStorage()
        }
    }
}
