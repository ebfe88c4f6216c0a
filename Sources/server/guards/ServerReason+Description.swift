public import Wire

extension ServerReason {
    /// The rule, its clause, who is to blame, what is answered (0: nothing), and whether the connection closes.
    ///
    /// The vocabulary of blame is the parsers' and has no word for the server itself: what it fails to do counts as
    /// unsupported.
    public var description: ReasonDescription {
        switch self {
        case .headerTimeout:
            make(
                "headerTimeout", "A head is not whole headerMillisecondsMax after its first byte.",
                "local limit, RFC 9110 §15.5.9", .limit, .limit, 408)
        case .idleTimeout:
            make(
                "idleTimeout", "No request came within idleMillisecondsMax.",
                "local limit, RFC 9112 §9.5", .limit, .limit, 0)
        case .bodyTooSlow:
            make(
                "bodyTooSlow", "A body comes in more slowly than bodyBytesPerSecondMin.",
                "local limit, RFC 9110 §15.5.9", .limit, .limit, 408)
        case .clientTooSlow:
            make(
                "clientTooSlow",
                "A client takes nothing within writeMillisecondsMax, or less than "
                    + "drainBytesPerSecondMin.",
                "local limit, RFC 9112 §9.5", .limit, .limit, 0)
        case .handlerTimeout:
            make(
                "handlerTimeout", "A handler did not answer within handlerMillisecondsMax.",
                "local limit, RFC 9110 §15.6.4", .limit, .unsupported, 503)
        case .bodyTooLarge:
            make(
                "bodyTooLarge", "A body is longer than its route takes.",
                "local limit, RFC 9110 §15.5.14", .limit, .limit, 413)
        case .drainTooLarge:
            make(
                "drainTooLarge", "An unwanted body is longer than drainedBodyBytesMax.",
                "local limit, RFC 9112 §9.3", .limit, .limit, 413)
        case .tooManyRequests:
            make(
                "tooManyRequests", "A connection had its requestsPerConnectionMax.",
                "local limit, RFC 9112 §9.6", .limit, .limit, 0)
        case .queryTooMany:
            make(
                "queryTooMany", "A query has more pairs than queryPairsMax.",
                "local limit, RFC 9110 §15.5.1", .limit, .limit, 400, closes: false)
        case .cookiesTooMany:
            make(
                "cookiesTooMany", "A Cookie field has more pairs than cookiePairsMax.",
                "local limit, RFC 6585 §5", .limit, .limit, 431, closes: false)
        case .listTooLong:
            make(
                "listTooLong", "A list field has more elements than acceptListElementsMax.",
                "local limit, RFC 6585 §5", .limit, .limit, 431, closes: false)
        case .tooManyConnections:
            make(
                "tooManyConnections", "connectionsMax connections are open.",
                "local limit, RFC 9110 §15.6.4", .limit, .limit, 503)
        case .tooManyFromAddress:
            make(
                "tooManyFromAddress",
                "connectionsPerAddressMax connections of one address are open.",
                "local limit, RFC 9110 §15.6.4", .limit, .limit, 503)
        case .descriptorsExhausted:
            make(
                "descriptorsExhausted", "The process has no more descriptors.",
                "local limit, RFC 9110 §15.6.4", .limit, .limit, 503)
        case .overload:
            make(
                "overload", "A queue inside the server is full.",
                "local limit, RFC 9110 §15.6.4", .limit, .limit, 503)
        case .shutdown:
            make(
                "shutdown", "The server is going down.",
                "RFC 9110 §15.6.4", .meaning, .unsupported, 503)
        case .targetRefused:
            make(
                "targetRefused", "A path leaves the root, or hides a NUL or a separator.",
                "RFC 3986 §7.3, RFC 9110 §17.3", .meaning, .hardening, 400, closes: false)
        case .methodRefused:
            make(
                "methodRefused", "The server makes no tunnels and echoes no requests.",
                "RFC 9110 §9.3.6, §9.3.8", .meaning, .unsupported, 501)
        case .unsupportedExpectation:
            make(
                "unsupportedExpectation", "Expect names something other than 100-continue.",
                "RFC 9110 §10.1.1", .meaning, .unsupported, 417)
        case .unsupportedTransferCoding:
            make(
                "unsupportedTransferCoding", "A transfer coding other than chunked.",
                "RFC 9112 §6.1", .meaning, .unsupported, 501)
        case .contentCodingRefused:
            make(
                "contentCodingRefused",
                "A body is in a content coding that its route does not decode.",
                "RFC 9110 §8.4, §15.5.16", .meaning, .hardening, 415)
        case .parsersDisagree:
            make(
                "parsersDisagree", "Two independent parsers read the same bytes differently.",
                "RFC 9112 §11.2", .meaning, .hardening, 400)
        case .bodyIncomplete:
            make(
                "bodyIncomplete", "The client ended its sending side inside a body.",
                "RFC 9112 §8", .meaning, .peer, 400)
        case .handlerFailed:
            make(
                "handlerFailed", "A handler threw, or its answer cannot be sent.",
                "RFC 9110 §15.6.1", .meaning, .unsupported, 500, closes: false)
        }
    }

    private func make(
        _ name: String, _ rule: String, _ clause: String,
        _ judgement: ReasonDescription.Judgement, _ blame: ReasonDescription.Blame, _ status: Int,
        closes: Bool = true
    ) -> ReasonDescription {
        ReasonDescription(
            name: name, rule: rule, clause: clause, judgement: judgement, blame: blame,
            status: status, closes: closes)
    }
}
