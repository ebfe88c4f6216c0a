import CAllocationCount
import HTTP1
import Wire

// Counts what each variant allocates for a message in steady state, and prints one line for each: protocol, variant,
// messages parsed, allocations. A program of its own, because a test library that watches thrown errors allocates for
// each of them; the test reads these lines.

let request = Array(
    ("POST /a/b?c=d%20e HTTP/1.1\r\nHost: example.com:8080\r\nUser-Agent: x\r\nAccept: */*\r\n"
        + "Content-Length: 5\r\nConnection: keep-alive, x\r\nCookie: a=b; c=d\r\n\r\n").utf8)
let body = Array("hello".utf8)
let response = Array(
    "HTTP/1.1 200 OK\r\nContent-Type: a\r\nTransfer-Encoding: chunked\r\nVary: x\r\n\r\n".utf8)
let chunked = Array(
    "5\r\nhello\r\n6;a=\"b\\\"c\";d\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n".utf8)
let refused = Array("GET / HTTP/1.1\r\nHost : a\r\n\r\n".utf8)
let inputs = [
    "http1.request": [request, refused], "http1.response": [response], "http1.chunked": [chunked],
    "http1.stream": [request + body + request + body, refused],
]

/// Parses every input whole and in two places cut, `rounds` times; returns how many messages that was.
func parseAll(
    _ parser: inout any Parser, _ tape: inout Tape, _ inputs: [[UInt8]], rounds: Int
) -> Int {
    var parsed = 0
    for _ in 0..<rounds {
        for input in inputs {
            for divisor in 1...3 {
                parser.reset()
                tape.removeAll()
                _ = parser.parse(input.span.extracting(0..<(input.count / divisor)), into: &tape)
                _ = parser.parse(input.span, into: &tape)
                parsed += 1
            }
        }
    }
    return parsed
}

for description in HTTP1.protocols {
    for variant in description.variants {
        guard var parser = variant.makeParser(description.strictConfiguration()) else { continue }
        var tape = Tape(tokenCapacity: 256)
        let chosen = inputs[description.name] ?? []
        _ = parseAll(&parser, &tape, chosen, rounds: 10)
        let before = zy_allocation_count()
        let parsed = parseAll(&parser, &tape, chosen, rounds: 100)
        let count = zy_allocation_count() - before
        print(description.name, variant.name, parsed, count)
    }
}
// The counter is seen to count.
let before = zy_allocation_count()
let array = [UInt8](repeating: 1, count: CommandLine.arguments.count * 1_000)
print("control", array.count, 1, zy_allocation_count() - before)
