import CAllocationCount
import Foundation
import Server
import Wire

// Counts what telemetry and whole requests allocate in steady state, and prints one line for each kind: name, events, allocations. A program
// of its own, because the counter stands in for malloc; the test reads these lines.

let head =
    "GET /a/b?c=%20 HTTP/1.1\r\nHost: example.com\r\nReferer: http://example.com/\"x\"\r\n"
    + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) \u{E9}\r\nAccept: */*\r\n\r\n"
let rounds = 5_000

func print(_ name: String, _ allocations: UInt64) {
    Swift.print("\(name) \(rounds) \(allocations)")
}

/// Allocations of `rounds` calls, when a few calls have been made.
func count(_ body: () -> Void) -> UInt64 {
    for _ in 0..<1_000 { body() }
    let before = zy_allocation_count()
    for _ in 0..<rounds { body() }
    return zy_allocation_count() - before
}

guard let request = Request(reading: Array(head.utf8)) else { fatalError("the head is whole") }
let sink = try LogSink(path: "/dev/null")
let loop = LoopTelemetry()
let limits = ServerLimits()
let entry = AccessEntry(
    time: .now, client: ClientAddress(v4: 0x7F00_0001), request: request, status: .ok,
    contentBytes: 12, nanoseconds: 1_234)

for format in AccessLogFormat.allCases {
    var log = AccessLog(sink: sink, format: format, limits: limits, counters: loop.counters)
    let allocations = count { log.append(entry) }
    log.flush()
    print("accessLog.\(format)", allocations)
}
print("dropped", UInt64(loop.counters.value(.accessLinesDropped)))

var duration: UInt64 = 0
let counted = count {
    duration += 1_000
    loop.counters.add(.requests)
    loop.counters.count(ServerReason.headerTimeout)
    loop.requestDurations.record(nanoseconds: duration)
}
print("counters", counted)

let table = AddressTable(limits: limits)
let guarded = count {
    _ = table.insert(entry.client)
    table.remove(entry.client)
}
print("addressTable", guarded)

var overload = Overload(limits: limits)
let decided = count { _ = overload.decide(openCount: 3, at: Instant(nanoseconds: 1)) }
print("overload", decided)

try countRequests()

var kept: [[UInt8]] = []
print("control", count { kept = [Array(head.utf8)] })
