import Differential
import Foundation
import Wire

/// The repository's corpus, read once.
enum TestCorpus {
    static let cases: [CorpusCase] = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        do {
            return try Corpus().cases(in: [root.appendingPathComponent("Corpus").path])
        } catch {
            fatalError("the corpus cannot be read: \(error)")
        }
    }()

    static func cases(of protocolName: String) -> [CorpusCase] {
        cases.filter { $0.protocolName == protocolName }
    }
}

extension ProtocolDescription {
    /// The reference, which is always the first variant.
    var reference: Variant { variants[0] }
}

/// What a variant makes of a whole input.
func outcome(_ variant: Variant?, _ configuration: Configuration, _ input: [UInt8]) -> Outcome? {
    variant.flatMap { Harness($0, configuration)?.whole(input) }
}
