internal import HPACK
internal import Wire

/// One reading of header blocks by the HPACK model: `Documentation/HPACK.md` told once more, with a
/// switch at each place where decoders were seen to part.
struct HPACKPass {
    /// How a rule ends when it does not match.
    enum Stop: Error {
        case needMore
        case rejected(HPACKReason, Int)
    }

    let bytes: [UInt8]
    let context: HPACKContext
    let limits: HPACKLimits
    let policy: Policy
    let flags: Flags<HPACKFlag>

    var at = 0
    var blockEnd = 0
    /// The first octet of the representation in progress.
    var start = 0
    var table: HPACKModelTable
    var allowed = HPACKContext.initialTableSize
    var owed: Int?
    var block = Counts()
    var reading = ModelReading()

    /// What is counted in a block.
    struct Counts {
        var hasField = false
        var sizeUpdates = 0
        var churn = 0
        var listBytes = 0
        var fields = 0
        var isTooLarge = false
    }

    init(_ bytes: [UInt8], _ configuration: Configuration, flags: Flags<HPACKFlag>) {
        self.bytes = bytes
        context = configuration.context as? HPACKContext ?? HPACKContext(blocks: [])
        limits = HPACKLimits(configuration.limits)
        policy = configuration.policy
        self.flags = flags
        table = HPACKModelTable(flags)
    }

    mutating func read() -> ModelReading {
        do throws(Stop) {
            for next in context.blocks {
                begin(next)
                while at < blockEnd { try representationOrSkip() }
                reading.tokens.append(
                    Token(
                        .blockEnd, offset: at, length: Int(truncatingIfNeeded: table.digest)))
                reading.tokens.append(
                    Token(.blockTable, offset: table.entries.count, length: table.size))
            }
            reading.verdict = .complete(consumed: at)
        } catch {
            switch error {
            case .needMore: reading.verdict = .incomplete
            case .rejected(let reason, let offset):
                reading.verdict = .rejected(Rejection(reason, at: offset))
            }
        }
        return reading
    }

    private mutating func begin(_ next: HPACKContext.Block) {
        let (end, overflow) = at.addingReportingOverflow(next.length)
        blockEnd = overflow ? Int.max : end
        block = Counts()
        if flags.has(.tableClearedPerBlock) { table.removeAll() }
        guard let size = next.tableSizeMax else { return }
        allowed = size
        guard size < table.sizeMax, !flags.has(.reductionIgnored) else { return }
        if policy.contains(.missingSizeUpdate) {
            _ = table.setSizeMax(size)
        } else {
            owed = min(owed ?? size, size)
        }
    }

    /// One representation; with `blockErrorIgnored` a bad one ends its block, and nothing else.
    private mutating func representationOrSkip() throws(Stop) {
        do throws(Stop) {
            try representation()
        } catch {
            guard flags.has(.blockErrorIgnored), case .rejected = error, blockEnd <= bytes.count
            else { throw error }
            at = blockEnd
        }
    }
}

// MARK: Representations

extension HPACKPass {
    private mutating func representation() throws(Stop) {
        start = at
        let first = try peek()
        let isUpdate = first >> 5 == 1
        if owed != nil, !isUpdate { throw .rejected(.sizeUpdateMissing, start) }
        if isUpdate {
            try sizeUpdate()
        } else if first >> 7 == 1 {
            try indexed()
        } else if first >> 6 == 1 {
            try literal(.incrementalIndexing, prefix: 6)
        } else if first >> 4 == 1 {
            try literal(
                flags.has(.neverIndexedForgotten) ? .withoutIndexing : .neverIndexed, prefix: 4)
        } else {
            try literal(.withoutIndexing, prefix: 4)
        }
    }

    private mutating func indexed() throws(Stop) {
        if try peek() == 0x80 {
            guard flags.has(.indexZero) else { throw .rejected(.indexZero, start) }
            at += 1
            return
        }
        let index = try integer(prefix: 7)
        let entry = try entry(index)
        list(entry.name, entry.value, HPACKRepresentation(.indexed))
    }

