import Wire

extension Variant {
    /// The protocol's reference, which sees other bytes than the others do, or knows another context: a reader that
    /// misunderstands exactly one thing.
    static func reference(
        _ name: String, of description: ProtocolDescription,
        context: (any ParseContext)? = nil,
        seeing transform: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }
    ) -> Variant {
        let reference = description.variants[0]
        return Variant(name: name, technique: "the reference, misled") { configuration in
            var configuration = configuration
            if let context { configuration.context = context }
            guard let parser = reference.makeParser(configuration) else {
                preconditionFailure("the reference implements every leniency")
            }
            return Transformed(parser: parser, transform: transform)
        }
    }
}

/// A parser that sees its input through a glass.
private struct Transformed: Parser {
    var parser: any Parser
    let transform: @Sendable ([UInt8]) -> [UInt8]

    mutating func reset() { parser.reset() }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        var bytes: [UInt8] = []
        for index in input.indices { bytes.append(input[index]) }
        return parser.parse(transform(bytes).span, into: &tape)
    }
}
