internal import HTTP1
internal import Wire

/// The quirks of HTTP/1: heads, chunked bodies, streams.
struct HTTP1Quirks: QuirkModel {
    let protocols = HTTP1.protocols.map(\.name)

    var quirks: [Quirk] { HTTP1Leniency.all.map { Quirk($0, protocols: protocols) } }

    func maker(
        _ description: ProtocolDescription, quirks: [Quirk]
    ) -> (@Sendable (Configuration) -> any Parser)? {
        description.referenceMaker(adding: quirks.policy)
    }
}
