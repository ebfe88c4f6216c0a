import Testing
import WebSocket

/// The values of the opening handshake (RFC 6455 §4, RFC 7692 §7.1).
@Suite struct HandshakeTests {
    /// RFC 6455 §1.3.
    @Test func theAnswerOfTheRFC() {
        let key = "dGhlIHNhbXBsZSBub25jZQ=="
        #expect(WebSocketHandshake.isValid(key: key))
        #expect(WebSocketHandshake.accept(for: key) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test(arguments: [
        "", "AAAA", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ= ",
        "dGhlIHNhbXBsZSBub25jZR==",  // unused bits
        "dGhlIHNhbXBsZSBub25jZSE=",  // 17 octets
        "dGhlIHNhbXBsZSBub25j====", "dGhlIHNhbXBsZSBub25jZQ==\n", "dGhl-HNhbXBsZSBub25jZQ==",
        "dGhlIHNhbXBsZSBub25jZSEh",  // 18 octets
        "=GhlIHNhbXBsZSBub25jZQ==", "АGhlIHNhbXBsZSBub25jZQ==",
    ])
    func keysThatAreNone(key: String) {
        #expect(!WebSocketHandshake.isValid(key: key))
    }

    @Test func keysAreRandomAndValid() {
        var random = SystemRandomNumberGenerator()
        let keys = Set((0..<200).map { _ in WebSocketHandshake.makeKey(using: &random) })
        #expect(keys.count == 200)
        #expect(keys.allSatisfy { WebSocketHandshake.isValid(key: $0) })
    }

    @Test func extensionsAsTheyStand() throws {
        let list = try WebSocketHandshake.extensions(
            " permessage-deflate ; client_max_window_bits; a=\"b\\c\" ,, x-y ;z = 1,")
        #expect(
            list == [
                WebSocketExtension(
                    "permessage-deflate",
                    [.init("client_max_window_bits"), .init("a", "bc")]),
                WebSocketExtension("x-y", [.init("z", "1")]),
            ])
        #expect(try WebSocketHandshake.extensions("").isEmpty)
    }

    @Test(arguments: [
        "a b", "a;", "a; =b", "a; b=", "a; b=\"", "a; b=\"\"", "a; b=\"c", "a; b=\"c d\"",
        "a; b=\"c\\", "a@", "\"a\"", "a; b=\"c\"d", ";", "a; b; ", "a\u{e9}",
    ])
    func extensionsThatAreNone(value: String) {
        #expect(throws: WebSocketHandshake.Fault.malformedExtensions) {
            try WebSocketHandshake.extensions(value)
        }
    }

    /// Twice the field takes twice the time, not four times (CVE-2020-7662): a megabyte of the pattern ends at once.
    @Test func longFieldsTakeOnePass() {
        let attack = "a; b=\"" + String(repeating: "\\c", count: 500_000)
        #expect(throws: WebSocketHandshake.Fault.malformedExtensions) {
            try WebSocketHandshake.extensions(attack)
        }
    }

    private func accepted(_ offers: String) throws -> PerMessageDeflate? {
        try PerMessageDeflate.accepting(WebSocketHandshake.extensions(offers))?.agreed
    }

    @Test func offersThatAreTakenUp() throws {
        #expect(try accepted("permessage-deflate") == PerMessageDeflate())
        #expect(
            try accepted("permessage-deflate; client_max_window_bits=10; server_max_window_bits=9")
                == PerMessageDeflate(serverMaxWindowBits: 9, clientMaxWindowBits: 10))
        #expect(
            try accepted("permessage-deflate; client_max_window_bits")?.clientMaxWindowBits == 15)
        #expect(
            try accepted("permessage-deflate; server_no_context_takeover")?.serverNoContextTakeover
                == true)
        // The first offer is declined, the second taken up.
        #expect(
            try accepted("permessage-deflate; x=1, permessage-deflate; client_max_window_bits=8")?
                .clientMaxWindowBits == 8)
    }

    /// WS-27, WS-30, and what RFC 7692 §7.1 says of parameters.
    @Test(arguments: [
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=00",
        "permessage-deflate; server_max_window_bits=08",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; client_max_window_bits=x",
        "permessage-deflate; client_max_window_bits=10; client_max_window_bits=10",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; unknown", "constructor", "x-webkit-deflate-frame", "__proto__; a=b",
        "Permessage-Deflate",
    ])
    func offersThatAreDeclined(offers: String) throws {
        #expect(try accepted(offers) == nil)
    }

    @Test func answersFitTheirOffers() throws {
        let offers = [
            "permessage-deflate", "permessage-deflate; client_max_window_bits",
            "permessage-deflate; server_max_window_bits=15; client_max_window_bits=12",
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        ]
        for text in offers {
            let offer = try WebSocketHandshake.extensions(text)[0]
            let taken = try #require(PerMessageDeflate.accepting([offer]))
            let read = try WebSocketHandshake.extensions(taken.answer.text)[0]
            #expect(try PerMessageDeflate(answer: read, offered: offer) == taken.agreed, "\(text)")
        }
    }

    @Test(arguments: [
        ("permessage-deflate", "permessage-deflate; client_max_window_bits=10"),
        ("permessage-deflate", "permessage-deflate; client_max_window_bits"),
        ("permessage-deflate; server_max_window_bits=10", "permessage-deflate"),
        (
            "permessage-deflate; server_max_window_bits=10",
            "permessage-deflate; server_max_window_bits=11"
        ),
        ("permessage-deflate; server_no_context_takeover", "permessage-deflate"),
        ("permessage-deflate", "permessage-deflate; server_max_window_bits=16"),
        ("permessage-deflate", "x"),
    ])
    func answersThatFail(offer: String, answer: String) throws {
        let offered = try WebSocketHandshake.extensions(offer)[0]
        let answered = try WebSocketHandshake.extensions(answer)[0]
        #expect(throws: WebSocketHandshake.Fault.self) {
            try PerMessageDeflate(answer: answered, offered: offered)
        }
    }

    /// WS-38.
    @Test func subprotocolsMustBeOffered() throws {
        try WebSocketHandshake.checkSubprotocol("chat", offered: ["soap", "chat"])
        try WebSocketHandshake.checkSubprotocol(nil, offered: [])
        #expect(throws: WebSocketHandshake.Fault.subprotocolNotOffered) {
            try WebSocketHandshake.checkSubprotocol("Chat", offered: ["chat"])
        }
    }

    /// WS-31.
    @Test func thereIsOneVersion() { #expect(WebSocketHandshake.version == "13") }
}
