extension AttackClass {
    /// H1-HO: Host.
    static let host: [AttackClass] = [
        AttackClass(
            "H1-HO-01", "Host missing (1.1)", "RFC 9112 §3.2",
            .untold("what is missing leaves no bytes")),
        AttackClass(
            "H1-HO-03", "duplicate Host, same/different", "RFC 9112 §3.2",
            .pattern(#"<L>Host:<V>\r?\n<F>Host:"#)),
        AttackClass(
            "H1-HO-04", "Host hidden ('Host : b', ' Host: b')", "RFC 9112 §5.1, §2.2",
            .pattern(#"<L>(?:Host[ \t]+:|[ \t]+Host:)"#)),
        AttackClass(
            "H1-HO-05", "comma list", "RFC 9110 §7.2",
            .pattern(#"<L>Host:<S>[^ \t\r\n,]+,"#)),
        AttackClass(
            "H1-HO-06", "empty Host with http target", "RFC 9110 §4.2.1",
            .pattern(#"<L>Host:<S>\r?\n"#)),
        AttackClass(
            "H1-HO-07", "userinfo", "RFC 9110 §7.2",
            .pattern(#"<L>Host:<S>[^\r\n/]*@"#)),
        AttackClass(
            "H1-HO-08", "path / query in Host", "RFC 9110 §7.2",
            .pattern(#"<L>Host:<S>[^ \t\r\n/?#]*[/?#]"#)),
        AttackClass(
            "H1-HO-09", "spaces / tabs inside", "RFC 9110 §7.2",
            .pattern(#"<L>Host:<S>[^ \t\r\n]+[ \t]+[^ \t\r\n]"#)),
        AttackClass(
            "H1-HO-10", "CRLF-injected Host", "RFC 9110 §5.5",
            .pattern(#"<L>Host:[^\r\n]*\r[^\n]"#)),
        AttackClass(
            "H1-HO-11", "bad port", "RFC 3986 §3.2.3",
            .pattern(
                #"<L>Host:<S>[a-z0-9.-]+:(?:<S>\r\n|[0-9]*[^0-9\r\n \t]|[7-9][0-9]{4}|[0-9]{6,})"#)),
        AttackClass(
            "H1-HO-12", "bad IPv6 literal", "RFC 3986 §3.2.2",
            .pattern(#"<L>Host:<S>\[[^\]\r\n]*(?:[%g-z]|\r\n)"#)),
        AttackClass(
            "H1-HO-13", "trailing dot / case / IDN", "RFC 3986 §3.2.2",
            .untold("valid as it stands; plain traffic has it too")),
        AttackClass(
            "H1-HO-14", "absolute-form ≠ Host", "RFC 9112 §3.2.2",
            .untold("two names would have to be compared")),
        AttackClass(
            "H1-HO-15", "Connection-state: 2nd request other Host", "RFC 9110 §7.2, RFC 9112 §9.3",
            .untold("it takes several messages, or knowledge of the connection")),
        AttackClass(
            "H1-HO-16", "Host ≠ TLS SNI", "RFC 9110 §15.5.20, §7.4",
            .untold("the name of the TLS handshake is in no HTTP byte")),
    ]
}
