internal import HTTP2
internal import Wire

/// The quirks of http2.frame.
struct HTTP2Quirks: QuirkModel {
    let protocols = ["http2.frame"]

    var quirks: [Quirk] { HTTP2Leniency.all.map { Quirk($0, protocols: protocols) } }

    func maker(
        _ description: ProtocolDescription, quirks: [Quirk]
    ) -> (@Sendable (Configuration) -> any Parser)? {
        description.referenceMaker(adding: quirks.policy)
    }
}
