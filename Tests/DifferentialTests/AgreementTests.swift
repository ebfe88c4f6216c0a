import Differential
import Foundation
import Generation
import Testing
import Wire

/// All variants, all laws, on inputs from a seeded generator over random policies, limits and contexts.
///
/// `ZYPHOS_AGREEMENT_INPUTS` raises the count, `ZYPHOS_AGREEMENT_SEED` moves the start: a find prints its seed.
@Suite struct AgreementTests {
    static let count = Int(environmentValue("ZYPHOS_AGREEMENT_INPUTS") ?? "") ?? 150
    static let seed = UInt64(environmentValue("ZYPHOS_AGREEMENT_SEED") ?? "") ?? 1

    @Test(arguments: Registry.names)
    func generatedInputs(protocolName: String) throws {
        let description = try #require(Registry.protocolNamed(protocolName))
        var shown = 0
        for index in 0..<UInt64(Self.count) {
            var generator = InputGenerator(seed: Self.seed &+ index)
            var configuration = description.strictConfiguration()
            let entries = generator.context(description)
            configuration.policy = generator.policy(description)
            configuration.limits = generator.limits(description)
            var examination: Examination?
            for _ in 0..<20 {
                let made = try generator.input(description, entries)
                let isSame =
                    String(describing: made.context) == String(describing: configuration.context)
                configuration.context = made.context
                let known = isSame ? examination : nil
                let current =
                    known
                    ?? Examination(
                        description, configuration, variants: description.variants, splits: .edges)
                examination = current
                let input = made.bytes
                let result = current.examine(input)
                guard !result.violations.isEmpty, shown < 5 else { continue }
                shown += 1
                let names = description.leniencies
                    .filter { configuration.policy.contains($0.policy) }.map(\.name)
                let lines = result.violations.prefix(4).map {
                    "\($0.law.rawValue), \($0.variant) against \($0.against): \($0.detail)"
                }
                Issue.record(
                    """
                    seed \(Self.seed &+ index): \(EscapedBytes.text(input))
                    policy \(names), limits \(configuration.limits.values), \(entries)
                    \(lines.joined(separator: "\n"))
                    """)
            }
        }
        #expect(shown == 0)
    }
}
