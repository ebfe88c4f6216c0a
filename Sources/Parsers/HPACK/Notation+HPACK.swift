public import Wire

/// How HPACK's contexts and tapes are written down.
public struct HPACKNotation: Notation {
    public var contextEntries: [ContextEntry] {
        [
            ContextEntry(
                "blocks", "the length of each block in bytes; default: one block, the input"),
            ContextEntry(
                "tableSizes",
                "the SETTINGS_HEADER_TABLE_SIZE in force before each block, - where none came"),
        ]
    }

    public func context(
        _ entries: [String: String], input: [UInt8]?
    ) throws(NotationError) -> any ParseContext {
        var blocks: [HPACKContext.Block] = []
        for text in Self.list(entries["blocks"] ?? "\(input?.count ?? 0)") {
            guard let length = Int(text), length >= 0 else {
                throw NotationError("'\(text)' is no length of a block; write 12, 0, 7")
            }
            blocks.append(HPACKContext.Block(length: length))
        }
        let sizes = Self.list(entries["tableSizes"] ?? "")
        guard sizes.count <= blocks.count else {
            throw NotationError("\(sizes.count) table sizes for \(blocks.count) blocks")
        }
        for (index, text) in sizes.enumerated() where text != "-" {
            guard let size = Int(text), (0...HPACKContext.tableSizeLimit).contains(size) else {
                throw NotationError("'\(text)' is no table size; write -, 0 or 4096")
            }
            blocks[index].tableSizeMax = size
        }
        return HPACKContext(blocks: blocks)
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.filter { $0 != " " }) }
    }

    public var itemsKey: String { "blocks" }

    public func isPart(_ token: Token) -> Bool { token.hpackKind == .blockEnd }

    public func items(
        _ tape: TapeSnapshot, input: [UInt8], context: any ParseContext
    ) -> [Item] {
        HPACKTranscript(tape, context as? HPACKContext ?? HPACKContext(blocks: []))
            .blocks.map(Self.item)
    }

    private static func item(of block: HPACKTranscript.Block) -> Item {
        let fields = block.fields.map { field in
            Item.Value.list([
                .latin1(field.name), .latin1(field.value), .bool(field.isNeverIndexed),
            ])
        }
        var properties = [Item.Property("fields", .list(fields))]
        if !block.sizeUpdates.isEmpty {
            properties.append(
                Item.Property("sizeUpdates", .list(block.sizeUpdates.map(Item.Value.number))))
        }
        if let excess = block.excess {
            properties.append(Item.Property("fieldListTooLarge", .text("\(excess)")))
        }
        var summary = "\(block.fields.count) fields"
        if block.excess != nil { summary += " too large" }
        if let table = block.table {
            properties += [
                Item.Property("digest", .text(hexadecimal(table.digest)), rank: .framing),
                Item.Property("tableEntries", .number(table.entryCount), rank: .framing),
                Item.Property("tableSize", .number(table.size), rank: .framing),
            ]
            summary += " \(table.entryCount) entries \(table.size) octets"
        } else {
            summary += " unfinished"
        }
        return Item(start: block.start, end: block.end, properties: properties, summary: summary)
    }

    private static func hexadecimal(_ digest: UInt64) -> String {
        let digits = String(digest, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// What a block says is its fields; how the encoder came by its table is its own affair.
    public func essence(of item: Item) -> Item {
        var kept = item.withoutPlaces
        kept.properties.removeAll { $0.name != "fields" }
        kept.summary = ""
        return kept
    }

    public func label(of token: Token, tape: TapeSnapshot) -> TokenLabel {
        guard let kind = token.hpackKind else { return TokenLabel("kind \(token.kind)") }
        switch kind {
        case .representation:
            let representation = HPACKRepresentation(detail: token.detail)
            return TokenLabel("\(representation.sort)")
        case .name: return TokenLabel("name", .arena)
        case .value: return TokenLabel("value", .arena)
        case .sizeUpdate: return TokenLabel("table size \(token.length)", .point)
        case .fieldListTooLarge: return TokenLabel("fields are left out from here", .point)
        case .blockEnd: return TokenLabel("block ends", token.offset > 0 ? .point : .hidden)
        case .blockTable: return TokenLabel("table", .hidden)
        }
    }

    public func rewritten(
        _ tape: TapeSnapshot, input: [UInt8], configuration: Configuration
    ) throws(RewriteRefusal) -> Rewritten? {
        guard let context = configuration.context as? HPACKContext else { return nil }
        let limits = HPACKLimits(configuration.limits)
        var encoder = HPACKEncoder(neverIndexing: .asMarked)
        var bytes: [UInt8] = []
        var blocks: [HPACKContext.Block] = []
        for (read, block) in zip(HPACKTranscript(tape, context).blocks, context.blocks) {
            if let size = block.tableSizeMax { encoder.setTableSizeMax(size) }
            let start = bytes.count
            // A block that had nothing keeps that: what is owed is signalled in the next one that has something.
            if block.length > 0 { encoder.encode(read.fields, into: &bytes) }
            blocks.append(
                HPACKContext.Block(length: bytes.count - start, tableSizeMax: block.tableSizeMax))
            guard encoder.blockChurn <= limits.tableChurnBytesMax,
                encoder.blockSizeUpdates <= limits.tableSizeUpdatesMax,
                encoder.longestString <= limits.stringBytesMax
            else { throw RewriteRefusal("the encoder's block exceeds a limit", isLimit: true) }
        }
        return Rewritten(bytes: bytes, context: HPACKContext(blocks: blocks))
    }
}
