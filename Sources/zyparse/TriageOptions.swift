internal import ArgumentParser
internal import Differential
internal import Wire

/// Which participants a triage holds against each other, and how closely.
struct ParticipantOptions: ParsableArguments {
    @Option(
        help:
            "A participant: a variant's name; may stand several times (default: all variants). Of two that differ the earlier is the front."
    )
    var participant: [String] = []

    @Option(
        help:
            "The least bad difference that counts: 'tape' (the default) for bit-for-bit, or a name as in reports, such as 'framing'."
    )
    var floor = "tape"

    func triage(_ description: ProtocolDescription) throws -> Triage {
        let known = DifferenceRank.allCases.map(\.name)
        guard let rank = DifferenceRank.allCases.first(where: { $0.name == floor }) else {
            throw Failure.usage("unknown rank '\(floor)'" + Nearest.hint(floor, in: known))
        }
        return Triage(description, participants: try participants(description), floor: rank)
    }

    private func participants(_ description: ProtocolDescription) throws -> [Variant] {
        guard !participant.isEmpty else {
            return description.variants.filter { $0.unavailability() == nil }
        }
        var names: Set<String> = []
        for name in participant where !names.insert(name).inserted {
            throw Failure.usage("participant '\(name)' stands twice")
        }
        return try Load.named { try participant.map { try description.variant(named: $0) } }
    }
}

/// A find, read from whatever holds it.
struct LoadedFind {
    let description: ProtocolDescription
    let input: TriageInput
    /// Where it comes from, for headings.
    let place: String
}

extension InputOptions {
    /// The find in a file: a fuzzer's file, a case (the only one of its file, or the one that is named), or raw bytes.
    func loadFind() throws -> LoadedFind {
        let description: ProtocolDescription
        var input: TriageInput
        var place = path
        if path.hasSuffix(".md") || caseID != nil {
            let one = try onlyCase()
            description = try protocolNamed(protocolName ?? one.protocolName)
            input = TriageInput(one)
            place = "\(path): \(one.id)"
        } else {
            description = try protocolNamed(protocolName ?? folderProtocol ?? "http1.stream")
            input = try FindFile.input(try FindFile.bytes(path), description, file: path)
        }
        guard !input.bytes.isEmpty else { throw Failure.usage("\(place): the input is empty") }
        return try Load.named {
            if let policy { input.policy = try Registry.policy(named: policy, description) }
            input.context.merge(try contextEntries()) { _, new in new }
            input.limits.merge(try limits()) { _, new in new }
            _ = try input.configuration(description)
            return LoadedFind(description: description, input: input, place: place)
        }
    }

    private func protocolNamed(_ name: String) throws -> ProtocolDescription {
        try Load.named { try Registry.requireProtocol(name) }
    }

    /// A file of finds mostly holds one case: then nobody needs to name it.
    private func onlyCase() throws -> CorpusCase {
        if caseID == nil {
            let cases = try Load.cases([path], protocolName: protocolName)
            if cases.count == 1 { return cases[0] }
            guard !cases.isEmpty else { throw Failure.usage("\(path) holds no case") }
        }
        guard let chosen = try chosenCase() else {
            throw Failure.usage("\(path) holds several cases; name one with --case ID")
        }
        return chosen
    }
}

/// Files with one find.
enum FindFile {
    static func bytes(_ path: String) throws -> [UInt8] {
        do throws(InputFileProblem) {
            return try InputFile.read(path, bytesMax: Corpus.fileBytesMax)
        } catch {
            throw Failure.usage("\(path): \(error.description)")
        }
    }

    /// What a file's bytes state: raw bytes.
    static func input(
        _ bytes: [UInt8], _ description: ProtocolDescription, file: String
    ) throws -> TriageInput {
        TriageInput(bytes: bytes)
    }
}
