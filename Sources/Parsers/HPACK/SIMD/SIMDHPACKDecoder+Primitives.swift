internal import Wire

/// Integers and strings (RFC 7541 §5).
extension SIMDHPACKDecoder {
    /// The continuation of an integer whose first octet is before `at` and holds `value`.
    @unsafe
    @inline(never)
    mutating func integer(
        _ bytes: SIMDHPACKBytes, _ at: inout Int, _ value: inout Int
    ) -> Part {
        var shift = 0
        while true {
            guard unsafe at < bytes.end else { return missing(at) }
            // SAFETY: at < end.
            let octet = unsafe bytes[at]
            value &+= Int(octet & 0x7F) &<< shift
            shift &+= 7
            if value > 0xFFFF_FFFF || (shift == 35 && octet >= 0x80) {
                return reject(.integerOverflow, at: at)
            }
            if octet == 0, shift > 7, !policy.contains(.paddedInteger) {
                return reject(.integerNotMinimal, at: at)
            }
            at &+= 1
            if octet < 0x80 { return .whole }
        }
    }

    /// A byte is needed where there is none: it may come, unless the block ends there.
    @inline(__always)
    private mutating func missing(_ at: Int) -> Part {
        at == blockEnd ? reject(.truncatedBlock, at: position) : .starved
    }

    /// A string, from its first octet at `at`; decoded into the arena once it is there.
    @unsafe
    @inline(__always)
    mutating func string(
        _ bytes: SIMDHPACKBytes, _ at: inout Int, _ isHuffman: inout Bool, _ tape: inout Tape
    ) -> Part {
        guard unsafe at < bytes.end else { return missing(at) }
        let start = at
        // SAFETY: start < end.
        let first = unsafe bytes[start]
        at &+= 1
        var count = Int(first & 0x7F)
        if count == 0x7F {
            let part = unsafe integer(bytes, &at, &count)
            guard part == .whole else { return part }
        }
        if count > limits.stringBytesMax { return reject(.stringTooLong, at: start) }
        guard unsafe count <= bytes.end &- at else {
            return count > blockEnd &- at
                ? reject(.truncatedBlock, at: position) : .starved
        }
        isHuffman = first >= 0x80
        if isHuffman {
            let part = unsafe huffman(bytes, at, count, &tape)
            guard part == .whole else { return part }
        } else {
            unsafe plain(bytes, at, count, &tape)
        }
        at &+= count
        return .whole
    }

    /// Octets as they stand.
    @unsafe
    @inline(__always)
    private func plain(
        _ bytes: SIMDHPACKBytes, _ at: Int, _ count: Int, _ tape: inout Tape
    ) {
        let arenaStart = tape.arenaAppendedCount
        // SAFETY: the string is there, and vectors are used only where the input goes on far enough.
        unsafe tape.appendToArena(count: count &+ SIMDHPACKCopy.slack) { room in
            if unsafe bytes.count &- at &- count >= SIMDHPACKCopy.slack {
                unsafe SIMDHPACKCopy.copy(bytes.base + at, room, count)
            } else {
                unsafe room.update(from: bytes.base + at, count: count)
            }
        }
        tape.truncateArena(to: min(arenaStart &+ count, tape.arenaAppendedCount))
    }

    /// A Huffman string.
    @unsafe
    @inline(__always)
    private mutating func huffman(
        _ bytes: SIMDHPACKBytes, _ at: Int, _ count: Int, _ tape: inout Tape
    ) -> Part {
        let arenaStart = tape.arenaAppendedCount
        var written = 0
        // SAFETY: the string is there, at + count ≤ bytes.count, and the room is what the code asks for.
        unsafe tape.appendToArena(count: SIMDHPACKCode.roomNeeded(count)) { room in
            unsafe written = code.decode(
                bytes.base + at, count, readable: bytes.count &- at, room)
        }
        if written < 0 { return unsafe judge(bytes, at, count, arenaStart, &tape) }
        tape.truncateArena(to: min(arenaStart &+ written, tape.arenaAppendedCount))
        return .whole
    }

    /// A Huffman string that the kernel did not find valid; its room in the arena is there.
    @unsafe
    @inline(never)
    private mutating func judge(
        _ bytes: SIMDHPACKBytes, _ at: Int, _ count: Int, _ arenaStart: Int, _ tape: inout Tape
    ) -> Part {
        tape.truncateArena(to: arenaStart)
        var written = 0
        var fault: (reason: HPACKReason, index: Int)?
        // SAFETY: as above.
        unsafe tape.appendToArena(count: SIMDHPACKCode.roomNeeded(count)) { room in
            fault = unsafe code.fault(bytes.base + at, count, policy, room, &written)
        }
        if let fault { return reject(fault.reason, at: at &+ fault.index) }
        tape.truncateArena(to: min(arenaStart &+ written, tape.arenaAppendedCount))
        return .whole
    }
}
