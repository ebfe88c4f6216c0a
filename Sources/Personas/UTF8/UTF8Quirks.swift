internal import UTF8Text
internal import Wire

/// The quirks of utf8.
struct UTF8Quirks: QuirkModel {
    let protocols = ["utf8"]

    var quirks: [Quirk] { UTF8Leniency.all.map { Quirk($0, protocols: protocols) } }

    func maker(
        _ description: ProtocolDescription, quirks: [Quirk]
    ) -> (@Sendable (Configuration) -> any Parser)? {
        description.referenceMaker(adding: quirks.policy)
    }
}
