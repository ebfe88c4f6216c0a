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
        // Bytes are compared, as this runs for every mutation, and characters cost ten times as much.
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            guard let sides = Self.sides(line, UInt8(ascii: " ")) else { continue }
            switch sides.0 {
            case "policy":
                policy += sides.1.split(separator: UInt8(ascii: "+")).map { String(Substring($0)) }
            case "limit":
                let entry = Self.sides(sides.1, UInt8(ascii: "="))
                if let entry, let number = Int(Substring(entry.1)) { limits[entry.0] = number }
            case "context":
                let entry = Self.sides(sides.1, UInt8(ascii: "="))
                if let entry { context[entry.0] = String(Substring(entry.1)) }
            default: break
            }
        }
    }

    /// What stands before a separator and behind it.
    private static func sides(
        _ text: Substring.UTF8View, _ separator: UInt8
    ) -> (String, Substring.UTF8View)? {
        guard let place = text.firstIndex(of: separator) else { return nil }
        return (String(Substring(text[..<place])), text[text.index(after: place)...])
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
