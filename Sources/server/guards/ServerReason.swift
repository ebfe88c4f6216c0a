public import Wire

/// Why the server refuses a request or a connection where the parser has nothing against its bytes.
///
/// `HTTP1Reason` is what a message may not say; this is what a client may not take, or what the server does not offer.
/// The raw values are places in counters and name nothing outside the process.
public enum ServerReason: UInt8, RejectionReason {
    // Time
    /// A head was not whole within headerMillisecondsMax of its first byte.
    case headerTimeout
    /// No request came within idleMillisecondsMax. Nobody waits for an answer: the connection just closes.
    case idleTimeout
    /// A body came in more slowly than bodyBytesPerSecondMin.
    case bodyTooSlow
    /// A client took nothing of its answer within writeMillisecondsMax, or less than drainBytesPerSecondMin.
    case clientTooSlow
    /// An asynchronous handler did not answer within handlerMillisecondsMax, or a sink or source waited longer.
    case handlerTimeout

    // Amount
    /// A body is longer than its route takes.
    case bodyTooLarge
    /// An unwanted body is longer than drainedBodyBytesMax.
    case drainTooLarge
    /// A connection had its requestsPerConnectionMax.
    case tooManyRequests
    /// More pairs in a query than queryPairsMax.
    case queryTooMany
    /// More pairs in a Cookie field than cookiePairsMax.
    case cookiesTooMany
    /// More elements in a list field than acceptListElementsMax.
    case listTooLong

    // Crowds
    /// connectionsMax connections are open.
    case tooManyConnections
    /// connectionsPerAddressMax connections of one address are open.
    case tooManyFromAddress
    /// The process has no more descriptors.
    case descriptorsExhausted
    /// A queue inside the server is full.
    case overload
    /// The server is going down.
    case shutdown

    // Meaning
    /// The target's path cannot be served: it leaves the root, or hides a NUL or a separator.
    case targetRefused
    /// The server has no tunnel and no trace: CONNECT, TRACE.
    case methodRefused
    /// Expect names something other than 100-continue.
    case unsupportedExpectation
    /// A transfer coding other than chunked.
    case unsupportedTransferCoding
    /// A request body in a content coding that its route does not decode.
    case contentCodingRefused
    /// Two parsers read the same bytes differently.
    case parsersDisagree
    /// The client ended its sending side inside a body.
    case bodyIncomplete

    // The server's own fault
    /// A handler threw, or made an answer that cannot be sent.
    case handlerFailed
}
