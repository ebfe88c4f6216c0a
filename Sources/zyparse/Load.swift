internal import Differential
internal import Personas
internal import Wire

/// Reads what the commands work on, and turns what is wrong into words and an exit code.
enum Load {
    /// All cases under `paths`.
    static func cases(_ paths: [String], protocolName: String?) throws -> [CorpusCase] {
        try corpus(protocolName) { corpus throws(CorpusProblem) in try corpus.cases(in: paths) }
    }

    /// All cases under `paths`, of which raw files are read one by one.
    static func list(_ paths: [String], protocolName: String?) throws -> CaseList {
        try corpus(protocolName) { corpus throws(CorpusProblem) in try corpus.list(in: paths) }
    }

    private static func corpus<Value>(
        _ protocolName: String?, _ body: (Corpus) throws(CorpusProblem) -> Value
    ) throws -> Value {
        if let protocolName { _ = try named { try Registry.requireProtocol(protocolName) } }
        do throws(CorpusProblem) {
            return try body(Corpus(defaultProtocol: protocolName))
        } catch {
            throw Failure.usage(error.description)
        }
    }

    /// Runs `body`; names that nobody knows become usage errors.
    static func named<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as UnknownName {
            throw Failure.usage(error.description)
        } catch let error as VariantSelectionError {
            throw Failure.usage(error.description)
        } catch let error as CorpusProblem {
            throw Failure.usage(error.description)
        }
    }

    /// The variant called `name`, or with `persona:` before a persona's name, that persona's model.
    static func variant(_ name: String, of description: ProtocolDescription) throws -> Variant {
        let prefix = "persona:"
        guard name.hasPrefix(prefix) else {
            return try named { try description.variant(named: name) }
        }
        let persona = try persona(String(name.dropFirst(prefix.count)))
        guard let variant = persona.variant(of: description) else {
            throw Failure.usage(
                "persona '\(persona.name)' has no quirk that shows in \(description.name)")
        }
        return variant
    }

    /// The persona called `name`; a slip gets the nearest known name.
    static func persona(_ name: String) throws -> Persona {
        do throws(UnknownPersona) {
            return try Personas.named(name)
        } catch {
            let known = Personas.presets.map(\.name) + Personas.quirks.map(\.id)
            let match = Nearest.match(error.name, in: known).map { " (did you mean '\($0)'?)" }
            throw Failure.usage(
                error.description + (match ?? "; see zyparse list personas, zyparse list quirks"))
        }
    }
}
