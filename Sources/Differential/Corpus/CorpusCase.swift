public import Wire

/// One input with what is known of it.
public struct CorpusCase: Sendable {
    /// Its id, unique in the corpus: `H1-TE-03`, with `/0b` behind it for a member of a family.
    public var id: String
    /// Its title.
    public var title: String
    /// The file it comes from.
    public var file: String
    /// The line of its heading, from 1; 0 for a raw file.
    public var line: Int
    /// The protocol's name.
    public var protocolName: String
    /// The input.
    public var bytes: [UInt8]
    /// The leniencies that are on, as they were named.
    public var policy: Policy
    /// Limits that differ from their defaults, by name.
    public var limits: [String: Int]
    /// What the connection knows, or nil for the protocol's default for these bytes.
    public var context: (any ParseContext)?
    /// What every variant must make of it, or nil for a raw file: the laws hold all the same.
    public var expectation: Expectation?
    /// Why it is here.
    public var prose: String
    /// The clause that decides.
    public var clause: String
    /// Where it was seen.
    public var source: String
    /// The entries that state `context`; empty for the default.
    public var contextEntries: [String: String] = [:]

    /// The configuration for `description`, which must be the case's protocol; `extra` leniencies are added.
    public func configuration(
        _ description: ProtocolDescription, extra: Policy = .strict
    ) -> Configuration {
        var configuration = description.strictConfiguration(for: bytes)
        configuration.policy = policy.union(extra)
        if let context { configuration.context = context }
        for (index, limit) in description.limits.enumerated() {
            if let value = limits[limit.name] { configuration.limits.values[index] = value }
        }
        return configuration
    }
}

/// A file that cannot be read as what it should be, with its place.
public struct CorpusProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let file: String
    /// The line, from 1, or 0 where it is the file as a whole.
    public let line: Int
    /// What is wrong, and what to do.
    public let message: String

    /// `file:line: message`
    public var description: String {
        line > 0 ? "\(file):\(line): \(message)" : "\(file): \(message)"
    }
}
