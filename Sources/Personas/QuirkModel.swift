internal import Wire

/// What one family of protocols brings to the personas: its quirks as data, and the parser that has
/// them.
protocol QuirkModel: Sendable {
    /// The names of the protocols that it models.
    var protocols: [String] { get }

    /// Its quirks, in the order of reports.
    var quirks: [Quirk] { get }

    /// What makes the model's parser with `quirks` on, or nil where the model cannot be made.
    func maker(
        _ description: ProtocolDescription, quirks: [Quirk]
    ) -> (@Sendable (Configuration) -> any Parser)?

    /// What a proxy with `quirks` sends on, or nil where the context is not of this family, or
    /// nothing is forwarded.
    func forward(_ input: [UInt8], _ configuration: Configuration, quirks: [Quirk]) -> [UInt8]?
}

extension QuirkModel {
    func forward(
        _ input: [UInt8], _ configuration: Configuration, quirks: [Quirk]
    ) -> [UInt8]? { nil }
}

extension [Quirk] {
    /// All leniencies that the quirks turn on.
    var policy: Policy { reduce(into: .strict) { $0.formUnion($1.policy) } }
}

extension ProtocolDescription {
    /// Makes the reference with `policy` added to whatever the configuration says.
    ///
    /// Models that wrap the reference begin here: they change what goes in, or what comes out.
    func referenceMaker(adding policy: Policy) -> (@Sendable (Configuration) -> any Parser)? {
        guard let reference = variants.first(where: { $0.name == "reference" }) else { return nil }
        return { configuration in
            var configuration = configuration
            configuration.policy.formUnion(policy)
            guard let parser = reference.makeParser(configuration) else {
                preconditionFailure("a reference implements every leniency of its protocol")
            }
            return parser
        }
    }
}
