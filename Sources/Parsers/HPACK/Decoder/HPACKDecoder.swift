public import Wire

/// Decodes the header blocks of one direction of a connection as they come, with the table that they share.
///
/// An HTTP/2 connection has one: it hands over each block whole, its fragments put together (RFC 9113 §4.3). After a
/// rejection the connection is lost (COMPRESSION_ERROR): every further block is refused in the same way.
public struct HPACKDecoder: Sendable {
    /// What became of a block.
    public enum Outcome: Hashable, Sendable {
        /// Its fields stand on the tape.
        case fields
        /// Its fields exceed a limit, and the rest is left out; the table is in step (431, or a stream error).
        case fieldListTooLarge
        /// The connection ends with COMPRESSION_ERROR. The offset counts from the block's first byte.
        case rejected(Rejection)
    }

    private var decoder: SIMDHPACKDecoder
    private var rejection: Rejection?

    /// Makes a decoder for a connection that has set nothing yet.
    public init(limits: HPACKLimits = HPACKLimits(), policy: Policy = .strict) {
        decoder = SIMDHPACKDecoder(limits, policy)
    }

    /// A SETTINGS_HEADER_TABLE_SIZE of this side was acknowledged: it holds from the next block on.
    public mutating func setTableSizeMax(_ size: Int) {
        decoder.limitTable(to: min(max(0, size), HPACKContext.tableSizeLimit))
    }

    /// Decodes one whole block. Its tokens are appended to the tape and committed; names and values stand in the arena.
    public mutating func decode(_ block: Span<UInt8>, into tape: inout Tape) -> Outcome {
        if let rejection { return .rejected(rejection) }
        decoder.begin(HPACKContext.Block(length: block.count), at: 0)
        switch decoder.run(block, &tape) {
        case .ended:
            return decoder.isTooLarge ? .fieldListTooLarge : .fields
        case .rejected(let found):
            rejection = found
            return .rejected(found)
        case .starved:
            preconditionFailure("a whole block is not starved")
        }
    }
}
