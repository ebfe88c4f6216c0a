import Wire

/// The faults that parsers of one module could have, each a case, and the parser that has one.
///
/// Each makes the parser wrong in one place; without one it agrees with the other variants. An oracle that lets one of
/// them pass is blind in that place.
protocol SeededFault: CaseIterable, RawRepresentable<String>, Hashable, Sendable
where AllCases: Sendable {
    /// The protocols whose parser can have the faults.
    static var protocols: [ProtocolDescription] { get }

    /// The parser of a protocol with `fault`, or without any.
    static func parser(
        _ description: ProtocolDescription, _ configuration: Configuration, _ fault: Self?
    ) -> any Parser
}

extension SeededFault {
    /// The faulty parser as a variant.
    static func variant(_ description: ProtocolDescription, _ fault: Self?) -> Variant {
        Variant(name: "faulty", technique: "one seeded fault") { configuration in
            parser(description, configuration, fault)
        }
    }
}