    private func entry(_ index: Int) throws(Stop) -> (name: [UInt8], value: [UInt8]) {
        if let entry = table[index] { return entry }
        guard flags.has(.indexPastTable) else { throw .rejected(.invalidIndex, start) }
        return ([], [])
    }

    private mutating func literal(
        _ sort: HPACKRepresentation.Sort, prefix: Int
    ) throws(Stop) {
        let index = try integer(prefix: prefix)
        var representation = HPACKRepresentation(sort)
        var name: [UInt8]
        if index == 0 {
            representation.isNameLiteral = true
            (name, representation.isNameHuffman) = try string()
        } else {
            name = try entry(index).name
        }
        let value: [UInt8]
        (value, representation.isValueHuffman) = try string()
        if sort == .incrementalIndexing {
            let source = table.number(of: index)
            block.churn += table.insert(name, value)
            if flags.has(.evictedNameLost), let source, !table.holds(source) {
                name = []
                table.renameNewest(to: [])
            }
            try checkChurn()
        }
        list(name, value, representation)
    }

    private mutating func sizeUpdate() throws(Stop) {
        if block.hasField, !policy.contains(.sizeUpdateAfterField) {
            throw .rejected(.sizeUpdateAfterField, start)
        }
        if block.sizeUpdates >= limits.tableSizeUpdatesMax {
            throw .rejected(.tooManySizeUpdates, start)
        }
        let size = try integer(prefix: 5)
        if size > allowed, !flags.has(.sizeUpdateAboveSetting) {
            throw .rejected(.sizeUpdateTooLarge, start)
        }
        if let owed, size > owed { throw .rejected(.sizeUpdateMissing, start) }
        owed = nil
        block.sizeUpdates += 1
        if !flags.has(.sizeUpdateNotApplied) { block.churn += table.setSizeMax(size) }
        try checkChurn()
        reading.tokens.append(Token(.sizeUpdate, offset: start, length: size))
    }

    private func checkChurn() throws(Stop) {
        if block.churn > limits.tableChurnBytesMax { throw .rejected(.tableChurnTooLarge, start) }
    }

    private mutating func list(
        _ name: [UInt8], _ value: [UInt8], _ representation: HPACKRepresentation
    ) {
        block.hasField = true
        guard !block.isTooLarge else { return }
        block.listBytes += name.count + value.count + 32
        block.fields += 1
        let excess: HPACKExcess? =
            block.listBytes > limits.fieldListBytesMax
            ? .bytes : block.fields > limits.fieldCountMax ? .count : nil
        if let excess {
            block.isTooLarge = true
            reading.tokens.append(
                Token(.fieldListTooLarge, detail: excess.rawValue, offset: start, length: 0))
            return
        }
        let place = reading.arena.count
        reading.arena += name
        reading.arena += value
        reading.tokens.append(
            Token(
                .representation, detail: representation.detail, offset: start,
                length: at - start))
        reading.tokens.append(Token(.name, offset: place, length: name.count))
        reading.tokens.append(Token(.value, offset: place + name.count, length: value.count))
    }
}

// MARK: Integers and strings

extension HPACKPass {
    private func peek() throws(Stop) -> UInt8 {
        guard at < blockEnd else { throw .rejected(.truncatedBlock, start) }
        guard at < bytes.count else { throw .needMore }
        return bytes[at]
    }

