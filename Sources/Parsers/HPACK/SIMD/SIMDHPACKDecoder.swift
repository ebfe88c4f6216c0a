internal import Wire

/// Decodes one header block after another, with the table that they share.
///
/// A representation that is not whole leaves nothing behind but its name, where that was decoded: `position` stays at its
/// first byte, and what it needs is looked at again when more bytes come.
struct SIMDHPACKDecoder: Sendable {
    /// How far a block has come.
    enum Step {
        case ended
        case starved
        case rejected(Rejection)
    }

    /// What reading a part of a representation led to.
    enum Part: Equatable {
        case whole
        case starved
        case rejected
    }

    let limits: HPACKLimits
    let policy: Policy
    let code = SIMDHPACKCode.shared

    var table = SIMDHPACKTable()
    var sizeLimit = HPACKContext.initialTableSize
    /// The smallest size that the encoder still has to signal; the largest number where there is none.
    var owedSize = Int.max

    /// The first byte of the representation that comes next, or is not whole.
    var position = 0
    var blockEnd = 0

    // Counted in a block.
    var hasField = false
    var updates = 0
    var churn = 0
    var listBytes = 0
    var fieldCount = 0
    var isTooLarge = false

    /// The name of the representation at `position`, once it was decoded while its value was not whole.
    var heldName: SIMDHPACKName?
    private var rejection = Rejection(.truncatedBlock as HPACKReason, at: 0)

    init(_ limits: HPACKLimits, _ policy: Policy) {
        self.limits = limits
        self.policy = policy
    }

    mutating func reset() {
        table.reset()
        sizeLimit = HPACKContext.initialTableSize
        owedSize = Int.max
        position = 0
        blockEnd = 0
        heldName = nil
    }

    /// Begins a block whose first byte is at `start`.
    mutating func begin(_ block: HPACKContext.Block, at start: Int) {
        position = start
        let (end, isTooFar) = start.addingReportingOverflow(block.length)
        blockEnd = isTooFar ? Int.max : end
        hasField = false
        updates = 0
        churn = 0
        listBytes = 0
        fieldCount = 0
        isTooLarge = false
        if let size = block.tableSizeMax { limitTable(to: size) }
    }

    /// A SETTINGS_HEADER_TABLE_SIZE comes into force.
    mutating func limitTable(to size: Int) {
        sizeLimit = size
        guard size < table.sizeMax else { return }
        if policy.contains(.missingSizeUpdate) {
            table.makeUnique()
            _ = table.resize(size)
        } else {
            owedSize = min(owedSize, size)
        }
    }

    /// Goes on with the block.
    mutating func run(_ input: Span<UInt8>, _ tape: inout Tape) -> Step {
        table.makeUnique()
        // SAFETY: the pointer is used within the closure only, and below `count` only.
        let part = unsafe input.withUnsafeBufferPointer { buffer -> Part in
            guard let base = buffer.baseAddress else {
                return position < blockEnd ? .starved : .whole
            }
            let bytes = unsafe SIMDHPACKBytes(
                base: base, count: buffer.count, end: min(buffer.count, blockEnd))
            return unsafe run(bytes, &tape)
        }
        switch part {
        case .starved: return .starved
        case .rejected: return .rejected(rejection)
        case .whole: break
        }
        tape.append(
            Token(.blockEnd, offset: position, length: Int(truncatingIfNeeded: table.digest)),
            Token(.blockTable, offset: table.count, length: table.size))
        tape.commit()
        return .ended
    }

    @inline(never)
    mutating func reject(_ reason: HPACKReason, at offset: Int) -> Part {
        rejection = Rejection(reason, at: offset)
        return .rejected
    }
}

/// The input, and how much of it belongs to the block.
@unsafe
struct SIMDHPACKBytes {
    let base: UnsafePointer<UInt8>
    /// How many bytes there are.
    let count: Int
    /// The byte behind the block's last that is there.
    let end: Int

    /// The byte at `offset`, which must be less than `end`.
    @inline(__always)
    subscript(_ offset: Int) -> UInt8 {
        // SAFETY: the caller has checked offset < end ≤ count.
        unsafe base[offset]
    }
}

/// A name that was decoded into the arena.
struct SIMDHPACKName {
    var arenaStart: Int
    var count: Int
    var hash: UInt64?
    /// The byte where the value starts.
    var end: Int
    /// Detail bits of the representation token.
    var detail: UInt16
}
