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

    /// The context that `entries` state for an input of the protocol.
    public static func context(
        _ entries: [String: String], _ description: ProtocolDescription, input: [UInt8]
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

    /// What makes random inputs for a protocol, or nil where nothing does.
    public static func inputSource(_ description: ProtocolDescription) -> (any InputSource)? {
        inputSources[description.name]
    }

    private static let inputSources: [String: any InputSource] = [
        "http1.request": HTTP1Inputs(.request),
        "http1.response": HTTP1Inputs(.response),
        "http1.chunked": HTTP1Inputs(.chunked),
        "http1.stream": HTTP1Inputs(.stream),
        "quic.packet": QUICInputs(),
    ]
}
