internal import HTTP1
internal import Wire

/// Chunk-size lines: `Documentation/HTTP1.md` §6.1 to §6.3.
extension HTTP1Pass {
    mutating func chunkLine(
        _ totals: inout HTTP1ChunkTotals
    ) throws(HTTP1Stop) -> HTTP1ChunkLine {
        sectionEnd = Int.max
        lineEnd = Int.max
        if has(.T17) { while try isLineBreak() { at += 2 } }
        var line = HTTP1ChunkLine()
        let start = at
        if has(.T24) { try skipWhitespace() }
        if flags.hasAny(.S1, .S25, .T19) {
            line.size = try librarySize(&totals)
        } else {
            line.size = try chunkSize(&totals)
        }
        try behindSize(&line, &totals)
        line.range = start..<at
        try chunkLineEnd()
        return line
    }

    private mutating func chunkLineEnd() throws(HTTP1Stop) {
        if has(.S31), try peek() == HTTP1Byte.cr {
            _ = try peek(1)
            at += 2
            return
        }
        try lineEnd(lf: allows(.bareLFInChunkLine), cr: has(.chunkLineEndsAtCR))
    }

    /// One to sixteen hexadecimal digits.
    private mutating func chunkSize(
        _ totals: inout HTTP1ChunkTotals
    ) throws(HTTP1Stop) -> Int {
        let first = try peek()
        let isEmpty = allows(.emptyChunkSize) ? try isAtLineEnd() : false
        guard isEmpty || HTTP1Byte.digit(first) != nil else {
            throw .rejected(.malformedChunkSize, at)
        }
        if isEmpty, first == HTTP1Byte.lf, !allows(.bareLFInChunkLine) {
            throw .rejected(.bareLF, at)
        }
        try countLine(&totals)
        if isEmpty { return 0 }
        if flags.hasAny(.chunkSizeWraps32, .chunkSizeWraps64), try isWide() {
            return try wrappedSize(totals)
        }
        var size = 0
        var digits = 0
        var hasPrefix = false
        while let digit = HTTP1Byte.digit(try peek()) {
            guard digits < 16 || (has(.chunkSizeManyZeros) && size == 0) else {
                throw .rejected(.chunkSizeTooLong, at)
            }
            size = try grown(size, digit, totals)
            at += 1
            digits += 1
            if digits == 1, digit == 0, !hasPrefix, allows(.chunkSizePrefix),
                HTTP1Byte.lowercased(try peek()) == UInt8(ascii: "x")
            {
                hasPrefix = true
                at += 1
                digits = 0
                guard HTTP1Byte.digit(try peek()) != nil else {
                    throw .rejected(.malformedChunkSize, at)
                }
            }
        }
        return size
    }

    private func countLine(_ totals: inout HTTP1ChunkTotals) throws(HTTP1Stop) {
        guard totals.lines < limits.chunkCountMax else { throw .rejected(.tooManyChunks, at) }
        totals.lines += 1
    }

    private func grown(
        _ size: Int, _ digit: Int, _ totals: HTTP1ChunkTotals
    ) throws(HTTP1Stop) -> Int {
        let (shifted, overflow) = size.multipliedReportingOverflow(by: 16)
        let room = limits.bodyBytesMax - totals.bodyBytes
        guard !overflow, shifted <= room, digit <= room - shifted else {
            throw .rejected(.bodyTooLarge, at)
        }
        return shifted + digit
    }

    /// Whether more digits than the register has room for begin here.
    private func isWide() throws(HTTP1Stop) -> Bool {
        let room = has(.chunkSizeWraps32) ? 8 : 16
        for ahead in 0...room {
            guard HTTP1Byte.digit(try peek(ahead)) != nil else { return false }
        }
        return true
    }

    /// Any number of digits in a register that keeps only its low bits.
    private mutating func wrappedSize(_ totals: HTTP1ChunkTotals) throws(HTTP1Stop) -> Int {
        let start = at
        var value: UInt64 = 0
        while let digit = HTTP1Byte.digit(try peek()) {
            value = value << 4 | UInt64(digit)
            at += 1
        }
        if has(.chunkSizeWraps32) { value &= 0xFFFF_FFFF }
        return try bounded(Int(exactly: value) ?? Int.max, totals, start)
    }

    /// The size as Python's `int` or C's `strtoll` reads it.
    private mutating func librarySize(
        _ totals: inout HTTP1ChunkTotals
    ) throws(HTTP1Stop) -> Int {
        let start = at
        var end = at
        while end < bytes.count, bytes[end] != HTTP1Byte.cr, bytes[end] != HTTP1Byte.lf,
            bytes[end] != UInt8(ascii: ";")
        {
            end += 1
        }
        guard end < bytes.count else { throw .needMore }
        let size: Int?
        if has(.S1) {
            size = HTTP1Numbers.int(bytes[start..<end], base: 16)
        } else {
            let number = HTTP1Numbers.strtoll(bytes[start..<end], base: 16)
            // A sign or a prefix alone is a size of 0 for a reader that does not ask where the
            // number ended.
            let isBare = has(.T19) && bytes[start..<end].allSatisfy { "+-0xX".utf8.contains($0) }
            size = number?.value ?? (isBare && end > start ? 0 : nil)
        }
        guard let size, size >= 0 else { throw .rejected(.malformedChunkSize, start) }
        try countLine(&totals)
        at = end
        return try bounded(size, totals, start)
    }

    private func bounded(
        _ size: Int, _ totals: HTTP1ChunkTotals, _ start: Int
    ) throws(HTTP1Stop) -> Int {
        guard size <= limits.bodyBytesMax - totals.bodyBytes else {
            throw .rejected(.bodyTooLarge, start)
        }
        return size
    }
}

