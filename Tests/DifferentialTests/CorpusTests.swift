import Differential
import Foundation
import Testing
import Wire

/// The corpus: what it holds, and that every variant meets every expectation and law on it.
@Suite struct CorpusTests {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let cases = Result {
        try Corpus().cases(in: [root.appendingPathComponent("Corpus").path])
    }

    @Test func everyVariantKeepsEveryLaw() throws {
        let cases = try Self.cases.get()
        let report = try Runner(RunOptions()).run(CaseList(cases))
        #expect(report.inputs == cases.count)
        #expect(report.unsupported == 0)
        for found in report.disagreements.prefix(20) {
            let details = found.violations.prefix(3).map {
                "\($0.law.rawValue), \($0.variant): \($0.detail)"
            }
            Issue.record("\(found.one.id): \(details.joined(separator: "; "))")
        }
        #expect(report.disagreements.isEmpty)
    }

    @Test func itIsAsLargeAsItSays() throws {
        let cases = try Self.cases.get()
        #expect(cases.count >= 500)
        let realistic = cases.filter { $0.file.contains("/realistic-") }
        #expect(realistic.count >= 60)
        for one in realistic {
            #expect(one.policy == .strict, "\(one.id)")
            guard case .complete = one.expectation?.verdict else {
                Issue.record("\(one.id) is realistic and not accepted")
                continue
            }
        }
    }

    /// Protocols of one module share their reasons and leniencies; each is met in one of them.
    @Test(arguments: Set(Registry.names.map { $0.split(separator: ".")[0] }).sorted())
    func everyLeniencyAndReasonHasCases(module: Substring) throws {
        let protocols = Registry.protocols.filter { $0.name.split(separator: ".")[0] == module }
        let names = protocols.map(\.name)
        let cases = try Self.cases.get().filter { names.contains($0.protocolName) }
        let description = try #require(protocols.first)
        for leniency in description.leniencies {
            let count = cases.count { $0.policy.contains(leniency.policy) }
            #expect(count >= 2, "\(leniency.name) has \(count) cases")
        }
        for (code, reason) in description.reasons.enumerated() {
            let isCovered = cases.contains { one in
                guard case .rejected(let rejection) = one.expectation?.verdict else { return false }
                return Int(rejection.code) == code
            }
            #expect(isCovered, "no case is rejected for \(reason.name)")
        }
    }

    @Test(arguments: Registry.names)
    func everyProtocolHasCases(protocolName: String) throws {
        let count = try Self.cases.get().count { $0.protocolName == protocolName }
        #expect(count >= 50, "\(protocolName) has \(count) cases")
    }

    @Test func everyCaseStatesItsClause() throws {
        for one in try Self.cases.get() {
            #expect(!one.clause.isEmpty, "\(one.id)")
            #expect(!one.title.isEmpty, "\(one.id)")
        }
    }

    @Test func aWrongExpectationIsFound() throws {
        var one = try #require(try Self.cases.get().first)
        one.expectation = Expectation(verdict: .complete(consumed: 1))
        let report = try Runner(RunOptions()).run(CaseList([one]))
        #expect(report.disagreements.count == 1)
        #expect(
            report.disagreements.first?.violations.allSatisfy { $0.law == .expectation } == true)
    }
}
