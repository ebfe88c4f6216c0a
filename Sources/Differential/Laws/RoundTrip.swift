internal import HTTP1
internal import Wire

/// parse(serialise(parse(x))) = parse(x).
///
/// What is written is framed anew, so Content-Length, Transfer-Encoding and Connection are compared by what they
/// decided, not as fields; offsets differ by nature.
enum RoundTrip {
    /// What a message says, wherever its bytes stand.
    struct Essence: Hashable {
        var startLine: [[UInt8]?]
        var version: Int
        var fields: [[UInt8]]
        var framing: [Int]
        var chunks: [HTTP1Message.Chunk]
        var body: [UInt8]
        var trailers: [[UInt8]]

        init(_ message: HTTP1Message) {
            startLine = [message.method, message.target, message.reasonPhrase]
            version =
                (message.status ?? 0) * 100
                + (message.version.map { $0.major * 10 + $0.minor } ?? 0)
            let reframed: Set<FieldName> = [.contentLength, .transferEncoding, .connection]
            fields = message.fields.filter { !reframed.contains($0.id) }
                .flatMap { [$0.name, $0.value] }
            framing =
                message.framing.map {
                    [Int($0.kind.rawValue), $0.length, $0.keepAlive ? 1 : 0, $0.upgrade ? 1 : 0]
                } ?? []
            chunks = message.chunks
            body = message.body
            trailers = message.trailers.flatMap { [$0.name, $0.value] }
        }
    }

    /// Serialises what `outcome` says of `input`, parses it again, and says what differs; nil where nothing does,
    /// or where the serialiser refuses what only a leniency let through.
    static func violation(
        of outcome: Outcome, _ input: [UInt8], protocolName: String,
        configuration: Configuration, strict: Harness
    ) -> String? {
        guard case .complete(let consumed) = outcome.verdict,
            let context = configuration.context as? HTTP1Context
        else { return nil }
        let seen = protocolName == "http1.stream" ? input : Array(input[..<consumed])
        let transcript = HTTP1Transcript(outcome.tape, input: seen)
        guard let first = transcript.messages.first else { return nil }
        let serializer = HTTP1Serializer(
            context: context, limits: HTTP1Limits(configuration.limits))
        let written: [UInt8]
        do throws(HTTP1SerializationError) {
            switch protocolName {
            case "http1.chunked": written = try serializer.chunkedBody(first)
            case "http1.stream": written = try serializer.stream(transcript.messages)
            default: written = try serializer.head(first)
            }
        } catch {
            if configuration.policy == .strict, !isLimit(error) {
                return "the serialiser refuses an accepted message: \(error)"
            }
            return nil
        }
        let again = strict.whole(written)
        guard case .complete = again.verdict else {
            return "what was written is not accepted: \(again.verdict)"
        }
        let read = HTTP1Transcript(again.tape, input: written)
        guard read.messages.map(Essence.init) == transcript.messages.map(Essence.init) else {
            return "what was written reads differently"
        }
        return nil
    }

    /// Framing anew can make a section some bytes longer than a tight limit allows.
    private static func isLimit(_ error: HTTP1SerializationError) -> Bool {
        guard case .unreadable(let reason?) = error else { return false }
        return reason.description.blame == .limit
    }
}
