internal import Differential
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
}
