internal import HPACK
internal import HTTP1
internal import HTTP2
internal import QUIC
internal import UTF8Text
internal import WebSocket
public import Wire

/// A name that nobody knows, with the nearest that somebody does.
public struct UnknownName: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was not found, and what there is.
    public let description: String
}

/// Every protocol of the workbench, by name.
public enum Registry {
    /// All protocols.
    public static let protocols: [ProtocolDescription] =
        HTTP1.protocols + HPACKProtocols.all + HTTP2Protocols.all + WebSocketProtocols.all
        + QUICProtocols.all + UTF8Protocols.all

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

    /// The protocol's default context with another role, or with the requests that responses answer.
    public static func context(
        role: String?, requests: [String], _ description: ProtocolDescription
    ) throws(UnknownName) -> any ParseContext {
        guard var context = description.defaultContext as? HTTP1Context else {
            return description.defaultContext
        }
        if let role {
            guard let known = HTTP1Context.Role(rawValue: role) else {
                throw UnknownName(description: "unknown role '\(role)'; known: request, response")
            }
            // A head is one or the other; the role says which only where the protocol leaves it open.
            if description.isStream { context.role = known }
        }
        let names = RequestMethod.allCases.map(\.rawValue)
        for name in requests {
            // Other methods do not change how a response is framed.
            context.requestMethods.append(
                names.contains(name) ? RequestMethod(rawValue: name) ?? .other : .other)
        }
        return context
    }
}
