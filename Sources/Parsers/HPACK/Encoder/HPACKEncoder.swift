/// Encodes header lists, one block after another, with the dynamic table that they share.
///
/// The same lists in the same order give the same bytes. Every block that it writes is one that a strict decoder reads
/// back as what was given, whatever SETTINGS_HEADER_TABLE_SIZE it set.
public struct HPACKEncoder: Sendable {
    /// Which fields no hop may index.
    public enum NeverIndexing: Hashable, Sendable {
        /// Those that are marked so, and those that `HPACKSecrets` knows.
        case secrets
        /// Only those that are marked so.
        case asMarked
    }

    /// Which fields no hop may index.
    public let neverIndexing: NeverIndexing
    /// The table that this side is willing to keep, whatever the peer allows (chosen: RFC 9113's initial value; a search
    /// goes through all entries, so it should stay small).
    public let tableSizePreferred: Int

    private var table: HPACKEncoderTable
    /// The smallest size that the table had to have since the last block, where it changed.
    private var smallestSize: Int?

    /// Octets that went into and out of the table for the last block, as decoders count them.
    public private(set) var blockChurn = 0
    /// Size updates at the last block's start.
    public private(set) var blockSizeUpdates = 0
    /// The longest string literal that was written so far, as it stands in its block.
    public private(set) var longestString = 0

    /// Makes an encoder for a connection whose peer has not set anything yet.
    public init(
        neverIndexing: NeverIndexing = .secrets,
        tableSizePreferred: Int = HPACKContext.initialTableSize
    ) {
        self.neverIndexing = neverIndexing
        self.tableSizePreferred = max(0, tableSizePreferred)
        table = HPACKEncoderTable(sizeMax: HPACKContext.initialTableSize)
        if self.tableSizePreferred < HPACKContext.initialTableSize {
            setTableSizeMax(HPACKContext.initialTableSize)
        }
    }

    /// The size that the table has, or will have with the next block.
    public var tableSizeMax: Int { table.sizeMax }

    /// The peer's SETTINGS_HEADER_TABLE_SIZE came into force; the next block signals what changes by it.
    public mutating func setTableSizeMax(_ size: Int) {
        let wanted = min(max(0, size), tableSizePreferred)
        guard wanted != table.sizeMax || smallestSize != nil else { return }
        smallestSize = min(smallestSize ?? wanted, wanted)
        pendingChurn += table.resize(wanted)
    }

    /// Octets that changes of size evicted since the last block.
    private var pendingChurn = 0

    /// Encodes a header list as one block.
    public mutating func encode(_ fields: [HPACKField]) -> [UInt8] {
        var bytes: [UInt8] = []
        encode(fields, into: &bytes)
        return bytes
    }

    /// Encodes a header list as one block behind `bytes`.
    public mutating func encode(_ fields: [HPACKField], into bytes: inout [UInt8]) {
        blockChurn = pendingChurn
        pendingChurn = 0
        blockSizeUpdates = 0
        if let smallestSize {
            writeSizeUpdate(smallestSize, &bytes)
            if table.sizeMax != smallestSize { writeSizeUpdate(table.sizeMax, &bytes) }
        }
        smallestSize = nil
        for field in fields { write(field, &bytes) }
    }
}

// MARK: Representations

extension HPACKEncoder {
    /// RFC 7541 §6.3.
    private mutating func writeSizeUpdate(_ size: Int, _ bytes: inout [UInt8]) {
        blockSizeUpdates += 1
        HPACKPrimitives.writeInteger(size, prefix: 5, pattern: 0x20, to: &bytes)
    }

    private mutating func write(_ field: HPACKField, _ bytes: inout [UInt8]) {
        let isSecret =
            field.isNeverIndexed || neverIndexing == .secrets && HPACKSecrets.contains(field)
        let match = table.match(field)
        // A secret is written out even where an entry holds it: an index is shorter, and its length would tell.
        if let index = match.field, !isSecret {
            HPACKPrimitives.writeInteger(index, prefix: 7, pattern: 0x80, to: &bytes)
            return
        }
        let isIndexed = !isSecret && HPACKIndexing.pays(field, tableSizeMax: table.sizeMax)
        let (prefix, pattern): (Int, UInt8) = isIndexed ? (6, 0x40) : (4, isSecret ? 0x10 : 0)
        HPACKPrimitives.writeInteger(match.name ?? 0, prefix: prefix, pattern: pattern, to: &bytes)
        if match.name == nil { writeString(field.name, &bytes) }
        writeString(field.value, &bytes)
        if isIndexed { blockChurn += table.insert(field) }
    }

    private mutating func writeString(_ string: [UInt8], _ bytes: inout [UInt8]) {
        longestString = max(longestString, HPACKPrimitives.writeString(string, to: &bytes))
    }
}
