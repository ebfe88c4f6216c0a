internal import QUIC
internal import Wire

/// The quirks of quic.packet.
struct QUICQuirks: QuirkModel {
    let protocols = ["quic.packet"]

    var quirks: [Quirk] { QUICLeniency.all.map { Quirk($0, protocols: protocols) } }

    func maker(
        _ description: ProtocolDescription, quirks: [Quirk]
    ) -> (@Sendable (Configuration) -> any Parser)? {
        description.referenceMaker(adding: quirks.policy)
    }
}
