import CAllocationCount
import ParserBench
import Protocols
import Wire

// Counts what each variant allocates for a message in steady state, and prints one line for each: protocol, variant,
// messages parsed, allocations. A program of its own, because a test library that watches thrown errors allocates for
// each of them; the test reads these lines. Inputs are the bench's, and a few small ones of HTTP/1.

struct ProbeInput {
    let protocolName: String
    let bytes: [UInt8]
    var entries: [String: String] = [:]
}

func text(_ protocolName: String, _ text: String) -> ProbeInput {
    ProbeInput(protocolName: protocolName, bytes: Array(text.utf8))
}

let request =
    "POST /a/b?c=d%20e HTTP/1.1\r\nHost: example.com:8080\r\nUser-Agent: x\r\nAccept: */*\r\n"
    + "Content-Length: 5\r\nConnection: keep-alive, x\r\nCookie: a=b; c=d\r\n\r\n"
let refused = "GET / HTTP/1.1\r\nHost : a\r\n\r\n"
var inputs = [
    text("http1.request", request), text("http1.request", refused),
    text("http1.response", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nVary: x\r\n\r\n"),
    text("http1.chunked", "5\r\nhello\r\n6;a=\"b\\\"c\";d\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n"),
    text("http1.stream", request + "hello" + request + "hello"), text("http1.stream", refused),
]
for input in BenchInputs.all() where !input.protocolName.hasPrefix("http1") {
    // One message of each input is enough; a story is long already.
    guard let message = input.messages.first, message.count <= 1 << 17 else { continue }
    inputs.append(
        ProbeInput(
            protocolName: input.protocolName, bytes: message,
            entries: input.contexts.first ?? [:]))
}

/// Parses an input whole and in two places cut, `rounds` times; returns how many messages that was.
func parse(
    _ parser: inout any Parser, _ tape: inout Tape, _ input: [UInt8], rounds: Int
) -> Int {
    for _ in 0..<rounds {
        for divisor in 1...3 {
            parser.reset()
            tape.removeAll()
            _ = parser.parse(input.span.extracting(0..<(input.count / divisor)), into: &tape)
            _ = parser.parse(input.span, into: &tape)
        }
    }
    return rounds * 3
}

for description in Protocols.all {
    for variant in description.variants {
        var parsed = 0
        var count = 0
        for input in inputs where input.protocolName == description.name {
            var configuration = description.strictConfiguration(for: input.bytes)
            configuration.context = try description.notation.context(
                input.entries, input: input.bytes)
            guard var parser = variant.makeParser(configuration) else { continue }
            var tape = Tape(tokenCapacity: 256)
            _ = parse(&parser, &tape, input.bytes, rounds: 4)
            let before = zy_allocation_count()
            parsed += parse(&parser, &tape, input.bytes, rounds: 20)
            count += Int(zy_allocation_count() - before)
        }
        print(description.name, variant.name, parsed, count)
    }
}
// The counter is seen to count.
let before = zy_allocation_count()
let array = [UInt8](repeating: 1, count: CommandLine.arguments.count * 1_000)
print("control", array.count, 1, zy_allocation_count() - before)
