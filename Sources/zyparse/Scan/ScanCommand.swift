internal import ArgumentParser
internal import Differential
internal import Signatures

/// `zyparse scan PATH…`
struct ScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Look for published attack classes in files, cases and captures.",
        discussion: """
            A PATH is a file or a folder. Markdown files hold cases, .pcap and .pcapng files are read through tshark, \
            every other file is one stream. Each class is reported once for each input, at the byte behind what tells it. \
            A match is a hint, no verdict: Documentation/Signatures.md. Exit code 0 whatever is found.

            Example: zyparse scan Corpus --uncovered
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Argument(help: "Files and folders.")
    var paths: [String] = []

    @Option(
        name: .customLong("protocol"),
        help: "Protocol of files outside a protocol's folder (default: http1.stream).")
    var protocolName = "http1.stream"

    @Option(help: "text, or json: one object for each match.")
    var format: Format = .text

    @Flag(help: "One line for each input: its classes.")
    var tags = false

    @Flag(help: "The classes that no case has, by its bytes or by name.")
    var uncovered = false

    @Flag(
        help: "Scan nothing; time the scanner on plain requests beside the classification kernel.")
    var bench = false

    @Option(help: "MiB of requests for --bench.")
    var mebibytes = 64

    func run() throws {
        if bench {
            guard mebibytes > 0 else { throw Failure.usage("--mebibytes needs a number above 0") }
            return try ScanBench.run(mebibytes: mebibytes)
        }
        guard !paths.isEmpty else { throw Failure.usage("name a file or folder, or --bench") }
        _ = try Load.named { try Registry.requireProtocol(protocolName) }
        var scanners = Scanners()
        var coverage = Coverage()
        var inputs = 0
        var matches = 0
        let skipped = try ScanInputs(protocolName: protocolName).each(paths) { input in
            let found = try scanners.matches(input)
            inputs += 1
            matches += found.count
            coverage.add(input.one, found.map(\.type))
            if !uncovered { show(input.name, found) }
        }
        if uncovered { show(coverage) }
        let rest = skipped > 0 ? "; \(skipped) of protocols without signatures" : ""
        Console.complain("\(inputs) inputs, \(matches) matches\(rest)")
    }

    private func show(_ name: String, _ found: [(type: AttackClass, end: Int)]) {
        if tags {
            Console.write("\(name): \(found.map(\.type.id).joined(separator: ", "))\n")
            return
        }
        for match in found {
            switch format {
            case .text:
                Console.write("\(name): \(match.type.id) \(match.type.title) before \(match.end)\n")
            case .json: Console.write(JSONText.encode(Line(name, match.type, match.end)) + "\n")
            }
        }
    }

    private func show(_ coverage: Coverage) {
        for type in coverage.uncovered {
            let why: String
            if case .untold(let reason) = type.telling {
                why = " (no bytes tell it: \(reason))"
            } else {
                why = ""
            }
            Console.write("\(type.id) \(type.title)\(why)\n")
        }
        Console.complain(coverage.summary)
    }

    private struct Line: Encodable {
        let input, id, family, title, clause: String
        let end: Int

        init(_ input: String, _ type: AttackClass, _ end: Int) {
            self.input = input
            id = type.id
            family = type.family
            title = type.title
            clause = type.clause
            self.end = end
        }
    }
}

/// Which classes a corpus has.
private struct Coverage {
    private var byBytes: Set<String> = []
    private var byName: Set<String> = []

    mutating func add(_ one: CorpusCase?, _ found: [AttackClass]) {
        byBytes.formUnion(found.map(\.id))
        guard let one else { return }
        // `H1-TE-15a/0b` and `H1-TE-15-stream` are rows of H1-TE-15; a source can name several.
        for word in "\(one.id) \(one.source)".split(whereSeparator: { " ,;()/".contains($0) }) {
            let parts = word.split(separator: "-")
            guard let place = parts.firstIndex(where: { $0.first?.isNumber == true }), place > 0
            else { continue }
            let number = parts[place].prefix { $0.isNumber }
            byName.insert((parts[..<place] + [number]).joined(separator: "-"))
        }
    }

    var uncovered: [AttackClass] {
        AttackClass.all.filter { !byBytes.contains($0.id) && !byName.contains($0.id) }
    }

    var summary: String {
        let all = AttackClass.all
        let told = all.count { byBytes.contains($0.id) }
        let named = all.count { !byBytes.contains($0.id) && byName.contains($0.id) }
        return "\(all.count) classes: \(told) by their bytes, \(named) by name only, "
            + "\(uncovered.count) not covered"
    }
}
