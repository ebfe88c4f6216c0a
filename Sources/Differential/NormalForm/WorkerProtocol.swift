internal import Foundation
internal import HTTP1
internal import Wire

/// The worker protocol: one JSON object for each line of a question, one for each line of an answer.
/// `Documentation/WorkerProtocol.md` describes it.
public struct WorkerSession {
    private var harnesses: [String: Harness] = [:]

    /// Makes a session.
    public init() {}

    /// A question, as it stands on a line.
    private struct Question: Decodable {
        var id: Int?
        var `protocol`: String
        var variant: String?
        var role: String?
        var policy: String?
        var limits: [String: Int]?
        var requests: [String]?
        var input: String
        var splits: [Int]?
    }

    /// The answer's own keys; the normal form's stand beside them.
    private struct Answer: Encodable {
        var id: Int?
        var form: NormalForm?
        var error: String?

        enum Key: String, CodingKey { case id, outcome, error }

        func encode(to encoder: any Encoder) throws {
            try form?.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(id, forKey: .id)
            if let error {
                try container.encode(error, forKey: .error)
                if form == nil { try container.encode("error", forKey: .outcome) }
            }
        }
    }

    /// A question that cannot be answered.
    private struct Problem: Error {
        let text: String
        var isUnsupported = false
    }

    /// Answers one line with one line. Never fails: what is wrong with a question is its answer.
    public mutating func answer(_ line: String) -> String {
        let question: Question
        do {
            question = try JSONDecoder().decode(Question.self, from: Data(line.utf8))
        } catch {
            return JSONText.encode(Answer(error: "not a question: \(Self.reason(error))"))
        }
        do throws(Problem) {
            let form = try read(question)
            return JSONText.encode(Answer(id: question.id, form: form))
        } catch {
            let form = error.isUnsupported ? NormalForm.unsupported : nil
            return JSONText.encode(Answer(id: question.id, form: form, error: error.text))
        }
    }

    /// The answer to a line that is longer than the reader holds.
    public func tooLong() -> String {
        JSONText.encode(Answer(error: "not a question: the line is too long"))
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .keyNotFound(let key, _): return "'\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return "'\(path)' has another type"
        default: return "the line is no JSON object"
        }
    }

    private mutating func read(_ question: Question) throws(Problem) -> NormalForm {
        guard let data = Data(base64Encoded: question.input) else {
            throw Problem(text: "'input' is not base64")
        }
        guard let description = Registry.protocolNamed(question.protocol) else {
            let hint = Nearest.hint(question.protocol, in: Registry.names)
            throw Problem(
                text: "unknown protocol '\(question.protocol)'\(hint)", isUnsupported: true)
        }
        let input = Array(data)
        let harness = try harness(question, description)
        let whole = harness.whole(input)
        let cuts = (question.splits ?? []).filter { $0 >= 0 && $0 <= input.count }.sorted()
        let outcome = cuts.isEmpty ? whole : harness.pieces(input, cuts: cuts) ?? whole
        return NormalForm(outcome, input: input, description: description)
    }

    /// A parser for the question's configuration, kept for the next question that has the same.
    private mutating func harness(
        _ question: Question, _ description: ProtocolDescription
    ) throws(Problem) -> Harness {
        let configuration = try configuration(question, description)
        let limits = configuration.limits.values.map(String.init).joined(separator: ",")
        let key = [
            question.protocol, question.variant ?? "", question.role ?? "",
            String(configuration.policy.rawValue), limits,
            (question.requests ?? []).joined(separator: ","),
        ].joined(separator: "|")
        if let known = harnesses[key] { return known }
        let variant: Variant
        do throws(VariantSelectionError) {
            variant =
                if let name = question.variant {
                    try description.variant(named: name)
                } else {
                    try description.selectedVariant()
                }
        } catch {
            throw Problem(text: error.description, isUnsupported: true)
        }
        guard let made = Harness(variant, configuration) else {
            throw Problem(
                text: "variant '\(variant.name)' does not implement this policy",
                isUnsupported: true)
        }
        // A questioner that never asks the same twice must not make the table grow for ever.
        if harnesses.count >= 256 { harnesses.removeAll() }
        harnesses[key] = made
        return made
    }

    private func configuration(
        _ question: Question, _ description: ProtocolDescription
    ) throws(Problem) -> Configuration {
        var configuration = description.strictConfiguration
        do throws(UnknownName) {
            configuration.policy = try Registry.policy(
                named: question.policy ?? "strict", description)
            configuration.limits = try Registry.limits(question.limits ?? [:], description)
            configuration.context = try Registry.context(
                role: question.role, requests: question.requests ?? [], description)
        } catch {
            throw Problem(text: error.description)
        }
        return configuration
    }
}
