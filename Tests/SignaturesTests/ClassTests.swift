import Testing

@testable import Signatures

@Suite struct ClassTests {
    @Test func idsAreUniqueAndWellFormed() throws {
        var ids: Set<String> = []
        for one in AttackClass.all {
            #expect(ids.insert(one.id).inserted, "\(one.id) stands twice")
            #expect(one.id.wholeMatch(of: /[A-Z0-9]+(-[A-Z]+)?-[0-9]{2}/) != nil, "\(one.id)")
            #expect(!one.title.isEmpty)
            let hasClause =
                one.clause.contains("§") || one.clause.contains("spec") || one.clause == "none"
            #expect(hasClause, "\(one.id): \(one.clause)")
            if case .untold(let reason) = one.telling { #expect(!reason.isEmpty) }
        }
    }

    @Test func everyFamilyOfHTTP1IsHereAndMostClassesHaveBytes() {
        let http1 = AttackClass.all.filter { $0.id.hasPrefix("H1-") }
        let families = Set(http1.map(\.family))
        #expect(
            families == ["H1-TE", "H1-CL", "H1-CH", "H1-TR", "H1-HD", "H1-RL", "H1-HO", "H1-CN"])
        let told = http1.count { $0.pattern != nil }
        print(
            "\(http1.count) classes of HTTP/1, \(told) with a pattern;", AttackClass.all.count,
            "in all")
        #expect(http1.count == 283)
        #expect(told == 239)
    }

    @Test(arguments: SignatureSet.Subject.allCases)
    func everySetCompiles(subject: SignatureSet.Subject) throws {
        for mode in [SignatureSet.Mode.streaming, .whole] {
            let set = try SignatureSet.compiled(for: subject, mode: mode)
            #expect(!set.classes.isEmpty)
            _ = try SignatureScanner(set)
        }
    }

    @Test func abbreviationsAreAllWrittenOut() {
        for one in AttackClass.all {
            guard let pattern = one.pattern else { continue }
            for start in [PatternText.Start.connection, .chunkedBody] {
                let text = PatternText.expanded(pattern, start: start)
                #expect(text.firstMatch(of: /<[A-Za-z]+(:[^>]*)?>/) == nil, "\(one.id): \(text)")
            }
        }
    }

    @Test func oddCasesAreThoseThatNobodyWrites() throws {
        let pattern = try Regex(PatternText.expanded("<odd:Transfer-Encoding>", start: .connection))
        for odd in [
            "TRANSFER-ENCODING", "tRANSFER-eNCODING", "Transfer-EncodinG", "transfer-eNcoding",
        ] {
            #expect(try pattern.wholeMatch(in: odd) != nil, "\(odd)")
        }
        for usual in ["Transfer-Encoding", "transfer-encoding", "Transfer-encoding"] {
            #expect(try pattern.wholeMatch(in: usual) == nil, "\(usual)")
        }
    }
}
