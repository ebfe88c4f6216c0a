internal import Wire

/// Where a value came from.
public enum Origin: Hashable, Sendable, CustomStringConvertible {
    /// Nobody said anything.
    case standard
    /// A line of a file.
    case file(String, line: Int)
    /// An environment variable.
    case variable(String)
    /// A flag, as it was given.
    case flag(String)

    public var description: String {
        switch self {
        case .standard: "default"
        case .file(let path, let line): "\(path):\(line)"
        case .variable(let name): name
        case .flag(let text): text
        }
    }
}

/// A setting as a source gives it: its key as in `Setting.key`, which may be wrong, and its values as text.
public struct GivenSetting: Hashable, Sendable {
    /// The key.
    public let key: String
    /// The values.
    public let values: [String]
    /// Where it stands.
    public let origin: Origin

    /// Makes one.
    public init(key: String, values: [String], origin: Origin) {
        self.key = key
        self.values = values
        self.origin = origin
    }
}

/// What is wrong with a configuration: where, which key, and what to do; one line.
public struct ConfigurationProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line.
    public let description: String

    /// Makes a problem.
    public init(_ description: String) { self.description = description }
}

/// Reads a configuration from its three sources. Flags stand above the environment, the environment above the file, the
/// file above the defaults.
public struct SettingSources: Sendable {
    /// From the file.
    public var file: [GivenSetting] = []
    /// From the environment.
    public var environment: [GivenSetting] = []
    /// From flags.
    public var flags: [GivenSetting] = []

    /// No source.
    public init() {}

    /// Variables that other parts of Zyphos read, or all that begin so where there is a `_` at the end: no slips.
    private static let foreignVariables = [
        "ZYPHOS_AGREEMENT_", "ZYPHOS_COMMIT", "ZYPHOS_FUZZ_", "ZYPHOS_HPACK_", "ZYPHOS_KERNEL",
        "ZYPHOS_VARIANT", "ZYPHOS_CONFIG",
    ]

    /// Takes the variables whose names begin with `ZYPHOS_`. A list's values stand between commas.
    public mutating func readEnvironment(_ variables: [String: String]) throws(ConfigurationProblem)
    {
        let known = Setting.all
        for (name, value) in variables.sorted(by: { $0.key < $1.key })
        where name.hasPrefix("ZYPHOS_") {
            let isForeign = Self.foreignVariables.contains { foreign in
                foreign.hasSuffix("_") ? name.hasPrefix(foreign) : name == foreign
            }
            if isForeign { continue }
            guard let setting = known.first(where: { $0.variable == name }) else {
                let hint = Nearest.match(name, in: known.map(\.variable))
                    .map { " (did you mean '\($0)'?)" }
                throw ConfigurationProblem(
                    "unknown environment variable '\(name)'" + (hint ?? "; see 'zyphos check'"))
            }
            let values = setting.isList ? value.split(separator: ",").map(String.init) : [value]
            environment.append(
                GivenSetting(key: setting.key, values: values, origin: .variable(name)))
        }
    }

    /// The configuration that is in force, and where each value came from.
    public func resolved() throws(ConfigurationProblem) -> ResolvedConfiguration {
        var resolved = ResolvedConfiguration()
        for given in file + environment + flags {
            let setting = try Self.setting(given)
            do {
                try setting.apply(&resolved.configuration, given.values)
            } catch {
                throw ConfigurationProblem("\(given.origin): \(setting.key): \(error.text)")
            }
            resolved.origins[setting.key] = given.origin
        }
        try resolved.refuseContradictions()
        return resolved
    }

    private static func setting(
        _ given: GivenSetting
    ) throws(ConfigurationProblem) -> Setting {
        if let setting = Setting.all.first(where: { $0.key == given.key }) { return setting }
        let parts = given.key.split(separator: ".", maxSplits: 1).map(String.init)
        let group = Setting.Group(rawValue: parts.first ?? "")
        let known = Setting.all.filter { $0.group == group }.map(\.name)
        let name = group == nil ? given.key : parts.last ?? ""
        let groups = group == nil ? Setting.Group.allCases.map(\.rawValue) : []
        let kind = group.map { $0 == .socket ? "socket option" : $0.rawValue } ?? "setting"
        throw ConfigurationProblem(
            "\(given.origin): unknown \(kind) '\(name)'" + Nearest.hint(name, in: known + groups))
    }
}

/// A configuration, and where each of its values came from.
public struct ResolvedConfiguration: Sendable {
    /// The values in force.
    public var configuration = ServerConfiguration()
    /// By `Setting.key`; what is not there has its default.
    var origins: [String: Origin] = [:]

    /// Where a setting's value came from.
    public func origin(of setting: Setting) -> Origin { origins[setting.key] ?? .standard }
}
