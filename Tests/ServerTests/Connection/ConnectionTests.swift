import Testing

@testable import Server

private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

/// One connection, whole and byte by byte, with every parser.
@Suite struct ConnectionTests {
    @Test(arguments: ["reference", "scalar", "table", "simd", "paired"], [Int.max, 1, 7])
    func keepsAliveAndPipelines(parser: String, step: Int) throws {
        let client = try Client(Table.usual, parser: parser)
        client.send(get + "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + get, step: step)
        #expect(client.statuses == [200, 200, 200])
        #expect(client.answer.components(separatedBy: "hello").count == 3)
        #expect(!client.isClosed && client.isIdle)
        #expect(client.holdsNoBlocks)
    }

    @Test(arguments: [Int.max, 1])
    func nothingIsReadBehindADoubt(step: Int) throws {
        let client = try Client(Table.usual)
        let doubt =
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
        client.send(get + doubt + "0\r\n\r\n" + get, step: step)
        #expect(client.statuses == [200, 400])
        #expect(client.answer.contains("Connection: close\r\n"))
        #expect(client.isShutdown && !client.isClosed)
        client.end()
        #expect(client.isClosed)
        #expect(client.holdsNoBlocks)
    }

    @Test(arguments: [Int.max, 1, 3])
    func bodiesAreCollected(step: Int) throws {
        let client = try Client(Table.usual)
        client.send(
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde"
                + "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nfgh\r\n2;x=y\r\nij\r\n0\r\n\r\n" + get, step: step)
        #expect(client.statuses == [200, 200, 200])
        #expect(client.answer.contains("\r\n\r\nabcde"))
        #expect(client.answer.contains("\r\n\r\nfghij"))
        #expect(client.isIdle)
    }

    @Test(arguments: [Int.max, 1])
    func trailersAreKeptApart(step: Int) throws {
        let client = try Client(Table.usual)
        client.send(
            "POST /trailers HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "1\r\nx\r\n0\r\nX-Sum: 7\r\n\r\n", step: step)
        #expect(client.answer.hasSuffix("\r\n\r\nX-Sum=7"))
    }

    /// A parser that waits inside a trailer section shows the chunks before it again.
    @Test(arguments: ["reference", "scalar", "table", "simd", "paired"])
    func contentIsHandedOnOnceHoweverABodyIsCut(parser: String) throws {
        let head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let body = "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nA: b\r\nC: d\r\n\r\n"
        for first in 1..<body.utf8.count {
            for second in [1, 4, 9, .max] {
                let client = try Client(Table.usual, parser: parser)
                client.send(head + body.prefix(first))
                client.send(String(body.dropFirst(first)), step: second)
                #expect(client.answer.hasSuffix("\r\n\r\nabcdefg"), "\(first) \(second)")
            }
        }
    }

    /// RFC 9112 §8: what is not whole is not passed on; who still reads is told.
    @Test func aBodyThatEndsTooEarlyIsAnsweredAndNeverHandled() throws {
        for body in [
            "Content-Length: 5\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
        ] {
            let client = try Client(Table.usual)
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\n" + body)
            client.end()
            #expect(client.statuses == [400] && client.isClosed && client.holdsNoBlocks)
            #expect(client.observer.refusals == [.server(.bodyIncomplete)])
        }
    }

    /// A pool without memory ends a connection once and for all, with whatever is under way.
    @Test func withoutMemoryConnectionsEndOnce() throws {
        let requests = [
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n",
            "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n", get,
        ]
        for request in requests {
            let client = try Client(Table.usual, poolBytes: 0)
            client.send(request + get)
            #expect(client.isClosed && client.sent.isEmpty && client.observer.openCount == 0)
            #expect(client.observer.refusals == [.server(.overload)])
        }
    }

    @Test func traceIsNeverEchoed() throws {
        let client = try Client(Table.usual)
        client.send("TRACE / HTTP/1.1\r\nHost: a\r\nCookie: b\r\n\r\n" + get)
        #expect(client.statuses == [405, 200])
        #expect(client.answer.contains("Allow: GET, HEAD\r\n") && !client.answer.contains("Cookie"))
    }

    @Test(arguments: [Int.max, 1])
    func aBrokenChunkEndsTheConnection(step: Int) throws {
        let client = try Client(Table.usual)
        client.send(
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n"
                + get,
            step: step)
        #expect(client.statuses == [400])
        #expect(client.isShutdown)
    }

    @Test func aBodyThatIsTooLongIsRefused() throws {
        let stated = try Client(Table.usual)
        stated.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n")
        #expect(stated.statuses == [413] && stated.isShutdown)
        let chunked = try Client(Table.usual)
        chunked.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<3 { chunked.send("190\r\n" + String(repeating: "x", count: 400) + "\r\n") }
        #expect(chunked.statuses == [413] && chunked.isShutdown)
    }

    @Test func anUnwantedBodyIsDrainedOrClosesTheConnection() throws {
        let short = try Client(Table.usual)
        short.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd" + get)
        #expect(short.statuses == [200, 200])
        let long = try Client(Table.usual)
        long.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabcd" + get)
        #expect(long.statuses == [200] && long.isShutdown)
    }

    @Test func continuesOnlyWhereABodyIsWanted() throws {
        let head = "Host: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        let wanted = try Client(Table.usual)
        wanted.send("POST /echo HTTP/1.1\r\n" + head)
        #expect(wanted.answer == "HTTP/1.1 100 Continue\r\n\r\n")
        wanted.send("hi" + get)
        #expect(wanted.statuses == [100, 200, 200])
        let unwanted = try Client(Table.usual)
        unwanted.send("POST / HTTP/1.1\r\n" + head + get)
        #expect(unwanted.statuses == [200] && unwanted.isShutdown)
    }

    @Test func aHandlerThatThrowsGives500AndNothingElseFalls() throws {
        let client = try Client(Table.usual)
        client.send("GET /throw HTTP/1.1\r\nHost: a\r\n\r\n" + get)
        #expect(client.statuses == [500, 200])
        #expect(client.observer.refusals == [.server(.handlerFailed)])
    }

    @Test func asynchronousAnswersKeepTheirOrder() throws {
        let client = try Client(Table.usual)
        client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n" + get)
        #expect(client.statuses.isEmpty)
        let job = try #require(client.jobs.first)
        client.connection.complete(job.ticket + 1, .success(Response(text: "no")), at: client.now)
        #expect(!client.hasOutput)
        client.connection.complete(job.ticket, .success(Response(text: "late")), at: client.now)
        client.settle()
        #expect(client.statuses == [200, 200])
        #expect(client.answer.contains("\r\n\r\nlateHTTP/1.1 200"))
    }

    @Test func streamsAreChunkedOrEndWithTheConnection() throws {
        let client = try Client(Table.usual)
        client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n" + get)
        #expect(client.answer.contains("Transfer-Encoding: chunked\r\n"))
        #expect(client.answer.contains("\r\n\r\n8\r\npiece 1\n\r\n8\r\npiece 2\n\r\n"))
        #expect(client.answer.contains("9\r\npiece 10\n\r\n0\r\n\r\nHTTP/1.1 200"))
        let old = try Client(Table.usual)
        old.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(!old.answer.contains("chunked") && old.answer.hasSuffix("\npiece 10\n"))
        #expect(old.isShutdown)
    }

    @Test func aClientOfHTTP10ClosesUnlessItAsks() throws {
        let plain = try Client(Table.usual)
        plain.send("GET / HTTP/1.0\r\n\r\n")
        #expect(plain.isShutdown && plain.answer.contains("Connection: close"))
        let kept = try Client(Table.usual)
        kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(!kept.isShutdown && kept.answer.contains("Connection: keep-alive"))
    }
}

/// Time, and clients that take too much of it.
@Suite struct DeadlineTests {
    @Test func aSlowHeadIsAnsweredWith408HoweverOftenAByteComes() throws {
        let client = try Client(Table.usual)
        client.send("GET / HTTP/1.1\r\n")
        for _ in 0..<9 {
            client.wait(milliseconds: 1_000)
            client.send("X: y\r\n")
        }
        #expect(client.statuses.isEmpty)
        client.wait(milliseconds: 1_001)
        #expect(client.statuses == [408] && client.isShutdown)
        #expect(client.observer.refusals == [.server(.headerTimeout)])
        client.wait(milliseconds: 2_001)
        #expect(client.isClosed)
    }

    @Test func idleConnectionsCloseWithoutAWord() throws {
        let client = try Client(Table.usual)
        client.send(get)
        let count = client.sent.count
        client.wait(milliseconds: 59_999)
        #expect(!client.isClosed)
        client.wait(milliseconds: 2)
        #expect(client.isClosed && client.sent.count == count)
    }

    @Test func aSlowBodyIsHeldToItsRate() throws {
        var limits = ServerLimits()
        limits.bodyBytesPerSecondMin = 10
        limits.bodyGraceMilliseconds = 1_000
        let client = try Client(Table.usual, limits: limits)
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n")
        for _ in 0..<5 {
            client.wait(milliseconds: 900)
            client.send("0123456789")
        }
        #expect(client.statuses.isEmpty)
        client.wait(milliseconds: 1_600)
        #expect(client.statuses == [408] && client.isShutdown)
    }

    @Test func aRateOfZeroJudgesNothing() throws {
        var limits = ServerLimits()
        limits.bodyBytesPerSecondMin = 0
        let client = try Client(Table.usual, limits: limits)
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na")
        client.wait(milliseconds: 86_400_000)
        client.send("b")
        #expect(client.statuses == [200] && client.answer.hasSuffix("ab"))
    }

    @Test func aClientThatReadsNothingIsGivenUp() throws {
        let client = try Client(Table.usual)
        client.readsNothing = true
        client.send(get)
        #expect(!client.isClosed)
        client.wait(milliseconds: 30_001)
        #expect(client.isClosed)
        #expect(client.observer.refusals == [.server(.clientTooSlow)])
    }

    @Test func pipelinedAnswersThatNobodyReadsAreBounded() throws {
        let client = try Client(Table.usual)
        client.readsNothing = true
        for _ in 0..<1_000 where client.wantsInput { client.send(get) }
        #expect(client.observer.statuses.count == ServerLimits().pipelinedRequestsMax)
        #expect(!client.wantsInput)
        client.readsNothing = false
        client.settle()
        #expect(client.wantsInput)
    }
}
