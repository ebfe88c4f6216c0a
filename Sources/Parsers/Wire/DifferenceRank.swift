/// How bad a difference between two readings is, the worst first.
public enum DifferenceRank: Int, CaseIterable, Sendable, Comparable {
    /// The two end a message at different bytes.
    case messageBoundary
    /// They see different numbers of messages.
    case messageCount
    /// They frame a body differently, or for a different reason.
    case framing
    /// They hold different trailers.
    case trailers
    /// They hold different body bytes, chunk boundaries included.
    case body
    /// They hold different fields that routing and framing depend on.
    case securityFields
    /// They hold different targets, methods or status codes.
    case targetAndMethod
    /// They hold different other fields.
    case otherFields
    /// One accepts what the other rejects.
    case acceptOrReject
    /// One waits for what the other rejects.
    case incompleteOrReject
    /// Both reject, for different reasons or at different offsets.
    case reason
    /// Everything that a normal form shows is the same; the tapes are not.
    case tape

    /// Its name in reports.
    public var name: String {
        switch self {
        case .messageBoundary: "message boundary"
        case .messageCount: "number of messages"
        case .framing: "framing"
        case .trailers: "trailers"
        case .body: "body"
        case .securityFields: "security fields"
        case .targetAndMethod: "target and method"
        case .otherFields: "other fields"
        case .acceptOrReject: "accept or reject"
        case .incompleteOrReject: "incomplete or reject"
        case .reason: "reason"
        case .tape: "tape"
        }
    }

    public static func < (left: DifferenceRank, right: DifferenceRank) -> Bool {
        left.rawValue < right.rawValue
    }
}
