internal import ArgumentParser
internal import Differential
internal import Fuzzing
internal import Wire

/// Which participants a triage holds against each other, and how closely.
struct ParticipantOptions: ParsableArguments {
    @Option(
        help:
            "A participant: a variant's name, or persona:NAME; may stand several times (default: all variants; one alone is held against the reference). Of two that differ the earlier is the front."
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
        let chosen = try participant.map { try Load.variant($0, of: description) }
        let reference = description.variants[0]
        // One alone has nobody to differ from.
        return chosen.count == 1 && chosen[0].name != reference.name
            ? [reference] + chosen : chosen
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
    /// The find in a file: a fuzzer's file, a case (the only one of its file, or the one that is
    /// named), or raw bytes.
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

    /// What a file's bytes state: an input as fuzzers write it, or raw bytes.
    static func input(
        _ bytes: [UInt8], _ description: ProtocolDescription, file: String
    ) throws -> TriageInput {
        guard bytes.starts(with: FuzzInput.mark.utf8) else { return TriageInput(bytes: bytes) }
        let stated = FuzzInput(file: bytes)
        guard stated.bytes != bytes else {
            throw Failure.usage(
                "\(file): the lines behind '\(FuzzInput.mark.dropLast())' cannot be read")
        }
        let setting = FuzzSetting(stated.setting)
        return try Load.named {
            TriageInput(
                bytes: stated.bytes,
                policy: try Registry.policy(
                    named: setting.policy.joined(separator: "+"), description),
                limits: setting.limits, context: setting.context, cuts: stated.cuts)
        }
    }

    /// An input as a file: as fuzzers write it where there is more to say than its bytes.
    static func bytes(of input: TriageInput, _ description: ProtocolDescription) -> [UInt8] {
        var setting = FuzzSetting()
        setting.policy = description.leniencies.filter { input.policy.contains($0.policy) }
            .map(\.name)
        setting.limits = input.limits
        setting.context = input.context
        guard !setting.text.isEmpty || !input.cuts.isEmpty else { return input.bytes }
        return FuzzInput(setting: setting.text, cuts: input.cuts, bytes: input.bytes).file
    }
}