    private mutating func integer(prefix: Int) throws(Stop) -> Int {
        let ones = 1 << prefix - 1
        var value = Int(try peek()) & ones
        at += 1
        guard value == ones else { return value }
        var shift = 0
        while true {
            let octet = try peek()
            let number = shift / 7 + 1
            if flags.has(.integerWraps) {
                // A register of 32 bits, into which whatever comes is shifted.
                value = (value + (shift < 32 ? Int(octet & 0x7F) << shift : 0)) & 0xFFFF_FFFF
            } else {
                let group = shift < 35 ? Int(octet & 0x7F) << shift : octet & 0x7F == 0 ? 0 : -1
                let isLong = number >= 5 && octet & 0x80 != 0 && !flags.has(.integerLong)
                guard group >= 0, value + group <= Int(UInt32.max), !isLong else {
                    throw .rejected(.integerOverflow, at)
                }
                value += group
            }
            let isPadding = octet == 0 && number > 1
            if isPadding, !policy.contains(.paddedInteger), !flags.has(.integerLong) {
                throw .rejected(.integerNotMinimal, at)
            }
            at += 1
            shift += 7
            if octet & 0x80 == 0 { return value }
        }
    }

    private mutating func string() throws(Stop) -> (octets: [UInt8], isHuffman: Bool) {
        let first = at
        let isHuffman = try peek() & 0x80 != 0
        var count = try integer(prefix: 7)
        if count > limits.stringBytesMax { throw .rejected(.stringTooLong, first) }
        if count > blockEnd - at {
            guard flags.has(.truncatedString) else { throw .rejected(.truncatedBlock, start) }
            count = blockEnd - at
        }
        guard count <= bytes.count - at else { throw .needMore }
        let octets = bytes[at..<(at + count)]
        at += count
        return (isHuffman ? try huffman(octets) : Array(octets), isHuffman)
    }

    /// A Huffman string by the canonical code: at each length the codes of that length are one run
    /// of numbers.
    private func huffman(_ octets: ArraySlice<UInt8>) throws(Stop) -> [UInt8] {
        var decoded: [UInt8] = []
        var code: UInt32 = 0
        var length = 0
        for index in octets.indices {
            for shift in stride(from: UInt8(7), through: 0, by: -1) {
                code = code << 1 | UInt32(octets[index] >> shift & 1)
                length += 1
                guard let symbol = HPACKModelCode.symbol(code, length) else { continue }
                (code, length) = (0, 0)
                if symbol == HPACKHuffmanCode.endOfString {
                    guard flags.has(.huffmanEOSSkipped) else {
                        throw .rejected(.huffmanEOS, index)
                    }
                    continue
                }
                let isWrong = flags.has(.huffmanWrongSymbol) && symbol == 0xD0
                decoded.append(UInt8(truncatingIfNeeded: isWrong ? 0xD1 : symbol))
            }
        }
        if policy.contains(.uncheckedHuffmanPadding) { return decoded }
        let isOnes = code == (1 << UInt32(length)) - 1
        if length > 7, !(flags.has(.huffmanPaddingLong) && isOnes) {
            throw .rejected(.huffmanPaddingTooLong, octets.endIndex - 1)
        }
        if !isOnes, !flags.has(.huffmanPaddingAnyBits) {
            throw .rejected(.huffmanPaddingNotOnes, octets.endIndex - 1)
        }
        return decoded
    }
}

/// The Huffman code by length: the first code of each, and the symbols in the codes' order.
private enum HPACKModelCode {
    private static let byLength: [(first: UInt32, symbols: [Int])] = (0...30).map { length in
        let symbols = HPACKHuffmanCode.lengths.indices
            .filter { Int(HPACKHuffmanCode.lengths[$0]) == length }
            .sorted { HPACKHuffmanCode.codes[$0] < HPACKHuffmanCode.codes[$1] }
        return (symbols.first.map { HPACKHuffmanCode.codes[$0] } ?? 0, symbols)
    }

    static func symbol(_ code: UInt32, _ length: Int) -> Int? {
        guard length < byLength.count, code >= byLength[length].first else { return nil }
        let index = Int(code - byLength[length].first)
        return index < byLength[length].symbols.count ? byLength[length].symbols[index] : nil
    }
}
