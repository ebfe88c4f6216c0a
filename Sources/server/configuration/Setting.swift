/// One thing that can be told to the server, by one name in every source:
///
///     source        engine               a limit                                a socket option
///     flag          --engine pool        --limit rangesMax=8                    --socket noDelay=off
///     environment   ZYPHOS_ENGINE=pool   ZYPHOS_LIMIT_RANGES_MAX=8              ZYPHOS_SOCKET_NO_DELAY=off
///     file          engine: pool         limit: {rangesMax: 8}                  socket: {noDelay: off}
public struct Setting: Sendable {
    /// What settings of a kind stand below.
    public enum Group: String, CaseIterable, Sendable {
        case limit
        case socket
    }

    /// The group, or nil for a setting of its own.
    public let group: Group?
    /// The name, such as `accessLog`.
    public let name: String
    /// What a value looks like, such as `on|off`.
    public let form: String
    /// One sentence.
    public let summary: String
    /// Whether it can be given several times.
    public let isList: Bool
    /// Takes a value.
    let apply: @Sendable (inout ServerConfiguration, [String]) throws(ValueProblem) -> Void
    /// Shows the value in force.
    public let show: @Sendable (ServerConfiguration) -> String

    init(
        _ name: String, group: Group? = nil, form: String, summary: String, isList: Bool = false,
        apply:
            @escaping @Sendable (inout ServerConfiguration, [String]) throws(ValueProblem) -> Void,
        show: @escaping @Sendable (ServerConfiguration) -> String
    ) {
        self.group = group
        self.name = name
        self.form = form
        self.summary = summary
        self.isList = isList
        self.apply = apply
        self.show = show
    }

    /// The name with its group: `limit.rangesMax`; where it stands in a file.
    public var key: String { group.map { "\($0.rawValue).\(name)" } ?? name }

    /// The flag: `--access-log`, or `--limit rangesMax`.
    public var flag: String {
        group.map { "--\($0.rawValue) \(name)" }
            ?? "--" + Self.words(name).joined(separator: "-")
    }

    /// The environment variable: `ZYPHOS_LIMIT_RANGES_MAX`.
    public var variable: String {
        let words = (group.map { [$0.rawValue] } ?? []) + Self.words(name)
        return "ZYPHOS_" + words.joined(separator: "_").uppercased()
    }

    /// `accessLogFormat` as `access`, `log`, `format`.
    private static func words(_ name: String) -> [String] {
        var words: [String] = [""]
        for letter in name {
            if letter.isUppercase { words.append("") }
            words[words.count - 1] += letter.lowercased()
        }
        return words
    }
}

/// A value that a setting does not take, in words.
struct ValueProblem: Error {
    let text: String
}
