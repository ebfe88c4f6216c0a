internal import HPACK
internal import Wire

/// The quirks of hpack.
struct HPACKQuirks: QuirkModel {
    let protocols = ["hpack"]

    var quirks: [Quirk] { HPACKLeniency.all.map { Quirk($0, protocols: protocols) } }

    func maker(
        _ description: ProtocolDescription, quirks: [Quirk]
    ) -> (@Sendable (Configuration) -> any Parser)? {
        description.referenceMaker(adding: quirks.policy)
    }
}
