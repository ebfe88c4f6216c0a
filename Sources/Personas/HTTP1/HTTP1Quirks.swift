internal import HTTP1
internal import Wire

/// The quirks of HTTP/1, on a model of its own: it shares nothing with the four variants but
/// vocabulary.
struct HTTP1Quirks: QuirkModel {
    let protocols = HTTP1.protocols.map(\.name)

    var quirks: [Quirk] { HTTP1Catalogue.all }

    func maker(
        _ description: ProtocolDescription, quirks: [Quirk]
    ) -> (@Sendable (Configuration) -> any Parser)? {
        let subject: HTTP1Model.Subject
        switch description.name {
        case "http1.request", "http1.response": subject = .head
        case "http1.chunked": subject = .chunkedBody
        case "http1.stream": subject = .stream
        default: return nil
        }
        let policy = quirks.policy
        let flags = HTTP1Flags(quirks)
        return { configuration in
            var configuration = configuration
            configuration.policy.formUnion(policy)
            return HTTP1Model(subject, configuration, flags: flags)
        }
    }

    func forward(
        _ input: [UInt8], _ configuration: Configuration, quirks: [Quirk]
    ) -> [UInt8]? {
        guard configuration.context is HTTP1Context else { return nil }
        var configuration = configuration
        configuration.policy.formUnion(quirks.policy)
        return HTTP1Forwarder(flags: HTTP1Flags(quirks), configuration: configuration)
            .stream(input)
    }
}
