internal import Protocols
public import Wire

/// A name that nobody knows, with the nearest that somebody does.
public struct UnknownName: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was not found, and what there is.
    public let description: String

    /// Makes it.
    public init(description: String) { self.description = description }
}

/// Every protocol of the workbench, by name.
public enum Registry {
    /// All protocols.
    public static var protocols: [ProtocolDescription] { Protocols.all }

    /// Their names.
    public static var names: [String] { protocols.map(\.name) }

    /// The protocol called `name`, or nil.
    public static func protocolNamed(_ name: String) -> ProtocolDescription? {
        Protocols.named(name)
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
        let names = text.split(whereSeparator: { $0 == "," || $0 == "+" })
            .map { String($0.filter { $0 != " " }) }
        let found = description.policy(named: names)
        guard let unknown = found.unknown else { return found.policy }
        let known = ["strict", "all"] + description.leniencies.map(\.name)
        throw UnknownName(
            description: "unknown policy '\(unknown)'" + Nearest.hint(unknown, in: known))
    }

    /// For each of `protocols`, by name, the leniencies of `text` that it has. Each must be known to one of them.
    public static func policies(
        named text: String, _ protocols: [ProtocolDescription]
    ) throws(UnknownName) -> [String: Policy] {
        let names = text.split(whereSeparator: { $0 == "," || $0 == "+" })
            .map { String($0.filter { $0 != " " }) }
        let known = ["strict", "all"] + protocols.flatMap { $0.leniencies.map(\.name) }
        for name in names where !known.contains(name) {
            throw UnknownName(
                description: "unknown policy '\(name)'" + Nearest.hint(name, in: known))
        }
        var policies: [String: Policy] = [:]
        for description in protocols {
            let own = ["strict", "all"] + description.leniencies.map(\.name)
            policies[description.name] =
                description.policy(named: names.filter { own.contains($0) }).policy
        }
        return policies
    }

    /// The protocol's default limits with `overrides` in place.
    public static func limits(
        _ overrides: [String: Int], _ description: ProtocolDescription
    ) throws(UnknownName) -> Limits {
        var limits = Limits(defaultsOf: description.limits)
        let known = description.limits.map(\.name)
        for (name, value) in overrides.sorted(by: { $0.key < $1.key }) {
            guard let index = known.firstIndex(of: name) else {
                throw UnknownName(
                    description: "unknown limit '\(name)'" + Nearest.hint(name, in: known))
            }
            limits.values[index] = max(value, description.limits[index].minimum)
        }
        return limits
    }

    /// The context that `entries` state for an input of the protocol.
    public static func context(
        _ entries: [String: String], _ description: ProtocolDescription, input: [UInt8]?
    ) throws(UnknownName) -> any ParseContext {
        let known = description.notation.contextEntries.map(\.name)
        for name in entries.keys.sorted() where !known.contains(name) {
            throw UnknownName(
                description: "\(description.name) has no context entry '\(name)'"
                    + Nearest.hint(name, in: known))
        }
        do throws(NotationError) {
            return try description.notation.context(entries, input: input)
        } catch {
            throw UnknownName(description: error.description)
        }
    }
}
