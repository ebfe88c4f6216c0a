public import Wire

/// A chunked body. Chunk lines are short, so they are read as numbers; the trailers are walked by bitmaps.
struct SIMDChunkedWalk: BitwiseCopyable {
    private enum Stage: UInt8 {
        case awaitingLine
        case awaitingDataEnd
        case awaitingTrailers
    }

    private let policy: Policy
    private let limits: HTTP1Limits
    /// The next byte to look at; in chunk data it may lie behind the input's end.
    private(set) var position: Int
    private var stage = Stage.awaitingLine
    private var chunkCount = 0
    private var bodyBytes = 0
    private var extensionBytes = 0
    private var trailers: SIMDFieldWalk
    private var firstTrailer = 0

    init(_ policy: Policy, _ limits: HTTP1Limits, at position: Int) {
        self.policy = policy
        self.limits = limits
        self.position = position
        trailers = SIMDFieldWalk(policy, limits, isTrailers: true, at: position)
    }

    /// Makes the walk ready for the body that starts at `position`.
    mutating func begin(at position: Int) {
        self.position = position
        stage = .awaitingLine
        chunkCount = 0
        bodyBytes = 0
        extensionBytes = 0
    }

    var releasableCount: Int { stage == .awaitingTrailers ? 0 : position }

    mutating func release(_ count: Int) { position -= count }

    /// Whether the next thing to walk is the trailer section, for which the caller makes maps.
    var needsMaps: Bool { stage == .awaitingTrailers }

    /// Walks chunks up to the trailer section.
    @inline(__always)
    mutating func walkChunks(_ input: Span<UInt8>, _ tape: inout Tape) throws(SIMDStop) {
        while stage != .awaitingTrailers {
            if stage == .awaitingLine { walkWholeChunks(input, &tape) }
            if stage == .awaitingLine {
                try exactLine(input, &tape)
            } else {
                try exactDataEnd(input)
            }
        }
    }

    /// Walks the trailer section, and ends the body.
    mutating func walkTrailers(
        _ input: Span<UInt8>, _ maps: inout SIMDMaps, _ tape: inout Tape
    ) throws(SIMDStop) {
        try trailers.walk(input, &maps, &tape)
        position = trailers.position
        if !policy.contains(.forbiddenTrailer), trailers.seen.once & ~1 != 0 {
            for index in stride(from: firstTrailer, to: tape.appendedCount, by: 2)
            where tape[index].detail != 0 {
                throw .rejected(.forbiddenTrailer, tape[index].offset)
            }
        }
        tape.append(Token(.messageEnd, offset: position, length: 0))
        tape.commit()
    }

    /// Chunks without extensions that are wholly there: digits, CR LF, data, CR LF. Stops before anything else.
    @inline(__always)
    private mutating func walkWholeChunks(_ input: Span<UInt8>, _ tape: inout Tape) {
        let count = input.count
        var start = position
        var chunks = chunkCount
        var bytes = bodyBytes
        while start < count, chunks < limits.chunkCountMax {
            var size = SIMDBytes.nibble(input[start])
            guard size < 16 else { break }
            var offset = start &+ 1
            // Seven digits cannot overflow, and cover every chunk that a buffer holds whole.
            while offset < count, offset &- start < 7 {
                let nibble = SIMDBytes.nibble(input[offset])
                guard nibble < 16 else { break }
                size = size &* 16 &+ nibble
                offset &+= 1
            }
            let data = offset &+ 2
            let end = data &+ size
            guard size > 0, size <= limits.bodyBytesMax &- bytes, end &+ 2 <= count,
                SIMDBytes.pair(input, offset) == SIMDBytes.crlf,
                SIMDBytes.pair(input, end) == SIMDBytes.crlf
            else { break }
            tape.append(Token(.chunk, offset: data, length: size))
            chunks &+= 1
            bytes &+= size
            start = end &+ 2
        }
        guard start > position else { return }
        tape.commit()
        position = start
        chunkCount = chunks
        bodyBytes = bytes
    }

    /// One chunk-size line, byte by byte.
    @inline(never)
    private mutating func exactLine(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(SIMDStop) {
        var line = SIMDChunkLine(
            policy: policy, limits: limits, chunkCount: chunkCount, bodyBytes: bodyBytes,
            extensionBytes: extensionBytes, offset: position)
        try line.walk(input)
        position = line.offset
        chunkCount += 1
        extensionBytes = line.extensionBytes
        if line.extensionEnd > line.extensionStart {
            tape.append(
                Token(
                    .chunkExtensions, offset: line.extensionStart,
                    length: line.extensionEnd - line.extensionStart))
        }
        if line.size == 0 {
            tape.append(Token(.lastChunk, offset: position, length: 0))
            trailers.begin(at: position, bytesMax: limits.trailerSectionBytesMax)
            stage = .awaitingTrailers
        } else {
            tape.append(Token(.chunk, offset: position, length: line.size))
            bodyBytes += line.size
            position = SIMDBytes.sum(position, line.size)
            stage = .awaitingDataEnd
        }
        tape.commit()
        firstTrailer = tape.appendedCount
    }

    /// What stands behind chunk data.
    @inline(never)
    private mutating func exactDataEnd(_ input: Span<UInt8>) throws(SIMDStop) {
        if policy.contains(.uncheckedChunkDataTerminator) {
            guard position < input.count, position + 1 < input.count else { throw .needMore }
            position += 2
        } else {
            guard position < input.count else { throw .needMore }
            if input[position] == 0x0A, policy.contains(.bareLFAfterChunkData) {
                position += 1
            } else {
                guard input[position] == 0x0D else {
                    throw .rejected(.malformedChunkData, position)
                }
                guard position + 1 < input.count else { throw .needMore }
                guard input[position + 1] == 0x0A else {
                    throw .rejected(.malformedChunkData, position + 1)
                }
                position += 2
            }
        }
        stage = .awaitingLine
    }
}

/// One chunked body.
public struct SIMDChunked: Parser, BitwiseCopyable {
    private var walk: SIMDChunkedWalk
    private var settled: Verdict?

    /// Makes a parser.
    public init(_ configuration: Configuration) {
        walk = SIMDChunkedWalk(
            configuration.policy, HTTP1Limits(configuration.limits), at: 0)
    }

    public mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let settled { return settled }
        do throws(SIMDStop) {
            try walk.walkChunks(input, &tape)
        } catch {
            return settle(error)
        }
        return unsafe withUnsafeTemporaryAllocation(
            of: UInt64.self, capacity: SIMDMaps.wordCount
        ) { words in
            // SAFETY: a temporary allocation of wordCount words has an address, and outlives the window.
            var maps = unsafe SIMDMaps(words.baseAddress.unsafelyUnwrapped)
            do throws(SIMDStop) {
                try walk.walkTrailers(input, &maps, &tape)
                settled = .complete(consumed: walk.position)
                return .complete(consumed: walk.position)
            } catch {
                return settle(error)
            }
        }
    }

    private mutating func settle(_ stop: SIMDStop) -> Verdict {
        guard case .rejected(let reason, let offset) = stop else { return .incomplete }
        let verdict = Verdict.rejected(Rejection(reason, at: offset))
        settled = verdict
        return verdict
    }

    public mutating func reset() {
        walk.begin(at: 0)
        settled = nil
    }

    public var releasableCount: Int { settled == nil ? walk.releasableCount : 0 }

    public mutating func release(_ count: Int) {
        precondition(count <= releasableCount, "not releasable")
        walk.release(count)
    }
}
