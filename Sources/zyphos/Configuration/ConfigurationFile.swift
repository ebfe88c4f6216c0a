internal import Glibc
internal import Server
internal import Yams

/// The configuration file: YAML, a mapping of setting names to values, with mappings for limits and socket options.
///
/// YAML by way of Yams, for its nodes know the line they stand on, and keys that stand twice are errors. (TOMLKit gives
/// lines for syntax errors only, and a wrong key must be told by its line.) The nodes' texts are taken as they are:
/// what is a number or a switch is for the setting to say, so that the file, the environment and flags read alike.
///
/// It stands in the program and not in the server's library: a program that embeds the server fills in a
/// `ServerConfiguration` and needs neither YAML nor Foundation.
enum ConfigurationFile {
    /// The largest file that is read (chosen: all settings with long comments are below a tenth of it).
    private static let bytesMax = 1 << 20

    /// The settings of the file at `path`.
    static func read(_ path: String) throws(ConfigurationProblem) -> [GivenSetting] {
        guard let root = try compose(try text(path), path) else { return [] }
        guard case .mapping(let mapping) = root else {
            throw problem(path, root, "a configuration is a mapping, such as 'root: ./www'")
        }
        var given: [GivenSetting] = []
        for (key, value) in mapping {
            let name = try scalar(key, path, "a setting's name")
            guard Setting.Group(rawValue: name) != nil else {
                given.append(try setting(name, key, value, path))
                continue
            }
            guard case .mapping(let members) = value else {
                throw problem(
                    path, value, "\(name): is a mapping, such as '\(name): {NAME: VALUE}'")
            }
            for (member, value) in members {
                let own = try scalar(member, path, "a name")
                given.append(try setting("\(name).\(own)", member, value, path))
            }
        }
        return given
    }

    private static func setting(
        _ name: String, _ key: Node, _ value: Node, _ path: String
    ) throws(ConfigurationProblem) -> GivenSetting {
        var values: [String] = []
        switch value {
        case .sequence(let nodes):
            for node in nodes { values.append(try scalar(node, path, "\(name): a list's member")) }
        case .scalar, .mapping, .alias: values = [try scalar(value, path, "\(name): a value")]
        }
        return GivenSetting(
            key: name, values: values, origin: .file(path, line: key.mark?.line ?? 1))
    }

    private static func scalar(
        _ node: Node, _ path: String, _ what: String
    ) throws(ConfigurationProblem) -> String {
        guard case .scalar(let scalar) = node else {
            throw problem(path, node, "\(what) is a single text or number")
        }
        return scalar.string
    }

    private static func compose(
        _ text: String, _ path: String
    ) throws(ConfigurationProblem) -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw problem(path, error)
        } catch {
            throw ConfigurationProblem("\(path): \(error)")
        }
    }

    private static func problem(
        _ path: String, _ node: Node, _ words: String
    ) -> ConfigurationProblem {
        ConfigurationProblem("\(path):\(node.mark?.line ?? 1): \(words)")
    }

    private static func problem(_ path: String, _ error: YamlError) -> ConfigurationProblem {
        switch error {
        case .scanner(_, let words, let mark, _), .parser(_, let words, let mark, _),
            .composer(_, let words, let mark, _):
            ConfigurationProblem("\(path):\(mark.line): \(words)")
        case .duplicatedKeysInMapping(let keys, let context):
            ConfigurationProblem(
                "\(path):\(context.mark.line): \(keys.joined(separator: ", ")): stands twice")
        case .reader(let words, _, _, _), .writer(let words), .emitter(let words),
            .representer(let words):
            ConfigurationProblem("\(path): \(words)")
        case .no, .memory, .dataCouldNotBeDecoded:
            ConfigurationProblem("\(path): cannot be read as YAML")
        }
    }

    private static func text(_ path: String) throws(ConfigurationProblem) -> String {
        let bytes = try contents(path)
        guard bytes.count <= bytesMax else {
            throw ConfigurationProblem("\(path): is larger than \(bytesMax) bytes")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationProblem("\(path): is not UTF-8")
        }
        return text
    }

    /// The file's bytes, at most one more than may be; the system's own words where it cannot be read.
    private static func contents(_ path: String) throws(ConfigurationProblem) -> [UInt8] {
        // SAFETY: open and strerror read and give texts that end in NUL; read writes at most `chunk.count` bytes there.
        func failure() -> ConfigurationProblem {
            let words = unsafe String(cString: strerror(errno))
            return ConfigurationProblem("\(path): cannot be read: \(words)")
        }
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { _ = Glibc.close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= bytesMax {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { throw failure() }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }
}
