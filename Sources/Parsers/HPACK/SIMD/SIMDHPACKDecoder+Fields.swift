internal import Wire

/// Representations (RFC 7541 §6).
extension SIMDHPACKDecoder {
    /// Representations up to the block's end, the last byte, or a rejection.
    @unsafe
    mutating func run(_ bytes: SIMDHPACKBytes, _ tape: inout Tape) -> Part {
        while unsafe position < bytes.end {
            // SAFETY: position < end.
            let first = unsafe bytes[position]
            let part: Part
            if owedSize == Int.max, first > 0x80, first < 0xFF {
                part = unsafe indexed(Int(first & 0x7F), end: position &+ 1, &tape)
            } else if owedSize == Int.max, first & 0xC0 == 0x40 {
                part = unsafe literal(bytes, first, mask: 0x3F, .incrementalIndexing, &tape)
            } else {
                part = unsafe other(bytes, first, &tape)
            }
            guard part == .whole else { return part }
        }
        return position < blockEnd ? .starved : .whole
    }

    /// Representations that are seldom met.
    @unsafe
    @inline(never)
    private mutating func other(
        _ bytes: SIMDHPACKBytes, _ first: UInt8, _ tape: inout Tape
    ) -> Part {
        if first & 0xE0 == 0x20 { return unsafe sizeUpdate(bytes, first, &tape) }
        if owedSize != Int.max { return reject(.sizeUpdateMissing, at: position) }
        if first == 0x80 { return reject(.indexZero, at: position) }
        if first >= 0x80 {
            var at = position &+ 1
            var index = 0x7F
            let part = unsafe integer(bytes, &at, &index)
            return part == .whole ? unsafe indexed(index, end: at, &tape) : part
        }
        let sort: HPACKRepresentation.Sort = first >= 0x10 ? .neverIndexed : .withoutIndexing
        return unsafe literal(bytes, first, mask: 0x0F, sort, &tape)
    }

    /// RFC 7541 §6.1.
    @unsafe
    @inline(__always)
    private mutating func indexed(_ index: Int, end: Int, _ tape: inout Tape) -> Part {
        guard table.holds(index) else { return reject(.invalidIndex, at: position) }
        let (entry, octets) = unsafe table.entry(index)
        if hasRoom(entry.size, &tape) {
            let arenaStart = tape.arenaAppendedCount
            let count = entry.count
            // SAFETY: the entry has slack behind it, and room for as much is made here.
            unsafe tape.appendToArena(count: count &+ SIMDHPACKCopy.slack) { room in
                unsafe SIMDHPACKCopy.copy(octets, room, count)
            }
            tape.truncateArena(to: min(arenaStart &+ count, tape.arenaAppendedCount))
            put(
                HPACKRepresentation(.indexed).detail, end, arenaStart, Int(entry.nameCount),
                Int(entry.valueCount), &tape)
        }
        hasField = true
        tape.commit()
        position = end
        return .whole
    }

    /// RFC 7541 §6.2. `mask` covers the index in the first octet.
    @unsafe
    @inline(__always)
    private mutating func literal(
        _ bytes: SIMDHPACKBytes, _ first: UInt8, mask: UInt8, _ sort: HPACKRepresentation.Sort,
        _ tape: inout Tape
    ) -> Part {
        var name = SIMDHPACKName(
            arenaStart: tape.arenaAppendedCount, count: 0, hash: nil, end: position &+ 1,
            detail: sort.rawValue)
        if let heldName {
            name = heldName
        } else {
            let part = unsafe readName(bytes, Int(first & mask), Int(mask), &name, &tape)
            guard part == .whole else { return part }
        }
        var end = name.end
        var isHuffman = false
        let part = unsafe string(bytes, &end, &isHuffman, &tape)
        guard part == .whole else {
            heldName = part == .starved ? name : nil
            return part
        }
        heldName = nil
        if isHuffman { name.detail |= 0x20 }
        let valueCount = tape.arenaAppendedCount &- name.arenaStart &- name.count
        if sort == .incrementalIndexing {
            insert(name, valueCount, &tape)
            if churn > limits.tableChurnBytesMax {
                return reject(.tableChurnTooLarge, at: position)
            }
        }
        if hasRoom(name.count &+ valueCount &+ 32, &tape) {
            put(name.detail, end, name.arenaStart, name.count, valueCount, &tape)
        } else {
            tape.truncateArena(to: name.arenaStart)
        }
        hasField = true
        tape.commit()
        position = end
        return .whole
    }

