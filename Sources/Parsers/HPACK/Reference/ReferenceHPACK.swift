internal import Wire

/// Header blocks as RFC 7541 describes their decoding, one function for each rule.
///
/// A representation that is not whole is read again from its first byte when more bytes come; only its name, once read,
/// is kept. `Documentation/HPACK.md` gives the order of judgement.
struct ReferenceHPACK: Parser {
    private let context: HPACKContext
    private let limits: HPACKLimits
    private let policy: Policy

    private var table = ReferenceHPACKTable()
    /// The SETTINGS_HEADER_TABLE_SIZE in force.
    private var tableSizeLimit = HPACKContext.initialTableSize
    /// The smallest size that a reduction asks the encoder to signal, until it has.
    private var sizeToSignal: Int?

    private var blockIndex = -1
    private var blockEnd = 0
    private var position = 0
    private var block = ReferenceHPACKBlock()
    private var heldName: ReferenceHPACKHeldName?
    private var verdict: Verdict?

    init(_ configuration: Configuration) {
        context = configuration.context as? HPACKContext ?? HPACKContext(blocks: [])
        limits = HPACKLimits(configuration.limits)
        policy = configuration.policy
    }

    mutating func reset() {
        table.removeAll()
        tableSizeLimit = HPACKContext.initialTableSize
        sizeToSignal = nil
        blockIndex = -1
        blockEnd = 0
        position = 0
        block = ReferenceHPACKBlock()
        heldName = nil
        verdict = nil
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let verdict { return verdict }
        do throws(ReferenceHPACKStop) {
            while try block(input, &tape) {}
            verdict = .complete(consumed: position)
        } catch {
            switch error {
            case .starved: return .incomplete
            case .rejected(let rejection): verdict = .rejected(rejection)
            }
        }
        return verdict ?? .incomplete
    }
}

// MARK: Blocks

extension ReferenceHPACK {
    /// One header block to its end (RFC 7541 §3.1); false where the context has no further one.
    private mutating func block(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceHPACKStop) -> Bool {
        if blockIndex >= 0 {
            while position < blockEnd {
                try representation(input, &tape)
                heldName = nil
                tape.commit()
            }
            tape.append(
                Token(
                    .blockEnd, offset: position,
                    length: Int(truncatingIfNeeded: table.digest)))
            tape.append(Token(.blockTable, offset: table.entryCount, length: table.size))
            tape.commit()
        }
        guard blockIndex + 1 < context.blocks.count else { return false }
        begin(context.blocks[blockIndex + 1])
        return true
    }

    /// A new block, and the setting that came into force before it (RFC 7541 §4.2).
    private mutating func begin(_ next: HPACKContext.Block) {
        blockIndex += 1
        let end = position.addingReportingOverflow(next.length)
        blockEnd = end.overflow ? Int.max : end.partialValue
        block = ReferenceHPACKBlock()
        guard let tableSizeMax = next.tableSizeMax else { return }
        tableSizeLimit = tableSizeMax
        guard tableSizeMax < table.sizeMax else { return }
        if policy.contains(.missingSizeUpdate) {
            _ = table.setSizeMax(tableSizeMax)
        } else {
            sizeToSignal = min(sizeToSignal ?? tableSizeMax, tableSizeMax)
        }
    }

    /// One representation, by the bits that it starts with (RFC 7541 §6).
    private mutating func representation(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceHPACKStop) {
        var cursor = ReferenceHPACKCursor(at: position, blockEnd: blockEnd, policy)
        let first = try cursor.peek(input)
        let isUpdate = first & 0xE0 == 0x20
        if sizeToSignal != nil, !isUpdate {
            throw .reject(.sizeUpdateMissing, at: cursor.start)
        }
        if isUpdate {
            try sizeUpdate(&cursor, input, &tape)
        } else if first & 0x80 != 0 {
            try indexedField(&cursor, input, &tape)
        } else if first & 0x40 != 0 {
            try literalField(&cursor, .incrementalIndexing, prefix: 6, input, &tape)
        } else if first & 0x10 != 0 {
            try literalField(&cursor, .neverIndexed, prefix: 4, input, &tape)
        } else {
            try literalField(&cursor, .withoutIndexing, prefix: 4, input, &tape)
        }
        position = cursor.position
    }
}

// MARK: Representations

extension ReferenceHPACK {
    /// Indexed header field, RFC 7541 §6.1.
    private mutating func indexedField(
        _ cursor: inout ReferenceHPACKCursor, _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceHPACKStop) {
        if try cursor.peek(input) == 0x80 { throw .reject(.indexZero, at: cursor.start) }
        let index = try cursor.integer(prefix: 7, input)
        guard table.holds(index) else { throw .reject(.invalidIndex, at: cursor.start) }
        var field = ReferenceHPACKField(arenaStart: tape.arenaAppendedCount)
        table.appendName(index, to: &tape)
        field.nameCount = tape.arenaAppendedCount - field.arenaStart
        table.appendValue(index, to: &tape)
        field.valueCount = tape.arenaAppendedCount - field.arenaStart - field.nameCount
        list(field, HPACKRepresentation(.indexed), cursor, &tape)
    }

