internal import Wire

/// Header blocks, by a program of steps for each form of representation that a table finds by the first octet; Huffman
/// strings by a table with one row for each state and one column for each octet.
struct TableHPACK: Parser {
    private let blocks: [HPACKContext.Block]
    private let limits: HPACKLimits
    private let policy: Policy
    private let forms = TableHPACKForms.shared
    private let machine = TableHPACKMachine.shared

    private var entries = TableHPACKEntries()
    private var counts = TableHPACKCounts()
    private var sizeLimit = HPACKContext.initialTableSize
    private var smallestSizeSince: Int?

    /// The blocks that have begun.
    private var blockCount = 0
    private var blockEnd = 0
    private var position = 0

    /// The representation: where it starts, its form, and the step that it has come to; no form between two.
    private var start = 0
    private var form: TableHPACKForm?
    private var stepIndex = 0
    private var number = TableHPACKNumber()
    private var index = 0
    private var string = TableHPACKString()
    private var written = TableHPACKWritten()
    private var outcome: Verdict?

    init(_ configuration: Configuration) {
        blocks = (configuration.context as? HPACKContext)?.blocks ?? []
        limits = HPACKLimits(configuration.limits)
        policy = configuration.policy
        reset()
    }

    mutating func reset() {
        entries.clear()
        sizeLimit = HPACKContext.initialTableSize
        smallestSizeSince = nil
        blockCount = 0
        blockEnd = 0
        position = 0
        form = nil
        outcome = nil
        beginBlock()
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        while outcome == nil {
            guard let form else {
                if position == blockEnd {
                    endBlock(&tape)
                } else if position < input.count {
                    choose(input[position])
                } else {
                    return .incomplete
                }
                continue
            }
            guard let step = form.step(stepIndex), perform(step, form, input, &tape) else { break }
        }
        return outcome ?? .incomplete
    }

    private mutating func refuse(_ reason: HPACKReason, _ offset: Int) {
        outcome = .rejected(Rejection(reason, at: offset))
    }
}

// MARK: Blocks

extension TableHPACK {
    private mutating func beginBlock() {
        guard blockCount < blocks.count else {
            outcome = .complete(consumed: position)
            return
        }
        let block = blocks[blockCount]
        blockCount += 1
        blockEnd = block.length > Int.max - position ? Int.max : position + block.length
        counts = TableHPACKCounts()
        if let size = block.tableSizeMax {
            sizeLimit = size
            if size < entries.sizeMax {
                if policy.contains(.missingSizeUpdate) {
                    _ = entries.limit(to: size)
                } else {
                    smallestSizeSince = min(size, smallestSizeSince ?? size)
                }
            }
        }
    }

    private mutating func endBlock(_ tape: inout Tape) {
        let digest = Int(truncatingIfNeeded: entries.digest)
        tape.append(Token(.blockEnd, offset: position, length: digest))
        tape.append(Token(.blockTable, offset: entries.count, length: entries.size))
        tape.commit()
        beginBlock()
    }

    /// Begins the representation whose first octet is at the position.
    private mutating func choose(_ octet: UInt8) {
        let form = forms[octet]
        if smallestSizeSince != nil, !form.isUpdate { return refuse(.sizeUpdateMissing, position) }
        if octet == 0x80 { return refuse(.indexZero, position) }
        if form.isUpdate, counts.fields > 0, !policy.contains(.sizeUpdateAfterField) {
            return refuse(.sizeUpdateAfterField, position)
        }
        if form.isUpdate, counts.updates >= limits.tableSizeUpdatesMax {
            return refuse(.tooManySizeUpdates, position)
        }
        self.form = form
        start = position
        stepIndex = 0
        written = TableHPACKWritten()
        number = TableHPACKNumber()
        string = TableHPACKString()
    }
}

// MARK: Steps

extension TableHPACK {
    /// Goes on with a step; false where it needs more octets. A step that is done makes way for the next.
    private mutating func perform(
        _ step: TableHPACKForm.Step, _ form: TableHPACKForm, _ input: Span<UInt8>,
        _ tape: inout Tape
    ) -> Bool {
        switch step {
        case .number:
            guard readNumber(form.prefixBits, input) else { return false }
            index = number.value
            stepIndex += 1
        case .entry:
            copyEntry(&tape)
        case .name:
            if index > 0 { return copyName(&tape) }
            guard readString(input, &tape) else { return false }
            endName(&tape)
        case .value:
            guard readString(input, &tape) else { return false }
            written.isValueHuffman = string.isHuffman
            stepIndex += 1
        case .insertion:
            insert(form, &tape)
        case .field:
            endField(form, &tape)
        case .update:
            update(&tape)
        }
        return true
    }

