import Foundation
import Testing

@Suite struct ProveCommandTests {
    @Test func theListNamesThePieces() throws {
        let ending = try Tool.run("prove", "--list")
        #expect(ending.code == 0)
        #expect(ending.output.contains("request-line: empty lines and a request line"))
        #expect(ending.output.split(separator: "\n").count == 15)
    }

    @Test func policiesThatDifferEndWithOne() throws {
        let ending = try Tool.run("prove", "field-section", "--right", "bareLF")
        #expect(ending.code == 1)
        #expect(ending.output.contains("field-section: strict and bareLF: one accepts it"))
        #expect(ending.output.contains("    word   \\n\n"))
        #expect(ending.output.contains("    strict: rejected"))
        #expect(ending.output.contains("    bareLF: complete"))
    }

    @Test func equalPoliciesEndWithZero() throws {
        let ending = try Tool.run("prove", "chunk-size-line", "--right", "obsoleteFolding")
        #expect(ending.code == 0, "\(ending.complaint)")
        #expect(ending.output.hasPrefix("chunk-size-line: strict and obsoleteFolding: equal ("))
        #expect(ending.output.hasSuffix("pairs of states)\n"))
    }

    @Test func jsonHoldsWhatTheTextSays() throws {
        let ending = try Tool.run(
            "prove", "chunk-data-end", "--right", "overRead1", "--format", "json")
        #expect(ending.code == 1)
        let json = try JSONSerialization.jsonObject(with: Data(ending.output.utf8))
        let row = try #require((json as? [[String: Any]])?.first)
        #expect(row["word"] as? String == "AAA")
        #expect(row["result"] as? String == "one accepts it")
        #expect((row["readings"] as? [String])?.count == 2)
    }

    @Test(arguments: [
        (["reqest-line"], "did you mean 'request-line'?"),
        (["request-line", "--right", "bareLV"], "did you mean 'bareLF'?"),
        (["request-line", "--right", "missingVersoin"], "did you mean 'missingVersion'?"),
        (["request-line", "--left", "lenient-frnt"], "did you mean 'lenient-front'?"),
        (["request-line", "--right", "S5+quiteUnlikeAnything"], "see zyparse list leniencies"),
        (
            ["request-line", "--right", "trailersMerged"],
            "quirk 'trailersMerged' says nothing of piece 'request-line'"
        ),
        ([], "name a piece"),
    ])
    func usageEndsWithTwo(arguments: [String], complaint: String) throws {
        let ending = try Tool.run(["prove"] + arguments)
        #expect(ending.code == 2)
        #expect(ending.complaint.contains(complaint), "\(ending.complaint)")
        #expect(ending.output.isEmpty)
    }

    @Test func machinesOfOnePieceAreCompared() throws {
        let ending = try Tool.run("prove", "--scalar-table", "status-line")
        #expect(ending.code == 0)
        #expect(ending.output.hasPrefix("status-line: scalar and table: equal under 1 policy ("))
    }

    @Test func aQuirkIsABlackBox() throws {
        let ending = try Tool.run("prove", "request-line", "--right", "missingVersion")
        #expect(ending.code == 1)
        #expect(ending.output.contains("    word   A /\\r\\n\n"))
        #expect(ending.output.contains("    missingVersion: complete 5"))
        let unseen = try Tool.run("prove", "chunk-data-end", "--right", "chunkLineEndsAtCR")
        #expect(unseen.code == 0, "\(unseen.complaint)")
        #expect(unseen.output.contains("equal, as far as "))
        #expect(unseen.output.contains(" suffixes tell states apart ("))
    }

    /// What has leniencies only is decided, not asked.
    @Test func aPersonaOfLenienciesIsAPolicy() throws {
        let persona = try Tool.run("prove", "field-section", "--right", "lf-tolerant")
        #expect(persona.code == 1)
        #expect(persona.output.contains("    word   \\n\n"))
        let same = try Tool.run(
            "prove", "field-section", "--left", "lf-tolerant", "--right", "bareLF,obsoleteFolding")
        #expect(same.code == 0)
        #expect(same.output.contains(": equal ("), "\(same.output)")
    }
}
