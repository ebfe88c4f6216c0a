internal import WebSocket
internal import Wire

/// The quirks of websocket.frame.
struct WebSocketQuirks: QuirkModel {
    let protocols = ["websocket.frame"]

    var quirks: [Quirk] { WebSocketLeniency.all.map { Quirk($0, protocols: protocols) } }

    func maker(
        _ description: ProtocolDescription, quirks: [Quirk]
    ) -> (@Sendable (Configuration) -> any Parser)? {
        description.referenceMaker(adding: quirks.policy)
    }
}
