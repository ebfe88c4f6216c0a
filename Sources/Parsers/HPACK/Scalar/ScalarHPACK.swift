internal import Wire

/// Header blocks, one octet at a time: a state for each thing that can come next.
///
/// A string is waited for as a whole; everything else is taken in as it comes, so no octet is looked at twice.
struct ScalarHPACK: Parser {
    /// What the next octet is.
    private enum State {
        /// The first of a representation, or the block has ended.
        case awaitingRepresentation
        /// A continuation octet of the representation's own integer.
        case awaitingIndex
        /// The first octet of a string.
        case awaitingLength
        /// A continuation octet of a string's length.
        case awaitingLengthOctet
        /// The octets of a string.
        case awaitingString
        /// Nothing: every block has ended.
        case finished
    }

    private let blocks: [HPACKContext.Block]
    private let limits: HPACKLimits
    private let policy: Policy
    private let code = ScalarHPACKCode.shared

    private var table = ScalarHPACKTable()
    private var state = State.awaitingRepresentation
    private var position = 0
    private var integer = ScalarHPACKInteger()
    private var field = ScalarHPACKField()
    private var counts = ScalarHPACKCounts()
    private var sizeLimit = HPACKContext.initialTableSize
    /// The smallest size that the encoder still has to signal; the largest number where there is none.
    private var owedSize = Int.max
    private var blockIndex = 0
    private var blockEnd = 0
    private var rejection: Rejection?

    init(_ configuration: Configuration) {
        let context = configuration.context as? HPACKContext
        blocks = context?.blocks ?? []
        limits = HPACKLimits(configuration.limits)
        policy = configuration.policy
        reset()
    }

    mutating func reset() {
        table.reset()
        state = .awaitingRepresentation
        position = 0
        counts = ScalarHPACKCounts()
        sizeLimit = HPACKContext.initialTableSize
        owedSize = Int.max
        blockIndex = 0
        blockEnd = 0
        rejection = nil
        beginBlock()
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        while rejection == nil {
            switch state {
            case .finished:
                return .complete(consumed: position)
            case .awaitingRepresentation where position == blockEnd:
                endBlock(&tape)
            case .awaitingString:
                guard input.count &- position >= integer.value else { return .incomplete }
                takeString(input, &tape)
            default:
                guard position < blockEnd else {
                    reject(.truncatedBlock, at: field.start)
                    continue
                }
                guard position < input.count else { return .incomplete }
                take(input[position], &tape)
            }
        }
        return rejection.map(Verdict.rejected) ?? .incomplete
    }

    private mutating func reject(_ reason: HPACKReason, at offset: Int) {
        rejection = Rejection(reason, at: offset)
    }
}

// MARK: Blocks

extension ScalarHPACK {
    private mutating func beginBlock() {
        guard blockIndex < blocks.count else {
            state = .finished
            return
        }
        let block = blocks[blockIndex]
        blockIndex &+= 1
        let (end, isTooFar) = position.addingReportingOverflow(block.length)
        blockEnd = isTooFar ? Int.max : end
        counts = ScalarHPACKCounts()
        state = .awaitingRepresentation
        guard let size = block.tableSizeMax else { return }
        sizeLimit = size
        guard size < table.sizeMax else { return }
        if policy.contains(.missingSizeUpdate) {
            _ = table.resize(size)
        } else {
            owedSize = min(owedSize, size)
        }
    }

    private mutating func endBlock(_ tape: inout Tape) {
        tape.append(
            Token(.blockEnd, offset: position, length: Int(truncatingIfNeeded: table.digest)),
            Token(.blockTable, offset: table.count, length: table.size))
        tape.commit()
        beginBlock()
    }
}

// MARK: Octets

extension ScalarHPACK {
    /// Takes the octet at the position in, whatever the state says it is.
    private mutating func take(_ octet: UInt8, _ tape: inout Tape) {
        switch state {
        case .awaitingRepresentation:
            beginRepresentation(octet, &tape)
        case .awaitingIndex:
            if continueInteger(octet) { endIndex(&tape) }
        case .awaitingLength:
            field.beginString(octet, at: position)
            position &+= 1
            if integer.begin(octet, bits: 7) { endLength() } else { state = .awaitingLengthOctet }
        case .awaitingLengthOctet:
            if continueInteger(octet) { endLength() }
        case .awaitingString, .finished:
            break
        }
    }

    private mutating func beginRepresentation(_ octet: UInt8, _ tape: inout Tape) {
        let isUpdate = octet >> 5 == 1
        if !isUpdate, owedSize != Int.max { return reject(.sizeUpdateMissing, at: position) }
        if octet == 0x80 { return reject(.indexZero, at: position) }
        if isUpdate {
            if counts.hasField, !policy.contains(.sizeUpdateAfterField) {
                return reject(.sizeUpdateAfterField, at: position)
            }
            if counts.updates >= limits.tableSizeUpdatesMax {
                return reject(.tooManySizeUpdates, at: position)
            }
        }
        field.begin(octet, at: position)
        position &+= 1
        if integer.begin(octet, bits: field.prefixBits) {
            endIndex(&tape)
        } else {
            state = .awaitingIndex
        }
    }

