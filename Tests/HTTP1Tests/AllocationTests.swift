import Foundation
import HPACK
import HTTP1
import Testing
import Wire

/// In steady state nothing is allocated for a message: counted at malloc, not believed.
@Suite struct AllocationTests {
    @Test func nothingIsAllocatedForAMessage() throws {
        let products = URL(fileURLWithPath: "/proc/self/exe")
            .resolvingSymlinksInPath().deletingLastPathComponent()
        let process = Process()
        process.executableURL = products.appendingPathComponent("AllocationProbe")
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let rows = String(decoding: data, as: UTF8.self).split(separator: "\n")
            .map { $0.split(separator: " ").map(String.init) }
        let variants = (HTTP1.protocols + HPACKProtocols.all).reduce(0) { $0 + $1.variants.count }
        #expect(rows.count == variants + 1)
        for row in rows.dropLast() {
            #expect(row.count == 4)
            #expect((Int(row[2]) ?? 0) >= 300, "\(row)")
            #if DEBUG
                // Without optimisation Swift itself boxes what it later keeps on the stack.
            #else
                #expect(row.last == "0", "\(row.joined(separator: " ")) allocations")
            #endif
        }
        #expect(rows.last?.first == "control")
        #expect((Int(rows.last?.last ?? "") ?? 0) >= 1)
    }
}
