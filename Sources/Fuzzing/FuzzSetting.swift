public import Differential
public import Wire

/// Policy, limits and context of an input, as a fuzzer writes them, changes them and makes a configuration of them.
public struct FuzzSetting: Hashable, Sendable {
    /// Leniencies, by name.
    public var policy: [String] = []
    /// Limits that differ from their defaults.
    public var limits: [String: Int] = [:]
    /// What the connection knows.
    public var context: [String: String] = [:]

    /// The strict policy, default limits, and the context in force where nobody gives one.
    public init() {}

    /// Reads the lines of `FuzzInput.setting`.
    public init(_ text: String) {
        for line in text.split(separator: "\n") {
            guard let space = line.firstIndex(of: " ") else { continue }
            let value = line[line.index(after: space)...]
            switch line[..<space] {
            case "policy": policy += value.split(separator: "+").map(String.init)
            case "limit":
                let sides = Self.sides(value)
                if let number = Int(sides.1) { limits[sides.0] = number }
            case "context":
                let sides = Self.sides(value)
                context[sides.0] = sides.1
            default: break
            }
        }
    }

    /// What a corpus case or a generator states, as lines.
    public var text: String {
        var text = policy.isEmpty ? "" : "policy " + policy.joined(separator: "+") + "\n"
        for (name, value) in limits.sorted(by: { $0.key < $1.key }) {
            text += "limit \(name)=\(value)\n"
        }
        for (name, value) in context.sorted(by: { $0.key < $1.key }) {
            text += "context \(name)=\(value)\n"
        }
        return text
    }

    private static func sides(_ text: Substring) -> (String, String) {
        guard let equals = text.firstIndex(of: "=") else { return (String(text), "") }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    /// The configuration for `bytes`, or words for what in the setting is not known.
    public func configuration(
        _ description: ProtocolDescription, bytes: [UInt8]
    ) throws(UnknownName) -> Configuration {
        Configuration(
            policy: try Registry.policy(named: policy.joined(separator: "+"), description),
            limits: try Registry.limits(limits, description),
            context: try Registry.context(context, description, input: bytes))
    }
}
