internal import Differential
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
}
