import Foundation
import Protocols
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
        let variants = Protocols.all.reduce(0) { $0 + $1.variants.count }
        #expect(rows.count == variants + 1)
        for row in rows.dropLast() {
            #expect(row.count == 4)
            #expect((Int(row[2]) ?? 0) >= 60, "\(row)")
            #if DEBUG
                // Without optimisation Swift itself boxes what it later keeps on the stack.
            #else
                // The reference is to be read, not to be fast; HTTP/1's happens to need nothing.
                let isFree = row[1] == "reference" && !row[0].hasPrefix("http1")
                #expect(row.last == "0" || isFree, "\(row.joined(separator: " ")) allocations")
            #endif
        }
        #expect(rows.last?.first == "control")
        #expect((Int(rows.last?.last ?? "") ?? 0) >= 1)
    }
}
