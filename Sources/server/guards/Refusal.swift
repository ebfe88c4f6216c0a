internal import HTTP1
internal import Wire

/// Why the server refused a request or ended a connection.
package enum Refusal: Hashable, Sendable {
    /// A parser's reason: the raw value of `HTTP1Reason`, and its offset in the message's head, or in
    /// what is still held of its chunked body.
    case parser(code: UInt8, offset: Int)
    /// A reason of the server's own.
    case server(ServerReason)

    /// What a parser, or a pair of them, said.
    init(_ rejection: Rejection) {
        self =
            rejection.code == PairedParser.disagreement
            ? .server(.parsersDisagree)
            : .parser(code: rejection.code, offset: rejection.offset)
    }

    /// The status that answers it, or nil where nothing is said.
    var status: Status? {
        switch self {
        case .parser(let code, _):
            Status(HTTP1Reason(rawValue: code)?.description.status ?? Int(Status.badRequest.code))
        case .server(let reason):
            reason.description.status == 0 ? nil : Status(reason.description.status)
        }
    }
}
