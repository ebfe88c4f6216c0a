import HTTP1
import Testing
import Wire

/// A caller that drops what may be dropped, and says so, gets the tokens that a caller gets who keeps all.
@Suite struct ReleaseTests {
    static let streams = [
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5;x=y\r\nhello\r\nA\r\n0123456789\r\n0\r\nX: y\r\nZ: folded\r\n  twice\r\n\r\n"
            + "\r\nPUT /b HTTP/1.1\r\nHost: b\r\nContent-Length: 12\r\nFoo: a\r\n b\r\n\r\n"
            + "hello, world"
            + "GET /c HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\nleft over",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost : a\r\n\r\n",
    ]
    static let bodies = [
        "3\r\nabc\r\n10;a=\"b\"\r\n0123456789abcdef\r\n0\r\nX: a\r\n\tb\r\nY:\r\n\r\n",
        "3\r\nabc\r\n0\r\nA: b\r\nHost: a\r\n\r\n",
        "40\r\nshort",
    ]

    @Test(arguments: ["reference", "scalar", "table", "simd"], [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
    func releasedInput(variant: String, seed: UInt64) throws {
        var random = SeededOrder(state: seed)
        for (description, texts) in [(HTTP1.stream, Self.streams), (HTTP1.chunked, Self.bodies)] {
            for text in texts {
                var configuration = description.strictConfiguration()
                configuration.policy = [.obsoleteFolding]
                let chosen = try description.variant(named: variant)
                let kept = try #require(chosen.makeParser(configuration))
                let dropping = try #require(chosen.makeParser(configuration))
                let input = Array(text.utf8)
                let whole = Release(input: input, parser: kept).run { 0 }
                let pieces = Release(input: input, parser: dropping).run {
                    Int(random.next() % 4)
                }
                #expect(whole.verdict == pieces.verdict, "\(text.debugDescription)")
                #expect(whole.tokens == pieces.tokens, "\(text.debugDescription)")
            }
        }
    }
}

/// A small generator (chosen: the constants of Knuth's MMIX), so that a failure can be had again.
private struct SeededOrder {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}

/// A token wherever its bytes stand now: offsets count from the stream's first byte.
private struct Seen: Equatable {
    var kind: UInt8
    var detail: UInt16
    var offset: Int
    var length: UInt64
    var arena: [UInt8]
}

/// Feeds an input byte by byte, and sometimes drops what the parser needs no more.
private struct Release {
    let input: [UInt8]
    let parser: any Parser

    /// `choice` says how often to drop: 0 never, 1 half of what may go, 2 all of it, 3 not now.
    func run(_ choice: () -> Int) -> (verdict: Verdict, tokens: [Seen]) {
        var parser = parser
        var tape = Tape()
        var tokens: [Seen] = []
        var verdict = Verdict.incomplete
        var base = 0
        for end in 0...input.count {
            verdict = Self.moved(
                parser.parse(input.span.extracting(base..<end), into: &tape), by: base)
            let most = min(parser.releasableCount, end - base)
            let count = [0, most / 2, most, 0][choice()]
            guard count > 0 else { continue }
            tokens += taken(tape, base)
            tape.removeAll()
            parser.release(count)
            base += count
        }
        tokens += taken(tape, base)
        return (verdict, tokens)
    }

    /// A verdict whose offsets count from the stream's first byte.
    private static func moved(_ verdict: Verdict, by base: Int) -> Verdict {
        switch verdict {
        case .complete(let consumed): return .complete(consumed: consumed + base)
        case .incomplete: return .incomplete
        case .rejected(let rejection):
            return .rejected(
                Rejection(code: rejection.code, offset: rejection.offset + base))
        }
    }

    private func taken(_ tape: borrowing Tape, _ base: Int) -> [Seen] {
        let snapshot = tape.snapshot()
        return snapshot.tokens.map { token in
            let isUnfolded =
                token.http1Kind == .fieldValueUnfolded || token.http1Kind == .trailerValueUnfolded
            return Seen(
                kind: token.kind, detail: token.detail,
                offset: isUnfolded ? 0 : token.offset + base, length: token.length,
                arena: isUnfolded ? Array(snapshot.arena[token.offset..<token.end]) : [])
        }
    }
}
