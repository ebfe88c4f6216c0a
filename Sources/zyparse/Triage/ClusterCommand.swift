internal import ArgumentParser
internal import Differential
internal import Foundation
internal import Wire

/// `zyparse cluster PATH…`
struct ClusterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Put finds together by signature.",
        discussion: """
            A PATH is a file or a folder with fuzzers' files, cases or raw bytes. Each find is in exactly one cluster; \
            those that no participant reads differently are counted apart. Exit code 0 whatever is found.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, jsonl }

    @Argument(help: "Files and folders.")
    var paths: [String]

    @Option(name: .customLong("protocol"), help: "Protocol of files outside a protocol's folder.")
    var protocolName: String?

    @OptionGroup var participants: ParticipantOptions

    @Option(help: "text, or jsonl: one JSON object for each cluster.")
    var format: Format = .text

    @Option(help: "Seconds until a participant counts as hanging.")
    var seconds = 600

    @Flag(name: .customLong("in-process"), help: .hidden)
    var inProcess = false

    func run() throws {
        guard seconds > 0 else { throw Failure.usage("--seconds needs a number above 0") }
        let cases = try Load.cases(paths, protocolName: protocolName)
        guard !cases.isEmpty else {
            throw Failure.usage("no finds under \(paths.joined(separator: ", "))")
        }
        if !inProcess { try Isolation.rerun(seconds: seconds, place: paths[0]) }
        var triages: [String: Triage] = [:]
        var finds: [(find: CorpusCase, signature: Signature?)] = []
        for one in cases {
            let description = try Load.named { try Registry.requireProtocol(one.protocolName) }
            let triage = try triages[one.protocolName] ?? participants.triage(description)
            triages[one.protocolName] = triage
            let input =
                one.line > 0
                ? TriageInput(one)
                : try FindFile.input(one.bytes, description, file: one.file)
            finds.append((one, try Load.named { try triage.examine(input).signature }))
        }
        show(Clusters(finds))
    }

    private func show(_ found: Clusters<CorpusCase>) {
        switch format {
        case .text:
            for cluster in found.clusters {
                Console.write("\(cluster.signature.id)  \(cluster.signature)\n")
                for find in cluster.finds { Console.write("    \(find.id)\n") }
            }
            let count = found.clusters.reduce(0) { $0 + $1.finds.count }
            Console.write(
                "\(count) finds in \(found.clusters.count) clusters, \(found.agreeing.count) agree\n"
            )
        case .jsonl:
            for cluster in found.clusters {
                Console.write(JSONText.encode(Line(cluster)) + "\n")
            }
        }
    }

    private struct Line: Encodable {
        let id: String
        let signature: Signature
        let finds: [String]

        init(_ cluster: Clusters<CorpusCase>.Cluster) {
            id = cluster.signature.id
            signature = cluster.signature
            finds = cluster.finds.map(\.id)
        }
    }
}
