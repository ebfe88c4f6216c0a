internal import Foundation
internal import Wire

/// The worker protocol: one JSON object for each line of a question, one for each line of an answer.
/// `Documentation/WorkerProtocol.md` describes it.
public struct WorkerSession {
    private var harnesses: [String: Harness] = [:]

    /// Makes a session.
    public init() {}

    /// A question, as it stands on a line. Keys that are not listed here belong to the protocol's context.
    private struct Question: Decodable {
        var id: Int?
        var `protocol`: String
        var variant: String?
        var policy: String?
        var limits: [String: Int]?
        /// The input as a whole, or `blocks` in its place.
        var input: String?
        var blocks: [String]?
        var splits: [Int]?
        var context: [String: String] = [:]

        private static let known: Set = [
            "id", "protocol", "variant", "policy", "limits", "input", "blocks", "splits",
        ]

        init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: AnyKey.self)
            id = try keys.decodeIfPresent(Int.self, forKey: AnyKey("id"))
            self.protocol = try keys.decode(String.self, forKey: AnyKey("protocol"))
            variant = try keys.decodeIfPresent(String.self, forKey: AnyKey("variant"))
            policy = try keys.decodeIfPresent(String.self, forKey: AnyKey("policy"))
            limits = try keys.decodeIfPresent([String: Int].self, forKey: AnyKey("limits"))
            input = try keys.decodeIfPresent(String.self, forKey: AnyKey("input"))
            blocks = try keys.decodeIfPresent([String].self, forKey: AnyKey("blocks"))
            splits = try keys.decodeIfPresent([Int].self, forKey: AnyKey("splits"))
            for key in keys.allKeys where !Self.known.contains(key.stringValue) {
                let value = try keys.decode(ContextValue.self, forKey: key)
                context[key.stringValue] = value.text
            }
        }
    }

    /// The value of a context entry: text, a number, or a list of them (null for one that is left out).
    private struct ContextValue: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            if let list = try? decoder.singleValueContainer().decode([ContextValue].self) {
                text = list.map(\.text).joined(separator: ",")
                return
            }
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                text = "-"
            } else if let number = try? container.decode(Int.self) {
                text = String(number)
            } else {
                text = try container.decode(String.self)
            }
        }
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
        var question = question
        let input = try Self.bytes(&question)
        guard let description = Registry.protocolNamed(question.protocol) else {
            let hint = Nearest.hint(question.protocol, in: Registry.names)
            throw Problem(
                text: "unknown protocol '\(question.protocol)'\(hint)", isUnsupported: true)
        }
        let configuration = try configuration(question, description, input)
        let harness = try harness(question, description, configuration)
        let whole = harness.whole(input)
        let cuts = (question.splits ?? []).filter { $0 >= 0 && $0 <= input.count }.sorted()
        let outcome = cuts.isEmpty ? whole : harness.pieces(input, cuts: cuts) ?? whole
        return NormalForm(
            outcome, input: input, description: description, context: configuration.context)
    }

    /// The input. Where it comes in blocks, their lengths become the context's entry `blocks`.
    private static func bytes(_ question: inout Question) throws(Problem) -> [UInt8] {
        guard let blocks = question.blocks else {
            guard let input = question.input else { throw Problem(text: "'input' is missing") }
            guard let data = Data(base64Encoded: input) else {
                throw Problem(text: "'input' is not base64")
            }
            return Array(data)
        }
        var bytes: [UInt8] = []
        var lengths: [String] = []
        for block in blocks {
            guard let data = Data(base64Encoded: block) else {
                throw Problem(text: "a block is not base64")
            }
            bytes += data
            lengths.append(String(data.count))
        }
        question.context["blocks"] = lengths.joined(separator: ",")
        return bytes
    }

    /// A parser for the question's configuration, kept for the next question that has the same.
    private mutating func harness(
        _ question: Question, _ description: ProtocolDescription, _ configuration: Configuration
    ) throws(Problem) -> Harness {
        let limits = configuration.limits.values.map(String.init).joined(separator: ",")
        let key = [
            question.protocol, question.variant ?? "", String(configuration.policy.rawValue),
            limits, String(describing: configuration.context),
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
        _ question: Question, _ description: ProtocolDescription, _ input: [UInt8]
    ) throws(Problem) -> Configuration {
        var configuration = description.strictConfiguration(for: input)
        do throws(UnknownName) {
            configuration.policy = try Registry.policy(
                named: question.policy ?? "strict", description)
            configuration.limits = try Registry.limits(question.limits ?? [:], description)
            configuration.context = try Registry.context(
                question.context, description, input: input)
        } catch {
            throw Problem(text: error.description)
        }
        return configuration
    }
}
