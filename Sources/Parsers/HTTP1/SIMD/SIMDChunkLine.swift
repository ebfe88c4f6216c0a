internal import Wire

/// A chunk-size line, walked byte by byte: what the fast path leaves.
struct SIMDChunkLine {
    let policy: Policy
    let limits: HTTP1Limits
    let chunkCount: Int
    let bodyBytes: Int
    var extensionBytes: Int
    /// The next byte; behind the line in the end.
    var offset: Int
    private(set) var size = 0
    private(set) var extensionStart = 0
    private(set) var extensionEnd = 0

    init(
        policy: Policy, limits: HTTP1Limits, chunkCount: Int, bodyBytes: Int, extensionBytes: Int,
        offset: Int
    ) {
        self.policy = policy
        self.limits = limits
        self.chunkCount = chunkCount
        self.bodyBytes = bodyBytes
        self.extensionBytes = extensionBytes
        self.offset = offset
    }

    private var skipsSpaces: Bool { allowsSpaceBeforeEnd || allowsSpaceBetween }
    private var allowsSpaceBeforeEnd: Bool { policy.contains(.chunkSizeTrailingWhitespace) }
    private var allowsSpaceBetween: Bool { policy.contains(.chunkExtensionWhitespace) }

    mutating func walk(_ input: Span<UInt8>) throws(SIMDStop) {
        try digits(input)
        let digitsEnd = offset
        if skipsSpaces { try spaces(input) }
        let hasSpace = offset > digitsEnd
        let byte = try peek(input)
        let isEnd = byte == 0x0D || byte == 0x0A
        if isEnd, !hasSpace || allowsSpaceBeforeEnd {
            // Nothing between size and line end.
        } else if byte == 0x3B, !hasSpace || allowsSpaceBetween {
            extensionStart = offset
            if policy.contains(.unvalidatedChunkExtension) {
                try skip(input) { _ in true }
            } else {
                try extensions(input)
            }
            extensionEnd = offset
        } else if !isEnd, policy.contains(.chunkSizeLongestPrefix), SIMDBytes.isField(byte) {
            try skip(input, SIMDBytes.isField)
            let stop = try peek(input)
            guard stop == 0x0D || stop == 0x0A else {
                throw .rejected(.malformedChunkSize, offset)
            }
        } else {
            throw .rejected(.malformedChunkSize, offset)
        }
        try lineEnd(input)
    }

    private func peek(_ input: Span<UInt8>) throws(SIMDStop) -> UInt8 {
        guard offset < input.count else { throw .needMore }
        return input[offset]
    }

    private mutating func digits(_ input: Span<UInt8>) throws(SIMDStop) {
        let first = try peek(input)
        let isEmpty =
            policy.contains(.emptyChunkSize)
            && (first == 0x0D || (first == 0x0A && policy.contains(.bareLFInChunkLine)))
        guard isEmpty || SIMDBytes.nibble(first) < 16 else {
            if first == 0x0A, policy.contains(.emptyChunkSize) { throw .rejected(.bareLF, offset) }
            throw .rejected(.malformedChunkSize, offset)
        }
        guard chunkCount < limits.chunkCountMax else { throw .rejected(.tooManyChunks, offset) }
        if isEmpty { return }
        var count = 0
        var mayHavePrefix = policy.contains(.chunkSizePrefix)
        while true {
            let byte = try peek(input)
            let nibble = SIMDBytes.nibble(byte)
            if nibble == 16 {
                guard mayHavePrefix, count == 1, size == 0, byte | 0x20 == 0x78 else { return }
                mayHavePrefix = false
                count = 0
                offset += 1
                guard SIMDBytes.nibble(try peek(input)) < 16 else {
                    throw .rejected(.malformedChunkSize, offset)
                }
                continue
            }
            guard count < 16 else { throw .rejected(.chunkSizeTooLong, offset) }
            let room = limits.bodyBytesMax - bodyBytes
            guard size <= (room - min(room, nibble)) / 16, size * 16 + nibble <= room else {
                throw .rejected(.bodyTooLarge, offset)
            }
            size = size * 16 + nibble
            count += 1
            offset += 1
        }
    }

    /// `;` name [ `=` value ], as often as it comes.
    private mutating func extensions(_ input: Span<UInt8>) throws(SIMDStop) {
        while true {
            try take()
            if allowsSpaceBetween { try spaces(input) }
            try token(input)
            var separator = try behindPart(input)
            if separator == 0x3D {
                try take()
                if allowsSpaceBetween { try spaces(input) }
                if try peek(input) == 0x22 { try quoted(input) } else { try token(input) }
                separator = try behindPart(input)
            }
            if separator == 0x3B { continue }
            guard separator != 0x3D else { throw .rejected(.malformedChunkExtension, offset) }
            return
        }
    }

    /// The byte behind a name or value: `;`, `=`, CR or LF, where white space lets it stand.
    private mutating func behindPart(_ input: Span<UInt8>) throws(SIMDStop) -> UInt8 {
        let partEnd = offset
        if skipsSpaces { try spaces(input) }
        let hasSpace = offset > partEnd
        let byte = try peek(input)
        switch byte {
        case 0x0D, 0x0A:
            guard !hasSpace || allowsSpaceBeforeEnd else { break }
            return byte
        case 0x3B, 0x3D:
            guard !hasSpace || allowsSpaceBetween else { break }
            return byte
        default: break
        }
        throw .rejected(.malformedChunkExtension, offset)
    }

    private mutating func token(_ input: Span<UInt8>) throws(SIMDStop) {
        guard SIMDBytes.isToken(try peek(input)) else {
            throw .rejected(.malformedChunkExtension, offset)
        }
        while SIMDBytes.isToken(try peek(input)) { try take() }
    }

    private mutating func quoted(_ input: Span<UInt8>) throws(SIMDStop) {
        try take()
        var isEscaped = false
        while true {
            let byte = try peek(input)
            guard SIMDBytes.isField(byte) else {
                throw .rejected(.malformedChunkExtension, offset)
            }
            try take()
            if isEscaped {
                isEscaped = false
            } else if byte == 0x5C {
                isEscaped = true
            } else if byte == 0x22 {
                return
            }
        }
    }

    /// Steps over a byte that fits and counts it.
    private mutating func take() throws(SIMDStop) {
        guard extensionBytes < limits.chunkExtensionBytesMax else {
            throw .rejected(.chunkExtensionsTooLong, offset)
        }
        extensionBytes += 1
        offset += 1
    }

    private mutating func spaces(_ input: Span<UInt8>) throws(SIMDStop) {
        while SIMDBytes.isWhitespace(try peek(input)) { try take() }
    }

    /// Steps over bytes that fit, up to CR or LF.
    private mutating func skip(
        _ input: Span<UInt8>, _ fits: (UInt8) -> Bool
    ) throws(SIMDStop) {
        while true {
            let byte = try peek(input)
            if byte == 0x0D || byte == 0x0A || !fits(byte) { return }
            try take()
        }
    }

    private mutating func lineEnd(_ input: Span<UInt8>) throws(SIMDStop) {
        if try peek(input) == 0x0A {
            guard policy.contains(.bareLFInChunkLine) else { throw .rejected(.bareLF, offset) }
            offset += 1
            return
        }
        offset += 1
        guard try peek(input) == 0x0A else { throw .rejected(.bareCR, offset) }
        offset += 1
    }
}
