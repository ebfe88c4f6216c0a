private import Foundation
internal import HTTP1
internal import Wire

extension Double {
    /// The natural logarithm.
    var logarithm: Double { log(self) }
}

/// One variant on one input: parser and tape are made once and used for every message.
final class BenchJob {
    private let name: String
    private let description: ProtocolDescription
    private let input: BenchInput
    private let cuts: [[Int]]
    private var parser: any Parser
    private var tape = Tape(tokenCapacity: 16_384)
    private var consumedSum = 0

    init?(_ variant: Variant, _ description: ProtocolDescription, _ input: BenchInput) {
        guard let parser = variant.makeParser(description.strictConfiguration) else { return nil }
        name = variant.name
        self.description = description
        self.input = input
        self.parser = parser
        let pieces = input.pieces
        cuts = input.messages.map { message in
            (1..<max(1, pieces)).map { message.count * $0 / pieces }
        }
    }

    /// Parses every message once. The verdicts add up in `consumedSum`, so that no call can be left out.
    func run() {
        for index in input.messages.indices {
            if case .complete(let consumed) = parse(index) { consumedSum &+= consumed }
        }
    }

    @inline(__always)
    private func parse(_ index: Int) -> Verdict {
        parser.reset()
        tape.removeAll()
        let message = input.messages[index]
        if input.pieces > 1 {
            for cut in cuts[index] {
                _ = parser.parse(message.span.extracting(0..<cut), into: &tape)
            }
        }
        return parser.parse(message.span, into: &tape)
    }

    /// What every variant must say: complete to the last byte, with the expected number of parts.
    func check() throws(BenchFailure) {
        for (index, message) in input.messages.enumerated() {
            let verdict = parse(index)
            guard verdict == .complete(consumed: message.count) else {
                throw BenchFailure(
                    description: "\(name), \(input.name), message \(index): \(verdict)")
            }
            let parts = (0..<tape.count).count { isPart(tape[$0]) }
            guard parts == input.partCounts[index] else {
                throw BenchFailure(
                    description: "\(name), \(input.name), message \(index): \(parts) parts, "
                        + "\(input.partCounts[index]) expected")
            }
        }
    }

    private func isPart(_ token: Token) -> Bool {
        switch token.http1Kind {
        case .fieldName, .chunk: true
        default: false
        }
    }
}
