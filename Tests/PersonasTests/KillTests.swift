import Differential
import Personas
import Testing
import Wire

/// Every quirk is told from the reference by some case of the corpus.
@Suite struct KillTests {
    static let families = [
        "http1": ["http1.request", "http1.response", "http1.chunked", "http1.stream"],
        "hpack": ["hpack"], "http2": ["http2.frame"], "websocket": ["websocket.frame"],
        "quic": ["quic.packet"], "utf8": ["utf8"],
    ]

    @Test(arguments: families.keys.sorted())
    func everyQuirkIsKilled(_ family: String) throws {
        let names = try #require(Self.families[family])
        let quirks = Personas.quirks.filter { !Set(names).isDisjoint(with: $0.protocols) }
        #expect(!quirks.isEmpty)
        let cases = TestCorpus.cases.filter { names.contains($0.protocolName) }
        let rows = KillMatrix(quirks).rows(cases)
        #expect(rows.count == quirks.count)
        for row in rows { #expect(row.isKilled, "no case kills \(row.id)") }
    }

    /// A quirk of the published list is killed by the pattern that the list gives for it, not by
    /// some other case only.
    @Test(arguments: Personas.quirks.map(\.id).filter(isPublished))
    func theirOwnPatternsKill(_ id: String) throws {
        let quirk = try #require(Personas.quirk(id))
        let own = TestCorpus.cases.filter { Self.isPattern($0.id, of: id) }
        #expect(!own.isEmpty, "the corpus has no case \(id)")
        let row = try #require(KillMatrix([quirk]).rows(own).first)
        #expect(row.isKilled, "none of \(own.map(\.id))")
    }

    private static func isPublished(_ id: String) -> Bool {
        guard let first = id.first, first == "S" || first == "T" else { return false }
        return Int(id.dropFirst()) != nil
    }

    /// `S2`, `S2a`, `S2-nohost` and `S2a/0d` are patterns of S2; `S20` is not.
    private static func isPattern(_ caseID: String, of id: String) -> Bool {
        guard caseID.hasPrefix(id) else { return false }
        let rest = caseID.dropFirst(id.count)
        return rest.first.map { !$0.isNumber } ?? true
    }

    /// Without a quirk no case may tell the models from the reference, nor what they send on from
    /// what they read.
    @Test func withoutAQuirkNothingIsKilled() throws {
        let row = try #require(KillMatrix([]).rows(TestCorpus.cases).first)
        #expect(row.examined == TestCorpus.cases.count)
        #expect(row.kills == 0, "\(row.shortest?.id ?? ""): \(row.shortest?.detail ?? "")")
    }

    /// The report does not depend on threads.
    @Test func rowsAreTheSameOnOneThread() throws {
        let cases = TestCorpus.cases(of: "http1.stream")
        let quirks = Array(Personas.quirks.prefix(40))
        func json(_ jobs: Int) throws -> String {
            let plain = try #require(KillMatrix([], jobs: jobs).rows(cases).first)
            return KillReport(KillMatrix(quirks, jobs: jobs).rows(cases), plain: plain).json
        }
        #expect(try json(1) == json(2))
    }

    @Test(arguments: Registry.names)
    func noFalseDifferences(_ name: String) throws {
        let count = FalseDifferences(inputs: 500, seed: 7)
            .count(try Registry.requireProtocol(name))
        #expect(count.valid == 500)
        #expect(count.readings >= 2_000)
        #expect(count.differences == 0)
    }

    /// A medians' reader that found nothing in half of its seeds says so.
    @Test func mediansOfAFuzzer() throws {
        let lines = """
            {"quirk":"S23","protocol":"http1.stream","seed":1,"executions":100,"seconds":1.5}
            {"quirk":"S23","protocol":"http1.stream","seed":2,"executions":300,"seconds":2.5}
            {"quirk":"S23","protocol":"http1.stream","seed":3,"executions":null,"seconds":null}

            {"quirk":"S24","protocol":"http1.stream","seed":1,"executions":null,"seconds":null}
            """
        let times = try FuzzTimes(jsonLines: lines, file: "times")
        let found = try #require(times.summary(of: "S23"))
        #expect(found.executions == 300 && found.seconds == 2.5)
        #expect(found.seeds == 3 && found.found == 2)
        #expect(times.summary(of: "S24")?.executions == nil)
        #expect(times.summary(of: "S24")?.seeds == 1)
        #expect(times.summary(of: "S25") == nil)
        #expect(
            times.overview(within: 2).first
                == "all protocols: 1 of 4 runs (25.0 %) found their quirk within 2 s; 2 quirks")
        #expect(throws: CorpusProblem.self) { try FuzzTimes(jsonLines: "{}", file: "times") }
    }
}
