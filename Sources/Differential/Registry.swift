internal import HTTP1
public import Wire

/// A name that nobody knows, with the nearest that somebody does.
public struct UnknownName: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was not found, and what there is.
    public let description: String
}

/// Every protocol of the workbench, by name.
public enum Registry {
    /// All protocols.
    public static let protocols: [ProtocolDescription] = HTTP1.protocols

    /// Their names.
    public static var names: [String] { protocols.map(\.name) }

    /// The protocol called `name`, or nil.
    public static func protocolNamed(_ name: String) -> ProtocolDescription? {
        protocols.first { $0.name == name }
    }

    /// The protocol called `name`.
    public static func requireProtocol(_ name: String) throws(UnknownName) -> ProtocolDescription {
        guard let description = protocolNamed(name) else {
            throw UnknownName(
                description: "unknown protocol '\(name)'" + Nearest.hint(name, in: names))
        }
        return description
    }

    /// The policy that `text` names: `strict`, or leniencies separated by commas or plus signs.
    public static func policy(
        named text: String, _ description: ProtocolDescription
    ) throws(UnknownName) -> Policy {
        var policy = Policy.strict
        let known = description.leniencies.map(\.name)
        for part in text.split(whereSeparator: { $0 == "," || $0 == "+" }) {
            let name = String(part.filter { $0 != " " })
            if name == "strict" { continue }
            if name == "all" {
                for leniency in description.leniencies { policy.formUnion(leniency.policy) }
                continue
            }
            guard let leniency = description.leniencies.first(where: { $0.name == name }) else {
                throw UnknownName(
                    description: "unknown policy '\(name)'"
                        + Nearest.hint(name, in: ["strict", "all"] + known))
            }
            policy.formUnion(leniency.policy)
        }
        return policy
    }
}