    /// Reads octets of a number; false where it is not whole, or refused.
    private mutating func readNumber(_ bits: Int, _ input: Span<UInt8>) -> Bool {
        while !number.isWhole {
            guard position < blockEnd else {
                refuse(.truncatedBlock, start)
                return false
            }
            guard position < input.count else { return false }
            let octet = input[position]
            switch number.take(octet, bits) {
            case .fits: break
            case .overflows:
                refuse(.integerOverflow, position)
                return false
            case .pads:
                if !policy.contains(.paddedInteger) {
                    refuse(.integerNotMinimal, position)
                    return false
                }
            }
            position += 1
        }
        return true
    }

    /// Reads octets of a string; false where it is not whole, or refused.
    private mutating func readString(_ input: Span<UInt8>, _ tape: inout Tape) -> Bool {
        if !string.hasLength {
            if !string.hasStart, position < min(blockEnd, input.count) {
                string.begin(input[position], at: position)
                number = TableHPACKNumber()
            } else if !string.hasStart {
                if position == blockEnd { refuse(.truncatedBlock, start) }
                return false
            }
            guard readNumber(7, input) else { return false }
            if number.value > limits.stringBytesMax {
                refuse(.stringTooLong, string.start)
                return false
            }
            if number.value > blockEnd - position {
                refuse(.truncatedBlock, start)
                return false
            }
            string.end = position + number.value
            string.hasLength = true
        }
        let end = min(string.end, input.count)
        if string.isHuffman {
            machine.run(input, position..<end, &string.progress, &tape)
        } else {
            tape.appendToArena(contentsOf: input.extracting(position..<end))
        }
        position = end
        guard position == string.end else { return false }
        if string.isHuffman, let fault = machine.fault(string.progress, policy) {
            refuse(fault, string.progress.endOfStringAt ?? (position - 1))
            return false
        }
        return true
    }

    private mutating func endName(_ tape: inout Tape) {
        written.isNameLiteral = true
        written.isNameHuffman = string.isHuffman
        written.nameCount = tape.arenaAppendedCount - tape.arenaCount
        string = TableHPACKString()
        stepIndex += 1
    }

    private mutating func copyName(_ tape: inout Tape) -> Bool {
        guard entries.has(index) else {
            refuse(.invalidIndex, start)
            return true
        }
        entries.appendName(index, to: &tape)
        written.nameCount = tape.arenaAppendedCount - tape.arenaCount
        stepIndex += 1
        return true
    }

    private mutating func copyEntry(_ tape: inout Tape) {
        guard entries.has(index) else { return refuse(.invalidIndex, start) }
        entries.appendName(index, to: &tape)
        written.nameCount = tape.arenaAppendedCount - tape.arenaCount
        entries.appendValue(index, to: &tape)
        stepIndex += 1
    }
}

// MARK: Effects

extension TableHPACK {
    private mutating func update(_ tape: inout Tape) {
        if index > sizeLimit { return refuse(.sizeUpdateTooLarge, start) }
        if index > smallestSizeSince ?? Int.max { return refuse(.sizeUpdateMissing, start) }
        smallestSizeSince = nil
        counts.updates += 1
        counts.churn += entries.limit(to: index)
        if counts.churn > limits.tableChurnBytesMax { return refuse(.tableChurnTooLarge, start) }
        tape.append(Token(.sizeUpdate, offset: start, length: index))
        tape.commit()
        form = nil
    }

    private mutating func insert(_ form: TableHPACKForm, _ tape: inout Tape) {
        let nameEnd = tape.arenaCount + written.nameCount
        counts.churn += entries.insert(
            tape, name: tape.arenaCount..<nameEnd, value: nameEnd..<tape.arenaAppendedCount)
        if counts.churn > limits.tableChurnBytesMax { return refuse(.tableChurnTooLarge, start) }
        stepIndex += 1
    }

    /// Since each representation ends in a commit, what is not committed of the arena is the field's.
    private mutating func endField(_ form: TableHPACKForm, _ tape: inout Tape) {
        let nameStart = tape.arenaCount
        let valueStart = nameStart + written.nameCount
        let valueCount = tape.arenaAppendedCount - valueStart
        counts.fields += 1
        counts.bytes += written.nameCount + valueCount + 32
        let excess: HPACKExcess? =
            if counts.bytes > limits.fieldListBytesMax {
                .bytes
            } else if counts.fields > limits.fieldCountMax {
                .count
            } else {
                nil
            }
        if let excess {
            tape.truncateArena(to: nameStart)
            if !counts.isTooLarge {
                tape.append(
                    Token(
                        .fieldListTooLarge, detail: excess.rawValue, offset: start, length: 0))
            }
            counts.isTooLarge = true
        } else {
            let detail = written.detail(form.sort)
            tape.append(
                Token(.representation, detail: detail, offset: start, length: position - start))
            tape.append(Token(.name, offset: nameStart, length: written.nameCount))
            tape.append(Token(.value, offset: valueStart, length: valueCount))
        }
        tape.commit()
        self.form = nil
    }
}
