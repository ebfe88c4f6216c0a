import Foundation
import Testing

/// Nothing is allocated for a keep-alive request, an access line, a count or a connection's place in steady state: counted
/// at malloc in the whole process, not believed.
@Suite struct TelemetryAllocationTests {
    @Test func nothingIsAllocatedInSteadyState() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe")
            .resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("TelemetryProbe")
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let rows = String(decoding: data, as: UTF8.self).split(separator: "\n")
            .map { $0.split(separator: " ").map(String.init) }
        #expect(
            rows.map(\.first) == [
                "accessLog.json", "accessLog.combined", "dropped", "counters", "addressTable",
                "overload", "request.handler", "request.smallFile", "request.largeFile", "control",
            ])
        #if DEBUG
            // Without optimisation Swift itself boxes what it later keeps on the stack.
        #else
            for row in rows.dropLast() { #expect(row.last == "0", "\(row)") }
        #endif
        #expect((Int(rows.last?.last ?? "") ?? 0) >= 5_000)
    }
}