    /// Takes a continuation octet in; true where it is the integer's last.
    private mutating func continueInteger(_ octet: UInt8) -> Bool {
        let offset = position
        position &+= 1
        integer.append(octet)
        if integer.isTooLarge(behind: octet) {
            reject(.integerOverflow, at: offset)
            return false
        }
        if integer.isPadded(by: octet), !policy.contains(.paddedInteger) {
            reject(.integerNotMinimal, at: offset)
            return false
        }
        return octet < 0x80
    }

    /// The representation's own integer is whole.
    private mutating func endIndex(_ tape: inout Tape) {
        let index = integer.value
        switch field.form {
        case .sizeUpdate:
            updateSize(index, &tape)
        case .indexed:
            guard table.contains(index) else { return reject(.invalidIndex, at: field.start) }
            field.arenaStart = tape.arenaAppendedCount
            table.copyName(index, to: &tape)
            field.nameCount = tape.arenaAppendedCount &- field.arenaStart
            table.copyValue(index, to: &tape)
            endField(&tape)
        case .literal:
            field.arenaStart = tape.arenaAppendedCount
            state = .awaitingLength
            guard index > 0 else {
                field.isNameLiteral = true
                return
            }
            guard table.contains(index) else { return reject(.invalidIndex, at: field.start) }
            table.copyName(index, to: &tape)
            field.endName(at: tape.arenaAppendedCount)
        }
    }

    /// A string's length is whole.
    private mutating func endLength() {
        state = .awaitingString
        if integer.value > limits.stringBytesMax {
            reject(.stringTooLong, at: field.stringStart)
        } else if integer.value > blockEnd &- position {
            reject(.truncatedBlock, at: field.start)
        }
    }

    /// A string is whole: the name, or the value that ends the field.
    private mutating func takeString(_ input: Span<UInt8>, _ tape: inout Tape) {
        let octets = position..<(position &+ integer.value)
        position = octets.upperBound
        if field.isStringHuffman {
            if let fault = code.decode(input, octets, policy, into: &tape) {
                rejection = fault
                return
            }
        } else {
            tape.appendToArena(contentsOf: input.extracting(octets))
        }
        if field.hasName {
            field.isValueHuffman = field.isStringHuffman
            insertField(&tape)
        } else {
            field.isNameHuffman = field.isStringHuffman
            field.endName(at: tape.arenaAppendedCount)
            state = .awaitingLength
        }
    }
}

// MARK: Effects

extension ScalarHPACK {
    private mutating func updateSize(_ size: Int, _ tape: inout Tape) {
        if size > sizeLimit { return reject(.sizeUpdateTooLarge, at: field.start) }
        if size > owedSize { return reject(.sizeUpdateMissing, at: field.start) }
        owedSize = Int.max
        counts.updates &+= 1
        guard addChurn(table.resize(size)) else { return }
        tape.append(Token(.sizeUpdate, offset: field.start, length: size))
        tape.commit()
        state = .awaitingRepresentation
    }

    private mutating func insertField(_ tape: inout Tape) {
        if field.sort == .incrementalIndexing {
            let valueStart = field.arenaStart &+ field.nameCount
            let churn = table.insert(
                tape, at: field.arenaStart, nameCount: field.nameCount,
                valueCount: tape.arenaAppendedCount &- valueStart)
            guard addChurn(churn) else { return }
        }
        endField(&tape)
    }

    /// Counts what went into and out of the table; false where that is too much.
    private mutating func addChurn(_ churn: Int) -> Bool {
        counts.churn &+= churn
        guard counts.churn > limits.tableChurnBytesMax else { return true }
        reject(.tableChurnTooLarge, at: field.start)
        return false
    }

    /// A field is whole: tokens, unless the list is too large.
    private mutating func endField(_ tape: inout Tape) {
        state = .awaitingRepresentation
        counts.hasField = true
        let valueStart = field.arenaStart &+ field.nameCount
        let valueCount = tape.arenaAppendedCount &- valueStart
        if !counts.isTooLarge {
            counts.listBytes &+= field.nameCount &+ valueCount &+ 32
            counts.fields &+= 1
            let excess: HPACKExcess? =
                counts.listBytes > limits.fieldListBytesMax
                ? .bytes : counts.fields > limits.fieldCountMax ? .count : nil
            if let excess {
                counts.isTooLarge = true
                tape.append(
                    Token(
                        .fieldListTooLarge, detail: excess.rawValue, offset: field.start,
                        length: 0))
            }
        }
        if counts.isTooLarge {
            tape.truncateArena(to: field.arenaStart)
        } else {
            tape.append(
                Token(
                    .representation, detail: field.detail, offset: field.start,
                    length: position &- field.start))
            tape.append(
                Token(.name, offset: field.arenaStart, length: field.nameCount),
                Token(.value, offset: valueStart, length: valueCount))
        }
        tape.commit()
    }
}