    /// The name of a literal field: an entry's, or a string.
    @unsafe
    @inline(__always)
    private mutating func readName(
        _ bytes: SIMDHPACKBytes, _ prefix: Int, _ mask: Int, _ name: inout SIMDHPACKName,
        _ tape: inout Tape
    ) -> Part {
        guard prefix > 0 else {
            var isHuffman = false
            let part = unsafe string(bytes, &name.end, &isHuffman, &tape)
            name.count = tape.arenaAppendedCount &- name.arenaStart
            name.detail |= isHuffman ? 0x50 : 0x40
            return part
        }
        var index = prefix
        if prefix == mask {
            let part = unsafe integer(bytes, &name.end, &index)
            guard part == .whole else { return part }
        }
        guard table.holds(index) else { return reject(.invalidIndex, at: position) }
        let (entry, octets) = unsafe table.entry(index)
        let count = Int(entry.nameCount)
        // SAFETY: the entry has slack behind it, and room for as much is made here.
        unsafe tape.appendToArena(count: count &+ SIMDHPACKCopy.slack) { room in
            unsafe SIMDHPACKCopy.copy(octets, room, count)
        }
        tape.truncateArena(to: min(name.arenaStart &+ count, tape.arenaAppendedCount))
        name.count = tape.arenaAppendedCount &- name.arenaStart
        name.hash = entry.nameHash
        return .whole
    }

    /// The field at the arena's end goes into the table.
    @inline(__always)
    private mutating func insert(
        _ name: SIMDHPACKName, _ valueCount: Int, _ tape: inout Tape
    ) {
        let count = name.count &+ valueCount
        // Vectors read beyond the field: room for that is made, and taken back.
        // SAFETY: nothing is written, and what is read there is masked or not used.
        unsafe tape.appendToArena(count: SIMDHPACKCopy.slack) { room in
            unsafe UnsafeMutableRawPointer(room).initializeMemory(
                as: UInt8.self, repeating: 0, count: SIMDHPACKCopy.slack)
        }
        let isLost = tape.arenaAppendedCount < name.arenaStart &+ count &+ SIMDHPACKCopy.slack
        if !isLost {
            churn &+= unsafe tape.withArena(name.arenaStart, count: count) { field in
                guard let base = field.baseAddress else { return 0 }
                return unsafe table.insert(
                    base, nameCount: name.count, valueCount: valueCount, nameHash: name.hash)
            }
        }
        tape.truncateArena(to: min(name.arenaStart &+ count, tape.arenaAppendedCount))
    }

    /// RFC 7541 §6.3.
    @unsafe
    private mutating func sizeUpdate(
        _ bytes: SIMDHPACKBytes, _ first: UInt8, _ tape: inout Tape
    ) -> Part {
        if hasField, !policy.contains(.sizeUpdateAfterField) {
            return reject(.sizeUpdateAfterField, at: position)
        }
        if updates >= limits.tableSizeUpdatesMax {
            return reject(.tooManySizeUpdates, at: position)
        }
        var end = position &+ 1
        var size = Int(first & 0x1F)
        if size == 0x1F {
            let part = unsafe integer(bytes, &end, &size)
            guard part == .whole else { return part }
        }
        if size > sizeLimit { return reject(.sizeUpdateTooLarge, at: position) }
        if size > owedSize { return reject(.sizeUpdateMissing, at: position) }
        owedSize = Int.max
        updates &+= 1
        churn &+= table.resize(size)
        if churn > limits.tableChurnBytesMax { return reject(.tableChurnTooLarge, at: position) }
        tape.append(Token(.sizeUpdate, offset: position, length: size))
        tape.commit()
        position = end
        return .whole
    }
}

// MARK: The field list

extension SIMDHPACKDecoder {
    /// Counts a field; false where the list has become, or was, too large.
    @inline(__always)
    private mutating func hasRoom(_ size: Int, _ tape: inout Tape) -> Bool {
        listBytes &+= size
        fieldCount &+= 1
        guard listBytes > limits.fieldListBytesMax || fieldCount > limits.fieldCountMax else {
            return true
        }
        exceed(&tape)
        return false
    }

    @inline(never)
    private mutating func exceed(_ tape: inout Tape) {
        guard !isTooLarge else { return }
        isTooLarge = true
        let excess: HPACKExcess = listBytes > limits.fieldListBytesMax ? .bytes : .count
        tape.append(
            Token(.fieldListTooLarge, detail: excess.rawValue, offset: position, length: 0))
    }

    @inline(__always)
    private func put(
        _ detail: UInt16, _ end: Int, _ arenaStart: Int, _ nameCount: Int, _ valueCount: Int,
        _ tape: inout Tape
    ) {
        tape.append(
            Token(
                .representation, detail: detail, offset: position, length: end &- position))
        tape.append(
            Token(.name, offset: arenaStart, length: nameCount),
            Token(.value, offset: arenaStart &+ nameCount, length: valueCount))
    }
}
