extension AttackClass {
    /// The opening handshake of WebSocket, which is HTTP/1.1.
    static let handshake: [AttackClass] = [
        AttackClass(
            "WS-27", "bad window_bits", "RFC 7692 §7.1.2",
            .pattern(
                #"<L>Sec-WebSocket-Extensions:<V>_max_window_bits=(?:"|0|[1-7][^0-9]|1[6-9]|[2-9][0-9])"#
            )),
        AttackClass(
            "WS-29", "ext/protocol header ReDoS", "RFC 6455 §9.1",
            .pattern(#"<L>Sec-WebSocket-Extensions:<V>="(?:\\.){8}"#)),
        AttackClass(
            "WS-30", "prototype key in ext", "RFC 6455 §9.1",
            .pattern(#"<L>Sec-WebSocket-Extensions:<V>(?:constructor|__proto__|prototype)"#)),
    ]
}
