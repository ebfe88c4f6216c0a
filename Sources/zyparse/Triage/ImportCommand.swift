internal import ArgumentParser
internal import Differential
internal import Foundation
internal import Wire

/// `zyparse import KIND FILE…`
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Turn other collections into case files.",
        discussion: """
            KIND is hpack-story (JSON), llhttp (Markdown), raw, pcap (through tshark) or har. Each FILE becomes \
            FOLDER/<protocol>/<name>.md, which must not be there. The verdict of an imported case is the reference's own, \
            and its source says so: it shows changes, and proves nothing.
            """)

    @Argument(help: "hpack-story, llhttp, raw, pcap or har.")
    var kind: String

    @Argument(help: "Files.")
    var files: [String]

    @Option(name: .shortAndLong, help: "The folder to write to.")
    var output: String

    @Option(name: .customLong("protocol"), help: "The protocol of raw files.")
    var protocolName = "http1.stream"

    func run() throws {
        guard let kind = ImportKind(rawValue: kind) else {
            let known = ImportKind.allCases.map(\.rawValue)
            throw Failure.usage("unknown kind '\(self.kind)'" + Nearest.hint(self.kind, in: known))
        }
        _ = try Load.named { try Registry.requireProtocol(protocolName) }
        guard !files.isEmpty else { throw Failure.usage("name a file") }
        var made: [(path: String, text: String, count: Int)] = []
        // Everything is read before anything is written.
        for file in files { made += try read(file, kind) }
        var paths: Set<String> = []
        for one in made where !paths.insert(one.path).inserted {
            throw Failure.usage("\(one.path): two files would be written there")
        }
        for one in made where FileManager.default.fileExists(atPath: one.path) {
            throw Failure.usage("\(one.path): is there already; nothing was written")
        }
        for one in made {
            do {
                let folder = URL(fileURLWithPath: one.path).deletingLastPathComponent()
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true)
            } catch {
                throw Failure.usage("\(one.path): cannot be written: \(error.localizedDescription)")
            }
            try Console.deliver(one.text, to: one.path)
            Console.write("\(one.path): \(one.count) cases\n")
        }
    }

    private func read(
        _ file: String, _ kind: ImportKind
    ) throws -> [(path: String, text: String, count: Int)] {
        let inputs: [ImportedInput]
        do throws(ImportProblem) {
            inputs = try kind.inputs(file, protocolName: protocolName)
        } catch {
            throw Failure.usage(error.description)
        }
        let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
        let writer = ImportedCases(file: file, kind: kind)
        return try Set(inputs.map(\.protocolName)).sorted().map { protocolName in
            let own = inputs.filter { $0.protocolName == protocolName }
            return try Load.named {
                let description = try Registry.requireProtocol(protocolName)
                let text = try writer.text(own, description)
                return ("\(output)/\(protocolName)/\(name).md", text, own.count)
            }
        }
    }
}

/// What a scan needs of the importers.
enum Imports {
    static func streams(_ file: String) throws -> [PacketCapture.Stream] {
        do throws(ImportProblem) {
            return try PacketCapture.streams(file)
        } catch {
            throw Failure.usage(error.description)
        }
    }
}
