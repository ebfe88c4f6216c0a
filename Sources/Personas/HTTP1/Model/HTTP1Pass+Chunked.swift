internal import HTTP1
internal import Wire

/// Chunked bodies: `Documentation/HTTP1.md` §6.
extension HTTP1Pass {
    /// Reads a chunked body for the last message, and commits it piece by piece.
    mutating func chunkedBody() throws(HTTP1Stop) {
        var totals = HTTP1ChunkTotals()
        while true {
            let start = at
            let line: HTTP1ChunkLine
            do throws(HTTP1Stop) {
                line = try chunkLine(&totals)
            } catch {
                if case .rejected = error, try isGivenUp(at: start) { return }
                throw error
            }
            let isLast = line.size == 0
            append(line, isLast: isLast)
            if isLast { break }
            totals.bodyBytes = sum(totals.bodyBytes, line.size)
            at = sum(at, line.size)
            try dataEnd()
        }
        try trailers()
        tokens.append(Token(.messageEnd, offset: at, length: 0))
        commit()
        messages[messages.count - 1].end = at
    }

    private mutating func append(_ line: HTTP1ChunkLine, isLast: Bool) {
        if let extensions = line.extensions {
            tokens.append(
                Token(
                    .chunkExtensions, offset: extensions.lowerBound, length: extensions.count))
        }
        tokens.append(
            Token(isLast ? .lastChunk : .chunk, offset: at, length: isLast ? 0 : line.size))
        commit()
        let end = min(sum(at, line.size), bytes.count)
        messages[messages.count - 1].chunks.append(
            HTTP1Read.Chunk(
                size: line.size, line: line.range, extensions: line.extensions,
                lineAndEnd: line.range.lowerBound..<at, data: min(at, end)..<end,
                terminator: end..<end))
    }

    /// The bytes behind chunk data: CR LF, or what the model takes for its like.
    private mutating func dataEnd() throws(HTTP1Stop) {
        lineEnd = Int.max
        let start = at
        if allows(.uncheckedChunkDataTerminator) {
            _ = try peek()
            _ = try peek(1)
            at += 2
        } else if try peek() == HTTP1Byte.lf, allows(.bareLFAfterChunkData) || has(.T13) {
            at += 1
        } else if try isDataEndSkipped() {
            // The model has stepped over what it takes for the end.
        } else {
            for expected in [HTTP1Byte.cr, HTTP1Byte.lf] {
                guard try peek() == expected else { throw .rejected(.malformedChunkData, at) }
                at += 1
            }
        }
        let index = messages.count - 1
        if let last = messages[index].chunks.indices.last {
            messages[index].chunks[last].terminator = start..<at
        }
    }

    /// Where CR LF does not stand: what the flags step over.
    private mutating func isDataEndSkipped() throws(HTTP1Stop) -> Bool {
        guard
            flags.hasAny(.chunkDataEndsAtCR, .chunkDataSpill, .overRead1, .overRead2, .underRead1)
                || has(.underRead2)
        else { return false }
        let isCR = try peek() == HTTP1Byte.cr
        if isCR, try peek(1) == HTTP1Byte.lf { return false }
        if has(.chunkDataEndsAtCR) {
            guard isCR else { return false }
            at += 1
        } else if has(.chunkDataSpill) {
            while try !isLineBreak() { at += 1 }
            at += 2
        } else {
            let count = has(.underRead2) ? 0 : has(.underRead1) ? 1 : has(.overRead1) ? 3 : 4
            if count > 0 { _ = try peek(count - 1) }
            at += count
        }
        return true
    }

    /// Whether the model gives the body up where a chunk line cannot be read, and where it goes on.
    private mutating func isGivenUp(at start: Int) throws(HTTP1Stop) -> Bool {
        guard flags.hasAny(.S47, .T2, .T4) else { return false }
        let index = messages.count - 1
        tokens.removeLast(tokens.count - committed)
        messages[index].isBroken = true
        if has(.S47) {
            at = start
            while try !isLineBreak() { at += 1 }
            at += 2
            tokens.append(Token(.messageEnd, offset: at, length: 0))
        } else if has(.T4) {
            at = start
            tokens.append(Token(.messageEnd, offset: at, length: 0))
            messages[index].framing.keepAlive = false
        } else {
            at = start
            tokens.append(Token(.opaque, offset: at, length: 0))
            messages[index].body = at..<bytes.count
            messages[index].framing.keepAlive = false
        }
        messages[index].end = at
        commit()
        return true
    }
}

// MARK: Trailers

extension HTTP1Pass {
    private mutating func trailers() throws(HTTP1Stop) {
        if has(.S39) {
            _ = try peek(1)
            at += 2
            return
        }
        if has(.trailersUnread) {
            // One line is taken for the empty one, whatever stands on it.
            while try !isLineBreak() { at += 1 }
            at += 2
            return
        }
        sectionEnd = sum(at, limits.trailerSectionBytesMax)
        sectionReason = .trailerSectionTooLong
        let lines = try fieldSection(isTrailer: true).lines
        sectionEnd = Int.max
        lineEnd = Int.max
        if !allows(.forbiddenTrailer), !has(.trailersMerged), !has(.trailersMergedOnForward),
            let bad = lines.first(where: { $0.id != .other && !$0.isDropped })
        {
            throw .rejected(.forbiddenTrailer, bad.name.lowerBound)
        }
        messages[messages.count - 1].trailers = lines
        if has(.trailersMerged) {
            fieldTokens(lines, .fieldName, .fieldValue, .fieldValueUnfolded)
        } else {
            fieldTokens(lines, .trailerName, .trailerValue, .trailerValueUnfolded)
        }
    }
}

/// What counts over all chunks of a message.
struct HTTP1ChunkTotals {
    var lines = 0
    var bodyBytes = 0
    var extensionBytes = 0
}

/// One chunk-size line.
struct HTTP1ChunkLine {
    var size = 0
    /// The line without its line end.
    var range = 0..<0
    var extensions: Range<Int>?
}
