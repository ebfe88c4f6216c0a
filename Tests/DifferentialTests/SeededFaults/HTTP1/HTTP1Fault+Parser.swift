import HTTP1
import Wire

extension HTTP1Fault: SeededFault {
    static var protocols: [ProtocolDescription] { HTTP1.protocols }

    static func parser(
        _ description: ProtocolDescription, _ configuration: Configuration, _ fault: HTTP1Fault?
    ) -> any Parser {
        switch description.name {
        case "http1.chunked": FaultyChunked(configuration, fault: fault)
        case "http1.stream": FaultyStream(configuration, fault: fault)
        default: FaultyHead(configuration, fault: fault)
        }
    }
}
