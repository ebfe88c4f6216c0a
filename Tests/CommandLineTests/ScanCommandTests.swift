import Foundation
import Testing

@Suite struct ScanCommandTests {
    private static let attack = Data(
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n".utf8)

    @Test func matchesAreToldWithTheirPlace() throws {
        try Tool.withFiles(["attack": Self.attack]) { folder in
            let ending = try Tool.run("scan", folder)
            #expect(ending.code == 0)
            #expect(ending.output == "\(folder)/attack: H1-TE-03 space before colon before 45\n")
            #expect(ending.complaint.contains("1 inputs, 1 matches"))
            let json = try Tool.run("scan", folder, "--format", "json")
            let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
            let match = try #require(object as? [String: Any])
            #expect(match["id"] as? String == "H1-TE-03")
            #expect(match["family"] as? String == "H1-TE")
            #expect(match["end"] as? Int == 45)
        }
    }

    @Test func casesAreTaggedUnderTheirOwnProtocol() throws {
        let ending = try Tool.run(
            "scan", "Corpus/http1.request/cases/transfer-encoding.md", "--tags")
        #expect(ending.code == 0)
        #expect(ending.output.contains("H1-TE-03: H1-TE-03\n"), "\(ending.output.prefix(500))")
        let hpack = try Tool.run("scan", "Corpus/hpack/cases/representations.md", "--tags")
        #expect(!hpack.output.contains("H1-"))
    }

    @Test func whatNoCaseHasIsListed() throws {
        let all = try Tool.run("scan", "Corpus", "--uncovered")
        #expect(all.code == 0)
        #expect(!all.output.contains("H1-TE-03"))
        #expect(all.complaint.contains(" by their bytes, "))
        let few = try Tool.run("scan", "Corpus/http1.request/cases/host.md", "--uncovered")
        #expect(few.output.contains("H1-TE-03 space before colon\n"))
        #expect(!few.output.contains("H1-HO-03"))
    }

    @Test func badInputExitsWithTwo() throws {
        for (arguments, complaint) in [
            (["scan"], "name a file or folder"),
            (["scan", "no/such/path"], "no/such/path: no such file or folder"),
            (["scan", "README.md", "--protocol", "htpack"], "(did you mean 'hpack'?)"),
            (["scan", "--bench", "--mebibytes", "0"], "--mebibytes needs a number above 0"),
        ] {
            let ending = try Tool.run(arguments)
            #expect(ending.code == 2)
            #expect(ending.complaint.contains(complaint), "\(ending.complaint)")
        }
    }

    @Test func theBenchPassesOverPlainRequests() throws {
        let ending = try Tool.run("scan", "--bench", "--mebibytes", "1")
        #expect(ending.code == 0)
        #expect(ending.output.contains("× classify"))
        #expect(ending.output.contains(", 0 matches"))
    }
}
