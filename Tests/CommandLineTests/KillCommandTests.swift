import Foundation
import Testing

@Suite struct KillCommandTests {
    private let servers = "Corpus/http1.stream/cases/servers.md"

    @Test func aKilledQuirkEndsWithZero() throws {
        let ending = try Tool.run("kill", servers, "--quirk", "S23", "--format", "json")
        #expect(ending.code == 0, "\(ending.complaint)")
        let json = try JSONSerialization.jsonObject(with: Data(ending.output.utf8))
        let report = try #require(json as? [String: Any])
        let rows = try #require(report["quirks"] as? [[String: Any]])
        #expect(rows.count == 1)
        #expect(rows.first?["quirk"] as? String == "S23")
        #expect(rows.first?["killed"] as? Bool == true)
        #expect(rows.first?["shortest"] as? String == "S23")
        #expect(report["differencesWithoutQuirk"] as? Int == 0)
    }

    /// The cases of one file know nothing of percent-encoded names.
    @Test func aSurvivorIsNamedAndEndsWithOne() throws {
        let ending = try Tool.run("kill", servers, "--quirk", "percentDecodedName")
        #expect(ending.code == 1)
        #expect(ending.output.contains("survivors: percentDecodedName"))
    }

    @Test func slipsGetTheNearestName() throws {
        let quirk = try Tool.run("kill", servers, "--quirk", "bareLf")
        #expect(quirk.code == 2)
        #expect(quirk.complaint.contains("did you mean 'bareLF'?"))
        let persona = try Tool.run(
            "parse", "-", "--variant", "persona:strtol", input: "GET / HTTP/1.1\r\n\r\n")
        #expect(persona.code == 2)
        #expect(persona.complaint.contains("did you mean 'strtoll'?"))
    }

    @Test func medianTimesJoinTheReport() throws {
        let line =
            #"{"quirk":"S23","protocol":"http1.stream","seed":1,"executions":77,"seconds":2}"#
        try Tool.withFiles(["times.jsonl": Data(line.utf8), "bad.jsonl": Data("no".utf8)]) {
            folder in
            let ending = try Tool.run(
                "kill", servers, "--quirk", "S23", "--format", "markdown", "--fuzz",
                folder + "/times.jsonl")
            #expect(ending.code == 0)
            #expect(ending.output.contains("| 77 executions | 2.00 s |"))
            let bad = try Tool.run("kill", servers, "--fuzz", folder + "/bad.jsonl")
            #expect(bad.code == 2)
            #expect(bad.complaint.contains("bad.jsonl:1:"))
        }
    }

    @Test func validMessagesMakeNoDifference() throws {
        let ending = try Tool.run("kill", "--valid", "300", "--protocol", "http1.stream")
        #expect(ending.code == 0)
        #expect(
            ending.output.hasPrefix("http1.stream: 0 differences in 1200 readings of 300 valid"))
        #expect(try Tool.run("kill", "--valid", "0").code == 2)
    }

    @Test func aPersonaReadsLikeAnyVariant() throws {
        let bytes =
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 1\r\n\r\nZ"
        for (persona, length) in [("S23", 0), ("last-length-wins", 1)] {
            let ending = try Tool.run(
                "parse", "-", "--compact", "--variant", "persona:\(persona)", input: bytes)
            #expect(ending.code == 0)
            #expect(ending.output.contains("\"length\":\(length)"), "\(ending.output)")
        }
    }

    @Test func listsSayWhatThereIs() throws {
        let quirks = try Tool.run("list", "quirks", "--protocol", "utf8")
        #expect(quirks.code == 0)
        #expect(quirks.output.contains("UTF8-surrogatePairs (parsing; utf8)"))
        #expect(!quirks.output.contains("HPACK-"))
        let personas = try Tool.run("list", "personas")
        #expect(personas.output.contains("Model: a server that reads numbers with strtoll()"))
    }
}
