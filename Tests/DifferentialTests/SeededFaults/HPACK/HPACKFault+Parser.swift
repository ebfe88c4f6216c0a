import HPACK
import Wire

extension HPACKFault: SeededFault {
    static var protocols: [ProtocolDescription] { HPACKProtocols.all }

    static func parser(
        _ description: ProtocolDescription, _ configuration: Configuration, _ fault: HPACKFault?
    ) -> any Parser {
        FaultyHPACK(configuration, fault: fault)
    }
}