    /// Literal header field, RFC 7541 §6.2.
    private mutating func literalField(
        _ cursor: inout ReferenceHPACKCursor, _ sort: HPACKRepresentation.Sort, prefix: Int,
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceHPACKStop) {
        let name = try name(&cursor, prefix: prefix, input, &tape)
        cursor.position = name.end
        let value = try cursor.string(input, limits, &tape)
        let field = ReferenceHPACKField(
            arenaStart: name.arenaStart, nameCount: name.count, valueCount: value.count)
        if sort == .incrementalIndexing {
            block.churn += table.insert(field, from: tape)
            try checkChurn(cursor)
        }
        let representation = HPACKRepresentation(
            sort, isNameLiteral: name.isLiteral, isNameHuffman: name.isHuffman,
            isValueHuffman: value.isHuffman)
        list(field, representation, cursor, &tape)
    }

    /// The name of a literal field: that of an entry, or a string. It is read once.
    private mutating func name(
        _ cursor: inout ReferenceHPACKCursor, prefix: Int, _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceHPACKStop) -> ReferenceHPACKHeldName {
        if let heldName { return heldName }
        let arenaStart = tape.arenaAppendedCount
        let index = try cursor.integer(prefix: prefix, input)
        var name: ReferenceHPACKHeldName
        if index == 0 {
            let string = try cursor.string(input, limits, &tape)
            name = ReferenceHPACKHeldName(
                arenaStart: arenaStart, count: string.count, end: cursor.position)
            name.isLiteral = true
            name.isHuffman = string.isHuffman
        } else {
            guard table.holds(index) else { throw .reject(.invalidIndex, at: cursor.start) }
            table.appendName(index, to: &tape)
            name = ReferenceHPACKHeldName(
                arenaStart: arenaStart, count: tape.arenaAppendedCount - arenaStart,
                end: cursor.position)
        }
        heldName = name
        return name
    }

    /// Dynamic table size update, RFC 7541 §6.3.
    private mutating func sizeUpdate(
        _ cursor: inout ReferenceHPACKCursor, _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceHPACKStop) {
        if block.hasField, !policy.contains(.sizeUpdateAfterField) {
            throw .reject(.sizeUpdateAfterField, at: cursor.start)
        }
        if block.sizeUpdates >= limits.tableSizeUpdatesMax {
            throw .reject(.tooManySizeUpdates, at: cursor.start)
        }
        let size = try cursor.integer(prefix: 5, input)
        if size > tableSizeLimit { throw .reject(.sizeUpdateTooLarge, at: cursor.start) }
        if let sizeToSignal, size > sizeToSignal {
            throw .reject(.sizeUpdateMissing, at: cursor.start)
        }
        sizeToSignal = nil
        block.sizeUpdates += 1
        block.churn += table.setSizeMax(size)
        try checkChurn(cursor)
        tape.append(Token(.sizeUpdate, offset: cursor.start, length: size))
    }

    private func checkChurn(_ cursor: ReferenceHPACKCursor) throws(ReferenceHPACKStop) {
        if block.churn > limits.tableChurnBytesMax {
            throw .reject(.tableChurnTooLarge, at: cursor.start)
        }
    }

    /// Puts a field on the tape, unless the list has grown too large (RFC 9113 §6.5.2 says how that is counted).
    private mutating func list(
        _ field: ReferenceHPACKField, _ representation: HPACKRepresentation,
        _ cursor: ReferenceHPACKCursor, _ tape: inout Tape
    ) {
        block.hasField = true
        if !block.isTooLarge {
            block.listBytes += field.size
            block.fieldCount += 1
            if let excess = excess() {
                block.isTooLarge = true
                tape.append(
                    Token(
                        .fieldListTooLarge, detail: excess.rawValue, offset: cursor.start,
                        length: 0))
            }
        }
        if block.isTooLarge {
            tape.truncateArena(to: field.arenaStart)
            return
        }
        tape.append(
            Token(
                .representation, detail: representation.detail, offset: cursor.start,
                length: cursor.position - cursor.start))
        tape.append(Token(.name, offset: field.arenaStart, length: field.nameCount))
        tape.append(
            Token(.value, offset: field.arenaStart + field.nameCount, length: field.valueCount))
    }

    private func excess() -> HPACKExcess? {
        if block.listBytes > limits.fieldListBytesMax { return .bytes }
        if block.fieldCount > limits.fieldCountMax { return .count }
        return nil
    }
}

// MARK: What is kept

/// What is counted in a block.
struct ReferenceHPACKBlock {
    var hasField = false
    var sizeUpdates = 0
    var churn = 0
    var listBytes = 0
    var fieldCount = 0
    var isTooLarge = false
}

/// A decoded field: its name and, right behind, its value in the arena.
struct ReferenceHPACKField {
    var arenaStart: Int
    var nameCount = 0
    var valueCount = 0

    /// RFC 7541 §4.1.
    var size: Int { nameCount + valueCount + 32 }
}

/// A literal field's name that was read while its value was not whole.
struct ReferenceHPACKHeldName {
    var arenaStart: Int
    var count: Int
    /// The byte behind it, where the value starts.
    var end: Int
    var isLiteral = false
    var isHuffman = false
}

/// Why reading stops.
enum ReferenceHPACKStop: Error {
    /// More bytes are needed.
    case starved
    case rejected(Rejection)

    static func reject(_ reason: HPACKReason, at offset: Int) -> ReferenceHPACKStop {
        .rejected(Rejection(reason, at: offset))
    }
}
