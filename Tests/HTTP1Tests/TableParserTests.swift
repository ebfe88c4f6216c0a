import Testing
import Wire

@testable import HTTP1

/// What the Table variant does beyond the laws that all variants share: bytes that were released,
/// and limits that its labels have to place to the byte.
@Suite struct TableParserTests {
    private static let requests = Array(
        """
        POST /a HTTP/1.1\r
        Host: a\r
        Content-Length: 5\r
        \r
        helloPOST /b HTTP/1.1\r
        Host: a\r
        Transfer-Encoding: chunked\r
        \r
        5;x=y\r
        hello\r
        10\r
        0123456789abcdef\r
        0\r
        A: b\r
         c\r
        D: e\r
        \r
        \r
        GET /c HTTP/1.1\r
        Host: a\r
        Connection: close\r
        \r
        left over
        """.utf8)

    private func configuration(
        _ description: ProtocolDescription, _ policy: Policy = .strict
    )
        -> Configuration
    {
        var configuration = description.strictConfiguration()
        configuration.policy = policy
        return configuration
    }

    /// A token whose offset counts from the stream's first byte, where it is not in the arena.
    private func moved(_ token: Token, by count: Int) -> Token {
        guard token.http1Kind != .trailerValueUnfolded else { return token }
        var moved = token
        moved.word += UInt64(count)
        return moved
    }

    /// Parses `input` in pieces of `step`, and drops whatever may be dropped after each piece.
    private func parseReleasing<P: Parser>(
        _ parser: P, _ input: [UInt8], step: Int
    ) -> (tokens: [Token], verdict: Verdict, kept: Int) {
        var parser = parser
        var tape = Tape()
        var tokens: [Token] = []
        var released = 0
        var kept = 0
        var verdict = Verdict.incomplete
        for end in Array(stride(from: 1, to: input.count, by: step)) + [input.count] {
            let bytes = Array(input[min(released, end)..<end])
            verdict = parser.parse(bytes.span, into: &tape)
            kept = max(kept, bytes.count)
            tokens += tape.snapshot().tokens.map { moved($0, by: released) }
            tape.removeAll()
            let count = min(parser.releasableCount, bytes.count)
            parser.release(count)
            released += count
            if case .complete(let consumed) = verdict {
                verdict = .complete(consumed: consumed + released - count)
            }
        }
        return (tokens, verdict, kept)
    }

    /// Dropped bytes and an emptied tape change no token, at whatever place they were dropped.
    @Test(arguments: 1...40)
    func releasedStream(step: Int) {
        let settings = configuration(HTTP1.stream, .obsoleteFolding)
        var parser = TableStream(settings)
        var tape = Tape()
        let whole = parser.parse(Self.requests.span, into: &tape)
        #expect(whole == .complete(consumed: Self.requests.count - 9))
        let pieces = parseReleasing(TableStream(settings), Self.requests, step: step)
        #expect(pieces.tokens == tape.snapshot().tokens)
        #expect(pieces.verdict == whole)
        #expect(pieces.kept < 64 + step)
    }

    @Test(arguments: 1...20)
    func releasedBody(step: Int) {
        let body = Array(
            "5;x=y\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nA: b\r\n c\r\nD: e\r\n\r\n".utf8)
        let settings = configuration(HTTP1.chunked, .obsoleteFolding)
        var parser = TableChunked(settings)
        var tape = Tape()
        let whole = parser.parse(body.span, into: &tape)
        #expect(whole == .complete(consumed: body.count))
        let pieces = parseReleasing(TableChunked(settings), body, step: step)
        #expect(pieces.tokens == tape.snapshot().tokens)
        #expect(pieces.verdict == whole)
    }

    /// A body need not be kept, nor even have arrived, before its bytes may go.
    @Test func releasableBodyIsAhead() {
        let head = Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n".utf8)
        var parser = TableStream(configuration(HTTP1.stream))
        var tape = Tape()
        #expect(parser.parse(head.span, into: &tape) == .incomplete)
        #expect(parser.releasableCount == head.count + 1000)
    }

    /// The first octet of junk counts as an extension like the others, and so does each white
    /// space.
    @Test(arguments: [
        ("1junk\r\n", 0, 1), ("1junk\r\n", 1, 2), ("1junk\r\n", 3, 4), ("1 \r\n", 0, 1),
        ("1 ;a\r\n", 2, 3), ("1;a=\"b\"\r\n", 6, 7), ("0x1;a\r\n", 1, 4),
    ])
    func extensionLimit(line: String, limit: Int, offset: Int) {
        var settings = configuration(
            HTTP1.chunked,
            [
                .chunkSizeLongestPrefix, .chunkSizePrefix, .chunkSizeTrailingWhitespace,
                .chunkExtensionWhitespace,
            ])
        var limits = HTTP1Limits()
        limits.chunkExtensionBytesMax = limit
        settings.limits = limits.untyped
        let bytes = Array(line.utf8)
        var tape = Tape()
        var parser = TableChunked(settings)
        let verdict = parser.parse(bytes.span, into: &tape)
        if offset < bytes.count - 2 {
            #expect(
                verdict == .rejected(Rejection(HTTP1Reason.chunkExtensionsTooLong, at: offset)))
        } else {
            #expect(verdict == .incomplete)
        }
    }

    /// Limits up to `Int.max` do not overflow.
    @Test func hugeLimits() {
        for description in HTTP1.protocols {
            var settings = description.strictConfiguration()
            settings.limits.values = settings.limits.values.map { _ in .max }
            var tape = Tape()
            let inputs = [
                "5\r\nhello\r\n7fffffffffffffff\r\n", "7fffffffffffffff\r\nx",
                "ffffffffffffffff\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\nx",
            ]
            for input in inputs {
                let variant = description.variants.first { $0.name == "table" }
                var parser = variant?.makeParser(settings)
                #expect(parser != nil)
                _ = parser?.parse(Array(input.utf8).span, into: &tape)
                _ = parser?.parse(Array(input.utf8).span, into: &tape)
                tape.removeAll()
            }
        }
    }
}
