public import Wire

/// Why a sequence of header blocks is refused. Each refusal ends the connection (RFC 7541 §2.2, RFC 9113 §4.3).
public enum HPACKReason: UInt8, RejectionReason {
    // Integers
    /// An integer above 2^32 − 1, or of more than five continuation octets.
    case integerOverflow
    /// An integer whose last octet is a superfluous zero.
    case integerNotMinimal

    // Representations
    /// An indexed field with index 0.
    case indexZero
    /// An index beyond both tables.
    case invalidIndex
    /// A representation that its block's end cuts off.
    case truncatedBlock

    // Huffman strings
    /// The end-of-string symbol inside a string.
    case huffmanEOS
    /// Eight or more bits behind a string's last symbol.
    case huffmanPaddingTooLong
    /// Bits behind a string's last symbol that are not all ones.
    case huffmanPaddingNotOnes

    // Table size
    /// A size update behind a field.
    case sizeUpdateAfterField
    /// A size update above SETTINGS_HEADER_TABLE_SIZE.
    case sizeUpdateTooLarge
    /// No size update, or not a small enough one, where SETTINGS asks for it.
    case sizeUpdateMissing

    // Local limits
    /// A string longer than stringBytesMax.
    case stringTooLong
    /// More size updates in a block than tableSizeUpdatesMax.
    case tooManySizeUpdates
    /// More octets inserted into and evicted from the table in a block than tableChurnBytesMax.
    case tableChurnTooLarge
}

extension HPACKReason {
    /// The rule, its clause, who is to blame, and the error code.
    public var description: ReasonDescription {
        switch self {
        case .integerOverflow:
            make(
                "An integer is at most 2^32 - 1 and has at most five continuation octets.",
                "RFC 7541 §5.1", .syntax, .peer)
        case .integerNotMinimal:
            make(
                "An integer does not end in a zero octet behind another continuation octet.",
                "RFC 7541 §5.1", .syntax, .hardening)
        case .indexZero:
            make("Index 0 names no entry.", "RFC 7541 §6.1", .syntax, .peer)
        case .invalidIndex:
            make(
                "An index lies in the static or the dynamic table.", "RFC 7541 §2.3.3", .meaning,
                .peer)
        case .truncatedBlock:
            make(
                "A block ends behind a whole representation.", "RFC 7541 §5.2, RFC 9113 §4.3",
                .meaning, .peer)
        case .huffmanEOS:
            make(
                "The end-of-string symbol does not stand in a string.", "RFC 7541 §5.2", .meaning,
                .peer)
        case .huffmanPaddingTooLong:
            make("Padding has at most seven bits.", "RFC 7541 §5.2", .meaning, .peer)
        case .huffmanPaddingNotOnes:
            make(
                "Padding is the beginning of the end-of-string code, all ones.", "RFC 7541 §5.2",
                .meaning, .peer)
        case .sizeUpdateAfterField:
            make(
                "A size update stands before a block's first field.", "RFC 7541 §4.2", .syntax,
                .peer)
        case .sizeUpdateTooLarge:
            make(
                "A size update is at most SETTINGS_HEADER_TABLE_SIZE.", "RFC 7541 §6.3", .meaning,
                .peer)
        case .sizeUpdateMissing:
            make(
                "The first block behind a reduction starts with a size update to no more than the "
                    + "smallest size since.",
                "RFC 7541 §4.2, RFC 9113 §4.3.1", .meaning, .peer)
        case .stringTooLong:
            make(
                "A string literal is at most stringBytesMax long, as it stands in the block.",
                "local limit, RFC 7541 §7.4", .limit, .limit)
        case .tooManySizeUpdates:
            make(
                "A block has at most tableSizeUpdatesMax size updates.",
                "local limit, RFC 7541 §4.2", .limit, .limit)
        case .tableChurnTooLarge:
            make(
                "A block inserts and evicts at most tableChurnBytesMax octets.",
                "local limit, RFC 7541 §7.3", .limit, .limit)
        }
    }

    private func make(
        _ rule: String, _ clause: String, _ judgement: ReasonDescription.Judgement,
        _ blame: ReasonDescription.Blame
    ) -> ReasonDescription {
        ReasonDescription(
            name: String(describing: self), rule: rule, clause: clause, judgement: judgement,
            blame: blame, status: 9, statusName: "COMPRESSION_ERROR")
    }
}
