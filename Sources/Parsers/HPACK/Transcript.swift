public import Wire

/// What a tape says, block by block.
public struct HPACKTranscript: Hashable, Sendable {
    /// One header block.
    public struct Block: Hashable, Sendable {
        /// Its first byte.
        public var start: Int
        /// The byte behind its last, once it has ended.
        public var end: Int?
        public var fields: [HPACKField] = []
        public var representations: [HPACKRepresentation] = []
        /// The new maximum sizes, in order.
        public var sizeUpdates: [Int] = []
        /// The limit from which on fields were left out.
        public var excess: HPACKExcess?
        /// What the dynamic table holds behind it.
        public var table: Table?
    }

    /// What is known of the dynamic table.
    public struct Table: Hashable, Sendable {
        public var digest: UInt64
        public var entryCount: Int
        public var size: Int
    }

    /// The blocks that ended, and the one that did not, where the context has it.
    public private(set) var blocks: [Block] = []

    /// Reads a tape.
    public init(_ tape: TapeSnapshot, _ context: HPACKContext) {
        var block = Block(start: 0)
        for token in tape.tokens {
            switch token.hpackKind {
            case .representation:
                block.representations.append(HPACKRepresentation(detail: token.detail))
            case .name:
                block.fields.append(
                    HPACKField(name: Self.run(token, tape), value: []))
            case .value:
                let isNever = block.representations.last?.sort == .neverIndexed
                block.fields[block.fields.count - 1].value = Self.run(token, tape)
                block.fields[block.fields.count - 1].isNeverIndexed = isNever
            case .sizeUpdate:
                block.sizeUpdates.append(Int(truncatingIfNeeded: token.length))
            case .fieldListTooLarge:
                block.excess = HPACKExcess(rawValue: token.detail)
            case .blockEnd:
                block.end = token.offset
                block.table = Table(digest: token.length, entryCount: 0, size: 0)
            case .blockTable:
                block.table?.entryCount = token.offset
                block.table?.size = Int(truncatingIfNeeded: token.length)
                blocks.append(block)
                block = Block(start: block.end ?? 0)
            case nil:
                break
            }
        }
        if blocks.count < context.blocks.count { blocks.append(block) }
    }

    private static func run(_ token: Token, _ tape: TapeSnapshot) -> [UInt8] {
        guard token.offset <= token.end, token.end <= tape.arena.count else { return [] }
        return Array(tape.arena[token.offset..<token.end])
    }
}
