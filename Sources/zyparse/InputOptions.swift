internal import ArgumentParser
internal import Differential
internal import Wire

/// What `parse` and `explain` have in common: one input, and how to read it.
struct InputOptions: ParsableArguments {
    @Argument(help: "A file with the bytes, '-' for standard input, or case files with --case.")
    var path: String

    @Option(name: .customLong("case"), help: "The id of a case in a Markdown file or folder.")
    var caseID: String?

    @Option(name: .customLong("protocol"), help: "The protocol (default: http1.stream).")
    var protocolName: String?

    @Option(
        help:
            "Who sent the bytes: request or response, client or server (see zyparse list contexts)."
    )
    var role: String?

    @Option(help: "Leniencies, separated by commas; 'strict' for none, 'all' for all.")
    var policy: String?

    @Option(help: "The requests that responses answer: HEAD, CONNECT, others, separated by commas.")
    var requests: String?

    @Option(
        help:
            "An entry of the protocol's context, as name=value; may stand several times (zyparse list contexts)."
    )
    var context: [String] = []

    @Option(help: "A limit, as name=number; may stand several times.")
    var limit: [String] = []

    /// The input with the protocol and configuration to read it under.
    struct Input {
        let bytes: [UInt8]
        let description: ProtocolDescription
        let configuration: Configuration
        let heading: String
    }

    func load() throws -> Input {
        let chosen = try chosenCase()
        let bytes = try chosen?.bytes ?? readFile()
        let name = protocolName ?? chosen?.protocolName ?? folderProtocol ?? "http1.stream"
        return try Load.named {
            let description = try Registry.requireProtocol(name)
            var configuration =
                chosen?.configuration(description) ?? description.strictConfiguration(for: bytes)
            if let policy {
                configuration.policy = try Registry.policy(named: policy, description)
            }
            let entries = try contextEntries()
            if !entries.isEmpty {
                configuration.context = try Registry.context(entries, description, input: bytes)
            }
            if !limit.isEmpty {
                configuration.limits = try Registry.limits(try limits(), description)
            }
            let title = chosen.map { "\($0.id) \($0.title)\n\($0.prose)\n" } ?? ""
            return Input(
                bytes: bytes, description: description, configuration: configuration,
                heading: title)
        }
    }

    /// A file below a protocol's folder has that protocol.
    var folderProtocol: String? {
        path.split(separator: "/").map(String.init).last { Registry.names.contains($0) }
    }

    func chosenCase() throws -> CorpusCase? {
        guard let caseID else {
            guard !path.hasSuffix(".md") else {
                throw Failure.usage("\(path) holds cases; name one with --case ID")
            }
            return nil
        }
        let cases = try Load.cases([path], protocolName: protocolName)
        if let found = cases.first(where: { $0.id == caseID }) { return found }
        let hint = Nearest.match(caseID, in: cases.map(\.id)).map { " (did you mean '\($0)'?)" }
        throw Failure.usage("\(path) has no case '\(caseID)'\(hint ?? "")")
    }

    private func readFile() throws -> [UInt8] {
        do throws(InputFileProblem) {
            return try InputFile.read(path, bytesMax: Corpus.fileBytesMax)
        } catch {
            throw Failure.usage("\(path): \(error.description)")
        }
    }

    /// `--context`, with `--role` and `--requests` as short forms.
    func contextEntries() throws -> [String: String] {
        var entries: [String: String] = [:]
        for entry in context {
            guard let equals = entry.firstIndex(of: "=") else {
                throw Failure.usage("'\(entry)' is not written name=value")
            }
            entries[String(entry[..<equals])] = String(entry[entry.index(after: equals)...])
        }
        if let role { entries["role"] = role }
        if let requests { entries["requests"] = requests }
        return entries
    }

    func limits() throws -> [String: Int] {
        var limits: [String: Int] = [:]
        for entry in limit {
            let sides = entry.split(separator: "=").map(String.init)
            guard sides.count == 2, let value = Int(sides[1]) else {
                throw Failure.usage("'\(entry)' is not written name=number")
            }
            limits[sides[0]] = value
        }
        return limits
    }
}