// MARK: Behind the size

extension HTTP1Pass {
    private mutating func behindSize(
        _ line: inout HTTP1ChunkLine, _ totals: inout HTTP1ChunkTotals
    ) throws(HTTP1Stop) {
        let start = at
        let allowsEnd = allows(.chunkSizeTrailingWhitespace)
        let allowsBWS = allows(.chunkExtensionWhitespace)
        if allowsEnd || allowsBWS { try extensionWhitespace(&totals) }
        if flags.hasAny(.T3, .S36) { try bareCRs(&totals) }
        let hasSpace = at > start
        if try isAtLineEnd(), !hasSpace || allowsEnd { return }
        if try peek() == UInt8(ascii: ";"), !hasSpace || allowsBWS || flags.hasAny(.T3, .S36) {
            let first = at
            try extensions(&totals)
            line.extensions = first..<at
            return
        }
        guard allows(.chunkSizeLongestPrefix) || has(.T7), HTTP1Byte.isField(try peek()) else {
            throw .rejected(.malformedChunkSize, at)
        }
        while try !isAtLineEnd() {
            guard HTTP1Byte.isField(try peek()) else { throw .rejected(.malformedChunkSize, at) }
            try extensionByte(&totals)
        }
    }

    /// CRs that no LF follows, where the model takes them for white space.
    private mutating func bareCRs(_ totals: inout HTTP1ChunkTotals) throws(HTTP1Stop) {
        while try peek() == HTTP1Byte.cr, try peek(1) != HTTP1Byte.lf {
            try extensionByte(&totals)
        }
    }

    private mutating func extensions(
        _ totals: inout HTTP1ChunkTotals
    ) throws(HTTP1Stop) {
        if allows(.unvalidatedChunkExtension) {
            while try !isExtensionEnd() { try extensionByte(&totals) }
            return
        }
        while true {
            try extensionByte(&totals)
            if allows(.chunkExtensionWhitespace) { try extensionWhitespace(&totals) }
            try extensionToken(&totals)
            switch try behindExtension(&totals, mayHaveValue: true) {
            case .end: return
            case .next: continue
            case .value: break
            }
            try extensionByte(&totals)
            if allows(.chunkExtensionWhitespace) { try extensionWhitespace(&totals) }
            if try peek() == UInt8(ascii: "\"") {
                try quotedString(&totals)
            } else {
                try extensionToken(&totals)
            }
            if try behindExtension(&totals, mayHaveValue: false) == .end { return }
        }
    }

    private enum Behind { case end, next, value }

    private mutating func behindExtension(
        _ totals: inout HTTP1ChunkTotals, mayHaveValue: Bool
    ) throws(HTTP1Stop) -> Behind {
        let start = at
        let allowsEnd = allows(.chunkSizeTrailingWhitespace)
        let allowsBWS = allows(.chunkExtensionWhitespace)
        if allowsEnd || allowsBWS { try extensionWhitespace(&totals) }
        if flags.hasAny(.T3, .S36) { try bareCRs(&totals) }
        let hasSpace = at > start
        let byte = try peek()
        if try isExtensionEnd(), !hasSpace || allowsEnd || flags.hasAny(.T3, .S36) { return .end }
        let goesOn = !hasSpace || allowsBWS
        if byte == UInt8(ascii: ";"), goesOn { return .next }
        guard byte == UInt8(ascii: "="), goesOn, mayHaveValue else {
            throw .rejected(.malformedChunkExtension, at)
        }
        return .value
    }

    /// Whether the line ends here; the model may not see some line ends among extensions.
    private func isExtensionEnd() throws(HTTP1Stop) -> Bool {
        guard try isAtLineEnd() else { return false }
        if has(.chunkExtensionSpansLF), try peek() == HTTP1Byte.lf { return false }
        if flags.hasAny(.T3, .S36), try peek() == HTTP1Byte.cr {
            return try peek(1) == HTTP1Byte.lf
        }
        return true
    }

    private mutating func extensionToken(
        _ totals: inout HTTP1ChunkTotals
    ) throws(HTTP1Stop) {
        let start = at
        while try isExtensionTokenByte(try peek()) { try extensionByte(&totals) }
        guard at > start else { throw .rejected(.malformedChunkExtension, at) }
    }

    private func isExtensionTokenByte(_ byte: UInt8) throws(HTTP1Stop) -> Bool {
        HTTP1Byte.isToken(byte) || (byte == 0 && has(.nulInChunkExtension))
            || (byte == HTTP1Byte.lf && has(.chunkExtensionSpansLF))
    }

    private mutating func quotedString(
        _ totals: inout HTTP1ChunkTotals
    ) throws(HTTP1Stop) {
        try extensionByte(&totals)
        while true {
            let byte = try peek()
            guard HTTP1Byte.isField(byte) else { throw .rejected(.malformedChunkExtension, at) }
            try extensionByte(&totals)
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\\") {
                guard HTTP1Byte.isField(try peek()) else {
                    throw .rejected(.malformedChunkExtension, at)
                }
                try extensionByte(&totals)
            }
        }
    }

    private mutating func extensionWhitespace(
        _ totals: inout HTTP1ChunkTotals
    ) throws(HTTP1Stop) {
        while HTTP1Byte.isWhitespace(try peek()) { try extensionByte(&totals) }
    }

    private mutating func extensionByte(
        _ totals: inout HTTP1ChunkTotals
    ) throws(HTTP1Stop) {
        guard totals.extensionBytes < limits.chunkExtensionBytesMax else {
            throw .rejected(.chunkExtensionsTooLong, at)
        }
        totals.extensionBytes += 1
        at += 1
    }
}
