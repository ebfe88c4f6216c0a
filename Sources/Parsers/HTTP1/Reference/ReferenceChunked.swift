public import Wire

/// A chunked body. RFC 9112 §7.1:
///
///     chunked-body = *chunk last-chunk trailer-section CRLF
///     chunk        = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
///     last-chunk   = 1*("0") [ chunk-ext ] CRLF
struct ReferenceChunkedReader {
    private enum Stage {
        case awaitingChunkLine
        case awaitingDataEnd
        case awaitingTrailerLine
    }

    private let policy: Policy
    private let limits: HTTP1Limits
    private var cursor: ReferenceCursor
    private var stage = Stage.awaitingChunkLine
    private var chunkCount = 0
    private var bodyBytes = 0
    private var extensionBytes = 0
    private var trailers: ReferenceFieldSection
    private var firstTrailer = 0

    /// Makes a reader for the body that starts at `offset`.
    init(_ policy: Policy, _ limits: HTTP1Limits, at offset: Int) {
        self.policy = policy
        self.limits = limits
        cursor = ReferenceCursor(at: offset)
        trailers = .trailers(policy, limits)
    }

    /// The first byte that was not read. In chunk data it may lie behind the input's end.
    var position: Int { cursor.position }

    /// Bytes that nobody will look at again: none while trailers wait for their commit.
    var releasableCount: Int { stage == .awaitingTrailerLine ? 0 : cursor.position }

    /// The input's first `count` bytes are gone.
    mutating func release(_ count: Int) { cursor.position -= count }

    /// Reads on; returns when the body is whole. Commits chunk by chunk, and at the end.
    mutating func read(_ input: Span<UInt8>, _ tape: inout Tape) throws(ReferenceStop) {
        while stage != .awaitingTrailerLine {
            if stage == .awaitingChunkLine {
                try chunkLine(input, &tape)
            } else {
                try dataEnd(input)
            }
        }
        while true {
            var attempt = cursor
            let isEnd = try trailers.step(input, &attempt, &tape)
            cursor = attempt
            if isEnd { break }
        }
        try forbiddenTrailers(tape)
        tape.append(Token(.messageEnd, offset: cursor.position, length: 0))
        tape.commit()
    }

    /// `chunk-size [ chunk-ext ] CRLF`, and the place of the data.
    private mutating func chunkLine(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceStop) {
        var line = ReferenceChunkLine(
            policy: policy, limits: limits, chunkCount: chunkCount, bodyBytes: bodyBytes,
            extensionBytes: extensionBytes)
        var attempt = cursor
        try line.read(input, &attempt)
        cursor = attempt
        chunkCount += 1
        extensionBytes = line.extensionBytes
        if let start = line.extensionStart {
            tape.append(
                Token(.chunkExtensions, offset: start, length: line.extensionEnd - start))
        }
        if line.size == 0 {
            tape.append(Token(.lastChunk, offset: cursor.position, length: 0))
            stage = .awaitingTrailerLine
            cursor.sectionEnd = referenceOffset(
                cursor.position, plus: limits.trailerSectionBytesMax)
            cursor.sectionReason = .trailerSectionTooLong
        } else {
            tape.append(Token(.chunk, offset: cursor.position, length: line.size))
            bodyBytes += line.size
            cursor.position = referenceOffset(cursor.position, plus: line.size)
            stage = .awaitingDataEnd
        }
        tape.commit()
        firstTrailer = tape.appendedCount
    }

    /// The CRLF behind `chunk-data`. RFC 9112 §7.1.
    private mutating func dataEnd(_ input: Span<UInt8>) throws(ReferenceStop) {
        var attempt = cursor
        attempt.sectionEnd = Int.max
        attempt.lineEnd = Int.max
        if policy.contains(.uncheckedChunkDataTerminator) {
            for _ in 0..<2 {
                _ = try attempt.peek(input)
                attempt.advance()
            }
        } else if policy.contains(.bareLFAfterChunkData),
            try attempt.peek(input) == ReferenceByte.lf
        {
            attempt.advance()
        } else {
            try expect(ReferenceByte.cr, input, &attempt)
            try expect(ReferenceByte.lf, input, &attempt)
        }
        cursor = attempt
        stage = .awaitingChunkLine
    }

    private func expect(
        _ byte: UInt8, _ input: Span<UInt8>, _ cursor: inout ReferenceCursor
    ) throws(ReferenceStop) {
        guard try cursor.peek(input) == byte else {
            throw .rejected(.malformedChunkData, at: cursor.position)
        }
        cursor.advance()
    }

    /// RFC 9110 §6.5.1: no field of framing, routing, authentication or content.
    private func forbiddenTrailers(_ tape: borrowing Tape) throws(ReferenceStop) {
        guard !policy.contains(.forbiddenTrailer) else { return }
        var index = firstTrailer
        while index < tape.appendedCount {
            guard tape[index].detail == UInt16(FieldName.other.rawValue) else {
                throw .rejected(.forbiddenTrailer, at: tape[index].offset)
            }
            index += 2
        }
    }
}

/// One chunked body, as the specification has it.
public struct ReferenceChunked: Parser {
    private let policy: Policy
    private let limits: HTTP1Limits
    private var reader: ReferenceChunkedReader
    private var settled: Verdict?

    /// Makes a parser.
    public init(_ configuration: Configuration) {
        policy = configuration.policy
        limits = HTTP1Limits(configuration.limits)
        reader = ReferenceChunkedReader(policy, limits, at: 0)
    }

    public mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let settled { return settled }
        do {
            try reader.read(input, &tape)
            settled = .complete(consumed: reader.position)
        } catch {
            settled = error.verdict
        }
        return settled ?? .incomplete
    }

    public mutating func reset() {
        reader = ReferenceChunkedReader(policy, limits, at: 0)
        settled = nil
    }

    public var releasableCount: Int { settled == nil ? reader.releasableCount : 0 }

    public mutating func release(_ count: Int) {
        precondition(count <= releasableCount, "not releasable")
        reader.release(count)
    }
}
