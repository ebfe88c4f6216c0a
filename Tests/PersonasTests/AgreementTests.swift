import Differential
import Generation
import Personas
import Testing
import Wire

/// With no quirk a model reads what the reference reads; with one leniency, what the reference
/// reads under that policy. So the models are right where they claim to be, and what a quirk
/// changes is the quirk's.
///
/// `ZYPHOS_AGREEMENT_INPUTS` raises the count of generated inputs, `ZYPHOS_AGREEMENT_SEED` moves
/// the start.
@Suite struct AgreementTests {
    static let count = Int(environmentValue("ZYPHOS_AGREEMENT_INPUTS") ?? "") ?? 3_000
    static let seed = UInt64(environmentValue("ZYPHOS_AGREEMENT_SEED") ?? "") ?? 1

    @Test(arguments: Registry.names)
    func withoutQuirkOnTheCorpus(_ name: String) throws {
        let description = try Registry.requireProtocol(name)
        let plain = try #require(Persona.plain.variant(of: description))
        for one in TestCorpus.cases(of: name) {
            let configuration = one.configuration(description)
            let expected = outcome(description.reference, configuration, one.bytes)
            #expect(outcome(plain, configuration, one.bytes) == expected, "\(one.id)")
        }
    }

    @Test(arguments: Registry.names)
    func withEachLeniencyOnTheCorpus(_ name: String) throws {
        let description = try Registry.requireProtocol(name)
        let cases = TestCorpus.cases(of: name)
        for leniency in description.leniencies {
            guard let persona = try Personas.named(leniency.name).variant(of: description) else {
                continue
            }
            for one in cases {
                let lenient = one.configuration(description, extra: leniency.policy)
                let expected = outcome(description.reference, lenient, one.bytes)
                let found = outcome(persona, one.configuration(description), one.bytes)
                #expect(found == expected, "\(one.id) with \(leniency.name)")
            }
        }
    }

    @Test(arguments: Registry.names)
    func onGeneratedInputsUnderRandomPolicies(_ name: String) throws {
        let description = try Registry.requireProtocol(name)
        let plain = try #require(Persona.plain.variant(of: description))
        let source = try #require(InputSources.source(of: description))
        var generator = InputGenerator(seed: Self.seed)
        var random = SplitMix64(seed: Self.seed &+ 1)
        var accepted = 0
        for round in 0..<Self.count {
            let entries = generator.context(description)
            var (bytes, context) = try generator.input(description, entries)
            if round % 3 > 0 { bytes = source.valid(&random, context) }
            if round % 3 == 2 {
                bytes = source.mutate(bytes, context, bytesMax: 4_096, &random)
            }
            context = try Registry.context(entries, description, input: bytes)
            let configuration = Configuration(
                policy: generator.policy(description), limits: generator.limits(description),
                context: context)
            let expected = outcome(description.reference, configuration, bytes)
            #expect(
                outcome(plain, configuration, bytes) == expected,
                "\(EscapedBytes.text(bytes)) under \(configuration)")
            if case .complete = expected?.verdict { accepted += 1 }
        }
        #expect(accepted > Self.count / 10, "too few inputs were accepted to show anything")
    }

    @Test(arguments: Registry.names)
    func theLawsOnASample(_ name: String) throws {
        let description = try Registry.requireProtocol(name)
        let plain = try #require(Persona.plain.variant(of: description))
        for (index, one) in TestCorpus.cases(of: name).enumerated()
        where index % 40 == 0 && one.bytes.count < 300 {
            let examination = Examination(
                description, one.configuration(description),
                variants: [description.reference, plain], splits: .edges)
            let found = examination.examine(one.bytes, expectation: one.expectation).violations
            #expect(found.isEmpty, "\(one.id): \(found.first?.detail ?? "")")
        }
    }
}
