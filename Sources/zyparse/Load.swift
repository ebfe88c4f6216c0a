internal import Differential
internal import Personas
internal import Wire

/// Reads what the commands work on, and turns what is wrong into words and an exit code.
enum Load {
    /// All cases under `paths`.
    static func cases(
        _ paths: [String], protocolName: String?, dropExpectations: Bool = false
    ) throws -> [CorpusCase] {
        if let protocolName { _ = try named { try Registry.requireProtocol(protocolName) } }
        var cases: [CorpusCase]
        do throws(CorpusProblem) {
            cases = try Corpus(defaultProtocol: protocolName).cases(in: paths)
        } catch {
            throw Failure.usage(error.description)
        }
        if dropExpectations {
            for index in cases.indices { cases[index].expectation = nil }
        }
        return cases
    }

    /// Runs `body`; names that nobody knows become usage errors.
    static func named<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as UnknownName {
            throw Failure.usage(error.description)
        } catch let error as VariantSelectionError {
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
