/// The negotiation of permessage-deflate (RFC 7692 §7.1).
extension PerMessageDeflate {
    /// The extension's name.
    public static let name = "permessage-deflate"

    /// What a server would take up of an offer (RFC 7692 §7.1).
    public struct Preferences: Hashable, Sendable {
        /// The largest window that the server uses itself, as a logarithm: 8 to 15.
        public var serverMaxWindowBits: Int
        /// Whether the server asks the client to empty its window before each message.
        public var clientNoContextTakeover: Bool

        /// Makes preferences; the defaults ask for nothing.
        public init(serverMaxWindowBits: Int = 15, clientNoContextTakeover: Bool = false) {
            self.serverMaxWindowBits = serverMaxWindowBits
            self.clientNoContextTakeover = clientNoContextTakeover
        }
    }

    /// The first offer that can be taken up, with the parameters that are then in force and the answer that says so; nil
    /// where none can: the connection then goes on without.
    ///
    /// An offer with a parameter that is unknown, stands twice or has a value that it may not have is declined.
    public static func accepting(
        _ offers: [WebSocketExtension], _ preferences: Preferences = Preferences()
    ) -> (agreed: PerMessageDeflate, answer: WebSocketExtension)? {
        for offer in offers where offer.name == name {
            guard let stated = try? PerMessageDeflateParameters(offer, isOffer: true) else {
                continue
            }
            var agreed = PerMessageDeflate()
            agreed.serverNoContextTakeover = stated.serverNoContextTakeover
            agreed.clientNoContextTakeover =
                stated.clientNoContextTakeover || preferences.clientNoContextTakeover
            agreed.serverMaxWindowBits = min(
                stated.serverMaxWindowBits ?? 15, preferences.serverMaxWindowBits)
            agreed.clientMaxWindowBits = stated.clientMaxWindowBits ?? 15
            return (agreed, agreed.answer(to: stated))
        }
        return nil
    }

    /// What an offer states must be answered where it is taken up, and `client_max_window_bits` may stand only there.
    private func answer(to stated: PerMessageDeflateParameters) -> WebSocketExtension {
        var answer = WebSocketExtension(Self.name)
        func add(_ name: String, _ value: Int? = nil) {
            answer.parameters.append(.init(name, value.map { String($0) }))
        }
        if serverNoContextTakeover { add("server_no_context_takeover") }
        if clientNoContextTakeover { add("client_no_context_takeover") }
        if stated.serverMaxWindowBits != nil || serverMaxWindowBits < 15 {
            add("server_max_window_bits", serverMaxWindowBits)
        }
        if stated.clientMaxWindowBits != nil {
            add("client_max_window_bits", clientMaxWindowBits)
        }
        return answer
    }

    /// What the server's answer says.
    ///
    /// - Throws: `extensionNotOffered` for another extension, `invalidParameter` where the client must fail the connection.
    public init(answer: WebSocketExtension) throws(WebSocketHandshake.Fault) {
        guard answer.name == Self.name else { throw .extensionNotOffered }
        let stated = try PerMessageDeflateParameters(answer, isOffer: false)
        self.init(
            serverNoContextTakeover: stated.serverNoContextTakeover,
            clientNoContextTakeover: stated.clientNoContextTakeover,
            serverMaxWindowBits: stated.serverMaxWindowBits ?? 15,
            clientMaxWindowBits: stated.clientMaxWindowBits ?? 15)
    }

    /// What the server's answer says, held against the offer that it answers (RFC 7692 §7.1.2).
    public init(
        answer: WebSocketExtension, offered: WebSocketExtension
    ) throws(WebSocketHandshake.Fault) {
        guard offered.name == Self.name else { throw .extensionNotOffered }
        try self.init(answer: answer)
        let asked = try PerMessageDeflateParameters(offered, isOffer: true)
        let stated = try PerMessageDeflateParameters(answer, isOffer: false)
        if stated.clientMaxWindowBits != nil, !asked.hasClientMaxWindowBits {
            throw .invalidParameter
        }
        if let most = asked.serverMaxWindowBits {
            guard let bits = stated.serverMaxWindowBits, bits <= most else {
                throw .invalidParameter
            }
        }
        if asked.serverNoContextTakeover, !stated.serverNoContextTakeover {
            throw .invalidParameter
        }
    }
}

/// The four parameters, as an offer or an answer states them.
private struct PerMessageDeflateParameters {
    var serverNoContextTakeover = false
    var clientNoContextTakeover = false
    var serverMaxWindowBits: Int?
    var clientMaxWindowBits: Int?
    /// Stated, with or without a value.
    var hasClientMaxWindowBits = false

    init(_ stated: WebSocketExtension, isOffer: Bool) throws(WebSocketHandshake.Fault) {
        var seen: Set<String> = []
        for parameter in stated.parameters {
            guard seen.insert(parameter.name).inserted else { throw .invalidParameter }
            switch (parameter.name, parameter.value) {
            case ("server_no_context_takeover", nil): serverNoContextTakeover = true
            case ("client_no_context_takeover", nil): clientNoContextTakeover = true
            case ("server_max_window_bits", let value?):
                serverMaxWindowBits = try Self.bits(value)
            case ("client_max_window_bits", let value?):
                clientMaxWindowBits = try Self.bits(value)
                hasClientMaxWindowBits = true
            case ("client_max_window_bits", nil) where isOffer: hasClientMaxWindowBits = true
            default: throw .invalidParameter
            }
        }
    }

    /// 8 to 15, in decimal without leading zero (RFC 7692 §7.1.2).
    private static func bits(_ value: String) throws(WebSocketHandshake.Fault) -> Int {
        guard let known = (8...15).first(where: { String($0) == value }) else {
            throw .invalidParameter
        }
        return known
    }
}
