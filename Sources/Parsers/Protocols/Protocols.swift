internal import HPACK
internal import HTTP1
internal import HTTP2
internal import QUIC
internal import UTF8Text
internal import WebSocket
public import Wire

/// Every protocol that there is, by name.
public enum Protocols {
    /// All protocols, module by module.
    public static let all: [ProtocolDescription] =
        HTTP1.protocols + HPACKProtocols.all + HTTP2Protocols.all + WebSocketProtocols.all
        + QUICProtocols.all + UTF8Protocols.all

    /// The protocol called `name`, or nil.
    public static func named(_ name: String) -> ProtocolDescription? {
        all.first { $0.name == name }
    }
}

extension ProtocolDescription {
    /// The policy that `names` make together (`strict` adds nothing, `all` everything), or the first name that is unknown.
    public func policy(named names: [String]) -> (policy: Policy, unknown: String?) {
        var policy = Policy.strict
        for name in names where name != "strict" {
            if name == "all" {
                for leniency in leniencies { policy.formUnion(leniency.policy) }
            } else if let leniency = leniencies.first(where: { $0.name == name }) {
                policy.formUnion(leniency.policy)
            } else {
                return (policy, name)
            }
        }
        return (policy, nil)
    }
}
