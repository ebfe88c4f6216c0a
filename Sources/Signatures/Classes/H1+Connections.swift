extension AttackClass {
    /// H1-CN: the course of a connection.
    static let connections: [AttackClass] = [
        AttackClass(
            "H1-CN-03", "Expect obfuscated", "RFC 9110 §10.1.1",
            .pattern(#"<L>Expect:<S>(?:[^1 \t\r\n]|100-continue[^ \t\r\n])"#)),
        AttackClass(
            "H1-CN-04", "Expect + obs-fold + OPTIONS", "RFC 9112 §5.2",
            .pattern(#"<L>Expect:<S>\r?\n[ \t]"#)),
        AttackClass(
            "H1-CN-05", "Expect on GET without body", "RFC 9110 §10.1.1",
            .pattern(#"<L>GET [^ \r\n]+ HTTP/1\.1\r\n<F>(?i:Expect):<S>100-continue"#), cased: true),
        AttackClass(
            "H1-CN-06", "Expect on HTTP/1.0", "RFC 9110 §10.1.1",
            .pattern(#" HTTP/1\.0\r\n<F>Expect:"#)),
        AttackClass(
            "H1-CN-07", "unexpected 1xx from upstream ×N", "RFC 9110 §15.2",
            .pattern(#"<L>(?:HTTP/1\.1 1[0-9][0-9][^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n){3}"#),
            cased: true),
        AttackClass(
            "H1-CN-08", "pipelined requests", "RFC 9112 §9.3.2",
            .untold("valid as it stands; plain traffic has it too")),
        AttackClass(
            "H1-CN-09", "pipeline + 400 in the middle", "RFC 9112 §9.6",
            .untold("it takes several messages, or knowledge of the connection")),
        AttackClass(
            "H1-CN-10", "lookahead race after close", "RFC 9112 §9.6",
            .untold("it takes several messages, or knowledge of the connection")),
        AttackClass(
            "H1-CN-11", "pipelining behind 'Connection: close'", "RFC 9112 §9.6",
            .pattern(
                #"<L>Connection:<S>close\r\n<F>\r\n(?:GET|POST|PUT|HEAD|DELETE|OPTIONS) [^ \r\n]+ HTTP/1\."#
            )),
        AttackClass(
            "H1-CN-12", "pipelining to non-idempotent + error", "RFC 9112 §9.3.2",
            .untold("valid as it stands; plain traffic has it too")),
        AttackClass(
            "H1-CN-13", "error without draining body", "RFC 9112 §9.6",
            .untold("what a recipient does, not what it is sent")),
        AttackClass(
            "H1-CN-14", "Upgrade: websocket bad version → tunnel", "RFC 6455 §4.4, RFC 9110 §7.8",
            .pattern(#"<L>Sec-WebSocket-Version:<S>(?:[02-9]|1[^3\r\n]|13[^ \t\r\n])"#)),
        AttackClass(
            "H1-CN-15", "Upgrade faked by status", "RFC 9110 §15.2.2",
            .untold("what a recipient does, not what it is sent")),
        AttackClass(
            "H1-CN-16", "premature tunnel / data before 101", "RFC 9110 §7.8",
            .pattern(
                #"<L>Upgrade:<S>[a-gi-z]<V>\r\n<F>\r\n(?:GET|POST|PUT|HEAD|DELETE|OPTIONS) [^ \r\n]+ HTTP/1\."#
            )),
        AttackClass(
            "H1-CN-17", "Upgrade + CL/TE body", "RFC 9110 §7.8",
            .pattern(
                #"<L>Upgrade:<V>\r\n<F>(?:Content-Length:<S>[1-9]|Transfer-Encoding:)|<L>(?:Content-Length:<S>[1-9]|Transfer-Encoding:)<V>\r\n<F>Upgrade:"#
            )),
        AttackClass(
            "H1-CN-18", "h2c upgrade smuggling", "RFC 9113 §3.1, RFC 9110 §7.8",
            .untold("curl and Java's client ask for the upgrade in the same bytes")),
        AttackClass(
            "H1-CN-19", "h2c split headers", "RFC 9110 §7.8",
            .pattern(#"<L>Upgrade:<V>,<S>h2c|<L>Upgrade:<V>\r\n<F>Upgrade:<S>h2c"#)),
        AttackClass(
            "H1-CN-20", "Upgrade on HTTP/1.0", "RFC 9110 §7.8",
            .pattern(#" HTTP/1\.0\r\n<F>Upgrade:"#)),
        AttackClass(
            "H1-CN-21", "Upgrade: TLS/1.0 (RFC 2817)", "RFC 9110 §7.8",
            .pattern(#"<L>Upgrade:<S>TLS/"#)),
        AttackClass(
            "H1-CN-22", "CONNECT to origin", "RFC 9110 §9.3.6",
            .untold("valid as it stands; plain traffic has it too")),
        AttackClass(
            "H1-CN-23", "CONNECT with CL/TE", "RFC 9110 §9.3.6, RFC 9112 §6.3(2)",
            .pattern(#"<L>CONNECT [^\r\n]+\r\n<F>(?i:Content-Length|Transfer-Encoding):"#),
            cased: true),
        AttackClass(
            "H1-CN-24", "CONNECT early data before 2xx", "RFC 9110 §9.3.6",
            .untold("a tunnel's bytes stand there too, once the answer has come")),
        AttackClass(
            "H1-CN-26", "response splitting", "RFC 9112 §11.1",
            .untold("it is made by an application, and looks like the field it adds")),
        AttackClass(
            "H1-CN-27", "request splitting by rewrite", "RFC 9112 §11.1",
            .pattern(#"<T>%0[dD]%0[aA]"#), cased: true),
        AttackClass(
            "H1-CN-28", "AJP / uwsgi / FCGI back-end split", "none",
            .untold("it is in another protocol")),
        AttackClass(
            "H1-CN-29", "backend header truncation", "RFC 9112 §11.1",
            .untold("the same bytes as H1-HD-08")),
        AttackClass(
            "H1-CN-30", "HEAD response with body", "RFC 9112 §6.3(1)",
            .untold("it takes the request that is answered")),
        AttackClass(
            "H1-CN-31", "304/204 response with body", "RFC 9112 §6.3(1)",
            .pattern(#"<L>HTTP/1\.1 (?:304|204)<V>\r\n<F>\r\n[^H]"#), cased: true),
        AttackClass(
            "H1-CN-32", "unsolicited response bytes on idle upstream", "RFC 9112 §9.2",
            .untold("it takes several messages, or knowledge of the connection")),
        AttackClass(
            "H1-CN-33", "bad status line", "RFC 9112 §4",
            .pattern(#"(?:^|\r\n\r\n)HTTP/1\.[01] (?:[0-9]{4,}|[0-9]{1,2}[ \r]| |[^0-9\r\n])"#),
            cased: true),
        AttackClass(
            "H1-CN-34", "response with CL + TE", "RFC 9112 §6.3(3)",
            .pattern(
                #"<L>HTTP/1\.[01] [0-9]{3}<V>\r\n<F>(?:Content-Length:<V>\r\n<F>Transfer-Encoding:|Transfer-Encoding:<V>\r\n<F>Content-Length:)"#
            )),
        AttackClass(
            "H1-CN-35", "pause-based desync", "RFC 9112 §9.5, §9.6",
            .untold("it is a pause")),
        AttackClass(
            "H1-CN-37", "cache-key mismatch", "RFC 9111 §2",
            .untold("what a recipient does, not what it is sent")),
        AttackClass(
            "H1-CN-38", "TRACE reflection", "RFC 9110 §9.3.8",
            .pattern(#"<L>TRACE [^ \r\n]+ HTTP/1\."#), cased: true),
        AttackClass(
            "H1-CN-39", "half-close after request", "RFC 9112 §9.6",
            .untold("the end of the connection is no byte")),
    ]
}
