import Generation
import Protocols
import Testing
import Wire

/// A protocol, its source, and a reader of what the source makes.
struct SourceUnderTest {
    let description: ProtocolDescription
    let source: any InputSource

    init(_ name: String) throws {
        description = try #require(Protocols.named(name))
        source = try #require(InputSources.source(of: description))
    }

    static let names = Protocols.all.map(\.name)

    /// The context that `entries` state for `bytes`.
    func context(_ entries: [String: String], _ bytes: [UInt8]?) throws -> any ParseContext {
        try description.notation.context(entries, input: bytes)
    }

    /// What the reference says of `bytes` under the strict policy and default limits.
    func read(
        _ bytes: [UInt8], _ context: any ParseContext, policy: Policy = .strict
    ) throws -> (verdict: Verdict, tape: TapeSnapshot) {
        var configuration = description.strictConfiguration()
        configuration.policy = policy
        configuration.context = context
        var parser = try #require(description.variants[0].makeParser(configuration))
        var tape = Tape()
        let verdict = parser.parse(bytes.span, into: &tape)
        return (verdict, tape.snapshot())
    }

    /// An outcome as one word: the verdict's kind, the reason's name, or the kinds of items.
    func outcome(_ bytes: [UInt8], _ context: any ParseContext) throws -> String {
        let (verdict, tape) = try read(bytes, context)
        switch verdict {
        case .rejected(let rejection):
            return description.reason(of: rejection)?.name ?? "?"
        case .incomplete: return "incomplete"
        case .complete:
            let items = description.notation.items(tape, input: bytes, context: context)
            let kinds = Set(items.map { $0.kind ?? "item" }).sorted()
            return "complete \(items.count) \(kinds.joined(separator: " "))"
        }
    }
}
